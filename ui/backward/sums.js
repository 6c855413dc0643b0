// The terms of one gradient: what each step adds to it, and what of it is there once the error has come back to a step.

import { part } from "../kit/browser/message.js";
import { clamp } from "../kit/browser/paint.js";
import { sayNumber } from "../kit/browser/words.js";
import { placeName } from "./look.js";

const COUNTED = ["", "", "two ", "three "];
const TRAVEL = 0.6; // of a step's time: while the clock goes from t + 1/2 to t - 1/2 the error first comes to step t ...

/** @param {number} clock @param {number} t */
export const travelled = (clock, t) => clamp((t + 0.5 - clock) / TRAVEL, 0, 1);
/** ... and then step t adds its part. @param {number} clock @param {number} t */
export const grown = (clock, t) => clamp((t + 0.5 - clock - TRAVEL) / (1 - TRAVEL), 0, 1);

/**
 * Terms of the array `shape` of network c: along its total, or of the weight in view alone.
 * @param {Message} message
 * @param {Spot} spot
 * @param {Shape} shape
 * @param {boolean} single
 * @returns {Terms}
 */
export function termsOf({ header, arrays }, { c, row, column }, { name, columns, vector }, single) {
  const T = header.steps;
  const each = arrays[`${c}.each.${name}`];
  const terms = single ? Float64Array.from({ length: T }, (_, k) => part(each, k)[row * columns + column]) : arrays[`${c}.along.${name}`].data;
  const since = new Float64Array(T + 2);
  for (let t = T; t >= 1; t--) since[t] = since[t + 1] + terms[t - 1];
  return { name, label: placeName(name, single ? row : null, column, vector), single, since, total: since[1], own: arrays[`${c}.own.${name}`].data, at: (t) => terms[t - 1], share: (value) => value / since[1] };
}

/** @param {number} share */
export const percent = (share) => `${sayNumber(100 * share)} %`;

/**
 * How much of the total the steps next to the loss make, and how much the first ones.
 * @param {Terms} found
 * @param {string} title
 * @param {number} T
 * @param {boolean} [faint] whether the error is so small that what it adds is lost in float64
 */
export function verdictOf(found, title, T, faint = false) {
  const what = `dL/d${found.label}`;
  if (!Number.isFinite(found.total)) return `The gradient ${what} of the ${title} is beyond what float64 holds.`;
  if (found.total === 0 && faint) return `${what} of the ${title} is so small that float64 holds it as 0: next to no error comes back.`;
  if (found.total === 0) return `${what} of the ${title} is exactly 0: no step adds anything to it.`;
  const n = Math.min(3, Math.floor(T / 2));
  const words = n > 1 ? `${COUNTED[n]}steps make` : "step makes";
  const late = found.share(found.since[T - n + 1]);
  let first = 0; // added up by themselves: the difference of two sums would lose what is small
  for (let t = n; t >= 1; t--) first += found.at(t);
  return `The last ${words} up ${percent(late)} of ${what} in the ${title}, the first ${n > 1 ? COUNTED[n].trim() : "one"} ${percent(found.share(first))}.`;
}
