// Why the error grows or shrinks: at each step the part of saturation and the part of the weights, and their sum.

import { factorSpan, factorTicks, logAxis } from "../kit/browser/axes.js";
import { blank, set, svg } from "../kit/browser/paint.js";
import { sayPower } from "../kit/browser/words.js";
import { easing } from "./networks.js";

export const NARROWEST = 1.5; // px of a bar; below it one bar is the mean of several steps

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
  return factorSpan(low, high);
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
    const grid = svg("g", {}, root);
    const clip = svg("clipPath", { id: "growth" }, svg("defs", {}, root));
    svg("rect", { x: axis.left, y: top, width: axis.end - axis.left, height: bottom - top }, clip);
    const plot = svg("g", { "clip-path": "url(#growth)" }, root);
    const bar = (role) => svg("path", { fill: palette.roles[role], "data-growth": role }, plot);
    const bars = [bar("saturation"), bar("weights")];
    const beyond = svg("path", { fill: palette.ground, "data-growth": "beyond" }, plot);
    const sum = svg("path", { fill: "none", stroke: palette.text, "stroke-width": axis.pitch < NARROWEST ? 1 : scene.presenter ? 2 : 1.3, "stroke-linejoin": "round", "data-growth": "together" }, plot);
    layout = { top, bottom, cursor, grid, bars, beyond, sum };
  }

  function draw(scene, state) {
    if (scene.laid || !layout) build(scene);
    const { axis, steps } = scene;
    const { now } = scene.cells[state.focus];
    span = eased(growthSpan(scene.cells, steps), scene);
    const { top, bottom } = layout;
    if (layout.span !== `${span}`) {
      const say = (v) => `× ${sayPower(v)}`;
      layout.y = logAxis(layout.grid, scene, { left: axis.left, right: axis.end, top, bottom, low: span[0], high: span[1], strong: 0, say, of: factorTicks });
    }
    layout.span = `${span}`;
    const { y } = layout;
    set(layout.cursor, { x: axis.x(state.t) - Math.max(2, axis.pitch) / 2 });
    const group = Math.max(1, Math.ceil(NARROWEST / axis.pitch));
    const wide = group * axis.pitch;
    const room = wide > 4 ? 0.3 * wide : 0;
    const drawn = ["", ""];
    let [sum, beyond] = ["", ""];
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
      const [far, head] = [Math.max(0, saturation, weights, saturation + weights), Math.min(width / 2, scene.font * 0.4)];
      const near = Math.min(0, saturation, weights, saturation + weights);
      if (near < span[0]) beyond += `M${left + width / 2},${bottom}l${-head},${-head}h${2 * head}Z`;
      if (far > span[1]) beyond += `M${left + width / 2},${top}l${-head},${head}h${2 * head}Z`;
      sum += `${pen}${(left + width / 2).toFixed(1)},${y(saturation + weights).toFixed(1)}`;
      pen = "L";
    }
    layout.bars.forEach((bar, k) => bar.setAttribute("d", drawn[k]));
    layout.beyond.setAttribute("d", beyond);
    layout.sum.setAttribute("d", sum);
    root.setAttribute("aria-label", `What saturation and weights do to the error of the ${scene.cells[state.focus].title} at each step`);
  }

  return { root, draw };
}
