// The diagram: inputs below, layers as rows of boxes, outputs above; rolled up, all columns lie on top of each other.

import { blank, clamp, put, show, svg, text } from "../kit/browser/paint.js";
import { makeColumn } from "./column.js";
import { drawColumn } from "./filling.js";
import { fitting } from "../kit/browser/words.js";
import { say } from "./marks.js";
import { lastTime, timeOf } from "./timeline.js";

const AHEAD = 0.75; // opacity of what is not computed yet: on every ground its lines keep a contrast of 3

export function createDiagram(host) {
  const root = svg("svg", { role: "slider", tabindex: 0, class: "diagram" }, host);
  let slots = [];
  let around = null;
  let key = "";

  function rowNames(model, room, palette) {
    const { font, small, narrow } = room;
    const names = svg("g", { fill: palette.muted, "font-size": small, "text-anchor": "start" }, root);
    const at = (words, y, fill) => text(names, words, { x: 3, y: y + font * 0.3, ...(fill && { fill }) });
    const direction = (row) => (model.sweeps ? (model.isReverse(row) ? " ←" : " →") : "");
    at(narrow ? "out" : "output", room.outTop + room.outTall / 2, palette.roles.output);
    room.boxes.forEach((box, row) => {
      const layer = model.layers > 1 ? `${narrow ? "h" : "layer "}${Math.floor(row / model.ways) + 1}` : narrow ? "h" : "state h";
      at(layer + direction(row), box.middle, palette.roles.state);
    });
    at(narrow ? "in" : "input x", room.inTop + room.inTall / 2, palette.roles.input);
    if (room.pair) text(names, fitting(model.header.named, room.width - (room.headed ? 0 : room.pitch) - font, font * 0.9), { x: 3, y: font * 0.9, fill: palette.text, "font-size": font * 0.9, "font-weight": 650, class: "named" });
    else at(narrow ? "‖dL‖" : "‖dL/dh‖", room.gradTop + room.gradTall / 2, palette.roles.gradient);
  }

  function build(model, room, scene) {
    const { palette, font } = scene;
    blank(root, scene, room.width, room.height);
    rowNames(model, room, palette);
    const small = { fill: palette.muted, "font-size": room.small };
    const border = svg("line", { y1: room.headed + font * 0.2, y2: room.gradTop + room.gradTall, stroke: palette.muted, "stroke-dasharray": "3 4" }, root);
    const sides = ["end", "start"].map((anchor) => text(root, "", { ...small, y: room.headed + font * 0.95, "text-anchor": anchor, "font-weight": 600 }));
    const marker = svg("rect", { y: room.outTop - font * 1.2, height: room.height - room.outTop + font * 1.2, rx: 6, fill: palette.surface, width: room.pitch - 2 }, root);
    slots = Array.from({ length: room.windowed ? room.shown + 1 : room.shown }, () => makeColumn(root, model, room, palette));
    const hidden = ["start", "end"].map((anchor, k) => text(root, "", { ...small, x: k ? room.start + room.used - 4 : room.start + 4, y: room.height - font * 0.25, "text-anchor": anchor, class: "hidden-steps" }));
    around = { border, sides, hidden, marker };
  }

  // A column keeps its marks while it is in sight: the window scrolls by moving them.
  function draw(model, room, scene, state) {
    const wanted = `${scene.stamp} ${room.shown} ${room.height}`;
    if (wanted !== key) build(model, room, scene);
    key = wanted;
    const done = state.clock >= lastTime(model);
    const focused = !done || state.touched;
    const first = Math.floor(state.from);
    for (let n = 0; n < slots.length; n++) {
      const t = first + n;
      const slot = slots[(t - 1) % slots.length];
      const here = t === state.t;
      const inside = t <= model.steps ? clamp(Math.min(t - state.from + 1, state.from + room.shown - t), 0, 1) : 0;
      show(slot.g, inside > 0.02 && (here || state.morph > 0.02));
      if (inside <= 0.02) continue;
      const computed = state.clock > timeOf(model, 0, t) - 1 || model.sweeps;
      put(slot.body, { opacity: here || computed ? 1 : AHEAD });
      put(slot.g, {
        "data-t": t,
        transform: `translate(${room.x(t, state.from, state.morph).toFixed(1)},0)`,
        opacity: (here ? inside : inside * state.morph * state.morph).toFixed(2),
      });
      drawColumn(slot, model, room, scene, state, t);
    }
    put(around.marker, { x: (room.x(state.t, state.from, state.morph) - room.pitch / 2 + 1).toFixed(1), opacity: focused && state.t >= state.from - 0.5 && state.t <= state.from + room.shown - 0.5 ? 0.6 : 0 });
    drawBorder(model, room, state);
    const outside = [Math.round(state.from) - 1, model.steps - Math.round(state.from) - room.shown + 1];
    around.hidden.forEach((note, k) => {
      const words = outside[k] > 0 && state.morph > 0.9 ? `${outside[k].toLocaleString("en")} ${k ? "later" : "earlier"}` : "";
      say(note, words && (k ? `${words} →` : `← ${words}`));
    });
  }

  // Between an encoder and its decoder.
  function drawBorder(model, room, state) {
    const second = model.parts[1];
    const at = second ? second.offset + 0.5 : 0;
    const split = second && at > state.from - 0.5 && at < state.from + room.shown - 0.5 && state.morph > 0.9;
    for (const mark of [around.border, ...around.sides]) show(mark, split);
    if (!split) return;
    const x = room.x(at, state.from, 1).toFixed(1);
    put(around.border, { x1: x, x2: x });
    around.sides.forEach((side, k) => {
      say(side, model.parts[k].name);
      const wide = model.parts[k].name.length * room.small * 0.66;
      put(side, { x: k ? Math.min(Number(x) + room.font * 0.5, room.width - wide) : Math.max(Number(x) - room.font * 0.5, wide) });
    });
  }

  // What stands at a point: a column, and the unit, output, input or gradient there.
  function under(model, room, state, x, y) {
    if (room.windowed && y > room.height - room.font * 1.4 && state.morph === 1) {
      const [left, right] = [x < room.start + room.font * 7, x > room.start + room.used - room.font * 7];
      if (left || right) return { t: state.t, kind: "turn", by: left ? -1 : 1 };
    }
    const n = Math.floor((x - room.start) / room.pitch + (state.from - Math.floor(state.from)));
    const t = state.morph < 0.5 ? Math.min(state.t, model.steps) : clamp(Math.floor(state.from) + n, 1, Math.min(model.steps, Math.round(state.from) + room.shown - 1));
    const off = x - room.x(t, state.from, state.morph);
    const { cells, boxWide } = room;
    for (const [row, box] of room.boxes.entries()) {
      if (Math.abs(off - box.dx) > boxWide / 2 || y < box.top || y > box.bottom) continue;
      const across = clamp(Math.floor((off - box.dx + boxWide / 2 - 1) / cells.wide), 0, cells.across - 1);
      const unit = across * cells.down + clamp(Math.floor((y - box.top - 1) / cells.tall), 0, cells.down - 1);
      if (unit < model.hidden) return { t, kind: "unit", row, unit };
    }
    const flow = flowUnder(model, room, off, y, t);
    if (flow) return { t, kind: "flow", ...flow };
    if (y >= room.outTop && y < room.outTop + room.outTall && model.outputAt.has(t)) {
      const rank = Math.floor((y - room.outTop) / (room.font * 1.25));
      return { t, kind: "output", k: model.header.output.kind === "softmax" ? (model.likeliest(t, room.lines)[rank] ?? 0) : 0 };
    }
    if (y >= room.inTop && y <= room.name + room.font * 0.3) return { t, kind: "input" };
    if (y > room.gradTop) return { t, kind: "gradient" };
    return { t, kind: "step" };
  }

  // The arrow at a point of column t: which row it leads to, and which of U x, W h and V h flows in it.
  function flowUnder(model, room, off, y, t) {
    const near = Math.max(room.thick, 8);
    for (const [row, box] of room.boxes.entries()) {
      const below = row < room.ways ? room.inTop : room.boxes[row - room.ways].top;
      if (Math.abs(off - box.dx) < near && y > box.bottom && y < below) return { row, flow: "U" };
      const outside = model.isReverse(row) ? off - box.dx - room.boxWide / 2 : box.dx - room.boxWide / 2 - off;
      if (model.loops && Math.abs(y - box.middle) < near && outside > 0) return { row, flow: "W" };
      const top = row >= model.rows - room.ways;
      if (top && model.reads(row % model.ways, t) && Math.abs(off - box.dx) < near && y < box.top && y > room.outTop + room.outTall) return { row, flow: "V" };
    }
    return null;
  }

  return { root, draw, under };
}
