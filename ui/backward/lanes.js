// One lane per array of weights: each step's own contribution stands where the sum of the later steps ends, so that
// the bars climb from the loss to the left until they reach the total.

import { set, svg, text } from "../kit/browser/paint.js";
import { sayNumber } from "../kit/browser/words.js";
import { grown, percent } from "./sums.js";

export const LANE = 4.1; // the height of one in sizes of type, where there is room

export function createLanes() {
  /** @type {any[]} */
  let lanes = [];

  /** @param {SVGElement} root @param {Scene} scene @param {number} top @param {number} tall */
  function build(root, scene, top, tall) {
    const { axis, palette, font, header, small } = scene;
    lanes = scene.lanes.map((/** @type {Terms} */ found, /** @type {number} */ n) => {
      const y = top + n * tall;
      const group = svg("g", { "data-lane": found.name }, root);
      const floor = y + tall - font * 0.55;
      const roof = y + font * 0.95;
      const name = text(group, "", { x: 2, y: y + tall * 0.5, fill: palette.text });
      const total = text(group, "", { x: 2, y: y + tall * 0.5 + font * 1.2, "font-size": small, fill: palette.muted, "data-total": found.name });
      const zero = svg("line", { x1: axis.left - font * 1.7, x2: axis.end, stroke: palette.rule, "stroke-width": 1 }, group);
      const goal = svg("line", { x1: axis.left - font * 1.7, x2: axis.end, stroke: palette.muted, "stroke-width": 1, "stroke-dasharray": "2 3" }, group);
      const outline = svg("rect", { x: axis.left - font * 1.6, width: font * 1.1, fill: "none", stroke: palette.muted, "stroke-width": 1 }, group);
      const pile = svg("rect", { x: axis.left - font * 1.6, width: font * 1.1, fill: palette.roles.gradient, "data-pile": found.name }, group);
      const steps = Array.from({ length: header.steps }, (_, k) => {
        const x = axis.x(k + 1);
        const width = Math.max(2, Math.min(axis.pitch * 0.5, font * 2.2));
        return {
          x,
          width,
          joint: svg("line", { x1: x - axis.pitch, x2: x, stroke: palette.muted, "stroke-width": 1 }, group),
          bar: svg("rect", { x: x - width / 2, width, "data-bar": `${found.name} ${k + 1}` }, group),
          label: text(group, "", { x, "text-anchor": "middle", "font-size": small, fill: palette.text, "paint-order": "stroke", stroke: palette.ground, "stroke-width": 3 }),
        };
      });
      return { y, floor, roof, name, total, zero, goal, outline, pile, steps };
    });
  }

  /** @param {Scene} scene @param {number} clock @param {string} array the one in view */
  function draw(scene, clock, array) {
    const { axis, palette, font } = scene;
    scene.lanes.forEach((/** @type {Terms} */ found, /** @type {number} */ n) => {
      const lane = lanes[n];
      const low = Math.min(0, ...found.since);
      const high = Math.max(0, ...found.since);
      const span = high - low || 1;
      /** @param {number} v */
      const at = (v) => lane.floor - ((v - low) / span) * (lane.floor - lane.roof);
      /** @param {SVGElement} rect @param {number} one @param {number} other */
      const bar = (rect, one, other) => {
        const [up, down] = [Math.min(at(one), at(other)), Math.max(at(one), at(other))];
        set(rect, { y: up.toFixed(2), height: Math.max(0, down - up).toFixed(2) });
      };
      const chosen = found.name === array;
      lane.name.textContent = `dL/d${found.label}`;
      set(lane.name, { "font-weight": chosen ? 700 : 400 });
      set(lane.zero, { y1: at(0), y2: at(0) });
      const known = Number.isFinite(found.total);
      set(lane.goal, { y1: at(found.total), y2: at(found.total), visibility: known ? "visible" : "hidden" });
      let sofar = 0;
      lane.steps.forEach((/** @type {any} */ step, /** @type {number} */ k) => {
        const t = k + 1;
        const share = grown(clock, t);
        const value = found.at(t);
        const shown = known && share > 0;
        if (shown) sofar += share * value;
        set(step.bar, { visibility: shown ? "visible" : "hidden" });
        set(step.joint, { visibility: shown && share === 1 && t > 1 ? "visible" : "hidden" });
        const part = found.total === 0 ? 0 : value / found.total;
        const large = Math.abs(part) >= 0.005;
        const labelled = shown && share === 1 && axis.pitch > font * (large ? 3.2 : 4) && part !== 0;
        step.label.textContent = labelled ? percent(part) : "";
        set(step.label, { fill: large ? palette.text : palette.muted });
        if (!shown) return;
        const from = found.since[t + 1];
        bar(step.bar, from, from + share * value);
        const against = part < 0;
        set(step.bar, { fill: against ? palette.ground : palette.roles.gradient, stroke: palette.roles.gradient, "stroke-width": 1 });
        set(step.joint, { y1: at(found.since[t]), y2: at(found.since[t]) });
        set(step.label, { y: Math.min(at(from), at(from + value)) - font * 0.22 });
      });
      bar(lane.pile, 0, known ? sofar : 0);
      bar(lane.outline, 0, known ? found.total : 0);
      lane.total.textContent = known ? sayNumber(sofar) : "overflows";
    });
  }

  /** @param {number} y */
  const under = (y) => Math.max(0, lanes.findLastIndex((lane) => y >= lane.y));
  /** @param {number} y */
  const above = (y) => !lanes.length || y < lanes[0].y;
  return { build, draw, under, above };
}
