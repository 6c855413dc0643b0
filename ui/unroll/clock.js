// The clock of the walk. It counts steps of computing: one column each, or, in both directions, one column of each
// direction at a time and layer by layer, because the layer above needs both ends of the one below.

import { clamp } from "./elements.js";

const SECONDS = 16; // that a walk takes at speed 1,
const SLOWEST = 0.55; // but from so many steps a second
const FASTEST = 20; // to so many, which an eye still follows

// When a row's state at a column is computed: during the step that ends at this time.
export const timeOf = (model, row, t) => {
  if (!model.both) return t;
  const sweep = Math.floor(row / 2) * model.steps;
  return sweep + (model.isReverse(row) ? model.steps + 1 - t : t);
};
export const timeOfOutput = (model, t) => {
  if (!model.both) return t;
  return (model.layers - 1) * model.steps + Math.max(t, model.steps + 1 - t);
};
export const timeOfInput = (model, t) => (model.both ? Math.min(t, model.steps + 1 - t) : t);
export const lastTime = (model) => (model.both ? model.layers * model.steps : model.steps);

export function createClock(state, redraw, alive) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let frame = 0;
  let last = 0;
  let model = null;

  const pace = () => clamp(lastTime(model) / SECONDS, SLOWEST, FASTEST) * state.speed;
  function follow() {
    const whole = Math.ceil(state.clock - 1e-9);
    state.t = clamp(model.both ? whole - Math.floor((whole - 1) / model.steps) * model.steps : whole, 1, model.steps);
  }

  function tick(now) {
    if (!state.playing || !alive()) return;
    const end = lastTime(model);
    // Reduced motion: whole steps, at most two a second, instead of a flow.
    if (!still.matches) state.clock = Math.min(end, state.clock + Math.min(0.1, (now - last) / 1000) * pace());
    else if (now - last >= 500 / Math.min(1, state.speed)) state.clock = Math.min(end, Math.floor(state.clock + 1e-9) + 1);
    else return void (frame = requestAnimationFrame(tick));
    last = now;
    follow();
    if (state.clock >= end) state.playing = false;
    else frame = requestAnimationFrame(tick);
    redraw();
  }

  function pause() {
    state.playing = false;
    cancelAnimationFrame(frame);
  }

  return {
    reduced: () => still.matches,
    use: (found) => (model = found),
    pause,
    play() {
      cancelAnimationFrame(frame);
      if (state.clock >= lastTime(model)) state.clock = 0;
      state.playing = true;
      follow();
      last = performance.now();
      frame = requestAnimationFrame(tick);
      redraw();
    },
    // A column, completely computed; in both directions that takes the whole run.
    pick(t) {
      pause();
      state.t = clamp(t, 1, model.steps);
      Object.assign(state, { clock: model.both ? lastTime(model) : state.t, touched: true });
      redraw();
    },
    finish() {
      pause();
      Object.assign(state, { clock: lastTime(model), t: model.steps, touched: false });
      redraw();
    },
  };
}
