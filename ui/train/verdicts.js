// What became of each racer up to the moment, in words: who got there, who is still guessing, and how much of the error
// reaches the first step meanwhile.

import { element, press, prose, write } from "../kit/browser/elements.js";
import { svg } from "../kit/browser/paint.js";
import { markName } from "../kit/browser/axes.js";
import { sayNumber, sayPower } from "../kit/browser/words.js";
import { columnOf, evaluationAt, solvedAt } from "./history.js";

const GUESSING = 0.9; // of the loss of chance: from there on a racer knows nothing yet
const NEAR = 1.5; // times the loss of chance: it has not come down to it yet
const WORSE = 3; // times what small weights begin with, and chance: it knows less than nothing
const RECENT = 15; // columns of the map whose middle says how much of the error arrives

/** log10 of how much of the error at the sequences' ends reaches step 1, the middle of the last columns up to `at`; or null. */
export function arriving(history, racer, at) {
  const found = [];
  for (let c = columnOf(history, Math.max(0, Math.ceil(at) - 1)); c >= 0 && found.length < RECENT; c--) if (racer.filled[c]) found.push(racer.arriving[c]);
  const sorted = found.filter((v) => !Number.isNaN(v)).sort((one, other) => one - other);
  return sorted.length ? sorted[sorted.length >> 1] : null;
}

export const share = (value) => `${markName(Math.round(1000 * value) / 10)} %`;

function measured({ goal }, found) {
  return goal.measure === "loss" ? `loss ${sayNumber(found.loss)}` : `${share(found.accuracy)} right`;
}

/** @returns {string} */
export function verdict(scene, k) {
  const { history, header, at } = scene;
  const racer = history.racers[k];
  const { chance, goal, start } = header;
  if (racer.stopped && racer.end <= at + 1e-9) return racer.stopped;
  const now = evaluationAt(racer, at);
  if (!now) return scene.beginning || "Not begun.";
  const solved = solvedAt(racer, goal, at);
  let said = `Learning: loss ${sayNumber(now.loss)}${header.accuracy ? `, ${share(now.accuracy)} right` : ""}.`;
  if (solved !== null) said = `Gets there by update ${solved}, now ${measured(header, now)}.`;
  else if (now.loss >= GUESSING * chance.loss) {
    const begun = now.update ? "Not yet at chance" : "Before training";
    const how = now.loss <= NEAR * chance.loss ? "Still guessing" : now.loss > WORSE * Math.max(start, chance.loss) ? "Far worse than guessing" : begun;
    said = `${how}: loss ${sayNumber(now.loss)}, chance ${sayNumber(chance.loss)}.`;
  }
  const reaches = arriving(history, racer, at);
  if (reaches === null || history.steps < 2) return said;
  const [before, behind] = header.arrives;
  return `${said} ${before} ${sayPower(reaches)} ${behind}`;
}

/** @param {Element} root @param {(k: number) => void} focus */
export function createVerdicts(root, focus) {
  const box = element(root, "div", "racers main");
  const rows = Array.from({ length: 4 }, (_, k) => {
    const row = element(box, "div", "racer");
    const name = press(row, "", "Let the pictures below follow this racer", "name");
    name.onclick = () => focus(k);
    const sample = svg("svg", { width: 26, height: 8, "aria-hidden": "true" }, name);
    const line = svg("line", { x1: 0, x2: 26, y1: 4, y2: 4, "stroke-width": 3 }, sample);
    return { row, name, line, title: element(name, "span"), said: element(row, "span", "said"), vote: element(row, "span", "vote") };
  });

  /** @param {any} scene @param {any} state */
  return function draw(scene, state) {
    const { header, palette } = scene;
    rows.forEach(({ row, name, line, title, said, vote }, k) => {
      const racer = header.racers[k];
      row.hidden = !racer;
      if (!racer) return;
      const colour = palette.cells[racer.cell];
      name.style.color = colour;
      name.setAttribute("aria-pressed", `${state.focus === k && header.racers.length > 1}`);
      line.setAttribute("stroke", colour);
      line.setAttribute("stroke-dasharray", racer.dash);
      write(title, racer.title);
      prose(said, scene.hidden ? "" : verdict(scene, k));
      write(vote, scene.hidden ? "" : votedWords(scene, state.votes?.[k], k));
    });
  };
}

function votedWords({ history, header, at }, vote, k) {
  if (!vote) return "";
  const solved = solvedAt(history.racers[k], header.goal, at);
  const said = `Predicted: ${vote.gets ? `after ${vote.after} updates` : "never"}.`;
  if (solved === null) return said;
  if (!vote.gets) return `${said} It does.`;
  const off = vote.after / solved;
  return `${said} ${off > 2 ? "Sooner than that." : off < 0.5 ? "Later than that." : "Well within a factor of 2."}`;
}
