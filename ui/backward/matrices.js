// The update of one array: weights before, minus the rate times the gradient, after; and the loss at every rate.

import { minuses } from "../kit/browser/heatmap.js";
import { part } from "../kit/browser/message.js";
import { blank, clamp, set, svg, text } from "../kit/browser/paint.js";
import { sayNumber } from "../kit/browser/words.js";

const GAP = 1; // px between squares
const GLYPH = 0.53; // of the size of type: the width of a number's character; one too long for its square is drawn narrower

/** @param {Element} host */
export function createMatrices(host) {
  const root = svg("svg", { class: "matrices", tabindex: 0, role: "application" }, host);
  /** @type {any} */
  let layout = null;

  /** @param {Scene} scene @param {Spot} spot @param {number[]} rates */
  function build(scene, { shape: { rows, columns } }, rates) {
    const { width, font, palette, small } = scene;
    const wide = width >= 640; // all in one row
    const side = wide || 3 * columns * font * 2.9 + font * 5.4 <= width; // the matrices, at least
    const across = wide ? Math.min(font * 19, (width - font * 16.5) / 3 - font * 2.4) : side ? (width - font * 5.4) / 3 : width - font * 2;
    const square = { w: Math.max(2, Math.min(font * 4, across / columns)), h: Math.max(3, Math.min(font * 1.9, (font * 17) / rows)) };
    const size = { w: square.w * columns, h: square.h * rows };
    const top = font * 1.6;
    /** @type {any[]} */
    const blocks = ["before", "step", "after"].map((name, k) => ({ name, x: side ? font * 0.2 + k * (Math.max(size.w, font * 5.4) + font * 2.4) : font * 0.2, y: top + (side ? 0 : k * (size.h + font * 2.2)) }));
    const curve = {
      x: wide ? Math.max(blocks[2].x + size.w + font * 4.5, width - font * 12) : font * 3.4,
      y: wide ? top : blocks[2].y + size.h + font * 2.4,
      w: wide ? font * 11.5 : width - font * 5,
      h: Math.max(font * 6.5, Math.min(size.h - font * 1.2, font * 9)),
    };
    blank(root, scene, width, Math.ceil(Math.max(blocks[2].y + size.h, curve.y + curve.h + font * 1.4) + font * 0.4));
    for (const [k, block] of blocks.entries()) {
      block.title = text(root, "", { x: block.x, y: block.y - font * 0.5, fill: palette.text });
      if (side && k > 0) text(root, k === 1 ? "−" : "=", { x: block.x - font * 1.2, y: block.y + Math.min(size.h / 2, font * 4) + font * 0.3, "text-anchor": "middle", "font-size": font * 1.4, fill: palette.muted });
      const numbers = square.w >= small * 3.4 && square.h >= small * 1.1;
      block.squares = Array.from({ length: rows * columns }, (_, n) => {
        const x = block.x + (n % columns) * square.w;
        const y = block.y + Math.floor(n / columns) * square.h;
        const rect = svg("rect", { x, y, width: Math.max(1, square.w - GAP), height: Math.max(1, square.h - GAP), "data-square": `${block.name} ${n}` }, root);
        const label = numbers ? text(root, "", { x: x + square.w / 2 - GAP / 2, y: y + square.h / 2 + small * 0.32, "text-anchor": "middle", "font-size": small, "data-number": `${block.name} ${n}` }) : null;
        return { rect, label };
      });
      block.minuses = svg("g", {}, root);
      block.mark = svg("rect", { width: square.w - GAP, height: square.h - GAP, fill: "none", stroke: palette.text, "stroke-width": 2 }, root);
    }
    const line = svg("path", { fill: "none", stroke: palette.roles.gradient, "stroke-width": 2, "data-line": "loss" }, root);
    const before = svg("line", { x1: curve.x, x2: curve.x + curve.w, stroke: palette.muted, "stroke-dasharray": "3 3" }, root);
    const dot = svg("circle", { r: font * 0.36, fill: palette.roles.gradient, stroke: palette.ground, "stroke-width": 1.5 }, root);
    text(root, "loss after the step, by rate", { x: curve.x, y: curve.y - font * 0.5, fill: palette.text });
    const ends = [0, 1].map((k) => text(root, "", { x: curve.x - font * 0.4, y: curve.y + (k ? curve.h : 0) + font * 0.3, "text-anchor": "end", "font-size": small, fill: palette.muted }));
    const was = text(root, "", { x: curve.x - font * 0.4, "text-anchor": "end", "font-size": small, fill: palette.text });
    rates.forEach((rate, r) => {
      if (Math.abs(Math.log10(rate) - Math.round(Math.log10(rate))) < 1e-9) text(root, `${rate}`, { x: curve.x + (r / (rates.length - 1)) * curve.w, y: curve.y + curve.h + font * 1.15, "text-anchor": "middle", "font-size": small, fill: palette.muted });
    });
    layout = { rows, columns, square, blocks, curve, line, before, dot, ends, was };
  }

  /** @param {Scene} scene @param {Spot} spot @param {number} r which rate @param {Message} message */
  function draw(scene, spot, r, { header, arrays }) {
    const built = [spot.c, spot.array].join(" ");
    if (scene.built !== built) build(scene, spot, header.rates);
    scene.built = built;
    const drawn = [built, r, spot.row, spot.column].join(" ");
    if (drawn === layout.drawn) return;
    layout.drawn = drawn;
    const { signed, palette } = scene;
    const rate = header.rates[r];
    const weight = arrays[`${spot.c}.weight.${spot.array}`].data;
    const gradient = arrays[`${spot.c}.gradient.${spot.array}`].data;
    const values = [weight, gradient.map((g) => rate * g), weight.map((w, n) => w - rate * gradient[n])];
    let extent = 0;
    for (const row of values) for (const v of row) if (Number.isFinite(v)) extent = Math.max(extent, Math.abs(v));
    const titles = [`${spot.array} before`, `${sayNumber(rate)} × dL/d${spot.array}`, `${spot.array} after`];
    layout.blocks.forEach((/** @type {any} */ block, /** @type {number} */ k) => {
      block.title.textContent = titles[k];
      const shareOf = (/** @type {number} */ v) => 0.5 + (extent ? (0.5 * v) / extent : 0);
      block.squares.forEach((/** @type {any} */ { rect, label }, /** @type {number} */ n) => {
        const v = values[k][n];
        const share = shareOf(v);
        set(rect, { fill: Number.isFinite(v) ? signed.css(share) : palette.surface });
        if (!label) return;
        const words = sayNumber(v);
        const room = layout.square.w - 4;
        label.textContent = words;
        if (words.length * scene.small * GLYPH > room) set(label, { textLength: room, lengthAdjust: "spacingAndGlyphs" });
        else label.removeAttribute("textLength");
        set(label, { fill: Number.isFinite(v) ? scene.inkOn(share) : palette.text });
      });
      const { columns, rows, square } = layout;
      const place = { left: block.x, top: block.y, width: square.w * columns, height: square.h * rows };
      if (!block.squares[0].label) minuses(block.minuses, scene, place, { columns, rows, share: (column, row) => shareOf(values[k][row * columns + column]) });
      set(block.mark, { x: block.x + spot.column * layout.square.w, y: block.y + spot.row * layout.square.h });
    });
    curveOf(scene, part(arrays[`${spot.c}.after`]), arrays[`${spot.c}.before`].data[0], r);
    layout.values = values;
    set(root, { "aria-label": `Weights ${spot.array} before and after one step at rate ${sayNumber(rate)}. ${header.cells[spot.c].said[r]} Arrows pick a weight.` });
  }

  /** The loss at every rate. @param {Scene} scene @param {Float32Array | Float64Array} after @param {number} before @param {number} r */
  function curveOf({ font }, after, before, r) {
    const { curve } = layout;
    const seen = after.filter(Number.isFinite);
    const top = Math.min(Math.max(0, ...[before, ...seen].filter(Number.isFinite)), 2 * before) || 1;
    /** @param {number} v */
    const y = (v) => curve.y + curve.h * (1 - Math.min(v, top) / top);
    /** @param {number} k */
    const x = (k) => curve.x + (k / (after.length - 1)) * curve.w;
    const points = Array.from(after, (v, k) => (Number.isFinite(v) ? `${x(k).toFixed(1)},${y(v).toFixed(1)}` : null)).filter(Boolean);
    set(layout.line, { d: points.length ? `M${points.join("L")}` : "" });
    set(layout.before, { y1: y(before), y2: y(before) });
    const here = after[r];
    set(layout.dot, { cx: x(r), cy: Number.isFinite(here) ? y(here) : NaN });
    layout.ends[0].textContent = top > 1.2 * before ? `${seen.some((v) => v > top) ? "≥ " : ""}${sayNumber(top)}` : "";
    layout.ends[1].textContent = "0";
    layout.was.textContent = Number.isFinite(before) ? sayNumber(before) : "";
    set(layout.was, { y: y(before) + font * 0.3 });
  }

  /** The square under the pointer: which matrix, which weight. @param {number} x @param {number} y */
  function under(x, y) {
    for (const [k, block] of layout.blocks.entries()) {
      const column = Math.floor((x - block.x) / layout.square.w);
      const row = Math.floor((y - block.y) / layout.square.h);
      if (row >= 0 && row < layout.rows && column >= 0 && column < layout.columns) return { k, row, column, value: layout.values[k][row * layout.columns + column] };
    }
    return null;
  }

  /** The rate under the pointer, where it is over the curve. @param {number} x @param {number} y @param {number} count */
  function rateUnder(x, y, count) {
    const { curve } = layout;
    if (x < curve.x - 8 || x > curve.x + curve.w + 8 || y < curve.y - 8 || y > curve.y + curve.h + 14) return null;
    return clamp(Math.round(((x - curve.x) / curve.w) * (count - 1)), 0, count - 1);
  }

  return { root, draw, under, rateUnder };
}
