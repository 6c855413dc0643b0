// What the pictures are drawn from: every network at the scale of the moment, read from the one message.

import { FARTHEST, decadeName, decades, signedScale, timeAxis } from "../kit/browser/axes.js";
import { part } from "../kit/browser/message.js";
import { clamp } from "../kit/browser/paint.js";
import { sayNumber } from "../kit/browser/words.js";

/** @param {number[]} span the same, no farther from 1 than that */
export const inSight = (span) => span.map((v) => clamp(v, -FARTHEST, FARTHEST));
/** @param {number} v an end of such a span */
export const endName = (v) => `${Math.abs(v) < FARTHEST ? "" : v < 0 ? "≤ " : "≥ "}${decadeName(Math.round(v))}`;

// The decades of all scales, so that a drag does not move what is laid out for them.
function spanOfScales({ header, arrays }) {
  let [low, high] = [0, 0];
  header.cells.forEach((_, c) => {
    for (let s = 0; s < header.runs; s++) {
      const dh = part(arrays.dh, c, s);
      const last = dh[header.steps];
      for (let t = 1; t <= header.steps; t++) {
        const v = dh[t] - last;
        if (v < low && v > -Infinity) low = v;
        if (v > high && v < Infinity) high = v;
      }
    }
  });
  return [Math.min(-1, Math.floor(low)), Math.ceil(high)];
}

// Every network at row `row` of the scales that were run.
function networks({ header, arrays }, row) {
  return header.cells.map((cell, c) => {
    const at = (name) => part(arrays[name], c, row);
    const one = (name) => at(name)[0];
    return {
      ...cell,
      now: {
        dh: at("dh"), dc: at("dc"), bySaturation: at("bySaturation"), byWeights: at("byWeights"), rms: at("rms"), bound: one("bound"),
        gradient: one("gradient"), radius: one("radius"), singular: one("singular"), saturation: one("saturation"), loss: one("loss"),
        verdict: cell.verdicts[row], halfLife: cell.halfLives[row], clipped: header.clipped[c][row],
        hasMemory: !Number.isNaN(at("dc")[header.steps]),
      },
    };
  });
}

const LARGEST = 3.4e38; // of what the answer holds of a state, as float32

// Hidden states of one network, and their scale of colours.
function statesOf({ header, arrays, number }, scale, focus) {
  const whole = header.statesAt === null;
  const h = part(arrays.h, focus, whole ? scale - header.from : 0);
  let extent = 1;
  if (!header.cells[focus].bounded) for (const v of h) if (!Number.isNaN(v)) extent = Math.max(extent, Math.abs(v));
  const colours = signedScale(Math.log10(Math.min(extent, LARGEST)), undefined, extent > LARGEST);
  const sayState = (v) => (Math.abs(v) > LARGEST ? `beyond ${sayNumber(Math.sign(v) * LARGEST)}` : sayNumber(v));
  return { h, colours, sayState, key: `${whole ? scale : header.statesAt} ${number}`, stale: !whole && header.statesAt !== scale };
}

/**
 * Adds to a scene what the pictures of this page share. `laid`: they have to be laid out anew.
 * @param {any} scene
 * @param {Message} message
 * @param {any} state
 */
export function look(scene, message, state) {
  const { header, arrays } = message;
  const { steps, scales, from, runs } = header;
  const scale = clamp(state.scale, from, from + runs - 1); // until all have been run, the one that has
  const cells = networks(message, scale - from);
  const units = arrays.h.shape[3];
  const shape = `${cells.map(({ name }) => name)} ${steps} ${units} ${header.small}`;
  if (scene.fresh || !scene.axis) {
    Object.assign(scene, { steps, scales, units, labels: header.labels, seeds: header.seeds, lastLossOnly: header.lastLossOnly, lossNamed: header.lossNamed, float32: header.float32 });
    const span = spanOfScales(message);
    const beyond = Math.max(-span[0], span[1]) < 700 ? 3 : 4.5; // where the axis names 1e-1000
    Object.assign(scene, { whole: runs === scales.length, axis: timeAxis(scene.width, steps, scene.font, beyond), landSpan: inSight(span) });
  }
  const { absolute } = state;
  return Object.assign(scene, {
    scale, cells, absolute,
    laid: scene.changed || shape !== state.shape,
    shape: (state.shape = shape),
    // The ranks of other seeds' runs; null while they are not those of this scale.
    spread: arrays.spread && header.seeds.scale === scale ? (c, rank, wanted) => part(arrays.spread, wanted ? 1 : 0, c, rank) : null,
    rows: (c, s) => part(arrays.dh, c, s - from),
    states: (focus) => statesOf(message, scale, focus),
    size: (cell, t) => cell.now.dh[t] - (absolute ? 0 : cell.now.dh[steps]),
    memory: (cell, t) => cell.now.dc[t] - (absolute ? 0 : cell.now.dc[steps]),
    description: cells.map((cell) => `${cell.title}: ${cell.now.verdict}`).join(" "),
  });
}

// The decades in which everything that is drawn lies.
export function spanOf(scene) {
  let [low, high] = [-1, 0];
  const see = (v) => {
    if (Number.isFinite(v)) [low, high] = [Math.min(low, v), Math.max(high, v)];
  };
  scene.cells.forEach((cell, c) => {
    if (scene.spread) scene.spread(c, 1, scene.absolute).subarray(1).forEach(see); // the median; one odd seed moves no axis
    for (let t = 1; t <= scene.steps; t++) {
      see(scene.size(cell, t));
      see(scene.memory(cell, t));
    }
  });
  return decades(low, high);
}

/**
 * Ends of an axis that ease to where the values are: `near(target, scene)` gives those of this draw.
 * @param {Stage} stage
 */
export function easing(stage) {
  let span = null;
  return (target, scene) => {
    const within = (v, k) => Math.abs(target[k] - v) < 0.02 * (target[1] - target[0]);
    const share = 1 - Math.exp(-scene.seconds / 0.047); // 0.3 in a sixtieth of a second
    span = !span || stage.reduced() ? target : span.map((v, k) => (within(v, k) ? target[k] : v + share * (target[k] - v)));
    if (span.some((v, k) => v !== target[k])) stage.later();
    return span;
  };
}
