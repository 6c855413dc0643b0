// The scene: what the pictures are drawn from. Engine results at the scale of the moment, the room, the theme.

import { part } from "../shared/message.js";
import { ramp, isDark, decades, timeAxis } from "../shared/paint.js";
import { landscapeSpan } from "./landscape.js";

// Every network at the current scale.
function networks({ header, arrays }, state) {
  const row = state.scale - header.from;
  return header.cells.map((cell, c) => {
    const at = (name) => part(arrays[name], c, row);
    const gradient = at("gradient")[0];
    const dc = at("dc");
    return {
      ...cell,
      rows: Array.from({ length: header.runs }, (_, s) => part(arrays.dh, c, s)),
      now: {
        dh: at("dh"), dc, bySaturation: at("bySaturation"), byWeights: at("byWeights"), rms: at("rms"), bound: at("bound")[0], gradient,
        radius: at("radius")[0], singular: at("singular")[0], saturation: at("saturation")[0], loss: at("loss")[0],
        verdict: cell.verdicts[row], halfLife: cell.halfLives[row], clipped: header.clipped[c][row],
        hasMemory: !Number.isNaN(dc[state.steps]),
      },
    };
  });
}

// The ranks of other seeds' runs, `spread(cell, rank, absolute)`; null while they are not those of this scale.
function spreadOf({ header, arrays }, state) {
  if (!arrays.spread || header.seeds.scale !== state.scale) return null;
  return (c, rank, absolute) => part(arrays.spread, absolute ? 1 : 0, c, rank);
}

// The decades in which everything that is drawn lies.
export function wantedSpan(scene, state) {
  let low = -1;
  let high = 0;
  const see = (v) => {
    if (Number.isFinite(v)) [low, high] = [Math.min(low, v), Math.max(high, v)];
  };
  scene.cells.forEach((cell, c) => {
    const { dc } = cell.now;
    if (scene.spread) scene.spread(c, 1, state.absolute).subarray(1).forEach(see); // the median; one odd seed moves no axis
    for (let t = 1; t <= state.steps; t++) {
      see(scene.size(cell, t));
      see(dc[t] - (state.absolute ? 0 : dc[state.steps]));
    }
  });
  return decades(low, high);
}

// Hidden states of one network, and the largest |value| among them.
function statesOf({ header, arrays, number }, state, focus) {
  const whole = header.statesAt === null;
  const h = part(arrays.h, focus, whole ? state.scale - header.from : 0);
  let extent = 1;
  if (!header.cells[focus].bounded) for (const v of h) if (Number.isFinite(v)) extent = Math.max(extent, Math.abs(v));
  return { h, extent, key: `${whole ? state.scale : header.statesAt} ${number}`, stale: !whole && header.statesAt !== state.scale };
}

// The scene for a message and a state; `before` is the last one, kept where the room is the same.
export function compose(root, message, state, before) {
  const { header, arrays } = message;
  const style = getComputedStyle(root);
  const font = parseFloat(style.fontSize);
  const width = Math.max(280, Math.floor(root.clientWidth));
  const dark = isDark(root);
  const names = header.cells.map((cell) => cell.name).join();
  const key = [width, font, dark, names, state.steps, arrays.h.shape[3], header.presenter].join(" ");
  const cells = networks(message, state);
  const now = { cells, absolute: state.absolute, spread: spreadOf(message, state) };
  if (before?.key === key && before.data === message.number) return Object.assign(before, now, { changed: false });
  const palette = header.theme[dark ? "dark" : "light"];
  return {
    ...now,
    changed: before?.key !== key, // the room is another: pictures are laid out anew
    key, font, dark, palette,
    data: message.number,
    whole: header.runs === header.scales.length,
    family: style.fontFamily,
    magnitude: ramp(palette.magnitude),
    signed: ramp(palette.signed),
    axis: timeAxis(width, state.steps, font),
    landSpan: landscapeSpan(arrays, header.cells.length, header.runs, state.steps),
    steps: state.steps,
    scales: header.scales,
    from: header.from,
    units: arrays.h.shape[3],
    labels: header.labels,
    seeds: header.seeds,
    lastLossOnly: header.lastLossOnly,
    float32: header.float32,
    presenter: header.presenter,
    states: (focus) => statesOf(message, state, focus),
    size: (cell, t) => cell.now.dh[t] - (state.absolute ? 0 : cell.now.dh[state.steps]),
  };
}
