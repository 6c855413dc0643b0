// The diagram: inputs below, layers as rows of boxes, outputs above; one group of marks per column that is in sight.

import { svg, set, text } from "./paint.js";
import { arrow, loop } from "./room.js";
import { sayNumber } from "./words.js";
import { fitting } from "./elements.js";
import { lastTime, timeOf, timeOfInput, timeOfOutput } from "./clock.js";

const AHEAD = 0.32; // opacity of what is not computed yet
const ASIDE = 0.55; // of what is computed, beside the column in focus

// Sets only what changed: most marks of most frames stay as they are.
function put(mark, name, value) {
  const kept = (mark.kept ??= {});
  if (kept[name] === value) return;
  kept[name] = value;
  mark.setAttribute(name, value);
}
function say(mark, words) {
  if (mark.said !== words) mark.textContent = mark.said = words;
}
const share = (clock, time, from, to) => Math.max(0, Math.min(1, (clock - (time - 1) - from) / (to - from)));

// When during a step each thing happens, as shares of the step: with several layers one after the other.
function stages(model, row) {
  const span = model.both ? 0.7 : 0.7 / model.layers;
  const start = 0.08 + (model.both ? 0 : Math.floor(row / model.ways) * span);
  return { U: [start, start + span * 0.4], W: [start + span * 0.2, start + span * 0.6], state: [start + span * 0.6, start + span] };
}

function makeSlot(root, model, room, palette) {
  const g = svg("g", { class: "column" }, root);
  const { font, boxWide, boxTall, cells } = room;
  const strong = { "font-weight": 700, "font-size": font * 0.85 };
  const rows = room.boxes.map((box) => {
    const x = box.dx - boxWide / 2;
    const U = svg("path", {}, g);
    const W = svg("path", {}, g);
    const ring = svg("path", { fill: "none", "stroke-linecap": "round" }, g);
    const tip = svg("path", {}, g);
    const frame = svg("rect", { x, y: box.top, width: boxWide, height: boxTall, rx: 3, fill: palette.surface, stroke: palette.roles.state, "stroke-width": 1.3 }, g);
    const units = Array.from({ length: model.hidden }, (_, k) =>
      svg("rect", {
        x: x + 1 + Math.floor(k / cells.down) * cells.wide, y: box.top + 1 + (k % cells.down) * cells.tall,
        width: Math.max(0.6, cells.wide - (cells.wide > 4 ? 0.7 : 0)), height: Math.max(0.6, cells.tall - (cells.tall > 4 ? 0.7 : 0)), "data-unit": k,
      }, g),
    );
    const legible = cells.tall >= font * 0.95 && cells.wide >= font * 2.6;
    const values = legible ? units.map((_, k) => text(g, "", { x: box.dx, y: box.top + 1 + (k + 0.5) * cells.tall + font * 0.29, "text-anchor": "middle", "font-size": font * 0.82 })) : [];
    const chosen = svg("rect", { fill: "none", stroke: palette.text, "stroke-width": 1.8, width: cells.wide, height: cells.tall, visibility: "hidden" }, g);
    const nameU = text(g, "U", { ...strong, fill: palette.roles.input, "text-anchor": "end" });
    const nameW = text(g, "W", { ...strong, fill: palette.roles.state, "text-anchor": "middle" });
    return { box, U, W, ring, tip, frame, units, values, chosen, nameU, nameW, x };
  });
  const V = Array.from({ length: room.ways }, () => svg("path", {}, g));
  const nameV = text(g, "V", { ...strong, fill: palette.roles.output, "text-anchor": "end" });
  const outWide = Math.min(room.pitch - 6, font * 7.4);
  const outs = Array.from({ length: room.lines }, (_, n) => {
    const y = room.outTop + n * font * 1.25;
    return {
      bar: svg("rect", { x: -outWide / 2, y: y + 1, height: font * 1.25 - 2, fill: palette.roles.output, "fill-opacity": 0.22, rx: 2 }, g),
      name: text(g, "", { x: -outWide / 2 + 3, y: y + font * 0.93, "font-size": font * 0.86, fill: palette.text, "font-weight": n ? 400 : 650 }),
      value: text(g, "", { x: outWide / 2 - 2, y: y + font * 0.93, "font-size": font * 0.8, fill: palette.text, "text-anchor": "end", class: "tabular" }),
    };
  });
  const wanted = text(g, "", { y: room.outTop - font * 0.4, "text-anchor": "middle", "font-size": font * 0.78, fill: palette.roles.gradient });
  const inWide = Math.min(room.pitch - 8, Math.max(boxWide, font * 1.6));
  const vector = svg("rect", { x: -inWide / 2, y: room.inTop, width: inWide, height: room.inTall, fill: palette.surface, stroke: palette.roles.input, "stroke-width": 1, rx: 2 }, g);
  const hot = svg("rect", { y: room.inTop, height: room.inTall, fill: palette.roles.input }, g);
  const D = model.header.vocabulary.length;
  for (let k = 1; k < D && D <= 12; k++) svg("line", { x1: -inWide / 2 + (k * inWide) / D, x2: -inWide / 2 + (k * inWide) / D, y1: room.inTop, y2: room.inTop + room.inTall, stroke: palette.roles.input, "stroke-width": 0.6 }, g);
  const symbol = text(g, "", { y: room.name, "text-anchor": "middle", "font-size": font * 1.2, "font-weight": 600, fill: palette.roles.input });
  const gradient = svg("rect", { x: -room.pitch * 0.32, width: room.pitch * 0.64, fill: palette.roles.gradient, rx: 1 }, g);
  const step = text(g, "", { y: room.gradTop + room.gradTall + font * 1.15, "text-anchor": "middle", "font-size": font * 0.8, fill: palette.muted });
  const pulse = svg("circle", { r: font * 0.26, visibility: "hidden" }, g);
  return { g, rows, V, nameV, outs, outWide, wanted, vector, hot, inWide, symbol, gradient, step, pulse };
}

function drawRow(slot, row, model, room, scene, state, t, past) {
  const { palette, signed } = scene;
  const mark = slot.rows[row];
  const { box } = mark;
  const { U, W, state: when } = stages(model, row);
  const time = timeOf(model, row, t);
  const [inward, carried, filled] = [U, W, when].map(([from, to]) => share(state.clock, time, from, to));
  const half = room.boxWide / 2;
  const below = row < room.ways ? room.inTop : room.boxes[row - (row % room.ways) - 1].top;
  const width = (norm) => (Number.isFinite(norm) ? Math.max(0.9, (room.thick * norm) / model.strongest) : room.thick);
  const reverse = model.isReverse(row);
  const side = reverse ? 1 : -1;
  const flowing = [model.flow(row, t, 0), model.flow(row, t, 1)];
  put(mark.U, "d", arrow(box.dx, below - 2, box.dx, box.bottom + 2, width(flowing[0]), room.thick));
  put(mark.U, "fill", inward > 0 ? palette.roles.input : palette.rule);
  const part = model.partAt(t);
  const first = reverse ? t === model.steps : t === 1;
  const reach = first ? half + room.font * 1.1 : room.pitch - half - 2;
  put(mark.W, "d", arrow(box.dx + side * reach, box.middle, box.dx + side * (half + 2), box.middle, width(flowing[1]), room.thick));
  put(mark.W, "fill", carried > 0 ? palette.roles.state : palette.rule);
  put(mark.W, "opacity", (state.morph * (t - part.offset === 1 && first ? 0.6 : 1)).toFixed(2));
  const rolled = state.morph < 1 && t === state.t;
  put(mark.ring, "visibility", rolled ? "visible" : "hidden");
  put(mark.tip, "visibility", rolled ? "visible" : "hidden");
  if (rolled) {
    set(mark.ring, { d: loop(box, half, room.font), stroke: carried > 0 ? palette.roles.state : palette.muted, "stroke-width": width(flowing[1]).toFixed(1), opacity: (1 - state.morph).toFixed(2) });
    set(mark.tip, { d: arrow(-half - 10, box.middle, -half - 1, box.middle, 2, room.thick), fill: carried > 0 ? palette.roles.state : palette.muted, opacity: (1 - state.morph).toFixed(2) });
  }
  const now = filled > 0 ? model.h(row, t) : null;
  const extent = model.extent("h");
  mark.units.forEach((cell, k) => {
    const seen = now !== null && filled * model.hidden >= k;
    const value = seen ? now[k] : 0;
    put(cell, "fill", seen ? (Number.isNaN(value) ? palette.muted : signed.css(0.5 + (0.5 * value) / extent)) : palette.ground);
    if (mark.values[k]) {
      say(mark.values[k], seen ? sayNumber(value) : "");
      put(mark.values[k], "fill", Math.abs(value) / extent > 0.6 ? palette.ground : palette.text);
    }
  });
  const selected = t === state.t && row === state.row && state.pick.kind === "unit" && past;
  put(mark.chosen, "visibility", selected ? "visible" : "hidden");
  if (selected) {
    const { cells } = room;
    set(mark.chosen, { x: mark.x + 1 + Math.floor(state.pick.unit / cells.down) * cells.wide, y: box.top + 1 + (state.pick.unit % cells.down) * cells.tall });
  }
  put(mark.frame, "stroke-width", t === state.t ? 2.2 : 1.2);
  const named = t === state.t ? "visible" : "hidden";
  put(mark.nameU, "visibility", named);
  put(mark.nameW, "visibility", named);
  set(mark.nameU, { x: box.dx - room.font * 0.55, y: (below + box.bottom) / 2 + room.font * 0.45 });
  const loopLow = box.bottom + room.font * 0.45;
  set(mark.nameW, state.morph > 0.5 ? { x: box.dx + side * (first ? half + room.font * 0.8 : room.pitch / 2), y: box.middle - room.font * 0.55 } : { x: half + room.font * 1.9, y: loopLow });
  return { U: [inward, box.dx, below, box.dx, box.bottom, palette.roles.input], W: [carried, box.dx + side * reach, box.middle, box.dx + side * half, box.middle, palette.roles.state] };
}

function drawOutput(slot, model, room, scene, state, t) {
  const { palette } = scene;
  const has = model.outputAt.has(t);
  const time = timeOfOutput(model, t);
  const [risen, said] = [share(state.clock, time, 0.78, 0.9), share(state.clock, time, 0.9, 1)];
  const end = room.outTop + room.outTall;
  const top = model.rows - 1;
  slot.V.forEach((path, way) => {
    const box = room.boxes[top - way];
    const norm = model.outflow(t);
    put(path, "visibility", has ? "visible" : "hidden");
    if (has) put(path, "d", arrow(box.dx, box.top - 2, box.dx, end + 3, Number.isFinite(norm) ? Math.max(0.9, (room.thick * norm) / model.strongest) : room.thick, room.thick));
    put(path, "fill", risen > 0 ? palette.roles.output : palette.rule);
  });
  put(slot.nameV, "visibility", has && t === state.t ? "visible" : "hidden");
  set(slot.nameV, { x: room.boxes[top].dx - room.font * 0.6, y: (end + room.boxes[top].top) / 2 + room.font * 0.4 });
  const values = has && said > 0 ? model.outputs(t) : null;
  const softmax = model.header.output.kind === "softmax";
  const best = values && softmax ? model.likeliest(t, room.lines) : [0];
  slot.outs.forEach(({ bar, name, value }, n) => {
    const k = best[n];
    const v = values ? values[k] : 0;
    const bounded = model.header.output.kind !== "linear";
    put(bar, "width", values && bounded ? (Math.max(0, Math.min(1, v)) * slot.outWide).toFixed(1) : 0);
    const digits = values ? sayNumber(v) : "";
    const spare = slot.outWide - digits.length * room.font * 0.5;
    say(name, values ? (softmax ? fitting(model.header.vocabulary[k], spare, room.font * 0.86) : spare > room.font * 2 ? "y" : "") : "");
    say(value, digits);
    const chosen = values && t === state.t && state.pick.kind === "output" && state.pick.k === k;
    put(value, "font-weight", chosen ? 700 : 400);
    put(bar, "stroke", chosen ? palette.text : "none");
  });
  const target = model.target(t);
  const loss = model.loss(t);
  const roomy = slot.outWide > room.font * 6.5;
  say(slot.wanted, said > 0 && target !== null ? (roomy ? `wanted ${fitting(target, room.font * 3, room.font * 0.78)}, loss ${sayNumber(loss)}` : sayNumber(loss)) : "");
  return [risen, room.boxes[top].dx, room.boxes[top].top, room.boxes[top].dx, end, palette.roles.output];
}

export function createDiagram(host) {
  const root = svg("svg", { role: "slider", tabindex: 0, class: "diagram" }, host);
  let slots = [];
  let key = "";

  function build(model, room, scene) {
    root.replaceChildren();
    const { palette, font } = scene;
    set(root, { width: room.width, height: room.height, viewBox: `0 0 ${room.width} ${room.height}`, "font-size": font, "font-family": scene.family });
    const names = svg("g", { fill: palette.muted, "font-size": font * 0.82, "text-anchor": "start" }, root);
    const at = (words, y) => text(names, words, { x: 0, y: y + font * 0.3 });
    at(room.narrow ? "out" : "output", room.outTop + room.outTall / 2);
    if (model.rows === 1) at("state h", room.boxes[0].middle);
    else room.boxes.forEach((box, row) => at(`${model.layers > 1 ? `${room.narrow ? "" : "layer "}${Math.floor(row / model.ways) + 1}` : "h"}${model.both ? (model.isReverse(row) ? " ←" : " →") : ""}`, box.middle));
    at(room.narrow ? "in" : "input x", room.inTop + room.inTall / 2);
    set(at(room.narrow ? "‖dL‖" : "‖dL/dhₜ‖", room.gradTop + room.gradTall / 2), { fill: palette.roles.gradient });
    const border = svg("line", { y1: 0, y2: room.gradTop + room.gradTall, stroke: palette.muted, "stroke-dasharray": "3 4" }, root);
    const sides = ["end", "start"].map((anchor) => text(root, "", { y: font * 0.8, "text-anchor": anchor, fill: palette.muted, "font-size": font * 0.82, "font-weight": 600 }));
    slots = Array.from({ length: room.shown }, () => makeSlot(root, model, room, palette));
    slots.border = border;
    slots.sides = sides;
  }

  function draw(model, room, scene, state) {
    const wanted = `${scene.key} ${room.shown} ${room.height} ${model.hidden} ${model.rows} ${model.K} ${model.header.vocabulary.length} ${model.header.output.kind}`;
    if (wanted !== key) build(model, room, scene);
    key = wanted;
    const { palette } = scene;
    const done = state.clock >= lastTime(model);
    const focused = !done || state.touched;
    const [low, high] = model.span;
    const moving = state.playing && !state.still;
    slots.forEach((slot, n) => {
      const t = state.from + n;
      const here = t === state.t;
      const computed = model.rows - 1 >= 0 && state.clock > timeOf(model, 0, t) - 1;
      const weight = here ? 1 : !computed && !model.both ? AHEAD : focused && state.clock > 0 ? ASIDE : 1;
      put(slot.g, "transform", `translate(${room.x(t, state.from, state.morph).toFixed(1)},0)`);
      put(slot.g, "opacity", (here ? 1 : weight * state.morph * state.morph).toFixed(2));
      put(slot.g, "visibility", here || state.morph > 0.02 ? "visible" : "hidden");
      const entered = share(state.clock, timeOfInput(model, t), 0, 0.08);
      const label = model.label(t);
      say(slot.symbol, label === null ? "–" : fitting(label, room.pitch - 4, room.font * 1.2));
      const code = model.code(t);
      const D = Math.max(1, model.header.vocabulary.length);
      put(slot.hot, "visibility", (code === null ? label !== null : code >= 0) && entered > 0 ? "visible" : "hidden");
      const cell = Math.max(2, slot.inWide / D);
      put(slot.hot, "x", code === null ? -slot.inWide / 2 : (-slot.inWide / 2 + (code / D) * slot.inWide).toFixed(2));
      put(slot.hot, "width", code === null ? slot.inWide : cell.toFixed(2));
      put(slot.hot, "fill-opacity", code === null ? 0.35 : 1);
      put(slot.vector, "stroke-width", here ? 2 : 1);
      const ways = room.boxes.map((_, row) => drawRow(slot, row, model, room, scene, state, t, done || state.clock >= timeOf(model, row, t) - 0.01));
      const out = drawOutput(slot, model, room, scene, state, t);
      const dh = model.dh(state.row, t);
      const tall = Number.isFinite(dh) ? 0.12 + 0.88 * (high > low ? (dh - low) / (high - low) : 1) : 0;
      const shownGradient = done ? tall * room.gradTall : 0;
      put(slot.gradient, "y", (room.gradTop + room.gradTall - shownGradient).toFixed(1));
      put(slot.gradient, "height", Math.max(0, shownGradient).toFixed(1));
      say(slot.step, here ? `step ${t}` : room.pitch > room.font * 2 || t % 5 === 0 ? `${t}` : "");
      put(slot.step, "font-weight", here ? 650 : 400);
      const flight = here && moving ? [...ways.flatMap((way) => [way.U, way.W]), out].findLast(([share]) => share > 0 && share < 1) : null;
      put(slot.pulse, "visibility", flight ? "visible" : "hidden");
      if (flight) {
        const [u, x1, y1, x2, y2, fill] = flight;
        set(slot.pulse, { cx: (x1 + (x2 - x1) * u).toFixed(1), cy: (y1 + (y2 - y1) * u).toFixed(1), fill });
      }
    });
    const second = model.parts[1];
    const split = second && second.offset >= state.from && second.offset < state.from + room.shown && state.morph > 0.9;
    set(slots.border, { visibility: split ? "visible" : "hidden" });
    slots.sides.forEach((side) => set(side, { visibility: split ? "visible" : "hidden" }));
    if (split) {
      const x = room.x(second.offset + 0.5, state.from, 1);
      set(slots.border, { x1: x, x2: x });
      slots.sides.forEach((side, k) => {
        side.textContent = model.parts[k].name;
        set(side, { x: x + (k ? 1 : -1) * room.font * 0.5 });
      });
    }
    root.setAttribute("aria-valuemin", 1);
    root.setAttribute("aria-valuemax", model.steps);
    root.setAttribute("aria-valuenow", state.t);
    root.setAttribute("aria-label", "The network, step by step");
  }

  // What stands at a point: a column, and the row and unit or the output there.
  function under(model, room, state, x, y) {
    const n = Math.floor((x - room.start) / room.pitch);
    const t = state.morph < 0.5 ? state.t : Math.max(state.from, Math.min(state.from + room.shown - 1, state.from + n));
    const off = x - room.x(t, state.from, state.morph);
    for (const [row, box] of room.boxes.entries()) {
      const [across, down] = [Math.floor((off - box.dx + room.boxWide / 2 - 1) / room.cells.wide), Math.floor((y - box.top - 1) / room.cells.tall)];
      const unit = across * room.cells.down + down;
      if (across >= 0 && across < room.cells.across && down >= 0 && down < room.cells.down && unit < model.hidden) return { t, row, unit };
    }
    if (y >= room.outTop && y < room.outTop + room.outTall && model.outputAt.has(t)) {
      return { t, k: model.header.output.kind === "softmax" ? model.likeliest(t, room.lines)[Math.floor((y - room.outTop) / (room.font * 1.25))] ?? 0 : 0 };
    }
    if (y > room.gradTop) return { t, gradient: true };
    if (y > room.inTop) return { t, input: true };
    return { t };
  }

  return { root, draw, under };
}
