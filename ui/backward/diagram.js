// The unrolled network in reverse: the loss above, states in a row, inputs below; the error comes from the right.

import { clamp, set, svg, text } from "../kit/browser/paint.js";
import { graphemes, sayPower, visible } from "../kit/browser/words.js";
import { travelled } from "./sums.js";

export const DIAGRAM = 10.4; // its height in sizes of type, where there is room

/**
 * A horizontal arrow to the left or a vertical one downwards.
 * @param {boolean} across
 * @param {number} from
 * @param {number} to
 * @param {number} at
 * @param {number} width
 */
function pointing(across, from, to, at, width) {
  const half = width / 2;
  const head = Math.min(Math.abs(to - from) * 0.6, 4 + width * 0.5);
  const wide = half + Math.min(3, 1 + width * 0.2);
  if (across) return `M${from},${at - half}H${to + head}V${at - wide}L${to},${at}L${to + head},${at + wide}V${at + half}H${from}Z`;
  return `M${at - half},${from}V${to - head}H${at - wide}L${at},${to}L${at + wide},${to - head}H${at + half}V${from}Z`;
}

/** The colour of an arrow at a share of the span: the magnitudes' scale without its end that is hardly seen. @param {Scene} scene @param {number} share */
export const shade = ({ magnitude }, share) => magnitude.css(0.25 + 0.75 * share);

export function createDiagram() {
  /** @type {any} */
  let layout = null;

  /** @param {SVGElement} root @param {Scene} scene @param {number} rise what heights are measured in */
  function build(root, scene, rise) {
    const { axis, palette, font, header, small } = scene;
    const group = svg("g", {}, root);
    const y = { loss: Math.max(rise * 2, font), state: rise * 5.9, input: rise * 9.4 };
    const size = Math.max(6, Math.min(axis.pitch * 0.46, font * 2.3));
    const strong = Math.min(font * 0.8, axis.pitch * 0.32);
    for (const row of /** @type {const} */ (["loss", "state", "input"])) {
      text(group, row === "loss" && header.above ? `layer ${header.above}` : row, { x: 2, y: y[row] + font * 0.35, fill: palette.roles[row === "loss" ? "gradient" : row] });
    }
    const dense = axis.pitch < font * 1.2;
    const widest = header.labels ? Math.max(...header.labels.map((/** @type {string} */ label) => graphemes(label).length)) : `x${header.steps}`.length;
    const columns = [];
    for (let t = 1; t <= header.steps; t++) {
      const x = axis.x(t);
      const counted = header.losses.includes(t);
      svg("line", { x1: x, x2: x, y1: y.state + size / 2, y2: y.input - font * 0.75, stroke: palette.rule, "stroke-width": 1.2 }, group);
      if (counted) svg("line", { x1: x, x2: x, y1: y.loss, y2: y.state - size / 2, stroke: palette.rule, "stroke-width": 1 }, group);
      if (t > 1) svg("line", { x1: axis.x(t - 1) + size / 2, x2: x - size / 2, y1: y.state, y2: y.state, stroke: palette.rule, "stroke-width": 1 }, group);
      const local = counted ? svg("path", { fill: palette.roles.gradient, "data-local": t }, group) : null;
      const carried = t > 1 ? svg("path", { "data-carried": t - 1 }, group) : null;
      const box = svg("rect", { x: x - size / 2, y: y.state - size / 2, width: size, height: size, rx: Math.min(5, size / 4), stroke: palette.roles.state, "stroke-width": 1.3 }, group);
      const norm = text(group, "", { x, y: y.state - size / 2 - font * 0.4, "text-anchor": counted ? "start" : "middle", dx: counted ? strong * 0.5 + font * 0.4 : 0, "font-size": small, fill: palette.roles.gradient, "data-norm": t });
      if (counted) {
        const r = Math.min(font * 0.75, axis.pitch * 0.42);
        svg("circle", { cx: x, cy: y.loss, r, fill: palette.roles.gradient }, group);
        if (!dense) text(group, header.above ? `${header.above}` : "L", { x, y: y.loss + small * 0.35, "text-anchor": "middle", "font-size": small, "font-weight": 700, fill: palette.ground });
        if (header.targets && axis.pitch > font * 3) text(group, `“${visible(header.targets[t - 1])}”`, { x: x - r - font * 0.3, y: y.loss + font * 0.3, "text-anchor": "end", "font-size": small, fill: palette.roles.output });
      }
      const label = header.labels ? visible(header.labels[t - 1]) : `x${t}`;
      const room = axis.pitch > font * (0.35 + 0.55 * Math.min(4, widest));
      if (room || t === 1 || t === header.steps || t % 5 === 0) {
        text(group, label, { x, y: y.input + font * 0.35, "text-anchor": "middle", fill: palette.roles.input, "font-weight": 600, "font-size": axis.pitch < font * 2.4 ? small : font });
      }
      columns.push({ x, local, carried, box, norm });
    }
    /** @param {string} words @param {number} x @param {number} at */
    const letter = (words, x, at) => text(group, words, { x, y: at, "text-anchor": "middle", "font-size": small, "font-style": "italic", fill: palette.muted });
    if (axis.pitch > font * 3) {
      const T = header.steps;
      if (!header.above) letter("V", axis.x(T) - font * 0.95, (y.loss + y.state) / 2);
      letter("U", axis.x(T) - font * 0.75, (y.input + y.state) / 2 + font * 0.6);
      if (T > 1) letter("W", axis.x(T) - axis.pitch / 2, y.state + font * 1.25);
    }
    const pulse = svg("circle", { r: 5, fill: palette.roles.gradient, stroke: palette.ground, "stroke-width": 1.2, class: "pulse" }, group);
    layout = { y, size, strong, columns, pulse };
  }

  /** @param {Scene} scene @param {{ clock: number, t: number }} state */
  function draw(scene, state) {
    const { axis, header, now, palette, font, span } = scene;
    const { y, size, strong, columns, pulse } = layout;
    /** @param {number} log10 */
    const height = (log10) => clamp((log10 - span[0]) / (span[1] - span[0]), 0, 1);
    /** @param {SVGElement} path @param {boolean} across @param {number} from @param {number} to @param {number} at @param {number} log10 @param {number} way */
    const arrow = (path, across, from, to, at, log10, way) => {
      const lit = way > 0 && Number.isFinite(log10);
      set(path, { visibility: lit ? "visible" : "hidden" });
      if (lit) set(path, { d: pointing(across, from, from + way * (to - from), at, 1 + height(log10) * strong), fill: shade(scene, height(log10)) });
    };
    columns.forEach((/** @type {any} */ column, /** @type {number} */ k) => {
      const t = k + 1;
      const here = travelled(state.clock, t);
      if (column.local) arrow(column.local, false, y.loss + font * 0.75, y.state - size / 2 - 1, column.x, now.local[t], here);
      if (column.carried) arrow(column.carried, true, column.x - size / 2 - 1, columns[k - 1].x + size / 2 + 1, y.state, now.carried[t - 1], travelled(state.clock, t - 1));
      set(column.box, { fill: palette.roles.state, "fill-opacity": Math.min(0.9, 0.1 + 0.75 * now.rms[t]).toFixed(3), "stroke-width": state.t === t ? 2.6 : 1.2 });
      const room = axis.pitch > font * 3.6 || (state.t === t && (!column.local || axis.pitch > font * 2.6));
      column.norm.textContent = here === 1 && room ? sayPower(now.dh[t]) : "";
    });
    const way = travelled(state.clock, state.t);
    const fromLoss = state.t === header.steps;
    const from = fromLoss ? columns[state.t - 1].x : columns[state.t]?.x;
    set(pulse, {
      cx: (from + way * (columns[state.t - 1].x - from)).toFixed(1),
      cy: (fromLoss ? y.loss + way * (y.state - y.loss) : y.state).toFixed(1),
      visibility: state.clock > 0.5 ? "visible" : "hidden",
    });
  }

  return { build, draw };
}
