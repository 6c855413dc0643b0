// What each racer says by itself at the moment: how a text goes on, with a temperature; what a phrase is translated to.

import { element, write } from "../kit/browser/elements.js";
import { slider } from "../kit/browser/hands.js";
import { openMessage } from "../kit/browser/message.js";
import { isolated } from "../kit/browser/words.js";
import { evaluationAt } from "./history.js";

const HOTTEST = 2;

/** @param {Element} host @param {Stage} stage */
export function createSpoken(host, stage) {
  const box = element(host, "div", "spoken");
  const heading = element(box, "p", "quiet-words");
  let heat = 0.5;
  const temperature = slider(box, { label: "Temperature", low: 0, high: HOTTEST, step: 0.1, say: (v) => v.toFixed(1), input: (v) => ((heat = v), stage.later()), title: "0: always the likeliest; 1: as likely as the network says; above, bolder." });
  const rows = Array.from({ length: 4 }, () => {
    const row = element(box, "div", "example-row");
    return { row, name: element(row, "span", "name"), said: element(row, "span", "answer") };
  });
  const nameOf = (k, update) => `spoken.${k}.${update}.${Math.round(heat * 10)}`;
  /** The newest that is here of a racer. */
  const last = (k) => [...stage.pieces.keys()].filter((name) => name.startsWith(`spoken.${k}.`)).at(-1) ?? "";

  return {
    /** What is lacking of this moment. @param {any} history @param {number} at @param {boolean} still */
    wanted(history, at, still) {
      if (box.hidden) return [];
      return history.racers.flatMap((racer, k) => {
        const now = evaluationAt(racer, at);
        const name = nameOf(k, now?.update ?? 0);
        return now && !stage.pieces.has(name) && (still || !last(k)) ? [name] : [];
      });
    },
    /** @param {any} scene @param {number} which example */
    draw(scene, which) {
      const { header, history, at, palette } = scene;
      const { speaks, decodes } = header.example;
      box.hidden = !speaks;
      if (!speaks) return;
      write(heading, decodes ? "Translated by itself, each word entering again" : "Going on by itself, each answer entering again");
      temperature.root.hidden = decodes;
      temperature.show(heat);
      rows.forEach(({ row, name, said }, k) => {
        const racer = header.racers[k];
        row.hidden = !racer;
        if (!racer) return;
        write(name, racer.title);
        name.style.color = palette.cells[racer.cell];
        const wanted = nameOf(k, evaluationAt(history.racers[k], at)?.update ?? 0);
        const bytes = stage.pieces.get(stage.pieces.has(wanted) ? wanted : last(k));
        const found = bytes ? openMessage(bytes).header : null;
        const words = found ? [found.begun[which], found.said[which]].filter(Boolean).join(found.glue) : "";
        write(said, found ? isolated(words) : "");
      });
    },
  };
}
