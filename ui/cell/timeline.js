// The time of the circuit: operation after operation in the order of computation, then the next step; backward the other
// way round. A step takes a unit of time for each rank, and its last, when all of it is computed, stands longer.

import { clamp } from "../kit/browser/paint.js";

const BEATS = 2.6; // ranks a second
const STANDS = 2; // beats that a finished step stands
export const HOLD = 6 / BEATS; // seconds more that a finished run stands

export const unitsOf = (run) => run.ranks + 1;
export const lengthOf = (run) => run.steps * unitsOf(run);
export const paceOf = (run, unit) => (unit % unitsOf(run) === run.ranks ? BEATS / STANDS : BEATS);

// Which step and rank a moment shows.
export function momentAt(run, at, backward) {
  const k = clamp(Math.floor(at / unitsOf(run) + 1e-9), 0, run.steps - 1);
  const rank = clamp(Math.floor(at - k * unitsOf(run) + 1e-9), 0, run.ranks);
  return backward ? { t: run.steps - k, rank: run.ranks - rank } : { t: k + 1, rank };
}

// The moment at which step t begins.
export const beginningOf = (run, t, backward) => (backward ? run.steps - t : t - 1) * unitsOf(run);
