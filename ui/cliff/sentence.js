// What happened to the balls, in words.

import { sayNumber } from "../kit/browser/words.js";
import { steepest } from "./balls.js";

const THROWN = 0.1; // of the map: a move that long is a throw
const SIDES = ["to the right", "to the upper right", "up", "to the upper left", "to the left", "to the lower left", "down", "to the lower right"];

export const outside = (w, b, [wFrom, wTo, bFrom, bTo]) => !(w >= wFrom && w <= wTo && b >= bFrom && b <= bTo);

function side(dw, db, [wFrom, wTo, bFrom, bTo]) {
  const turn = Math.atan2(db / (bTo - bFrom), dw / (wTo - wFrom)) / (Math.PI / 4);
  return SIDES[(Math.round(turn) + 8) % 8];
}

function changed(from, to) {
  const [first, last] = [sayNumber(from), sayNumber(to)];
  if (first === last) return `the error stays at ${first}`;
  return `the error ${to < from ? "falls" : "rises"} from ${first} to ${last}`;
}

const last = (path) => path.w.findLastIndex((w) => Number.isFinite(w));

// The farthest throw: the update, or -1.
export function thrownAt({ share }) {
  let best = -1;
  share.forEach((length, k) => {
    if (length > THROWN && (best < 0 || length > share[best])) best = k;
  });
  return best;
}

// How often a ball is thrown; with momentum a throw takes several updates.
const throws = ({ share }) => share.reduce((sum, length, k) => sum + (length > THROWN && !(k > 0 && share[k - 1] > THROWN)), 0);

// The length of the move before update k, or nothing to compare with.
function before(path, k) {
  const [dw, db] = k > 0 ? [path.w[k] - path.w[k - 1], path.b[k] - path.b[k - 1]] : [0, 0];
  return Math.hypot(dw, db);
}

function whereto(path, k, window) {
  return `w = ${sayNumber(path.w[k])}, b = ${sayNumber(path.b[k])}${outside(path.w[k], path.b[k], window) ? ", off the map" : ""}`;
}

export function sayFree(path, drop) {
  const k = thrownAt(path);
  const end = last(path);
  if (k < 0) {
    const left = path.w.findIndex((w, j) => j <= end && outside(w, path.b[j], drop.window));
    const walks = left > 0 ? ` It walks off the map at update ${left}.` : "";
    return `No throw: the steepest gradient on its way is ${sayNumber(path.norm[steepest(path)])}.${walks} In ${end} updates ${changed(path.error[0], path.error[end])}, at ${whereto(path, end, drop.window)}.`;
  }
  const [dw, db] = [path.w[k + 1] - path.w[k], path.b[k + 1] - path.b[k]];
  const often = throws(path);
  const when = often > 1 ? `Thrown ${often} times, farthest at update ${k + 1}` : `Thrown at update ${k + 1}`;
  const how = drop.momentum > 0 ? `gradient norm ${sayNumber(path.norm[k])}, with momentum` : `gradient norm ${sayNumber(path.norm[k])} × rate ${sayNumber(drop.rate)}`;
  const far = Math.hypot(dw, db);
  const usual = before(path, k);
  const times = usual > 0 ? `, ${sayNumber(far / usual)} times the move before,` : "";
  const left = end - k - 1;
  const after = left > 0 ? ` The ${left} updates that follow move it by ${sayNumber(Math.hypot(path.w[end] - path.w[k + 1], path.b[end] - path.b[k + 1]))}.` : "";
  return `${when}: ${how} moves it ${sayNumber(far)}${times} ${side(dw, db, drop.window)} to ${whereto(path, k + 1, drop.window)}. There the error is ${sayNumber(path.error[k + 1])}, the gradient ${sayNumber(path.norm[k + 1])}.${after}`;
}

export function sayClipped(path, drop) {
  const end = last(path);
  const cut = path.clipped.reduce((sum, one) => sum + one, 0);
  const k = steepest(path);
  const what = cut
    ? `Clipped in ${cut} of ${path.clipped.length} updates, at most from ${sayNumber(path.norm[k])} to ${sayNumber(drop.threshold)}: no gradient moves it by more than ${sayNumber(drop.rate * drop.threshold)}.`
    : `Nothing to clip: no gradient is above ${sayNumber(drop.threshold)}.`;
  return `${what} In ${end} updates ${changed(path.error[0], path.error[end])}, at ${whereto(path, end, drop.window)}.`;
}
