// Why there is a wall: the unit's resting places over b, at the w of the point that is looked at.

import { clamp, set, svg, text } from "../kit/browser/paint.js";
import { sayNumber } from "../kit/browser/words.js";
import { plane } from "./plane.js";
import { fold, logistic, logisticSlope, restingPlaces, runUnit, turns } from "./unit.js";

// What happens at this point, in words.
export function sayResting({ w, b }, drop) {
  const places = restingPlaces(w, b);
  const run = runUnit(w, b, drop.steps, drop.start);
  const end = run.x[drop.steps];
  const at = `At w = ${sayNumber(w)}, b = ${sayNumber(b)}`;
  if (places.length < 3) {
    return `${at} there is one resting place, ${sayNumber(places[0][0])}: wherever the unit starts, it ends there (after ${drop.steps} steps at ${sayNumber(end)}).`;
  }
  const [low, middle, high] = places.map(([x]) => x);
  const side = drop.start < middle ? "below" : "above";
  return `${at} the unit can rest at ${sayNumber(low)} or at ${sayNumber(high)}; ${sayNumber(middle)} repels. It starts at ${sayNumber(drop.start)}, ${sayNumber(Math.abs(drop.start - middle))} ${side} the repelling place, so it moves ${side === "below" ? "down" : "up"} and is at ${sayNumber(end)} after ${drop.steps} steps.`;
}

export function sayPlaces(w, b) {
  const places = restingPlaces(w, b).map(([x, slope]) => `${sayNumber(x)} ${Math.abs(slope) < 1 ? "attracts" : "repels"}`);
  return `b ${sayNumber(b)}: ${places.join(", ")}`;
}

export function createResting(host) {
  const root = svg("svg", { role: "img", class: "resting" }, host);
  let layout = null;

  function build(scene, width) {
    const { font, palette, halo, window: [wFrom, wTo, bFrom, bTo] } = scene;
    const [low, high] = [bFrom + Math.min(0, wFrom), bTo + Math.max(0, wTo)];
    const axes = plane(root, scene, { id: "resting-clip", width, height: Math.round(font * 17), left: font * 3, across: [bFrom, bTo, 5], up: [low, high, 5], names: ["b", "x"] });
    const { left, right, top, bottom, inside } = axes;
    const thick = scene.presenter ? 3.4 : 2.2;
    const band = svg("rect", { y: top, height: bottom - top, fill: palette.surface }, inside);
    const wall = svg("line", { y1: top, y2: bottom, stroke: palette.roles.gradient, "stroke-width": 1.4, "stroke-dasharray": "3 3", "data-wall": "" }, inside);
    const begin = svg("line", { x1: left, x2: right, stroke: palette.muted, "stroke-width": 1.2, "stroke-dasharray": "1 4", "stroke-linecap": "round" }, inside);
    const attracts = svg("path", { fill: "none", stroke: palette.roles.state, "stroke-width": thick, "data-branch": "attracts" }, inside);
    const repels = svg("path", { fill: "none", stroke: palette.roles.state, "stroke-width": thick * 0.8, "stroke-dasharray": "5 4", "data-branch": "repels" }, inside);
    const here = svg("line", { y1: top, y2: bottom, stroke: palette.text, "stroke-width": 1.2 }, inside);
    const steps = svg("g", { fill: palette.text, "fill-opacity": 0.55 }, inside);
    const last = svg("circle", { r: font * 0.38, fill: palette.text, stroke: palette.ground, "stroke-width": 1.5, "data-last": "" }, inside);
    const meets = [0, 1].map(() => svg("circle", { r: font * 0.3, fill: palette.ground, stroke: palette.roles.state, "stroke-width": 1.8, "data-fold": "" }, inside));
    const label = (fill) => text(root, "", { ...halo, fill, "font-size": font * 0.9 });
    layout = { ...axes, low, high, band, wall, begin, attracts, repels, here, steps, last, meets, startLabel: label(palette.muted), wallLabel: label(palette.roles.gradient), foldLabel: label(palette.roles.state) };
  }

  function draw(scene, state) {
    const width = scene.widths.resting;
    const room = `${scene.room} ${scene.window}`;
    if (layout?.room !== room) {
      build(scene, width);
      layout.room = room;
    }
    const { left, right, top, low, high, x, y } = layout;
    const { w, b } = scene.point;
    const { start, steps } = state.drop;
    const [, , bFrom, bTo] = scene.window;
    // b = x - w sigmoid(x) has one value for every x, also where there are three x for one b.
    const pens = { attracts: "", repels: "" };
    let before = "";
    for (let k = 0; k <= 400; k++) {
      const at = low + (k / 400) * (high - low);
      const kind = Math.abs(w * logisticSlope(at)) <= 1 ? "attracts" : "repels";
      const point = `${x(at - w * logistic(at)).toFixed(1)},${y(at).toFixed(1)}`;
      if (before && before !== kind) pens[before] += `L${point}`;
      pens[kind] += `${before === kind ? "L" : "M"}${point}`;
      before = kind;
    }
    layout.attracts.setAttribute("d", pens.attracts);
    layout.repels.setAttribute("d", pens.repels);
    const edges = fold(w);
    const bend = edges && edges.map((edge) => clamp(x(edge), left, right));
    set(layout.band, { x: bend ? bend[0] : 0, width: bend ? bend[1] - bend[0] : 0 });
    const ends = turns(w).reverse().map((at) => ({ x: at, b: at - w * logistic(at) })); // the one at the lower b first
    layout.meets.forEach((circle, k) => set(circle, ends[k] ? { cx: x(ends[k].b), cy: y(ends[k].x), visibility: "visible" } : { visibility: "hidden" }));
    const foot = start - w * logistic(start);
    const walled = w * logisticSlope(start) > 1 && foot >= bFrom && foot <= bTo;
    set(layout.wall, { x1: x(foot), x2: x(foot), visibility: walled ? "visible" : "hidden" });
    set(layout.begin, { y1: y(start), y2: y(start) });
    set(layout.here, { x1: x(b), x2: x(b), visibility: b >= bFrom && b <= bTo ? "visible" : "hidden" });
    const run = runUnit(w, b, steps, start);
    const dots = layout.steps;
    while (dots.childNodes.length > steps + 1) dots.lastChild.remove();
    while (dots.childNodes.length < steps + 1) svg("circle", { r: scene.font * 0.16 }, dots);
    run.x.forEach((value, t) => set(dots.childNodes[t], { cx: x(b), cy: y(value) }));
    set(layout.last, { cx: x(b), cy: y(run.x[steps]) });
    const { font } = scene;
    layout.startLabel.textContent = `start x₀ = ${sayNumber(start)}`;
    set(layout.startLabel, { x: right - font * 0.3, y: y(start) - font * 0.35, "text-anchor": "end" });
    layout.wallLabel.textContent = walled ? "wall" : "";
    set(layout.wallLabel, { x: x(foot) + font * 0.35, y: top + font * 0.95 });
    layout.foldLabel.textContent = ends[0] && x(ends[0].b) > left && x(ends[0].b) < right ? "two meet" : "";
    if (ends[0]) set(layout.foldLabel, { x: x(ends[0].b) - font * 0.5, y: y(ends[0].x) + font * 0.34, "text-anchor": "end" });
    root.setAttribute("aria-label", `Resting places of the unit over b. ${scene.restingSaid}`);
  }

  const under = (px) => (layout && px >= layout.left && px <= layout.right ? layout.under(px, 0)[0] : null);

  return { root, draw, under };
}
