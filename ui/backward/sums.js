// The terms of one gradient: what each step adds to it, and what of it is there once the error has come back to a step.

import { part } from "../shared/message.js";
import { sayNumber } from "../shared/words.js";

const COUNTED = ["", "", "two ", "three "];

// Terms of the array `name` of network c: along its total, or of the one weight at `entry`, [row, column] from 0.
export function termsOf({ header, arrays }, c, name, entry) {
  const T = header.steps;
  let terms = arrays[`${c}.along.${name}`].data;
  if (entry) {
    const each = arrays[`${c}.each.${name}`];
    terms = Float64Array.from({ length: T }, (_, k) => part(each, k)[entry[0] * each.shape[2] + entry[1]]);
  }
  const since = new Float64Array(T + 2); // since[t]: steps t..T together
  for (let t = T; t >= 1; t--) since[t] = since[t + 1] + terms[t - 1];
  return { name, entry, terms, since, total: since[1], own: arrays[`${c}.own.${name}`].data, at: (t) => terms[t - 1], share: (v) => v / since[1] };
}

export const percent = (share) => `${sayNumber(100 * share)} %`;
export const placeName = (name, entry, vector) => (entry ? `${name}[${entry[0] + 1}${vector ? "" : `,${entry[1] + 1}`}]` : name);

// How much of the total the steps next to the loss make, and how much the first ones.
export function verdictOf(found, title, what, T) {
  if (!Number.isFinite(found.total)) return `The gradient dL/d${what} of the ${title} is beyond what float64 holds.`;
  if (found.total === 0) return `dL/d${what} of the ${title} is exactly 0: no step adds anything to it.`;
  const n = Math.min(3, Math.floor(T / 2));
  const words = n > 1 ? `${COUNTED[n]}steps make` : "step makes";
  const late = found.share(found.since[T - n + 1]);
  const early = found.share(found.total - found.since[n + 1]);
  return `The last ${words} up ${percent(late)} of dL/d${what} in the ${title}, the first ${n > 1 ? COUNTED[n].trim() : "one"} ${percent(exact(found, n, early))}.`;
}

// The first n steps added up by themselves: the difference of two sums would lose what is small.
function exact(found, n) {
  let sum = 0;
  for (let t = n; t >= 1; t--) sum += found.at(t);
  return found.share(sum);
}
