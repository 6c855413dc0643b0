// What the curves of a race are read by: the axes of their lanes, and the levels that they are measured against.

import { decadeName, markName, marks, powerTicks } from "../kit/browser/axes.js";
import { clamp, svg, text } from "../kit/browser/paint.js";
import { sayNumber } from "../kit/browser/words.js";

const BEYOND = 1; // px that a curve may leave its lane: what explodes runs along its edge

/** y of a value, or of its log10, in a lane whose axis has these ends. */
export const scaled = ({ top, bottom }, [low, high]) => (v) => clamp(bottom - ((v - low) / (high - low)) * (bottom - top), top - BEYOND, bottom + BEYOND);

/** Its lines, and the y of each. */
export function drawAxes(scene, { left, right, lanes, grid }, spans) {
  const { palette, small, font } = scene;
  grid.replaceChildren();
  const rules = /** @type {number[]} */ ([]);
  const rule = (lane, y, words) => {
    rules.push(y);
    svg("line", { x1: left, x2: right, y1: y, y2: y, stroke: palette.rule }, grid);
    if (y > lane.top - 3) text(grid, words, { x: left - font * 0.5, y: y + small * 0.34, "text-anchor": "end", "font-size": small, fill: palette.muted });
  };
  for (const name of ["loss", "norm"].filter((one) => lanes[one])) {
    const [low, high] = spans[name];
    const y = scaled(lanes[name], spans[name]);
    for (const v of powerTicks(low, high, lanes[name].bottom - lanes[name].top, small)) if (v >= low - 1e-9) rule(lanes[name], y(v), decadeName(v));
  }
  if (!lanes.accuracy) return rules;
  const high = lanes.accuracy.bottom - lanes.accuracy.top;
  for (const v of marks(0, 1, high > font * 4 ? 2 : 1)) rule(lanes.accuracy, scaled(lanes.accuracy, [0, 1])(v), `${markName(100 * v)} %`);
  return rules;
}

/** Chance, the goal, and where the gradient is clipped, as it was changed on the way. */
export function drawLevels(scene, { left, right, lanes, limits, x }, spans, rules) {
  const { palette, small, font, header } = scene;
  const { chance, goal } = header;
  limits.replaceChildren();
  const taken = [];
  function level(lane, y, words, dash, kind, from = left, to = right) {
    if (!(y >= lane.top - 1 && y <= lane.bottom + 1)) return;
    svg("line", { x1: from, x2: to, y1: y, y2: y, stroke: palette.muted, "stroke-dasharray": dash, "stroke-width": 1.3, "data-level": kind }, limits);
    const free = (at) => at - small > lane.top - font && at < lane.bottom + 2 && !taken.some((other) => Math.abs(other - at) < small);
    const struck = (at) => rules.some((other) => Math.abs(other - y) > 0.5 && other > at - small * 0.85 && other < at + small * 0.2);
    const places = [y - small * 0.35, y + small * 1.05].filter(free);
    const at = places.find((one) => !struck(one)) ?? places[0];
    if (at === undefined || to < right) return;
    taken.push(at);
    text(limits, words, { x: right - font * 0.3, y: at, "text-anchor": "end", "font-size": small, fill: palette.muted, stroke: palette.ground, "stroke-width": small * 0.25, "paint-order": "stroke" });
  }
  const loss = scaled(lanes.loss, spans.loss);
  const share = (v) => `${markName(Math.round(1000 * v) / 10)} %`;
  level(lanes.loss, loss(Math.log10(chance.loss)), `chance ${sayNumber(chance.loss)}`, "2 3", "chance");
  if (goal.measure === "loss") level(lanes.loss, loss(Math.log10(goal.threshold)), `goal ${sayNumber(goal.threshold)}`, "7 4", "goal");
  if (lanes.accuracy) {
    const y = scaled(lanes.accuracy, [0, 1]);
    if (chance.accuracy !== null) level(lanes.accuracy, y(chance.accuracy), `chance ${share(chance.accuracy)}`, "2 3", "chance");
    if (goal.measure === "accuracy") level(lanes.accuracy, y(goal.threshold), `goal ${share(goal.threshold)}`, "7 4", "goal");
  }
  if (!lanes.norm) return;
  const norm = scaled(lanes.norm, spans.norm);
  for (const [clip, from, to] of clips(header)) level(lanes.norm, norm(Math.log10(clip)), `clip at ${sayNumber(clip)}`, "7 4", "clip", x(from), to === header.total ? right : x(to));
}

/** Thresholds with the updates between which they hold for some racer; none where nothing is clipped. */
function clips({ racers, changes, total }) {
  const found = new Map();
  racers.forEach((racer, k) => {
    const own = changes.filter(([, field, , whose]) => field === "clip" && (!whose || whose === k + 1));
    let [from, clip] = [0, racer.clip];
    for (const [update, , value] of [...own, [total, "", 0]]) {
      if (clip > 0 && update > from) found.set(`${clip} ${from} ${update}`, [clip, from, update]);
      [from, clip] = [update, value];
    }
  });
  return found.values();
}

/** What was changed on the way, and when. */
export function drawFlags({ key, header, palette, small, font }, layout) {
  const { flags, x, lanes, bottom } = layout;
  const wanted = `${key} ${JSON.stringify(header.changes)}`;
  if (wanted === layout.flagged) return;
  layout.flagged = wanted;
  flags.replaceChildren();
  for (const [update] of header.changes) svg("line", { x1: x(update), x2: x(update), y1: lanes.loss.top, y2: bottom, stroke: palette.accent, "stroke-width": 1, "stroke-dasharray": "3 3" }, flags);
  const ends = /** @type {number[]} */ ([]); // of the words in each row
  for (const [update, field, value] of header.changes) {
    const said = `${field} ${sayNumber(Number(value))}`;
    const begins = x(update) + font * 0.3;
    const free = ends.findIndex((end) => end <= begins);
    const row = free < 0 ? ends.length : free;
    ends[row] = begins + small * 0.62 * (said.length + 1);
    text(flags, said, { x: begins, y: lanes.loss.bottom - font * (0.4 + 1.1 * row), "font-size": small, fill: palette.accent, stroke: palette.ground, "stroke-width": small * 0.25, "paint-order": "stroke" });
  }
}

/** Tips at the top of a lane wherever a line through values leaves it. */
export function beyond({ x, size }, { top }, values, known, high) {
  let d = "";
  for (let k = 0, last = -Infinity; k < known; k++) {
    const at = x(k + 1);
    if (!(values[k] > high) || at < last + 12 * size) continue;
    last = at;
    d += `M${at.toFixed(1)},${top.toFixed(1)}l${size},${1.5 * size}h${-2 * size}Z`;
  }
  return d;
}
