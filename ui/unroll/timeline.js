// The time of the walk. It counts steps of computing: one column each, or, where a direction reads from the end, one
// column of each direction at a time and layer by layer, because the layer above needs both ends of the one below.

import { clamp } from "../kit/browser/paint.js";

const SECONDS = 16; // that a walk takes at speed 1,
const SLOWEST = 0.55; // but from so many steps a second
const FASTEST = 20; // to so many, which an eye still follows

// When a row's state at a column is computed: during the step that ends at this time.
export const timeOf = (model, row, t) => {
  if (!model.sweeps) return t;
  const sweep = Math.floor(row / model.ways) * model.steps;
  return sweep + (model.isReverse(row) ? model.steps + 1 - t : t);
};
export const timeOfOutput = (model, t) => {
  if (!model.sweeps) return t;
  if (model.single) return lastTime(model); // one answer waits for all ends
  return Math.max(...Array.from({ length: model.ways }, (_, way) => timeOf(model, model.topRow(way), t)));
};
export const timeOfInput = (model, t) => Math.min(...Array.from({ length: model.ways }, (_, row) => timeOf(model, row, t)));
export const lastTime = (model) => (model.sweeps ? model.layers * model.steps : model.steps);
export const paceOf = (model) => clamp(lastTime(model) / SECONDS, SLOWEST, FASTEST);

// During the step that ends at `time`: its state is filled at a share of it, its output said later.
export const FILLED = 0.78;
export const SAID = 0.9;

// Whether a column has come so far; whoever stops the walk at a column has left nothing to wait for but its own end.
export const reached = (clock, time, share) => clock >= time - 1 + share - 1e-9;

// Until when the maps below show the walk: whoever has stopped it sees all of it there.
export const seenUntil = ({ clock, touched, playing }) => (touched && !playing ? Infinity : clock);

// A path over those columns that have not come so far, of a picture from `top`, `tall` pixels high.
export function veilOver({ steps }, when, state, { left, pitch }, top, tall) {
  const clock = seenUntil(state);
  let d = "";
  for (let t = 1, from = 0; t <= steps + 1; t++) {
    const awaited = t <= steps && !when(t, clock);
    if (awaited && !from) from = t;
    if (awaited || !from) continue;
    d += `M${(left + (from - 1) * pitch).toFixed(1)},${top}h${((t - from) * pitch).toFixed(1)}v${tall}h${(-(t - from) * pitch).toFixed(1)}Z`;
    from = 0;
  }
  return d;
}

// The column that is computed at a time.
export function columnAt(model, time) {
  const whole = Math.max(1, Math.ceil(time - 1e-9));
  if (!model.sweeps) return Math.min(whole, model.steps);
  const layer = Math.min(Math.floor((whole - 1) / model.steps), model.layers - 1);
  const column = Math.min(whole - layer * model.steps, model.steps);
  return model.isReverse(layer * model.ways) && !model.both ? model.steps + 1 - column : column;
}
