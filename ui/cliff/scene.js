// What the pictures are drawn from beside the engine's message: both descents, the surface, the point that is looked at.

import { part } from "../kit/browser/message.js";
import { shares, steepest } from "./balls.js";
import { coarseSurface, descend } from "./descent.js";
import { outside } from "./sentence.js";

export const NORMS = [-3, 2]; // decades of the gradient's norm that colours tell apart
const COARSE = [90, 60];
const OF_SURFACE = ["steps", "target", "start"];

export const sameSurface = (one, other) => OF_SURFACE.every((name) => one[name] === other[name]) && one.window.every((edge, k) => edge === other.window[k]);

export const movesBalls = (name) => name !== "window" && !name.startsWith("latch");

// Both descents of a drop: the engine's where it sent them, else by the same operations here.
export function bothPaths(drop, message) {
  const sent = message && Object.keys(drop).every((name) => !movesBalls(name) || drop[name] === message.header.drop[name]);
  const found = [null, drop.threshold].map((threshold, k) => (sent ? opened(message.arrays[k ? "clipped" : "free"], threshold, message.header.sure[k]) : descend(drop, threshold)));
  for (const path of found) path.share = shares(path, message.header.paper);
  return found;
}

function opened(array, threshold, sure) {
  const [w, b, error, norm] = [0, 1, 2, 3].map((row) => part(array, row));
  const clipped = Uint8Array.from(norm.subarray(0, -1), (value) => Number(threshold !== null && value > threshold));
  return { w, b, error, norm, clipped, sure };
}

// As much of the map as holds a window and both paths, without what lies beyond `farthest`.
export function boundsOf(paths, window, farthest) {
  let [wFrom, wTo, bFrom, bTo] = window;
  for (const { w, b } of paths) {
    for (let k = 0; k < w.length; k++) {
      if (!(Math.abs(w[k]) < farthest && Math.abs(b[k]) < farthest)) continue;
      [wFrom, wTo, bFrom, bTo] = [Math.min(wFrom, w[k]), Math.max(wTo, w[k]), Math.min(bFrom, b[k]), Math.max(bTo, b[k])];
    }
  }
  return [wFrom, wTo, bFrom, bTo];
}

// The engine's surface, or a coarse one while T, the target or the start is dragged.
export function gridOf(drop, message, before) {
  if (sameSurface(drop, message.header.drop)) {
    if (before?.from === message) return before;
    const [rows, columns] = message.arrays.error.shape;
    return { rows, columns, error: message.arrays.error.data, norm: message.arrays.log10_norm.data, from: message, number: (before?.number ?? 0) + 1 };
  }
  if (before?.coarse && sameSurface(before.coarse, drop)) return before;
  return { ...coarseSurface(drop, ...COARSE), coarse: { ...drop }, number: (before?.number ?? 0) + 1 };
}

// The point whose cause is shown: where the followed ball is, or where it met its steepest gradient, or the start.
export function pointOf(state) {
  const path = state.paths[state.focus];
  let k = Math.floor(state.clock + 1e-9);
  if (state.revealed) k = state.look === "steepest" ? steepest(path) : 0;
  else while (k > 0 && outside(path.w[k], path.b[k], state.drop.window)) k--; // the last place before it left the map
  return { w: path.w[k], b: path.b[k], update: k };
}

// How the surface is coloured: the shade of each of its points, 0 to 1.
export function shadeOf(state, grid) {
  const most = Math.max(state.drop.target, 1 - state.drop.target) ** 2;
  const byError = state.colour === "error";
  return { most, shade: byError ? (at) => grid.error[at] / most : (at) => (grid.norm[at] - NORMS[0]) / (NORMS[1] - NORMS[0]) };
}
