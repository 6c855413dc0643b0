// The update of one array: weights before, minus the rate times the gradient, after; and the loss at every rate.

import { part } from "../shared/message.js";
import { set, svg, text } from "../shared/paint.js";
import { sayNumber } from "../shared/words.js";
import { mountPicture } from "./panel.js";

const GAP = 1; // px between squares

export function createMatrices(host, choose) {
  const root = svg("svg", { class: "matrices", tabindex: 0, role: "application" }, host);
  let layout = null;

  function build(scene, state) {
    const { width, font, palette, header } = scene;
    const { rows, columns } = header.cells[state.c].arrays.find(({ name }) => name === state.array);
    const wide = width >= 640; // all in one row
    const side = wide || 3 * columns * font * 2.9 + font * 5.4 <= width; // the matrices, at least
    const across = wide ? Math.min(font * 19, (width - font * 16.5) / 3 - font * 2.4) : side ? (width - font * 5.4) / 3 : width - font * 2;
    const square = { w: Math.max(2, Math.min(font * 4, across / columns)), h: Math.max(3, Math.min(font * 1.9, (font * 17) / rows)) };
    const size = { w: square.w * columns, h: square.h * rows };
    const top = font * 1.6;
    const blocks = ["before", "step", "after"].map((name, k) => ({ name, x: side ? font * 0.2 + k * (Math.max(size.w, font * 5.4) + font * 2.4) : font * 0.2, y: top + (side ? 0 : k * (size.h + font * 2.2)) }));
    const curve = {
      x: wide ? Math.max(blocks[2].x + size.w + font * 4.5, width - font * 12) : font * 3.4,
      y: wide ? top : blocks[2].y + size.h + font * 2.4,
      w: wide ? font * 11.5 : width - font * 5,
      h: Math.max(font * 6.5, Math.min(size.h - font * 1.2, font * 9)),
    };
    mountPicture(root, width, Math.ceil(Math.max(blocks[2].y + size.h, curve.y + curve.h + font * 1.4) + font * 0.4), scene);
    for (const [k, block] of blocks.entries()) {
      block.title = text(root, "", { x: block.x, y: block.y - font * 0.5, fill: palette.text });
      if (side && k > 0) text(root, k === 1 ? "−" : "=", { x: block.x - font * 1.2, y: block.y + Math.min(size.h / 2, font * 4) + font * 0.3, "text-anchor": "middle", "font-size": font * 1.4, fill: palette.muted });
      const numbers = square.w >= font * 2.9 && square.h >= font * 0.98;
      block.squares = Array.from({ length: rows * columns }, (_, n) => {
        const x = block.x + (n % columns) * square.w;
        const y = block.y + Math.floor(n / columns) * square.h;
        const rect = svg("rect", { x, y, width: Math.max(1, square.w - GAP), height: Math.max(1, square.h - GAP), "data-square": `${block.name} ${n}` }, root);
        const label = numbers ? text(root, "", { x: x + square.w / 2 - GAP / 2, y: y + square.h / 2 + font * 0.26, "text-anchor": "middle", "font-size": Math.min(font * 0.82, square.h * 0.85), "data-number": `${block.name} ${n}` }) : null;
        return { rect, label };
      });
      block.mark = svg("rect", { width: square.w - GAP, height: square.h - GAP, fill: "none", stroke: palette.text, "stroke-width": 2 }, root);
    }
    const line = svg("path", { fill: "none", stroke: palette.roles.gradient, "stroke-width": 2, "data-line": "loss" }, root);
    const before = svg("line", { x1: curve.x, x2: curve.x + curve.w, stroke: palette.muted, "stroke-dasharray": "3 3" }, root);
    const dot = svg("circle", { r: font * 0.36, fill: palette.roles.gradient, stroke: palette.ground, "stroke-width": 1.5 }, root);
    text(root, "loss after the step, by rate", { x: curve.x, y: curve.y - font * 0.5, fill: palette.text });
    const ends = [0, 1].map((k) => text(root, "", { x: curve.x - font * 0.4, y: curve.y + (k ? curve.h : 0) + font * 0.3, "text-anchor": "end", "font-size": font * 0.82, fill: palette.muted }));
    const was = text(root, "", { x: curve.x - font * 0.4, "text-anchor": "end", "font-size": font * 0.82, fill: palette.text });
    header.rates.forEach((rate, r) => {
      if (Math.abs(Math.log10(rate) - Math.round(Math.log10(rate))) < 1e-9) text(root, `${rate}`, { x: curve.x + (r / (header.rates.length - 1)) * curve.w, y: curve.y + curve.h + font * 1.15, "text-anchor": "middle", "font-size": font * 0.82, fill: palette.muted });
    });
    layout = { rows, columns, square, blocks, curve, line, before, dot, ends, was };
  }

  function draw(scene, state) {
    const key = [scene.key, scene.number, state.c, state.array].join(" ");
    if (key !== scene.matricesFor) build(scene, state);
    scene.matricesFor = key;
    const drawn = [key, state.rate, state.entry].join(" ");
    if (drawn === layout.drawn) return;
    layout.drawn = drawn;
    const { header, arrays, signed, palette } = scene;
    const rate = header.rates[state.rate];
    const weight = arrays[`${state.c}.weight.${state.array}`].data;
    const gradient = arrays[`${state.c}.gradient.${state.array}`].data;
    const values = [weight, gradient.map((g) => rate * g), weight.map((w, n) => w - rate * gradient[n])];
    let extent = 0;
    for (const row of values) for (const v of row) if (Number.isFinite(v)) extent = Math.max(extent, Math.abs(v));
    const titles = [`${state.array} before`, `${sayNumber(rate)} × dL/d${state.array}`, `${state.array} after`];
    const chosen = state.entry[0] * layout.columns + state.entry[1];
    layout.blocks.forEach((block, k) => {
      block.title.textContent = titles[k];
      block.squares.forEach(({ rect, label }, n) => {
        const v = values[k][n];
        const u = extent ? v / extent : 0;
        set(rect, { fill: Number.isFinite(v) ? signed.css(0.5 + 0.5 * u) : palette.surface });
        if (!label) return;
        label.textContent = sayNumber(v);
        set(label, { fill: Math.abs(u) > 0.62 ? palette.ground : palette.text });
      });
      set(block.mark, { x: block.x + state.entry[1] * layout.square.w, y: block.y + state.entry[0] * layout.square.h });
    });
    curveOf(scene, state);
    layout.values = values;
    layout.chosen = chosen;
    set(root, { "aria-label": `Weights ${state.array} before and after one step at rate ${sayNumber(rate)}. ${header.cells[state.c].said[state.rate]} Arrows pick a weight.` });
  }

  function curveOf(scene, state) {
    const { arrays, header, font } = scene;
    const { curve } = layout;
    const after = part(arrays[`${state.c}.after`]);
    const [before] = arrays[`${state.c}.before`].data;
    const seen = after.filter(Number.isFinite);
    const top = Math.min(Math.max(before, ...seen), 2 * before) || 1;
    const y = (v) => curve.y + curve.h * (1 - Math.min(v, top) / top);
    const x = (r) => curve.x + (r / (header.rates.length - 1)) * curve.w;
    const points = Array.from(after, (v, r) => (Number.isFinite(v) ? `${x(r).toFixed(1)},${y(v).toFixed(1)}` : null)).filter(Boolean);
    set(layout.line, { d: points.length ? `M${points.join("L")}` : "" });
    set(layout.before, { y1: y(before), y2: y(before) });
    const here = after[state.rate];
    set(layout.dot, { cx: x(state.rate), cy: Number.isFinite(here) ? y(here) : curve.y, visibility: Number.isFinite(here) ? "visible" : "hidden" });
    layout.ends[0].textContent = top > 1.2 * before ? `${seen.some((v) => v > top) ? "≥ " : ""}${sayNumber(top)}` : "";
    layout.ends[1].textContent = "0";
    layout.was.textContent = Number.isFinite(before) ? sayNumber(before) : "";
    set(layout.was, { y: y(before) + font * 0.3 });
  }

  // The square under the pointer: which matrix, which weight.
  function under(x, y) {
    for (const [k, block] of layout.blocks.entries()) {
      const column = Math.floor((x - block.x) / layout.square.w);
      const row = Math.floor((y - block.y) / layout.square.h);
      if (row >= 0 && row < layout.rows && column >= 0 && column < layout.columns) return { k, row, column, value: layout.values[k][row * layout.columns + column] };
    }
    return null;
  }

  // The rate under the pointer, where it is over the curve.
  function rateUnder(x, y, count) {
    const { curve } = layout;
    if (x < curve.x - 8 || x > curve.x + curve.w + 8 || y < curve.y - 8 || y > curve.y + curve.h + 14) return null;
    return Math.max(0, Math.min(count - 1, Math.round(((x - curve.x) / curve.w) * (count - 1))));
  }

  root.onkeydown = (event) => {
    const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!by) return;
    event.preventDefault();
    choose(by, [layout.rows, layout.columns]);
  };

  return { root, draw, under, rateUnder };
}
