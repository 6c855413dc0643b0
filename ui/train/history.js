// What has been learned so far, put together from the pieces that came: per racer its curves, its map, its evaluations.
//
// Update k, from 1 to `total`, stands at k - 1. A piece may come twice, overlap another or be out of turn: `known` counts
// the updates from the first on that are all here.

import { openMessage, part } from "../kit/browser/message.js";

const COLUMNS = 900; // of a map, at most
const CURVES = ["loss", "norm", "clip", "moved"]; // as figures/train/answer.py sends them
const LOG2 = Math.log10(2);

/** @param {any} header of the answer */
export function createHistory({ total, steps, racers }) {
  const columns = Math.min(total, COLUMNS);
  const blank = (size) => new Float32Array(size).fill(NaN);
  return {
    total, steps, columns, known: 0, number: 0,
    spans: /** @type {Record<string, [number, number]>} */ ({}), // of what is drawn on log axes: least and largest log10
    racers: racers.map(() => ({
      ...Object.fromEntries(CURVES.map((name) => [name, new Float64Array(total).fill(NaN)])), // a loss may leave float32
      map: blank(columns * steps), // log10 ||dL/dh_t||, column by column
      filled: new Int32Array(columns), // the number of the update that stands there; 0: none
      arriving: blank(columns), // log10 of what of it at the sequences' ends reaches step 1
      evals: /** @type {any[]} */ ([]), // by update, rising
      stopped: "",
      end: total, // the update at which it stopped
    })),
  };
}

/** @param {string} name of a piece @returns {[number, number]} its first update (from 0), and where it ends */
export function spanOf(name) {
  const [, level, index] = name.split(".").map(Number);
  return [index * 2 ** level, (index + 1) * 2 ** level];
}

/**
 * @param {ReturnType<typeof createHistory>} history
 * @param {Uint8Array} bytes
 */
export function add(history, bytes) {
  const { header, arrays } = openMessage(bytes);
  const { first, stop } = header;
  header.racers.forEach(({ rows, evals, stopped, end }, k) => {
    const racer = history.racers[k];
    CURVES.forEach((name, row) => racer[name].set(part(arrays[`curves${k}`], row), first));
    for (let j = 0; j < stop - first; j++) {
      widen(history, "loss", Math.log10(racer.loss[first + j]));
      widen(history, "norm", (racer.norm[first + j] *= LOG2));
    }
    rows.forEach((update, row) => place(history, racer, update, part(arrays[`map${k}`], row), arrays[`arriving${k}`].data[row]));
    evals.forEach((update, row) => evaluated(history, racer, { ...header.racers[k].scores[row], update, of: row, arrays, k }));
    if (stopped) Object.assign(racer, { stopped, end });
  });
  if (first <= history.known) history.known = Math.max(history.known, stop);
  history.number += 1;
}

function widen(history, name, value) {
  if (!Number.isFinite(value)) return;
  const [low, high] = history.spans[name] ?? [value, value];
  history.spans[name] = [Math.min(low, value), Math.max(high, value)];
}

export const columnOf = ({ total, columns }, update) => Math.min(columns - 1, Math.floor((update * columns) / total));

function place(history, racer, update, norms, arriving) {
  const column = columnOf(history, update);
  const { steps } = history;
  racer.filled[column] = update + 1;
  racer.arriving[column] = arriving * LOG2;
  for (let t = 0; t < steps; t++) {
    const value = norms[t] * LOG2;
    racer.map[column * steps + t] = value;
    widen(history, "map", value);
  }
}

function evaluated(history, racer, found) {
  found.loss ??= Infinity;
  const at = racer.evals.findIndex(({ update }) => update >= found.update);
  if (at < 0) racer.evals.push(found);
  else if (racer.evals[at].update === found.update) racer.evals[at] = found;
  else racer.evals.splice(at, 0, found);
  widen(history, "loss", Math.log10(found.loss));
}

/** The last evaluation of a racer once `at` updates are done, or null. */
export function evaluationAt(racer, at) {
  let found = null;
  for (const one of racer.evals) {
    if (one.update > at + 1e-9) break;
    found = one;
  }
  return found;
}

/** What a row of a map is called: an encoder's steps are counted back from where it hands over. */
export const stepName = ({ heard }, t) => (t > heard ? `${heard ? "decoder step" : "step"} ${t - heard}` : t === heard ? "the encoder’s last step" : `${heard - t} before the encoder’s last step`);

/** What an evaluation holds of `name`: "shown", "gates", "weights"; null where it was not sent. */
export function heldBy(found, name) {
  const block = found?.arrays[`${name}${found.k}`];
  return block ? { data: part(block, found.of), shape: block.shape.slice(1) } : null;
}

/** The update at which a racer first reached the goal, of those up to `at`; or null. */
export function solvedAt(racer, { measure, threshold }, at = Infinity) {
  const good = measure === "loss" ? (one) => one.loss <= threshold : (one) => one.accuracy >= threshold;
  const found = racer.evals.find(good);
  return found && found.update <= at + 1e-9 ? found.update : null;
}
