// The unrolled chain: one row of cells per network, the error flowing back through time from the loss.
// Arrow t (drawn right of cell t) carries dL/dh_t; its width and colour are the logarithm of that gradient's norm.

import { element } from "../kit/browser/elements.js";
import { blank, clamp, set, svg, text } from "../kit/browser/paint.js";
import { visible } from "../kit/browser/words.js";

const DENSEST = 11; // px per step; below it a window of steps is drawn, with a strip of them all above

// An arrow to the left, `width` thick, from right to left; a plain line where nothing flows yet.
function pointer({ left, right, y }, width, headed) {
  const half = width / 2;
  if (!headed) return `M${right},${y}H${left}V${y + 1}H${right}Z`;
  const head = Math.min((right - left) * 0.7, 3 + width * 0.6);
  const wide = half + Math.min(3, 1 + width * 0.2);
  const neck = left + head;
  return `M${right},${y - half}H${neck}V${y - wide}L${left},${y}L${neck},${y + wide}V${y + half}H${right}Z`;
}

// A name in as much room as it has: where that is too little, its last words stand below.
function inLines(line, name, room, font) {
  const words = name.split(" ");
  const at = name.length * font * 0.52 <= room ? words.length : Math.ceil(words.length / 2);
  const lines = [words.slice(0, at), words.slice(at)].filter((some) => some.length).map((some) => some.join(" "));
  const x = line.getAttribute("x");
  lines.forEach((some, k) => (svg("tspan", { x, dy: k ? font * 1.05 : -font * 0.5 * (lines.length - 1) }, line).textContent = some));
}

export function createChain(host) {
  const frame = element(host, "div");
  const root = svg("svg", { role: "slider", class: "chain" }, frame);
  let layout = null;

  function build(scene) {
    const { axis, steps, cells, palette, font } = scene;
    const low = scene.layout !== "page"; // there everything has to stand on one screen
    const windowed = axis.pitch < DENSEST;
    const shown = windowed ? Math.max(5, Math.floor((axis.end - axis.left) / (font * 1.35))) : steps;
    const pitch = (axis.end - axis.left) / shown;
    const row = Math.round(font * (low ? 1.75 : 2.7));
    const lift = 4; // room for the frame around the strips
    const strip = windowed ? Math.round(font * 0.5) : 0;
    const top = Math.round(font * 0.4) + (windowed ? lift + cells.length * (strip + 2) + font : 0);
    const foot = Math.round(font * 1.7);
    const height = top + cells.length * row + foot;
    blank(root, scene, axis.width, height);
    const defs = svg("defs", {}, root);
    const strips = windowed
      ? cells.map((_, c) => {
          const gradient = svg("linearGradient", { id: `strip-${c}` }, defs);
          const stops = Array.from({ length: 65 }, (_, k) => svg("stop", { offset: k / 64 }, gradient));
          svg("rect", { x: axis.left, width: axis.end - axis.left, y: lift + c * (strip + 2), height: strip, fill: `url(#strip-${c})` }, root);
          return stops;
        })
      : [];
    const bracket = windowed
      ? svg("rect", { y: lift - 2, height: cells.length * (strip + 2) + 2, fill: "none", stroke: palette.text, "stroke-width": 1.5 }, root)
      : null;
    const cursor = svg("rect", { y: top, width: pitch, height: cells.length * row, fill: palette.rule, opacity: 0.55, rx: 3 }, root);
    const size = Math.min(pitch * 0.52, row * 0.62);
    const rows = cells.map((cell, c) => {
      const y = top + c * row + row / 2;
      const colour = palette.cells[cell.name];
      const name = text(root, "", { x: axis.left - font * 0.8, y: y + font * 0.34, "text-anchor": "end", fill: colour, "font-weight": 600 });
      inLines(name, cell.title, axis.left - font * 0.8, font);
      const arrows = [];
      const boxes = [];
      for (let k = 0; k < shown; k++) {
        const x = axis.left + (k + 0.5) * pitch;
        const path = svg("path", { "data-arrow": c }, root);
        arrows.push({ path, left: x + size / 2 + 0.5, right: k === shown - 1 ? axis.end + font * 0.35 : x + pitch - size / 2 - 0.5, y });
        boxes.push(svg("rect", { x: x - size / 2, y: y - row * 0.33, width: size, height: row * 0.66, rx: Math.min(3, size / 4), stroke: colour, "stroke-width": 1.2 }, root));
      }
      const loss = svg("circle", { cx: axis.end + font * 0.85, cy: y, r: font * 0.5, fill: palette.roles.gradient }, root);
      const letter = text(root, "L", { x: axis.end + font * 0.85, y: y + font * 0.28, "text-anchor": "middle", "font-size": Math.max(12, font * 0.78), "font-weight": 700, fill: palette.ground });
      const pulse = svg("circle", { cy: y, r: 4, fill: palette.roles.gradient, stroke: palette.ground, "stroke-width": 1 }, root);
      return { y, name, arrows, boxes, loss, letter, pulse };
    });
    const base = height - foot * 0.28;
    const first = text(root, "", { y: base, "text-anchor": "middle", fill: palette.muted });
    const last = text(root, "", { y: base, "text-anchor": "middle", fill: palette.muted });
    const here = text(root, "", { y: base, "text-anchor": "middle", fill: palette.text, "font-weight": 600 });
    const flow = text(root, "", { x: (axis.left + axis.end) / 2, y: base, "text-anchor": "middle", fill: palette.muted });
    const strong = Math.min(row * 0.36, font * 0.85);
    layout = { top, row, windowed, shown, pitch, strips, bracket, cursor, rows, first, last, here, flow, strong, x: (t, from) => axis.left + (t - from + 0.5) * pitch };
  }

  function draw(scene, state) {
    if (scene.laid || !layout) build(scene);
    const { axis, steps, palette, magnitude, flowSpan: span, cells } = scene;
    const from = layout.windowed ? clamp(Math.round(state.clock) - Math.floor(layout.shown / 2), 1, steps - layout.shown + 1) : 1;
    const reached = (t) => state.revealed || (state.phase === "backward" ? t >= state.clock : false);
    const visited = (t) => state.revealed || state.phase === "backward" || t <= state.clock;
    const height = (log10) => clamp((log10 - span[0]) / (span[1] - span[0]), 0, 1);
    cells.forEach((cell, c) => {
      const { dh, rms } = cell.now;
      const row = layout.rows[c];
      const shift = scene.absolute ? 0 : -dh[steps];
      row.arrows.forEach((arrow, k) => {
        const t = from + k;
        const log10 = dh[t] + shift;
        const none = !Number.isFinite(log10);
        const u = none ? 0 : height(log10);
        const lit = reached(t);
        const width = lit && !none ? 0.8 + u * layout.strong : 1;
        set(arrow.path, {
          d: pointer(arrow, width, lit && !none),
          fill: lit ? (none ? "none" : magnitude.css(0.18 + 0.82 * u)) : palette.rule,
          stroke: lit && none ? palette.muted : "none",
          "stroke-dasharray": "1 2",
        });
        const filled = visited(t);
        set(row.boxes[k], { fill: filled ? palette.roles.state : palette.surface, "fill-opacity": filled ? Math.min(1, 0.08 + 0.8 * rms[t]).toFixed(3) : 1 });
      });
      const inside = state.clock >= from - 0.5 && state.clock <= from + layout.shown;
      const moving = !state.revealed && inside;
      const here = dh[clamp(Math.round(state.clock), 1, steps)] + shift;
      set(row.pulse, {
        cx: layout.x(state.clock, from).toFixed(1),
        r: state.phase === "forward" ? 4 : (2.5 + 5 * (Number.isFinite(here) ? height(here) : 0)).toFixed(2),
        fill: state.phase === "forward" ? palette.roles.state : palette.roles.gradient,
        visibility: moving ? "visible" : "hidden",
      });
      const atEnd = from + layout.shown - 1 === steps ? "visible" : "hidden";
      set(row.loss, { opacity: state.revealed || state.phase === "backward" ? 1 : 0.25, visibility: atEnd });
      set(row.letter, { visibility: atEnd });
      set(row.name, { "text-decoration": c === state.focus && cells.length > 1 ? "underline" : "none" });
      if (layout.windowed) {
        layout.strips[c].forEach((stop, k) => {
          const log10 = dh[Math.round(1 + (k / 64) * (steps - 1))] + shift;
          stop.setAttribute("stop-color", Number.isFinite(log10) ? magnitude.css(0.18 + 0.82 * height(log10)) : palette.surface);
        });
      }
    });
    if (layout.bracket) set(layout.bracket, { x: axis.x(from) - axis.pitch / 2, width: layout.shown * axis.pitch });
    set(layout.cursor, { x: layout.x(state.t, from) - layout.pitch / 2, visibility: state.t >= from && state.t < from + layout.shown ? "visible" : "hidden" });
    const end = from + layout.shown - 1;
    const label = (t) => (scene.labels ? `${t} “${visible(scene.labels[t - 1])}”` : `${t}`);
    const clear = (t) => Math.abs(t - state.t) * layout.pitch > scene.font * 6;
    layout.first.textContent = clear(from) ? `step ${label(from)}` : "";
    layout.last.textContent = clear(end) ? label(end) : "";
    layout.here.textContent = `step ${label(state.t)}`;
    const centre = Math.abs(layout.x(state.t, from) - (axis.left + axis.end) / 2) > scene.font * 12 && axis.width > 560;
    layout.flow.textContent = centre ? (state.phase === "forward" && !state.revealed ? "state flows forward →" : "← error flows back") : "";
    set(layout.first, { x: layout.x(from, from) });
    set(layout.last, { x: layout.x(end, from) });
    set(layout.here, { x: clamp(layout.x(state.t, from), axis.left, axis.end - scene.font) });
    layout.from = from;
    set(root, { "aria-label": scene.description, "aria-valuemin": 1, "aria-valuemax": steps, "aria-valuenow": state.t, "aria-valuetext": `step ${state.t}` });
  }

  const row = (y) => clamp(Math.floor((y - layout.top) / layout.row), 0, layout.rows.length - 1);
  return { root, draw, row, step: (x, axis) => (layout.windowed ? Math.max(1, layout.from + Math.floor((x - axis.left) / layout.pitch)) : axis.step(x)) };
}
