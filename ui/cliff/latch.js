// The latch: where a tanh unit stores a bit, two runs of it, and what its error is multiplied by.

import { clamp, set, svg, text } from "../kit/browser/paint.js";
import { sayNumber, sayPower } from "../kit/browser/words.js";
import { plane } from "./plane.js";
import { latchStates, latchThreshold, runLatch } from "./unit.js";

export const LATCH_STEPS = 50;
const signed = (value) => `${value > 0 ? "+" : ""}${sayNumber(value)}`;

// Three sentences: does it store, does this run keep its bit, and what becomes of the error.
export function sayLatch({ latch_w: w, latch_u: u, latch_start: start }) {
  const states = latchStates(w, u);
  const most = latchThreshold(w);
  const run = runLatch(w, u, LATCH_STEPS, start);
  const end = run.x[LATCH_STEPS];
  const stores =
    most === null
      ? `With w = ${sayNumber(w)}, not above 1, there is one state only, ${signed(states[0][0])}: nothing is stored.`
      : states.length < 3
        ? `With w = ${sayNumber(w)} it stores a bit while |u| stays below ${sayNumber(most)}; u = ${sayNumber(u)} is beyond: one state is left, ${signed(states[0][0])}.`
        : `With w = ${sayNumber(w)} it stores a bit while |u| stays below ${sayNumber(most)}: ${signed(states[0][0])} and ${signed(states[2][0])} attract.`;
  const kept = states.length >= 3 && Math.sign(end) === Math.sign(start) && start !== 0;
  const holds = `From ${signed(start)} it is at ${signed(end)} after ${LATCH_STEPS} steps${states.length < 3 ? "." : kept ? ": the sign is kept." : ": the sign is lost."}`;
  const near = states.reduce((best, state) => (Math.abs(state[0] - end) < Math.abs(best[0] - end) ? state : best));
  const factor = Math.abs(near[1]);
  const forgets =
    factor < 1
      ? `There each step back multiplies the error by ${sayNumber(near[1])}: of an error at step ${LATCH_STEPS}, ${sayPower(run.product[0])} reaches the start. A state attracts because small differences shrink; the gradient is such a difference.`
      : `There each step back multiplies the error by ${sayNumber(near[1])}: it does not attract, and the least push moves the unit away.`;
  return { stores, holds, forgets };
}

export function createLatch(host) {
  const region = svg("svg", { role: "application", tabindex: 0, class: "latch-region" }, host);
  const runs = svg("svg", { role: "img", class: "latch-runs" }, host);
  let layout = null;

  function build(scene, widths, height) {
    const { font, palette, halo } = scene;
    const { latch_w: wRange, latch_u: uRange } = scene.ranges;
    const left = font * 2.9;
    const a = plane(region, scene, { id: "latch-clip", width: widths[0], height, left, across: [...wRange, 4], up: [...uRange, 4], names: ["w", "u"] });
    const edge = [];
    for (let k = 0; k <= 160; k++) {
      const w = 1 + (k / 160) * (wRange[1] - 1);
      edge.push([w, latchThreshold(w) ?? 0]);
    }
    const to = (sign) => edge.map(([w, u]) => `${a.x(w).toFixed(1)},${a.y(sign * u).toFixed(1)}`);
    svg("path", { d: `M${to(1).join("L")}L${to(-1).reverse().join("L")}Z`, fill: palette.roles.state, "fill-opacity": 0.18 }, a.inside);
    for (const sign of [1, -1]) svg("path", { d: `M${to(sign).join("L")}`, fill: "none", stroke: palette.roles.state, "stroke-width": scene.presenter ? 3 : 2, "data-edge-of-storing": sign }, a.inside);
    text(region, "stores a bit", { ...halo, x: a.x(2.9), y: a.y(0) - font * 0.5, "text-anchor": "middle", fill: palette.text });
    text(region, "one state", { ...halo, x: a.x(1), y: a.y(1.45), "text-anchor": "middle", fill: palette.muted });
    const point = svg("circle", { r: font * 0.5, fill: palette.text, stroke: palette.ground, "stroke-width": 2, "data-latch-point": "" }, region);
    const b = plane(runs, scene, { id: "latch-runs-clip", width: widths[1], height, left, across: [0, LATCH_STEPS, 4], up: [-1, 1, 4], names: ["step t", "x"] });
    const rests = [0, 1, 2].map(() => svg("line", { x1: b.left, x2: b.right, stroke: palette.roles.state, "stroke-width": 1.4, "data-rest": "" }, runs));
    const mirror = svg("path", { fill: "none", stroke: palette.muted, "stroke-width": 1.6, "stroke-dasharray": "4 4" }, runs);
    const line = svg("path", { fill: "none", stroke: palette.text, "stroke-width": scene.presenter ? 3.4 : 2.2, "data-run": "" }, runs);
    layout = { a, b, point, rests, line, mirror, mirrorLabel: text(runs, "", { ...halo, fill: palette.muted, "font-size": font * 0.9, "text-anchor": "end" }) };
  }

  function draw(scene, state) {
    const total = scene.widths.latch;
    const stacked = total < 520;
    const height = Math.round(scene.font * 15);
    const widths = stacked ? [total, total] : [Math.round(total * 0.44), Math.floor(total * 0.56) - 1];
    if (layout?.room !== scene.room) {
      build(scene, widths, height);
      layout.room = scene.room;
    }
    const { latch_w: w, latch_u: u, latch_start: start } = state.drop;
    const { a, b } = layout;
    set(layout.point, { cx: a.x(w), cy: a.y(u) });
    const path = (from) => Array.from(runLatch(w, u, LATCH_STEPS, from).x, (v, t) => `${t ? "L" : "M"}${b.x(t).toFixed(1)},${b.y(v).toFixed(1)}`).join("");
    layout.line.setAttribute("d", path(start));
    layout.mirror.setAttribute("d", path(-start));
    const states = latchStates(w, u);
    layout.rests.forEach((line, k) => set(line, states[k] ? { y1: b.y(states[k][0]), y2: b.y(states[k][0]), "stroke-dasharray": Math.abs(states[k][1]) < 1 ? "none" : "2 4", visibility: "visible" } : { visibility: "hidden" }));
    layout.mirrorLabel.textContent = start ? `dashed: from ${signed(-start)}` : "";
    set(layout.mirrorLabel, { x: b.right - scene.font * 0.3, y: b.bottom - scene.font * 0.5 });
    region.setAttribute("aria-label", `Where the unit stores a bit: w across, u up. Arrow keys move the point. ${scene.latchSaid.stores}`);
    runs.setAttribute("aria-label", `The unit's state over ${LATCH_STEPS} steps. ${scene.latchSaid.holds}`);
  }

  // The nearest of what can be chosen.
  function under(px, py, { latch_w, latch_u }) {
    const [w, u] = layout.a.under(px, py);
    return { latch_w: clamp(w, ...latch_w), latch_u: clamp(u, ...latch_u) };
  }

  return { region, runs, draw, under };
}
