// Every loss at every state: one triangle per network, loss k down, state t across, absolute, on one fixed scale.

import { part } from "../shared/message.js";
import { set, svg, text } from "../shared/paint.js";
import { sayNumber, sayPower } from "../shared/words.js";
import { mountPicture } from "./panel.js";

export function createTable(host, move) {
  const root = svg("svg", { class: "table", tabindex: 0, role: "application" }, host);
  let layout = null;

  function build(scene) {
    const { width, font, palette, header } = scene;
    const T = header.steps;
    const count = header.cells.length;
    const wide = width >= 640;
    const margin = { left: font * 2.6, right: font * 4.4, top: font * 1.9, foot: font * 3.6 };
    const room = wide ? width / count : width;
    const square = Math.max(4, Math.min(font * 2, (room - margin.left - margin.right) / T));
    const tall = margin.top + square * T + margin.foot;
    mountPicture(root, width, Math.ceil(wide ? tall : count * tall), scene);
    const triangles = header.cells.map((cell, c) => {
      const x0 = (wide ? c * room : 0) + margin.left;
      const y0 = (wide ? 0 : c * tall) + margin.top;
      const title = text(root, cell.title, { x: x0, y: y0 - font * 0.7, fill: palette.cells[cell.name], "font-weight": 600 });
      const every = square >= font * 1.1 ? 1 : 5;
      for (let k = 1; k <= T; k++) {
        if (k === 1 || k === T || k % every === 0) {
          text(root, `${k}`, { x: x0 - font * 0.4, y: y0 + (k - 0.5) * square + font * 0.28, "text-anchor": "end", "font-size": font * 0.78, fill: palette.muted });
          text(root, `${k}`, { x: x0 + (k - 0.5) * square, y: y0 + T * square + font * 2.35, "text-anchor": "middle", "font-size": font * 0.78, fill: palette.muted });
        }
      }
      if (c === 0 || !wide) {
        text(root, "loss k", { x: x0 - font * 2.4, y: y0 - font * 0.7, "font-size": font * 0.82, fill: palette.muted });
      }
      text(root, "state t", { x: x0, y: y0 + T * square + font * 3.3, "font-size": font * 0.82, fill: palette.muted });
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
      const sumLabel = text(root, "total", { x: x0 + T * square + font * 0.3, y: sumAt + font * 0.8, "font-size": font * 0.82, fill: palette.text });
      const losses = Array.from({ length: T }, (_, k) => (every === 1 ? text(root, "", { x: x0 + (k + 1) * square + font * 0.3, y: y0 + (k + 0.5) * square + font * 0.28, "font-size": font * 0.78, fill: palette.muted, "data-loss": `${c} ${k + 1}` }) : null));
      const mark = svg("rect", { width: square - 1, height: square - 1, fill: "none", stroke: palette.text, "stroke-width": 2.2 }, root);
      const way = svg("path", { fill: "none", stroke: palette.text, "stroke-width": 1.6, "stroke-dasharray": "2 2" }, root);
      return { x0, y0, place, squares, sums, sumLabel, losses, mark, way, title };
    });
    layout = { square, triangles, tall };
  }

  const colour = (scene, log10) => (Number.isFinite(log10) ? scene.magnitude.css((log10 - scene.span[0]) / (scene.span[1] - scene.span[0])) : scene.palette.surface);

  function draw(scene, state) {
    const key = [scene.key, scene.number].join(" ");
    if (key !== scene.tableFor) {
      build(scene);
      fill(scene);
    }
    scene.tableFor = key;
    const { square } = layout;
    const [k, t] = state.path;
    layout.triangles.forEach((triangle, c) => {
      const { x, y } = triangle.place(k, t);
      const focused = c === state.c;
      set(triangle.mark, { x, y, "stroke-opacity": focused ? 1 : 0.4 });
      set(triangle.way, { d: `M${triangle.place(k, k).x + square / 2},${y + square / 2}H${x + square}`, visibility: focused && k > t + 1 ? "visible" : "hidden" });
      set(triangle.title, { "text-decoration": focused && layout.triangles.length > 1 ? "underline" : "none" });
    });
    set(root, { "aria-label": `${words(scene, state.c, k, t)} Arrows move to another loss and state.` });
  }

  function fill(scene) {
    const { header, arrays } = scene;
    layout.triangles.forEach((triangle, c) => {
      const table = arrays[`${c}.table`];
      for (const [code, rect] of triangle.squares) {
        rect.setAttribute("fill", colour(scene, part(table, Math.floor(code / 100) - 1)[code % 100]));
      }
      const losses = arrays[`${c}.losses`].data;
      triangle.losses.forEach((label, k) => {
        if (!label) return;
        const counted = header.losses.includes(k + 1);
        label.textContent = `${counted ? "" : "("}${sayNumber(losses[k])}${counted ? "" : ")"}`;
      });
      triangle.sums.forEach((rect, k) => rect.setAttribute("fill", colour(scene, arrays[`${c}.dh`].data[k + 1])));
      triangle.sumLabel.textContent = sayNumber(header.losses.reduce((sum, k) => sum + losses[k - 1], 0));
    });
  }

  function words(scene, c, k, t) {
    const log10 = part(scene.arrays[`${c}.table`], k - 1)[t];
    return `Of the loss at step ${k}, ${sayPower(log10)} reaches the state at step ${t} in the ${scene.header.cells[c].title}.`;
  }

  // The chosen place in every network.
  function compared(scene, [k, t]) {
    const each = scene.header.cells.map(({ title }, c) => `${title} ${sayPower(part(scene.arrays[`${c}.table`], k - 1)[t])}`);
    return `What the loss at step ${k} sends to the state at step ${t}: ${each.join(", ")}.`;
  }

  function sumWords(scene, c, t) {
    const which = scene.header.losses.length > 1 ? "All losses together" : "The counted loss";
    return `${which}: ‖dL/dh‖ at step ${t} is ${sayPower(scene.arrays[`${c}.dh`].data[t])} in the ${scene.header.cells[c].title}.`;
  }

  // Which triangle, loss and state lie under the pointer; k = T + 1 is the line of totals.
  function under(scene, x, y) {
    const T = scene.header.steps;
    for (const [c, triangle] of layout.triangles.entries()) {
      const t = Math.floor((x - triangle.x0) / layout.square) + 1;
      const k = Math.floor((y - triangle.y0) / layout.square) + 1;
      if (t >= 1 && t <= T && k >= t && k <= T + 1) return { c, k, t };
    }
    return null;
  }

  const limits = (span) => [`≤ ${sayPower(span[0])}`, `≥ ${sayPower(span[1])} ‖dLₖ/dhₜ‖`];

  root.onkeydown = (event) => {
    const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!by) return;
    event.preventDefault();
    move(by);
  };

  return { root, draw, under, words, compared, sumWords, limits };
}
