// What eases to where it belongs: rolling up, scrolling, the gradients that come back. Under reduced motion it jumps.

import { clamp } from "../kit/browser/paint.js";
import { lastTime } from "./timeline.js";
import { windowFrom } from "./room.js";

const MORPH = 0.7; // seconds from rolled to unrolled
const SWEEP = 0.9; // seconds in which the gradients come back
const SCROLL = 9; // share of the way that is left, per second

// Moves the state on by so many seconds; true while something is still on its way.
export function ease(state, model, room, still, seconds) {
  const toward = (value, goal, pace) => (still ? goal : value < goal ? Math.min(goal, value + pace) : Math.max(goal, value - pace));
  state.unfolded = toward(state.unfolded, state.rolled ? 0 : 1, seconds / MORPH);
  state.morph = state.unfolded ** 2 * (3 - 2 * state.unfolded);
  const known = state.clock >= lastTime(model) || (state.touched && !state.playing);
  state.swept = known ? toward(state.swept, 1, seconds / SWEEP) : 0;
  if (state.followed !== `${state.t} ${room.shown}`) {
    state.followed = `${state.t} ${room.shown}`;
    state.goal = windowFrom(room, model.steps, state.goal, state.t);
    state.chasing = true; // until the window has come, the step in focus is never out of sight
  }
  const apart = state.goal - state.from;
  const there = still || Math.abs(apart) < 0.02 || Math.abs(apart) > 2 * room.shown;
  state.from = there ? state.goal : state.from + apart * Math.min(1, seconds * SCROLL);
  if (state.chasing) state.from = clamp(state.from, state.t - room.shown + 1, state.t);
  state.chasing &&= !there;
  return state.from !== state.goal || state.swept !== (known ? 1 : 0) || state.unfolded !== (state.rolled ? 0 : 1);
}
