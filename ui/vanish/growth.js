// Why the error grows or shrinks: at each step the part of saturation and the part of the weights, and their sum.

import { blank, set, svg, text } from "../kit/browser/paint.js";
import { sayPower } from "../kit/browser/words.js";
import { easing } from "./networks.js";

export const NARROWEST = 1.5; // px of a bar; below it one bar is the mean of several steps
const REACHES = [0.15, 0.3, 0.5, 1, 1.5, 2, 3, 5, 8, 12, 20, 40, 80, 160, 320]; // log10, where the axis may end

// Saturation, weights and both together at step t (1..T) of a network, as log10; nan or infinite without an error.
export function growthAt({ bySaturation, byWeights }, t) {
  return { saturation: bySaturation[t - 1], weights: byWeights[t - 1], together: bySaturation[t - 1] + byWeights[t - 1] };
}

// Where two stacked bars begin and end: from 0 to opposite sides, or one upon the other.
function stacked(saturation, weights) {
  const base = saturation * weights > 0 ? saturation : 0;
  return [[0, saturation], [base, base + weights]];
}

// The logarithms that the axis has to hold, of all networks, so that they can be compared.
export function growthSpan(cells, steps) {
  let low = 0;
  let high = 0;
  for (const cell of cells) {
    for (let t = 1; t <= steps; t++) {
      const { saturation, weights, together } = growthAt(cell.now, t);
      if (!Number.isFinite(together)) continue;
      for (const [, end] of stacked(saturation, weights)) [low, high] = [Math.min(low, end), Math.max(high, end)];
    }
  }
  const reach = (v) => REACHES.find((r) => r >= v) ?? v;
  return [-reach(-low), reach(high)];
}

// The three factors as a reader says them.
export function growthInWords({ saturation, weights, together }) {
  const factor = (log10) => (Number.isNaN(log10) ? "no error" : `× ${sayPower(log10)}`);
  return { saturation: factor(saturation), weights: factor(weights), together: factor(saturation === -Infinity ? saturation : together) };
}

/** @param {Element} host @param {Stage} stage */
export function createGrowth(host, stage) {
  const root = svg("svg", { role: "img", class: "growth" }, host);
  let layout = null;
  let span = [0, 1];
  const eased = easing(stage);

  function build(scene) {
    const { axis, palette, font } = scene;
    const top = Math.round(font * 0.5);
    const bottom = top + Math.round(font * 6.4);
    const height = bottom + Math.round(font * 0.6);
    blank(root, scene, axis.width, height);
    const cursor = svg("rect", { y: top, height: bottom - top, width: Math.max(2, axis.pitch), fill: palette.rule, opacity: 0.55 }, root);
    const grid = svg("g", { stroke: palette.rule, "stroke-width": 1 }, root);
    const names = svg("g", { fill: palette.muted, "text-anchor": "end" }, root);
    const bar = (role) => svg("path", { fill: palette.roles[role], "data-growth": role }, root);
    const bars = [bar("saturation"), bar("weights")];
    const zero = svg("line", { x1: axis.left, x2: axis.end, stroke: palette.muted, "stroke-width": 1 }, root);
    const sum = svg("path", { fill: "none", stroke: palette.text, "stroke-width": axis.pitch < NARROWEST ? 1 : scene.presenter ? 2 : 1.3, "stroke-linejoin": "round", "data-growth": "together" }, root);
    layout = { top, bottom, cursor, grid, names, bars, zero, sum };
  }

  function drawGrid(scene, y) {
    const { axis, font } = scene;
    layout.grid.replaceChildren();
    layout.names.replaceChildren();
    const [low, high] = span;
    const coarse = high - low > 2.5;
    const stride = Math.max(1, Math.ceil((high - low) / 5));
    const marks = coarse ? [0] : [0, Math.log10(2), -Math.log10(2), Math.log10(5), -Math.log10(5), 1, -1];
    if (coarse) for (let v = stride; v <= Math.max(high, -low); v += stride) marks.push(v, -v);
    let taken = []; // 0 first: a name that comes too near to one that stands is left out
    for (const v of marks) {
      if (v < low - 1e-9 || v > high + 1e-9 || taken.some((at) => Math.abs(at - y(v)) < font * 1.15)) continue;
      taken = [...taken, y(v)];
      svg("line", { x1: axis.left, x2: axis.end, y1: y(v), y2: y(v) }, layout.grid);
      text(layout.names, `× ${sayPower(v)}`, { x: axis.left - font * 0.5, y: y(v) + font * 0.34 });
    }
  }

  function draw(scene, state) {
    if (scene.laid || !layout) build(scene);
    const { axis, steps } = scene;
    const { now } = scene.cells[state.focus];
    span = eased(growthSpan(scene.cells, steps), scene);
    const y = (v) => layout.bottom - ((v - span[0]) / (span[1] - span[0])) * (layout.bottom - layout.top);
    if (layout.span !== `${span}`) drawGrid(scene, y);
    layout.span = `${span}`;
    set(layout.zero, { y1: y(0), y2: y(0) });
    set(layout.cursor, { x: axis.x(state.t) - Math.max(2, axis.pitch) / 2 });
    const group = Math.max(1, Math.ceil(NARROWEST / axis.pitch));
    const wide = group * axis.pitch;
    const room = wide > 4 ? 0.3 * wide : 0;
    const drawn = ["", ""];
    let sum = "";
    let pen = "M";
    for (let first = 1; first <= steps; first += group) {
      const last = Math.min(steps, first + group - 1);
      const mean = { saturation: 0, weights: 0, count: 0 };
      for (let t = first; t <= last; t++) {
        const { saturation, weights, together } = growthAt(now, t);
        if (!Number.isFinite(together)) continue;
        mean.saturation += saturation;
        mean.weights += weights;
        mean.count += 1;
      }
      if (mean.count === 0) {
        pen = "M"; // no error: a gap
        continue;
      }
      const [saturation, weights] = [mean.saturation / mean.count, mean.weights / mean.count];
      const left = axis.left + (first - 1) * axis.pitch + room / 2;
      const width = (last - first + 1) * axis.pitch - room;
      stacked(saturation, weights).forEach(([from, to], k) => {
        drawn[k] += `M${left.toFixed(2)},${y(from).toFixed(1)}h${width.toFixed(2)}V${y(to).toFixed(1)}h${(-width).toFixed(2)}Z`;
      });
      sum += `${pen}${(left + width / 2).toFixed(1)},${y(saturation + weights).toFixed(1)}`;
      pen = "L";
    }
    layout.bars.forEach((bar, k) => bar.setAttribute("d", drawn[k]));
    layout.sum.setAttribute("d", sum);
    root.setAttribute("aria-label", `What saturation and weights do to the error of the ${scene.cells[state.focus].title} at each step`);
  }

  return { root, draw };
}
