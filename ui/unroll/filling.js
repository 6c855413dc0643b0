// How far a column is computed at a moment: arrows flow, states fill, the output appears. Every draw is idempotent.

import { put, show } from "../kit/browser/paint.js";
import { fitting, sayNumber } from "../kit/browser/words.js";
import { arrow, loop, say } from "./marks.js";
import { FILLED, SAID, lastTime, timeOf, timeOfInput, timeOfOutput } from "./timeline.js";

const share = (clock, time, from, to) => Math.max(0, Math.min(1, (clock - (time - 1) - from) / (to - from)));

// When during a step each thing happens, as shares of the step: with several layers one after the other.
function stages(model, row) {
  const span = model.sweeps ? 0.7 : 0.7 / model.layers;
  const start = 0.08 + (model.sweeps ? 0 : Math.floor(row / model.ways) * span);
  return { U: [start, start + span * 0.4], W: [start + span * 0.2, start + span * 0.6], state: [start + span * 0.6, start + span] };
}

function drawFlow(flow, x1, y1, x2, y2, width, most, come) {
  const whole = `${x1} ${y1} ${x2} ${y2} ${width}`;
  if (flow.whole !== whole || flow.come !== come) {
    const d = arrow(x1, y1, x2, y2, width, most);
    put(flow.bed, { d });
    if (come > 0) put(flow.body, { d: come === 1 ? d : arrow(x1, y1, x1 + (x2 - x1) * come, y1 + (y2 - y1) * come, width, most) });
    Object.assign(flow, { whole, come });
  }
  show(flow.body, come > 0);
}

const breadth = (log10, strongest, room) => (log10 > -Infinity ? Math.max(0.9, room.thick * 10 ** (log10 - strongest)) : 0.9);

// The state before the first step, a cell for each unit, where its arrow begins.
function drawStart({ strip, box }, before, model, room, scene, away, opacity) {
  const scale = model.scaleOf("h");
  const tall = room.boxTall / model.hidden;
  strip.forEach((cell, k) => {
    show(cell, opacity > 0.02);
    put(cell, { x: box.dx + away - (away < 0 ? room.font * 0.6 : 0), y: box.top + k * tall, height: tall, fill: scene.signed.css(scale.share(before[k])), opacity: opacity.toFixed(2) });
  });
}

function drawRow(mark, row, model, room, scene, state, t) {
  const { palette, signed } = scene;
  const { box } = mark;
  const { font, cells } = room;
  const here = t === state.t;
  const when = stages(model, row);
  const time = timeOf(model, row, t);
  const [inward, carried, filled] = ["U", "W", "state"].map((name) => share(state.clock, time, ...when[name]));
  const half = room.boxWide / 2;
  const below = row < room.ways ? room.inTop : room.boxes[row - room.ways].top;
  const wideIn = breadth(model.flow(row, t, 0), model.strongest.inward, room);
  drawFlow(mark.U, box.dx, below - 2, box.dx, box.bottom + 2, wideIn, room.thick, inward);
  const reverse = model.isReverse(row);
  const side = reverse ? 1 : -1;
  const first = reverse ? t === model.steps : t === 1;
  const reach = first ? half + font * 1.3 : room.pitch - half - 2;
  const wide = breadth(model.flow(row, t, 1), model.strongest.inward, room);
  for (const path of [mark.W.bed, mark.W.body, mark.start, mark.nameW]) show(path, model.loops);
  if (model.loops) drawFlow(mark.W, box.dx + side * reach, box.middle, box.dx + side * (half + 2), box.middle, wide, room.thick, carried);
  for (const path of [mark.W.bed, mark.W.body, mark.start]) put(path, { opacity: state.morph.toFixed(2) });
  const own = model.loops && model.start(row, t) !== null; // a start that is not zeros
  say(mark.start, first ? (own ? "h₀" : "0") : "");
  if (first) put(mark.start, { x: box.dx + side * (reach + 4), y: own ? box.top - font * 0.2 : box.middle + font * 0.28, "text-anchor": reverse ? "start" : "end" });
  if (own) drawStart(mark, model.before("h", row, t), model, room, scene, side * (reach + 2), state.morph);
  else mark.strip.forEach((cell) => show(cell, false));
  const rolled = model.loops && here && state.morph < 1;
  const round = model.both && !reverse ? -1 : 1; // the side of the loop
  show(mark.ring, rolled);
  show(mark.tip, rolled);
  if (rolled) {
    const colour = carried > 0 ? palette.roles.state : palette.muted;
    const seen = (1 - state.morph).toFixed(2);
    const edge = box.dx + round * half;
    const lift = room.boxTall * 0.17;
    put(mark.ring, { d: loop(edge, box.middle, lift, font * 4.4, round), stroke: colour, "stroke-width": Math.max(1.2, wide).toFixed(1), opacity: seen });
    const head = 7 + wide * 0.9;
    put(mark.tip, { d: `M${edge + round},${box.middle + lift}l${round * head},${-head * 0.6}v${head * 1.2}Z`, fill: colour, opacity: seen });
  }
  const now = filled > 0 ? model.h(row, t) : null;
  const scale = model.scaleOf("h");
  mark.units.forEach((cell, k) => {
    const seen = now !== null && filled * model.hidden > k;
    const value = seen ? now[k] : 0;
    put(cell, { fill: seen ? (Number.isNaN(value) ? palette.muted : signed.css(scale.share(value))) : palette.surface });
    if (mark.values[k]) {
      say(mark.values[k], seen ? sayNumber(value) : "");
      put(mark.values[k], { fill: scene.inkOn(scale.share(value)) });
    }
  });
  const selected = here && row === state.row && state.pick.kind === "unit";
  show(mark.chosen, selected);
  if (selected) put(mark.chosen, { x: mark.x + 1 + Math.floor(state.pick.unit / cells.down) * cells.wide, y: box.top + 1 + (state.pick.unit % cells.down) * cells.tall });
  put(mark.frame, { "stroke-width": here ? 2.4 : 1.2 });
  show(mark.nameU, here);
  show(mark.nameW, here && model.loops);
  if (!here) return;
  const layer = row - (row % room.ways);
  const free = ((layer ? room.boxes[layer - 1].top : room.inTop) + room.boxes[layer].bottom) / 2;
  put(mark.nameU, { x: box.dx - font * 0.35 - Math.max(4, wideIn * 0.9), y: free + font * 0.35 });
  const apart = font * 0.45 + Math.max(2, wide / 2);
  put(mark.nameW, state.morph > 0.5 ? { x: box.dx + side * (first ? half + font * 0.9 : room.pitch / 2), y: box.middle - apart } : { x: box.dx + round * (half + font * 4.2), y: box.middle + font * 0.3 });
}

function drawInput({ wide, vector, hot, symbol }, model, room, state, t) {
  const entered = share(state.clock, timeOfInput(model, t), 0, 0.08) > 0;
  const name = model.label(t);
  const type = room.font * (model.numeric ? 0.9 : 1.2);
  say(symbol, name === null ? "–" : fitting(name, room.pitch - 2, model.numeric ? type * 0.8 : type)); // digits are narrow
  const code = model.code(t);
  show(hot, entered && (code === null || code >= 0));
  // Of one-hot symbols the one that is on, of numbers a bar each, from the middle of its share of the width.
  if (code === null) {
    const values = Array.from(model.entering(t));
    const share = wide / values.length;
    const bars = values.map((value, k) => ({ from: (k + 0.5) * share - wide / 2, to: (value / model.extentOfValues) * (share / 2) }));
    put(hot, { d: bars.map(({ from, to }) => `M${from.toFixed(2)},${room.inTop}h${to.toFixed(2)}v${room.inTall}h${(-to).toFixed(2)}z`).join("") });
  } else if (code >= 0) {
    const D = Math.max(1, model.partAt(t).vocabulary.length);
    const bar = Math.max(2, wide / D).toFixed(2);
    put(hot, { d: `M${((code / D - 0.5) * wide).toFixed(2)},${room.inTop}h${bar}v${room.inTall}h-${bar}z` });
  }
  put(vector, { "stroke-width": t === state.t ? 2 : 1 });
}

function drawOutput({ wide, V, nameV, named, wanted }, model, room, scene, state, t) {
  const { palette } = scene;
  const { font } = room;
  const here = t === state.t;
  const has = model.outputAt.has(t);
  const time = timeOfOutput(model, t);
  const [risen, said] = [share(state.clock, time, FILLED, SAID), share(state.clock, time, SAID, 1)];
  const end = room.outTop + room.outTall;
  const top = model.rows - 1;
  const wideOut = breadth(model.outflow(model.single ? model.header.output.at[0] : t), model.strongest.outward, room);
  V.forEach((flow, way) => {
    const box = room.boxes[model.topRow(way)];
    const read = model.reads(way, t);
    show(flow.bed, read);
    if (read) drawFlow(flow, box.dx, box.top - 2, box.dx, end + 3, wideOut, room.thick, risen);
    else show(flow.body, false);
  });
  show(nameV, has && here);
  const left = room.boxes[Math.max(0, top - room.ways + 1)];
  put(nameV, { x: left.dx - font * 0.35 - Math.max(4, wideOut * 0.9), y: (end + room.boxes[top].top) / 2 + font * 0.4 });
  const values = has && said > 0 ? model.outputs(t) : null;
  const { kind } = model.header.output;
  const best = values && kind === "softmax" ? model.likeliest(t, room.lines) : [0];
  named.forEach(({ ground, bar, name, value }, n) => {
    const k = best[n];
    const v = values ? values[k] : 0;
    show(ground, has);
    put(bar, { width: values && kind !== "linear" ? (Math.max(0, Math.min(1, v)) * wide).toFixed(1) : 0 });
    const digits = values ? sayNumber(v) : "";
    const spare = wide - digits.length * font * 0.48 - 8;
    say(name, !values ? "" : kind === "softmax" ? fitting(model.header.vocabulary[k], spare, font * 0.86) : spare > font * 1.2 ? "y" : "");
    say(value, digits);
    const chosen = values && here && state.pick.kind === "output" && state.pick.k === k;
    put(ground, { stroke: chosen ? palette.text : "none" });
  });
  const target = said > 0 ? model.target(t) : null;
  const loss = sayNumber(model.loss(t) ?? 0);
  const fits = (words) => words.length * font * 0.42 <= room.pitch - 4;
  const choices = target === null ? [""] : [`wanted ${fitting(target, font * 4, font * 0.78)}, loss ${loss}`, `loss ${loss}`, loss];
  say(wanted, choices.find(fits) ?? loss);
}

// Where the whole column is still to come, or done and not in focus, nothing is drawn twice.
export function drawColumn(slot, model, room, scene, state, t) {
  const here = t === state.t;
  const done = state.clock >= lastTime(model);
  const settled = done || (!model.sweeps && (state.clock >= t || state.clock <= t - 1));
  const stamp = settled && !here ? `${scene.stamp} ${t} ${done || state.clock >= t} ${state.morph}` : "";
  if (!stamp || stamp !== slot.stamp) {
    drawInput(slot.input, model, room, state, t);
    slot.rows.forEach((mark, row) => drawRow(mark, row, model, room, scene, state, t));
    drawOutput(slot.output, model, room, scene, state, t);
    const own = model.ownStep(t);
    say(slot.step, here ? `step ${own}` : `${own}`);
    put(slot.step, { "font-weight": here ? 650 : 400 });
  }
  slot.stamp = stamp;
  const dh = model.dh(state.row, t);
  const tall = Number.isFinite(dh) && state.swept * model.steps >= model.steps - t + 1 - 1e-9 ? model.share(dh) : 0;
  put(slot.gradient, { y: (room.gradTop + room.gradTall * (1 - tall)).toFixed(1), height: (tall * room.gradTall).toFixed(1) });
}
