// The error surface as a landscape: height is E, colour the same as on the map; drag it to turn it.
//
// The ground is painted once for each view of it, from the farthest cell to the nearest. With it goes a picture of depths,
// by which each piece of a path is shown or hidden; so a drag of the paths draws the paths alone.

import { element } from "../kit/browser/elements.js";
import { clamp } from "../kit/browser/paint.js";
import { placeAt } from "./balls.js";
import { exit } from "./map.js";
import { outside } from "./sentence.js";

const ACROSS = 96;
const DEEP = 64;
const BEHIND = 0.04; // so much farther than what is seen is hidden
const LIFT = 0.006; // paths lie that much above the ground, so that it does not swallow them
const RIM = 1.1; // no place is farther from the middle, in widths of the map
const TALL = 0.62; // of the surface's greatest error, in widths of the map

const level = (away) => Math.round(255 * clamp((away / RIM + 1) / 2, 0, 1));
const grey = (away) => `rgb(${level(away)},${level(away)},${level(away)})`;

export function createHill(host) {
  const canvas = element(host, "canvas", "hill-picture");
  canvas.setAttribute("role", "img");
  const base = element(null, "canvas"); // the ground alone, painted anew only where it changes
  const depths = element(null, "canvas"); // how far what is seen lies, in greys, at half the size
  let seen = null;
  let baked = "";
  const view = { yaw: 2.75, pitch: 0.7 };
  let cells = null;
  let sampled = "";

  // The engine's surface at fewer points.
  function sample(scene) {
    const now = `${scene.grid.number} ${scene.colour} ${scene.key}`;
    if (now === sampled) return;
    sampled = now;
    const { grid } = scene;
    const height = new Float64Array((ACROSS + 1) * (DEEP + 1));
    const colour = new Array(ACROSS * DEEP);
    const at = (i, j) => Math.round((j / DEEP) * (grid.rows - 1)) * grid.columns + Math.round((i / ACROSS) * (grid.columns - 1));
    for (let j = 0; j <= DEEP; j++) for (let i = 0; i <= ACROSS; i++) height[j * (ACROSS + 1) + i] = grid.error[at(i, j)];
    for (let j = 0; j < DEEP; j++) for (let i = 0; i < ACROSS; i++) colour[j * ACROSS + i] = scene.ramp.css(scene.shade(at(i, j)));
    cells = { height, colour };
  }

  // Where a place, given as shares of the map and an error, lies on the screen, and how far away.
  function projection(scene, width, tall) {
    const aspect = 0.72;
    const [sin, cos] = [Math.sin(view.yaw), Math.cos(view.yaw)];
    const [up, flat] = [Math.cos(view.pitch), Math.sin(view.pitch)];
    const size = Math.min(width / (Math.abs(cos) + aspect * Math.abs(sin)), tall / ((Math.abs(sin) + aspect * Math.abs(cos)) * flat + TALL * up)) * 0.94;
    const middle = tall / 2 + 0.5 * TALL * up * size;
    return (u, v, error) => {
      const [x, y] = [u - 0.5, (v - 0.5) * aspect];
      const [away, high] = [x * sin + y * cos, (error / scene.most + LIFT) * TALL];
      return [width / 2 + (x * cos - y * sin) * size, middle - (away * flat + high * up) * size, away * up - high * flat];
    };
  }

  // The parts of a path that lie over the map, and the ball at its end.
  function pieces(scene, state, k) {
    const path = state.paths[k];
    const found = [];
    const [wFrom, wTo, bFrom, bTo] = scene.window;
    const share = (w, b, error) => [(w - wFrom) / (wTo - wFrom), (b - bFrom) / (bTo - bFrom), error];
    const whole = Math.floor(state.clock + 1e-9);
    const places = [];
    for (let j = 0; j <= whole; j++) places.push({ w: path.w[j], b: path.b[j], error: path.error[j] });
    const now = placeAt(path, state.clock);
    if (now && whole < state.clock) places.push(now);
    for (let j = 1; j < places.length; j++) {
      const [from, to] = [places[j - 1], places[j]];
      if (!Number.isFinite(to.w) || outside(from.w, from.b, scene.window)) continue;
      let end = to;
      if (outside(to.w, to.b, scene.window)) {
        const [w, b] = exit([from.w, from.b], [to.w, to.b], scene.window);
        const part = Math.hypot(w - from.w, b - from.b) / Math.hypot(to.w - from.w, to.b - from.b);
        end = { w, b, error: from.error + part * (to.error - from.error) };
      }
      const [one, other] = [share(from.w, from.b, from.error), share(end.w, end.b, end.error)];
      const parts = clamp(Math.ceil(Math.hypot((other[0] - one[0]) * ACROSS, (other[1] - one[1]) * DEEP, ((other[2] - one[2]) / scene.most) * DEEP) / 2), 1, 100);
      const mix = (p) => one.map((v, axis) => v + p * (other[axis] - v));
      for (let p = 0; p < parts; p++) found.push([mix(p / parts), mix((p + 1) / parts)]);
    }
    return { found, ball: now && !outside(now.w, now.b, scene.window) ? share(now.w, now.b, now.error) : null };
  }

  // The ground and its depths, from the farthest cell to the nearest: what lies behind is painted over.
  function bake(scene, project, width, tall, ratio) {
    Object.assign(base, { width: Math.round(width * ratio), height: Math.round(tall * ratio) });
    Object.assign(depths, { width: Math.ceil(width / 2), height: Math.ceil(tall / 2) });
    const context = base.getContext("2d");
    const far = depths.getContext("2d", { willReadFrequently: true });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, tall);
    far.setTransform(0.5, 0, 0, 0.5, 0, 0);
    far.fillStyle = grey(RIM);
    far.fillRect(0, 0, width, tall);
    const points = new Float64Array(3 * cells.height.length);
    for (let j = 0; j <= DEEP; j++) {
      for (let i = 0; i <= ACROSS; i++) {
        const at = j * (ACROSS + 1) + i;
        points.set(project(i / ACROSS, j / DEEP, cells.height[at]), 3 * at);
      }
    }
    const rows = Array.from({ length: DEEP }, (_, j) => (Math.cos(view.yaw) > 0 ? DEEP - 1 - j : j));
    const columns = Array.from({ length: ACROSS }, (_, i) => (Math.sin(view.yaw) > 0 ? ACROSS - 1 - i : i));
    for (const j of rows) {
      for (const i of columns) {
        const a = 3 * (j * (ACROSS + 1) + i);
        const b = a + 3 * (ACROSS + 1);
        context.fillStyle = context.strokeStyle = cells.colour[j * ACROSS + i];
        far.fillStyle = far.strokeStyle = grey((points[a + 2] + points[a + 5] + points[b + 2] + points[b + 5]) / 4);
        context.lineWidth = far.lineWidth = 0.7;
        for (const pen of [context, far]) {
          pen.beginPath();
          pen.moveTo(points[a], points[a + 1]);
          pen.lineTo(points[a + 3], points[a + 4]);
          pen.lineTo(points[b + 3], points[b + 4]);
          pen.lineTo(points[b], points[b + 1]);
          pen.closePath();
          pen.fill();
          pen.stroke();
        }
        if (i % 8 && j % 8) continue;
        context.strokeStyle = scene.palette.muted;
        context.globalAlpha = 0.35;
        context.lineWidth = 0.6;
        context.beginPath();
        for (const [side, to] of [[j, a + 3], [i, b]]) {
          if (side % 8) continue;
          context.moveTo(points[a], points[a + 1]);
          context.lineTo(points[to], points[to + 1]);
        }
        context.stroke();
        context.globalAlpha = 1;
      }
    }
    axes(context, scene, project);
    seen = far.getImageData(0, 0, depths.width, depths.height);
  }

  const hidden = ([x, y, away]) => {
    const [i, j] = [Math.round(x / 2), Math.round(y / 2)];
    if (i < 0 || j < 0 || i >= seen.width || j >= seen.height) return false;
    return level(away) / 255 > seen.data[4 * (j * seen.width + i)] / 255 + BEHIND / (2 * RIM);
  };

  function draw(scene, state) {
    sample(scene);
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const width = scene.widths.hill;
    const tall = scene.tall - scene.font * 2;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(tall * ratio)) {
      Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(tall * ratio) });
      Object.assign(canvas.style, { width: `${width}px`, height: `${tall}px` });
    }
    const project = projection(scene, width, tall);
    const now = `${sampled} ${width} ${tall} ${ratio} ${view.yaw} ${view.pitch}`;
    if (now !== baked) {
      baked = now;
      bake(scene, project, width, tall, ratio);
    }
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(base, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (const k of [0, 1]) mark(context, scene, project, pieces(scene, state, k), k ? scene.palette.balls.clipped : scene.palette.balls.free);
    canvas.setAttribute("aria-label", `The error surface as a landscape, height is the error. ${scene.description}`);
  }

  function mark(context, scene, project, { found, ball }, colour) {
    const thick = scene.presenter ? 3.6 : 2.4;
    context.lineJoin = context.lineCap = "round";
    context.beginPath();
    for (const [from, to] of found) {
      const [one, other] = [project(...from), project(...to)];
      if (hidden(one) && hidden(other)) continue;
      context.moveTo(one[0], one[1]);
      context.lineTo(other[0], other[1]);
    }
    for (const [stroke, line] of [[scene.palette.ground, thick + 1.6], [colour, thick]]) {
      context.strokeStyle = stroke;
      context.lineWidth = line;
      context.stroke();
    }
    const place = ball && project(...ball);
    if (!place || hidden(place)) return;
    const radius = scene.font * 0.42;
    context.beginPath();
    context.arc(place[0], place[1] - radius, radius, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
    context.strokeStyle = scene.palette.ground;
    context.lineWidth = 1.6;
    context.stroke();
  }

  function axes(context, scene, project) {
    context.font = `${scene.font}px ${scene.family}`;
    context.fillStyle = scene.palette.muted;
    const near = Math.cos(view.yaw) > 0 ? 0 : 1;
    const side = Math.sin(view.yaw) > 0 ? 0 : 1;
    context.textAlign = "center";
    const [wx, wy] = project(0.5, near, 0);
    context.fillText("w", wx, wy + scene.font * 1.5);
    const [bx, by] = project(side, 0.5, 0);
    context.fillText("b", bx + (side === (Math.cos(view.yaw) > 0 ? 1 : 0) ? 1 : -1) * scene.font * 1.1, by + scene.font * 0.6);
  }

  function turn(yaw, pitch) {
    view.yaw += yaw;
    view.pitch = clamp(view.pitch + pitch, 0.15, 1.5);
  }

  return { canvas, draw, turn, view };
}
