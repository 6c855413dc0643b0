// One column of the diagram: what enters, the boxes above it, what comes out. Marks are made once and then moved.

import { svg, text } from "../lab/paint.js";
import { sayNumber } from "../lab/words.js";
import { fitting } from "./elements.js";
import { arrow, loop, put, putAll, say, show } from "./marks.js";
import { lastTime, timeOf, timeOfInput, timeOfOutput } from "./clock.js";

const FINEST = 12; // up to so many inputs have a cell each with a line around it

const share = (clock, time, from, to) => Math.max(0, Math.min(1, (clock - (time - 1) - from) / (to - from)));

// When during a step each thing happens, as shares of the step: with several layers one after the other.
function stages(model, row) {
  const span = model.both ? 0.7 : 0.7 / model.layers;
  const start = 0.08 + (model.both ? 0 : Math.floor(row / model.ways) * span);
  return { U: [start, start + span * 0.4], W: [start + span * 0.2, start + span * 0.6], state: [start + span * 0.6, start + span] };
}

// An arrow whose width is the size of what flows, and over it how far the flow has come.
function makeFlow(parent, fill) {
  const bed = svg("path", { class: "bed" }, parent);
  return { bed, body: svg("path", { fill }, parent) };
}
function drawFlow(flow, x1, y1, x2, y2, width, most, come) {
  const whole = `${x1} ${y1} ${x2} ${y2} ${width}`;
  if (flow.whole !== whole || flow.come !== come) {
    const d = arrow(x1, y1, x2, y2, width, most);
    put(flow.bed, "d", d);
    if (come > 0) put(flow.body, "d", come === 1 ? d : arrow(x1, y1, x1 + (x2 - x1) * come, y1 + (y2 - y1) * come, width, most));
    Object.assign(flow, { whole, come });
  }
  show(flow.body, come > 0);
}

function makeRow(g, model, room, palette, box, row) {
  const { font, boxWide, boxTall, cells } = room;
  const x = box.dx - boxWide / 2;
  const label = (letter, fill, anchor) => text(g, letter, { "font-weight": 700, "font-size": font * 0.85, fill, "text-anchor": anchor });
  const U = makeFlow(g, palette.roles.input);
  const W = makeFlow(g, palette.roles.state);
  const start = text(g, "", { "text-anchor": "end", "font-size": font * 0.8, fill: palette.muted });
  const ring = svg("path", { fill: "none", "stroke-linecap": "round" }, g);
  const tip = svg("path", {}, g);
  const frame = svg("rect", { x, y: box.top, width: boxWide, height: boxTall, rx: 4, fill: palette.surface, stroke: palette.roles.state }, g);
  const gap = (size) => (size > 4 ? 0.7 : 0);
  const units = Array.from({ length: model.hidden }, (_, k) =>
    svg("rect", {
      x: x + 1.5 + Math.floor(k / cells.down) * cells.wide, y: box.top + 1.5 + (k % cells.down) * cells.tall,
      width: Math.max(0.6, cells.wide - gap(cells.wide)), height: Math.max(0.6, cells.tall - gap(cells.tall)), rx: Math.min(2, cells.tall / 4), fill: palette.surface, "data-unit": `${row} ${k}`,
    }, g),
  );
  const legible = cells.tall >= font * 0.9 && cells.wide >= font * 2.6;
  const values = legible ? units.map((_, k) => text(g, "", { x: box.dx, y: box.top + 1.5 + (k + 0.5) * cells.tall + font * 0.29, "text-anchor": "middle", "font-size": font * 0.82, class: "tabular", "data-value": `${row} ${k}` })) : [];
  const chosen = svg("rect", { fill: "none", stroke: palette.text, "stroke-width": 2, rx: 2, width: cells.wide, height: cells.tall, visibility: "hidden" }, g);
  return { box, x, U, W, start, ring, tip, frame, units, values, chosen, nameU: label("U", palette.roles.input, "end"), nameW: label("W", palette.roles.state, "middle") };
}

function makeInput(g, model, room, palette) {
  const wide = Math.min(room.pitch - 8, Math.max(room.boxWide, room.font * 1.6));
  const { inTop: y, inTall: height, font } = room;
  const vector = svg("rect", { x: -wide / 2, y, width: wide, height, fill: palette.surface, stroke: palette.roles.input, rx: 2 }, g);
  const hot = svg("rect", { y, height, fill: palette.roles.input }, g);
  const D = model.header.vocabulary.length;
  const line = (share, strong) => svg("line", { x1: (share - 0.5) * wide, x2: (share - 0.5) * wide, y1: y, y2: y + height, stroke: palette.roles.input, "stroke-width": strong ? 1 : 0.6 }, g);
  if (model.numeric) line(0.5, true);
  else if (D <= FINEST) for (let k = 1; k < D; k++) line(k / D, false);
  const symbol = text(g, "", { y: room.name, "text-anchor": "middle", "font-size": font * (model.numeric ? 0.9 : 1.2), "font-weight": 600, fill: palette.roles.input, class: "tabular enters" });
  return { wide, vector, hot, symbol };
}

function makeOutput(g, model, room, palette) {
  const { font, ways, lines, outTop } = room;
  const wide = Math.min(room.pitch - 6, font * 7.4);
  const V = Array.from({ length: ways }, () => makeFlow(g, palette.roles.output));
  const nameV = text(g, "V", { "font-weight": 700, "font-size": font * 0.85, fill: palette.roles.output, "text-anchor": "end" });
  const tall = font * 1.25;
  const named = Array.from({ length: lines }, (_, n) => {
    const y = outTop + n * tall;
    return {
      ground: svg("rect", { x: -wide / 2, y: y + 1, width: wide, height: tall - 2, fill: palette.surface, rx: 2 }, g),
      bar: svg("rect", { x: -wide / 2, y: y + 1, height: tall - 2, fill: palette.roles.output, "fill-opacity": 0.26, rx: 2 }, g),
      name: text(g, "", { x: -wide / 2 + 4, y: y + font * 0.93, "font-size": font * 0.86, fill: palette.text, "font-weight": n ? 400 : 650, "data-rank": n + 1 }),
      value: text(g, "", { x: wide / 2 - 3, y: y + font * 0.93, "font-size": font * 0.8, fill: palette.text, "text-anchor": "end", class: "tabular", "data-chance": n + 1 }),
    };
  });
  const wanted = text(g, "", { y: outTop - font * 0.4, "text-anchor": "middle", "font-size": font * 0.78, fill: palette.roles.gradient, class: "wanted" });
  return { wide, V, nameV, named, wanted };
}

export function makeColumn(root, model, room, palette) {
  const g = svg("g", { class: "column", fill: palette.rule }, root);
  const rows = room.boxes.map((box, row) => makeRow(g, model, room, palette, box, row));
  const output = makeOutput(g, model, room, palette);
  const input = makeInput(g, model, room, palette);
  const gradient = svg("rect", { x: -room.pitch * 0.32, width: room.pitch * 0.64, fill: palette.roles.gradient, rx: 1, class: "gradient" }, g);
  const step = text(g, "", { y: room.gradTop + room.gradTall + room.font * 1.15, "text-anchor": "middle", "font-size": room.font * 0.82, fill: palette.muted, class: "tabular" });
  return { g, rows, output, input, gradient, step };
}

const breadth = (norm, strongest, room) => (Number.isFinite(norm) ? Math.max(0.9, (room.thick * norm) / strongest) : room.thick);

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
  drawFlow(mark.W, box.dx + side * reach, box.middle, box.dx + side * (half + 2), box.middle, wide, room.thick, carried);
  for (const path of [mark.W.bed, mark.W.body, mark.start]) put(path, "opacity", state.morph.toFixed(2));
  say(mark.start, first ? "0" : "");
  if (first) putAll(mark.start, { x: box.dx + side * (reach + 4), y: box.middle + font * 0.28, "text-anchor": reverse ? "start" : "end" });
  const rolled = here && state.morph < 1;
  const round = model.both && !reverse ? -1 : 1; // the side of the loop
  show(mark.ring, rolled);
  show(mark.tip, rolled);
  if (rolled) {
    const colour = carried > 0 ? palette.roles.state : palette.muted;
    const seen = (1 - state.morph).toFixed(2);
    const edge = box.dx + round * half;
    const lift = room.boxTall * 0.17;
    putAll(mark.ring, { d: loop(edge, box.middle, lift, font * 4.4, round), stroke: colour, "stroke-width": Math.max(1.2, wide).toFixed(1), opacity: seen });
    const head = 7 + wide * 0.9;
    putAll(mark.tip, { d: `M${edge + round},${box.middle + lift}l${round * head},${-head * 0.6}v${head * 1.2}Z`, fill: colour, opacity: seen });
  }
  const now = filled > 0 ? model.h(row, t) : null;
  const extent = model.extent("h");
  mark.units.forEach((cell, k) => {
    const seen = now !== null && filled * model.hidden > k;
    const value = seen ? now[k] : 0;
    put(cell, "fill", seen ? (Number.isNaN(value) ? palette.muted : signed.css(0.5 + (0.5 * value) / extent)) : palette.surface);
    if (mark.values[k]) {
      say(mark.values[k], seen ? sayNumber(value) : "");
      put(mark.values[k], "fill", scene.inkOn(0.5 + (0.5 * value) / extent));
    }
  });
  const selected = here && row === state.row && state.pick.kind === "unit";
  show(mark.chosen, selected);
  if (selected) putAll(mark.chosen, { x: mark.x + 1 + Math.floor(state.pick.unit / cells.down) * cells.wide, y: box.top + 1 + (state.pick.unit % cells.down) * cells.tall });
  put(mark.frame, "stroke-width", here ? 2.4 : 1.2);
  show(mark.nameU, here);
  show(mark.nameW, here);
  if (!here) return;
  const layer = row - (row % room.ways);
  const free = ((layer ? room.boxes[layer - 1].top : room.inTop) + room.boxes[layer].bottom) / 2;
  putAll(mark.nameU, { x: box.dx - font * 0.35 - Math.max(4, wideIn * 0.9), y: free + font * 0.35 });
  const apart = font * 0.45 + Math.max(2, wide / 2);
  putAll(mark.nameW, state.morph > 0.5 ? { x: box.dx + side * (first ? half + font * 0.9 : room.pitch / 2), y: box.middle - apart } : { x: box.dx + round * (half + font * 4.2), y: box.middle + font * 0.3 });
}

function drawInput({ wide, vector, hot, symbol }, model, room, state, t) {
  const entered = share(state.clock, timeOfInput(model, t), 0, 0.08) > 0;
  const name = model.label(t);
  const type = room.font * (model.numeric ? 0.9 : 1.2);
  say(symbol, name === null ? "–" : fitting(name, room.pitch - 2, model.numeric ? type * 0.8 : type)); // digits are narrow
  const code = model.code(t);
  show(hot, entered && (code === null || code >= 0));
  if (code === null) {
    const half = (Math.abs(model.value(t)) / model.extentOfValues) * (wide / 2);
    putAll(hot, { x: model.value(t) < 0 ? (-half).toFixed(2) : 0, width: half.toFixed(2) });
  } else if (code >= 0) {
    const D = Math.max(1, model.header.vocabulary.length);
    putAll(hot, { x: ((code / D - 0.5) * wide).toFixed(2), width: Math.max(2, wide / D).toFixed(2) });
  }
  put(vector, "stroke-width", t === state.t ? 2 : 1);
}

function drawOutput({ wide, V, nameV, named, wanted }, model, room, scene, state, t) {
  const { palette } = scene;
  const { font } = room;
  const here = t === state.t;
  const has = model.outputAt.has(t);
  const time = timeOfOutput(model, t);
  const [risen, said] = [share(state.clock, time, 0.78, 0.9), share(state.clock, time, 0.9, 1)];
  const end = room.outTop + room.outTall;
  const top = model.rows - 1;
  const wideOut = breadth(model.outflow(t), model.strongest.outward, room);
  V.forEach((flow, way) => {
    const box = room.boxes[top - way];
    show(flow.bed, has);
    if (has) drawFlow(flow, box.dx, box.top - 2, box.dx, end + 3, wideOut, room.thick, risen);
    else show(flow.body, false);
  });
  show(nameV, has && here);
  const left = room.boxes[Math.max(0, top - room.ways + 1)];
  putAll(nameV, { x: left.dx - font * 0.35 - Math.max(4, wideOut * 0.9), y: (end + room.boxes[top].top) / 2 + font * 0.4 });
  const values = has && said > 0 ? model.outputs(t) : null;
  const { kind } = model.header.output;
  const best = values && kind === "softmax" ? model.likeliest(t, room.lines) : [0];
  named.forEach(({ ground, bar, name, value }, n) => {
    const k = best[n];
    const v = values ? values[k] : 0;
    show(ground, has);
    put(bar, "width", values && kind !== "linear" ? (Math.max(0, Math.min(1, v)) * wide).toFixed(1) : 0);
    const digits = values ? sayNumber(v) : "";
    const spare = wide - digits.length * font * 0.48 - 8;
    say(name, !values ? "" : kind === "softmax" ? fitting(model.header.vocabulary[k], spare, font * 0.86) : spare > font * 1.2 ? "y" : "");
    say(value, digits);
    const chosen = values && here && state.pick.kind === "output" && state.pick.k === k;
    put(ground, "stroke", chosen ? palette.text : "none");
  });
  const target = said > 0 ? model.target(t) : null;
  const loss = sayNumber(model.loss(t) ?? 0);
  say(wanted, target === null ? "" : wide > font * 6.5 ? `wanted ${fitting(target, font * 3, font * 0.78)}, loss ${loss}` : wide > font * 4.4 ? `loss ${loss}` : loss);
}

// Where the whole column is still to come, or done and not in focus, nothing is drawn twice.
export function drawColumn(slot, model, room, scene, state, t) {
  const here = t === state.t;
  const done = state.clock >= lastTime(model);
  const settled = done || (!model.both && (state.clock >= t || state.clock <= t - 1));
  const stamp = settled && !here ? `${scene.key} ${t} ${done || state.clock >= t} ${state.morph}` : "";
  if (!stamp || stamp !== slot.stamp) {
    drawInput(slot.input, model, room, state, t);
    slot.rows.forEach((mark, row) => drawRow(mark, row, model, room, scene, state, t));
    drawOutput(slot.output, model, room, scene, state, t);
    const own = model.ownStep(t);
    say(slot.step, here ? `step ${own}` : `${own}`);
    put(slot.step, "font-weight", here ? 650 : 400);
  }
  slot.stamp = stamp;
  const dh = model.dh(state.row, t);
  const tall = Number.isFinite(dh) && state.swept * model.steps >= model.steps - t + 1 - 1e-9 ? model.share(dh) : 0;
  put(slot.gradient, "y", (room.gradTop + room.gradTall * (1 - tall)).toFixed(1));
  put(slot.gradient, "height", (tall * room.gradTall).toFixed(1));
}
