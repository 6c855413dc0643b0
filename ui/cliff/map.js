// The error surface from above: a heatmap of magnitudes, and over it both paths, the balls and the cross.

import { createHeatmap } from "../kit/browser/heatmap.js";
import { clamp, set, svg, text } from "../kit/browser/paint.js";
import { sayNumber } from "../kit/browser/words.js";
import { placeAt } from "./balls.js";
import { plane } from "./plane.js";
import { outside } from "./sentence.js";
import { fold, logistic, logisticSlope } from "./unit.js";

const NAMES = ["without clipping", "with clipping"];

// Where a line from a point of the map to one outside meets the edge.
export function exit([w0, b0], [w1, b1], [wFrom, wTo, bFrom, bTo]) {
  const reach = [[w0, w1, wFrom, wTo], [b0, b1, bFrom, bTo]].map(([from, to, low, high]) => (to > high ? (high - from) / (to - from) : to < low ? (low - from) / (to - from) : 1));
  const part = Math.min(...reach);
  return [w0 + part * (w1 - w0), b0 + part * (b1 - b0)];
}

// Whether a straight line goes through a box.
/** @param {number[]} one @param {number[]} other @param {number[]} box left, right, top, bottom */
function meets([x0, y0], [x1, y1], [left, right, top, bottom]) {
  let [from, to] = [0, 1];
  for (const [at, way, low, high] of [[x0, x1 - x0, left, right], [y0, y1 - y0, top, bottom]]) {
    if (way === 0 && (at < low || at > high)) return false;
    if (way === 0) continue;
    const [one, other] = [(low - at) / way, (high - at) / way];
    [from, to] = [Math.max(from, Math.min(one, other)), Math.min(to, Math.max(one, other))];
  }
  return from <= to;
}

export function createMap(host) {
  const heatmap = createHeatmap(host);
  const { root } = heatmap;
  set(root, { role: "application", tabindex: 0, class: "map-picture", "aria-roledescription": "map" });
  let layout = null;
  let painted = "";

  function build(scene) {
    const { font, palette, halo, window: [wFrom, wTo, bFrom, bTo], widths: { map: width } } = scene;
    const axes = plane(root, scene, { id: "map-clip", width, height: scene.tall, left: font * 3.6, across: [wFrom, wTo, width < 420 ? 4 : 7], up: [bFrom, bTo, 5], names: ["w", "b"], rules: false });
    const { frame, inside, x, y } = axes;
    heatmap.tile().place({ left: frame.x, top: frame.y, width: frame.width, height: frame.height });
    svg("rect", { ...frame, fill: "none", stroke: palette.rule }, root).after(inside);
    folds(inside, scene, x, y);
    const wall = svg("path", { fill: "none", stroke: palette.roles.gradient, "stroke-width": 1.3, "data-wall": "" }, inside);
    const wallName = text(inside, "", { ...halo, fill: palette.roles.gradient, "font-weight": 600, "text-anchor": "end" });
    const lines = svg("g", { fill: "none", "stroke-linejoin": "round", "stroke-linecap": "round" }, inside);
    const thick = scene.presenter ? 3.4 : 2.2;
    const trails = ["free", "clipped"].map((name, k) => {
      const stroke = k ? palette.balls.clipped : palette.balls.free;
      return {
        halo: svg("path", { stroke: palette.ground, "stroke-width": thick + 2.6, opacity: 0.8 }, lines),
        line: svg("path", { stroke, "stroke-width": thick, ...(k ? { "stroke-dasharray": "6 4" } : {}), "data-path": name }, lines),
      };
    });
    const start = svg("circle", { r: font * 0.45, fill: "none", stroke: palette.text, "stroke-width": 2, "data-start": "" }, inside);
    const ring = svg("circle", { r: font * 0.85, fill: "none", stroke: palette.roles.gradient, "stroke-width": 2.5, "data-ring": "" }, inside);
    const balls = trails.map((trail, k) => ({
      ...trail,
      parted: svg("rect", { x: -font * 0.3, y: -font * 0.3, width: font * 0.6, height: font * 0.6, fill: palette.ground, stroke: k ? palette.balls.clipped : palette.balls.free, "stroke-width": 2, "data-parted": k ? "clipped" : "free" }, inside),
      dot: svg("circle", { r: font * (scene.presenter ? 0.5 : 0.42), fill: k ? palette.balls.clipped : palette.balls.free, stroke: palette.ground, "stroke-width": 2, "data-ball": k ? "clipped" : "free" }, inside),
      arrow: svg("path", { fill: k ? palette.balls.clipped : palette.balls.free, stroke: palette.ground, "stroke-width": 1.5, "data-edge": k ? "clipped" : "free" }, root),
      label: text(root, "", { ...halo, fill: k ? palette.balls.clipped : palette.balls.free, "font-weight": 600 }),
    }));
    layout = { ...axes, balls, start, ring, wall, wallName };
    painted = "";
  }

  // Where the unit starts right on the place that repels it: b = x0 - w sigmoid(x0), while w sigmoid'(x0) > 1.
  function drawWall(scene, { start }) {
    const { x, y, wall, wallName } = layout;
    const [wFrom, wTo, bFrom, bTo] = scene.window;
    const first = Math.max(wFrom, 1 / logisticSlope(start));
    const foot = (w) => start - w * logistic(start);
    const seen = first < wTo;
    set(wall, { d: seen ? `M${x(first).toFixed(1)},${y(foot(first)).toFixed(1)}L${x(wTo).toFixed(1)},${y(foot(wTo)).toFixed(1)}` : "" });
    const last = Math.min(wTo, (start - bFrom) / logistic(start)); // where it leaves the map
    const w = first + 0.86 * (last - first);
    const there = seen && last > first && foot(w) < bTo && y(foot(w)) + scene.font * 1.4 < layout.bottom;
    wallName.textContent = there ? "the wall" : "";
    if (there) set(wallName, { x: x(w) - scene.font * 0.7, y: y(foot(w)) + scene.font });
  }

  // Between the two folds there are two attracting resting places.
  function folds(parent, scene, x, y) {
    const { halo, window: [wFrom, wTo, bFrom, bTo] } = scene;
    const sides = [[], []];
    for (let k = 0; k <= 120; k++) {
      const w = Math.max(4.0001, wFrom) + (k / 120) * (wTo - Math.max(4.0001, wFrom));
      fold(w)?.forEach((b, side) => sides[side].push([w, b]));
    }
    for (const side of sides) {
      if (side.length < 2) continue;
      const d = side.map(([w, b], k) => `${k ? "L" : "M"}${x(w).toFixed(1)},${y(b).toFixed(1)}`).join("");
      svg("path", { d, fill: "none", stroke: scene.palette.text, "stroke-width": 1.2, "stroke-dasharray": "1 4", "stroke-linecap": "round" }, parent);
    }
    const w = wFrom + 0.985 * (wTo - wFrom);
    const edges = fold(w);
    if (!edges) return;
    const b = (edges[0] + edges[1]) / 2;
    if (scene.widths.map < 480 || b < bFrom || b > bTo || Math.abs(y(edges[0]) - y(edges[1])) < scene.font * 2.4) return;
    text(parent, "two resting places attract", { ...halo, x: x(w), y: y(b + 0.3 * (edges[1] - edges[0])), "text-anchor": "end", fill: scene.palette.muted, "font-size": scene.font * 0.9 });
  }

  function drawBall(scene, state, k) {
    const { x, y, balls } = layout;
    const { palette, font, window: range } = scene;
    const path = state.paths[k];
    const { line, halo, parted, dot, arrow, label } = balls[k];
    const whole = Math.floor(state.clock + 1e-9);
    let d = "";
    let inside = null;
    let away = null;
    const go = (w, b) => {
      if (!Number.isFinite(w) || !Number.isFinite(b)) return;
      // Far points would be written as numbers that a renderer rounds; the clip hides them all the same.
      d += `${d ? "L" : "M"}${clamp(x(w), -1e5, 1e5).toFixed(2)},${clamp(y(b), -1e5, 1e5).toFixed(2)}`;
      if (!outside(w, b, range)) [inside, away] = [[w, b], null];
      else away ??= [w, b];
    };
    for (let j = 0; j <= whole; j++) go(path.w[j], path.b[j]);
    const place = placeAt(path, state.clock);
    if (place) go(place.w, place.b);
    const unsure = whole > path.sure && !outside(path.w[path.sure], path.b[path.sure], range);
    set(parted, unsure ? { visibility: "visible", transform: `translate(${x(path.w[path.sure])},${y(path.b[path.sure])}) rotate(45)` } : { visibility: "hidden" });
    set(line, { d });
    set(halo, { d });
    const off = place && outside(place.w, place.b, range);
    set(dot, { visibility: place && !off ? "visible" : "hidden", cx: place ? x(place.w) : 0, cy: place ? y(place.b) : 0 });
    set(arrow, { visibility: off ? "visible" : "hidden" });
    label.textContent = !off ? NAMES[k] : whole > path.sure ? "off the map" : `w ${sayNumber(place.w)}, b ${sayNumber(place.b)}`;
    if (!off) {
      set(label, { visibility: place ? "visible" : "hidden", ...(place && besidePaths(state, whole, label.textContent, x(place.w), y(place.b), font)) });
      return;
    }
    const from = inside ?? [(range[0] + range[1]) / 2, (range[2] + range[3]) / 2];
    const to = away ?? [place.w, place.b];
    const [w, b] = exit(from, to, range);
    const turn = Math.atan2(y(to[1]) - y(from[1]), x(to[0]) - x(from[0]));
    const size = font * 0.75;
    set(arrow, { d: `M${size},0L${-size * 0.8},${size * 0.75}L${-size * 0.8},${-size * 0.75}Z`, transform: `translate(${x(w)},${y(b)}) rotate(${(turn * 180) / Math.PI})` });
    set(label, { visibility: "visible", ...besidePaths(state, whole, label.textContent, x(w), y(b), font), fill: k ? palette.balls.clipped : palette.balls.free });
  }

  // Where words stand beside a place at the edge, with no path under them: as near to it as can be.
  function besidePaths({ paths }, whole, words, px, py, font) {
    const { x, y, left, right, top, bottom } = layout;
    const wide = words.length * font * 0.58;
    const lines = paths.map((path) => Array.from(path.w.subarray(0, whole + 1), (w, j) => [clamp(x(w), -1e5, 1e5), clamp(y(path.b[j]), -1e5, 1e5)]));
    const near = clamp(py + font * 0.34, top + font * 1.1, bottom - font * 0.4);
    const ways = px < (left + right) / 2 ? [1, -1] : [-1, 1];
    const places = Array.from({ length: 24 }, (_, n) => ({ way: ways[n % 2], at: near + (near < (top + bottom) / 2 ? 1 : -1) * Math.floor(n / 2) * font * 1.3 }));
    const free = places.find(({ way, at }) => {
      const from = way > 0 ? px + font * 1.1 : px - font * 1.1 - wide;
      const box = [from, from + wide, at - font, at + font * 0.3];
      return from >= left && from + wide <= right && !lines.some((line) => line.some((end, j) => j > 0 && meets(line[j - 1], end, box)));
    });
    const { way, at } = free ?? places[0];
    return { x: px + way * font * 1.1, y: at, "text-anchor": way > 0 ? "start" : "end" };
  }

  function draw(scene, state) {
    const room = `${scene.room} ${scene.tall} ${scene.window}`;
    if (layout?.room !== room) {
      build(scene);
      layout.room = room;
    }
    const { grid, shade } = scene;
    const now = `${grid.number} ${scene.colour} ${scene.dark}`;
    if (now !== painted) {
      painted = now;
      heatmap.tile().paint({ columns: grid.columns, rows: grid.rows, scale: scene.ramp, share: (column, row) => shade((grid.rows - 1 - row) * grid.columns + column) });
    }
    const { x, y, start, ring } = layout;
    drawWall(scene, state.drop);
    set(start, { cx: x(state.drop.w), cy: y(state.drop.b) });
    const { point } = scene;
    set(ring, { cx: x(point.w), cy: y(point.b), visibility: !state.revealed || outside(point.w, point.b, scene.window) ? "hidden" : "visible" });
    for (const k of [0, 1]) drawBall(scene, state, k);
    root.setAttribute("aria-label", `Map of the error surface, w across, b up. Arrow keys move the place where the balls are dropped, with Shift farther; Enter lets them roll. ${scene.description}`);
  }

  // w and b under a point of the picture, or null beside the map.
  function under(px, py) {
    if (!layout?.holds(px, py)) return null;
    const [w, b] = layout.under(px, py);
    return { w, b };
  }

  return { root, draw, under, picture: heatmap.picture };
}
