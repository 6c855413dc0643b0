// Every loss at every state: one triangle per network, loss k down, state t across, absolute, on one fixed scale.

import { part } from "../kit/browser/message.js";
import { blank, set, svg, text } from "../kit/browser/paint.js";
import { sayNumber, sayPower } from "../kit/browser/words.js";

const LEAST = 4; // px of a square

/** @param {Element} host */
export function createTriangles(host) {
  const root = svg("svg", { class: "table", tabindex: 0, role: "application" }, host);
  /** @type {any} */
  let layout = null;

  /** @param {Scene} scene @param {Message} message */
  function build(scene, { header }) {
    const { width, font, palette, small } = scene;
    const T = header.steps;
    const count = header.cells.length;
    const margin = { left: font * 2.6, right: font * 4.4, top: font * 1.9, foot: font * 3.6 };
    /** @param {number} room */
    const squareIn = (room) => (room - margin.left - margin.right) / T;
    const wide = width >= 640 && squareIn(width / count) >= LEAST;
    const room = wide ? width / count : width;
    const square = Math.max(LEAST, Math.min(font * 2, squareIn(room)));
    const tall = margin.top + square * T + margin.foot;
    blank(root, scene, width, Math.ceil(wide ? tall : count * tall));
    const triangles = header.cells.map((/** @type {any} */ cell, /** @type {number} */ c) => {
      const x0 = (wide ? c * room : 0) + margin.left;
      const y0 = (wide ? 0 : c * tall) + margin.top;
      const title = text(root, cell.title, { x: x0, y: y0 - font * 0.7, fill: palette.cells[cell.name], "font-weight": 600 });
      const every = square >= font * 1.1 ? 1 : 5;
      for (let k = 1; k <= T; k++) {
        if (k === 1 || k === T || k % every === 0) {
          text(root, `${k}`, { x: x0 - font * 0.4, y: y0 + (k - 0.5) * square + font * 0.28, "text-anchor": "end", "font-size": small, fill: palette.muted });
          text(root, `${k}`, { x: x0 + (k - 0.5) * square, y: y0 + T * square + font * 2.35, "text-anchor": "middle", "font-size": small, fill: palette.muted });
        }
      }
      if (c === 0 || !wide) {
        text(root, "loss k", { x: x0 - font * 2.4, y: y0 - font * 0.7, "font-size": small, fill: palette.muted });
      }
      text(root, "state t", { x: x0, y: y0 + T * square + font * 3.3, "font-size": small, fill: palette.muted });
      /** @param {number} k @param {number} t */
      const place = (k, t) => ({ x: x0 + (t - 1) * square, y: y0 + (k - 1) * square });
      const squares = new Map();
      for (let k = 1; k <= T; k++) {
        for (let t = 1; t <= k; t++) {
          const { x, y } = place(k, t);
          squares.set(k * 100 + t, svg("rect", { x, y, width: square - 1, height: square - 1, "data-place": `${c} ${k} ${t}` }, root));
        }
      }
      const sumAt = y0 + T * square + font * 0.45;
      const sums = Array.from({ length: T }, (_, k) => svg("rect", { x: x0 + k * square, y: sumAt, width: square - 1, height: Math.min(square - 1, font), "data-sum": `${c} ${k + 1}` }, root));
      const sumLabel = text(root, "total", { x: x0 + T * square + font * 0.3, y: sumAt + font * 0.8, "font-size": small, fill: palette.text });
      const losses = Array.from({ length: T }, (_, k) => (every === 1 ? text(root, "", { x: x0 + (k + 1) * square + font * 0.3, y: y0 + (k + 0.5) * square + font * 0.28, "font-size": small, fill: palette.muted, "data-loss": `${c} ${k + 1}` }) : null));
      const mark = svg("rect", { width: square - 1, height: square - 1, fill: "none", stroke: palette.text, "stroke-width": 2.2 }, root);
      const way = svg("path", { fill: "none", stroke: palette.text, "stroke-width": 1.6, "stroke-dasharray": "2 2" }, root);
      return { x0, y0, place, squares, sums, sumLabel, losses, mark, way, title };
    });
    layout = { square, triangles, tall };
  }

  /** @param {Scene} scene @param {number[]} span @param {number} log10 */
  const colour = (scene, [low, high], log10) => (Number.isFinite(log10) ? scene.magnitude.css((log10 - low) / (high - low)) : scene.palette.surface);

  /** @param {Scene} scene @param {Message} message @param {number} c the network in focus @param {[number, number]} place loss and state */
  function draw(scene, message, c, [k, t]) {
    if (scene.changed || scene.fresh) {
      build(scene, message);
      fill(scene, message);
    }
    const { square, triangles } = layout;
    triangles.forEach((/** @type {any} */ triangle, /** @type {number} */ n) => {
      const { x, y } = triangle.place(k, t);
      const focused = n === c;
      set(triangle.mark, { x, y, "stroke-opacity": focused ? 1 : 0.4 });
      set(triangle.way, { d: `M${triangle.place(k, k).x + square / 2},${y + square / 2}H${x + square}`, visibility: focused && k > t + 1 ? "visible" : "hidden" });
      set(triangle.title, { "text-decoration": focused && triangles.length > 1 ? "underline" : "none" });
    });
    set(root, { "aria-label": `${wordsOf(message, c, k, t)} Arrows move to another loss and state.` });
  }

  /** @param {Scene} scene @param {Message} message */
  function fill(scene, { header, arrays }) {
    const { span } = header;
    layout.triangles.forEach((/** @type {any} */ triangle, /** @type {number} */ c) => {
      const table = arrays[`${c}.table`];
      for (const [code, rect] of triangle.squares) rect.setAttribute("fill", colour(scene, span, part(table, Math.floor(code / 100) - 1)[code % 100]));
      const losses = arrays[`${c}.losses`].data;
      triangle.losses.forEach((/** @type {SVGElement | null} */ label, /** @type {number} */ k) => {
        if (!label) return;
        const counted = header.losses.includes(k + 1);
        if (!header.rows.includes(k + 1)) label.textContent = "";
        else label.textContent = `${counted ? "" : "("}${sayNumber(losses[k])}${counted ? "" : ")"}`;
      });
      triangle.sums.forEach((/** @type {SVGElement} */ rect, /** @type {number} */ k) => rect.setAttribute("fill", colour(scene, span, arrays[`${c}.dh`].data[k + 1])));
      triangle.sumLabel.textContent = sayNumber(header.losses.reduce((/** @type {number} */ sum, /** @type {number} */ k) => sum + losses[k - 1], 0));
    });
  }

  /** Which triangle, loss and state lie there; k = T + 1 is the line of totals. @param {Message} message @param {number} x @param {number} y */
  function under({ header }, x, y) {
    const T = header.steps;
    for (const [c, triangle] of layout.triangles.entries()) {
      const t = Math.floor((x - triangle.x0) / layout.square) + 1;
      const k = Math.floor((y - triangle.y0) / layout.square) + 1;
      if (t >= 1 && t <= T && k >= t && (k === T + 1 || header.rows.includes(k))) return { c, k, t };
    }
    return null;
  }

  return { root, draw, under };
}

/** One loss at one state. @param {Message} message @param {number} c @param {number} k @param {number} t */
export function wordsOf({ header, arrays }, c, k, t) {
  return `Of the loss at step ${k}, ${sayPower(part(arrays[`${c}.table`], k - 1)[t])} reaches the state at step ${t} in the ${header.cells[c].title}.`;
}

/** The line of totals. @param {Message} message @param {number} c @param {number} t */
export function sumWordsOf({ header, arrays }, c, t) {
  const which = header.losses.length > 1 ? "All losses, summed" : "The counted loss";
  return `${which}: ‖dL/dh‖ at step ${t} is ${sayPower(arrays[`${c}.dh`].data[t])} in the ${header.cells[c].title}.`;
}

/** One place in every network. @param {Message} message @param {[number, number]} place */
export function comparedOf({ header, arrays }, [k, t]) {
  const each = header.cells.map((/** @type {any} */ { title }, /** @type {number} */ c) => `${title} ${sayPower(part(arrays[`${c}.table`], k - 1)[t])}`);
  return `What the loss at step ${k} sends to the state at step ${t}: ${each.join(", ")}.`;
}
