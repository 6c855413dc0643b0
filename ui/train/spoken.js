// What each racer says by itself at the moment: how a text goes on, with a temperature; what a phrase is translated to.

import { element, write } from "../kit/browser/elements.js";
import { slider } from "../kit/browser/hands.js";
import { openMessage } from "../kit/browser/message.js";
import { isolated } from "../kit/browser/words.js";
import { evaluationAt } from "./history.js";

const HOTTEST = 2;
const LEAST = 32; // updates until it is asked again while a race runs; the later, the more: each answer keeps training waiting

/** @param {Element} host @param {Stage} stage */
export function createSpoken(host, stage) {
  const box = element(host, "div", "spoken");
  const heading = element(box, "p", "quiet-words");
  let heat = 0.5;
  const temperature = slider(box, { label: "Temperature", low: 0, high: HOTTEST, step: 0.1, say: (v) => v.toFixed(1), input: (v) => ((heat = v), stage.later()), title: "0: always the likeliest; 1: as likely as the network says; above, bolder." });
  const rows = Array.from({ length: 4 }, () => {
    const row = element(box, "div", "example-row");
    const who = element(row, "span", "name");
    return { row, name: element(who, "span"), when: element(who, "div", "quiet-words"), said: element(row, "span", "answer") };
  });
  const nameOf = (k, update) => `spoken.${k}.${update}.${Math.round(heat * 10)}`;
  const updateOf = (name) => Number(name.split(".")[2]);
  /** What is here of a racer that is nearest to an update. */
  const nearest = (k, update) =>
    [...stage.pieces.keys()].filter((name) => name.startsWith(`spoken.${k}.`)).reduce((best, name) => (best && Math.abs(updateOf(best) - update) < Math.abs(updateOf(name) - update) ? best : name), "");

  return {
    /** What is lacking of this moment. @param {any} history @param {number} at @param {boolean} still */
    wanted(history, at, still) {
      if (box.hidden) return [];
      return history.racers.flatMap((racer, k) => {
        const update = evaluationAt(racer, at)?.update;
        if (update === undefined || stage.pieces.has(nameOf(k, update))) return [];
        const near = nearest(k, update);
        const due = still || !near || Math.abs(update - updateOf(near)) >= Math.max(LEAST, update / 4);
        return due ? [nameOf(k, update)] : [];
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
      rows.forEach(({ row, name, said, when }, k) => {
        const racer = header.racers[k];
        row.hidden = !racer;
        if (!racer) return;
        write(name, racer.title);
        name.style.color = palette.cells[racer.cell];
        const update = evaluationAt(history.racers[k], at)?.update ?? 0;
        const here = stage.pieces.has(nameOf(k, update)) ? nameOf(k, update) : nearest(k, update);
        const bytes = stage.pieces.get(here);
        const found = bytes ? openMessage(bytes).header : null;
        const words = found ? [found.begun[which], found.said[which]].filter(Boolean).join(found.glue) : "";
        write(said, found ? isolated(words) : "");
        write(when, found && updateOf(here) !== update ? `after update ${updateOf(here)}` : "");
      });
    },
  };
}
