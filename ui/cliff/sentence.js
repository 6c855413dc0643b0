// What happened to the balls, in words.

import { sayNumber } from "../kit/browser/words.js";
import { steepest } from "./balls.js";

const THROWN = 0.1; // of the map: a move that long is a throw
const RISE = 0.2; // of the greatest error there is: so much in one update is the wall
const SIDES = ["to the right", "to the upper right", "up", "to the upper left", "to the left", "to the lower left", "down", "to the lower right"];

export const outside = (w, b, [wFrom, wTo, bFrom, bTo]) => !(w >= wFrom && w <= wTo && b >= bFrom && b <= bTo);

function side(dw, db, [wFrom, wTo, bFrom, bTo]) {
  const turn = Math.atan2(db / (bTo - bFrom), dw / (wTo - wFrom)) / (Math.PI / 4);
  return SIDES[(Math.round(turn) + 8) % 8];
}

function changed(from, to) {
  const [first, then] = [size(from), size(to)];
  if (first === then) return `the error stays at ${first}`;
  return `the error ${to < from ? "falls" : "rises"} from ${first} to ${then}`;
}

// The last update that rounding does not decide.
const last = (path) => path.w.findLastIndex((w, k) => k <= path.sure && Number.isFinite(w));

// The farthest throw: the update, or -1.
export function thrownAt({ share, sure }) {
  let best = -1;
  share.slice(0, sure).forEach((length, k) => {
    if (length > THROWN && (best < 0 || length > share[best])) best = k;
  });
  return best;
}

// How often a ball is thrown; with momentum a throw takes several updates.
const throws = ({ share, sure }) => share.slice(0, sure).reduce((sum, length, k) => sum + (length > THROWN && !(k > 0 && share[k - 1] > THROWN)), 0);

const size = (error) => (error < 1e-12 ? "less than 1e-12" : sayNumber(error)); // below, a double's rounding

// The updates that take a ball from the low side of the wall to the high one, none of them a throw.
function overWall(path, { target }) {
  const rise = RISE * Math.max(target, 1 - target) ** 2;
  const found = Array.from({ length: last(path) }, (_, k) => k + 1).filter((k) => path.error[k] - path.error[k - 1] > rise && path.share[k - 1] <= THROWN);
  if (!found.length) return "";
  const [first] = found;
  const times = found.length > 1 ? `${found.length} times over the wall, first at update ${first}` : `Over the wall at update ${first}`;
  return ` ${times}: the error jumps from ${size(path.error[first - 1])} to ${size(path.error[first])}.`;
}

const decided = (path) => (path.sure < path.clipped.length ? `; after update ${path.sure} rounding decides` : "");

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
    return `No throw: the steepest gradient on its way is ${sayNumber(path.norm[steepest(path)])}.${overWall(path, drop)}${walks} In ${end} updates ${changed(path.error[0], path.error[end])}, at ${whereto(path, end, drop.window)}${decided(path)}.`;
  }
  const [dw, db] = [path.w[k + 1] - path.w[k], path.b[k + 1] - path.b[k]];
  const often = throws(path);
  const when = often > 1 ? `Thrown ${often} times, farthest at update ${k + 1}` : `Thrown at update ${k + 1}`;
  const how = drop.momentum > 0 ? `gradient norm ${sayNumber(path.norm[k])}, with momentum` : `gradient norm ${sayNumber(path.norm[k])} × rate ${sayNumber(drop.rate)}`;
  const far = Math.hypot(dw, db);
  const usual = before(path, k);
  const times = usual > 0 ? `, ${sayNumber(far / usual)} times the move before,` : "";
  const left = end - k - 1;
  const further = Math.hypot(path.w[end] - path.w[k + 1], path.b[end] - path.b[k + 1]);
  const after = left > 0 ? ` The ${left} updates that follow ${further ? `move it by ${sayNumber(further)}` : "are too small to move it"}` : "";
  return `${when}: ${how} moves it ${sayNumber(far)}${times} ${side(dw, db, drop.window)} to ${whereto(path, k + 1, drop.window)}. There the error is ${size(path.error[k + 1])}, the gradient ${sayNumber(path.norm[k + 1])}${after && "."}${after}${decided(path)}.`;
}

export function sayClipped(path, drop) {
  const end = last(path);
  const cut = path.clipped.slice(0, path.sure).reduce((sum, one) => sum + one, 0);
  const k = steepest(path);
  const what = cut
    ? `Clipped in ${cut} of ${Math.min(path.sure, path.clipped.length)} updates, at most from ${sayNumber(path.norm[k])} to ${sayNumber(drop.threshold)}: no gradient moves it by more than ${sayNumber(drop.rate * drop.threshold)}.`
    : `Nothing to clip: no gradient is above ${sayNumber(drop.threshold)}.`;
  return `${what}${overWall(path, drop)} In ${end} updates ${changed(path.error[0], path.error[end])}, at ${whereto(path, end, drop.window)}${decided(path)}.`;
}
