// The error surface as a landscape: height is E, colour the same as on the map; drag it to turn it.

import { exit } from "./map.js";
import { outside } from "./sentence.js";
import { placeAt } from "./balls.js";

const ACROSS = 96;
const DEEP = 64;
const LIFT = 0.006; // paths lie that much above the ground, so that it does not swallow them
const TALL = 0.62; // of the surface's greatest error, in widths of the map

export function createHill(host) {
  const canvas = document.createElement("canvas");
  canvas.className = "hill-picture";
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  host.append(canvas);
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

  // Screen coordinates of a place given as shares of the map and an error.
  function projection(scene, width, tall) {
    const aspect = 0.72;
    const [sin, cos] = [Math.sin(view.yaw), Math.cos(view.yaw)];
    const [up, flat] = [Math.cos(view.pitch), Math.sin(view.pitch)];
    const size = Math.min(width / (Math.abs(cos) + aspect * Math.abs(sin)), tall / ((Math.abs(sin) + aspect * Math.abs(cos)) * flat + TALL * up)) * 0.94;
    const middle = tall / 2 + 0.5 * TALL * up * size;
    return (u, v, error) => {
      const [x, y] = [u - 0.5, (v - 0.5) * aspect];
      return [width / 2 + (x * cos - y * sin) * size, middle - (x * sin + y * cos) * flat * size - (error / scene.most + LIFT) * TALL * up * size];
    };
  }

  // The parts of a path that lie over the map, by the cell they start in.
  function pieces(scene, state, k, found) {
    const path = state.paths[k];
    const [wFrom, wTo, bFrom, bTo] = scene.window;
    const share = (w, b, error) => [(w - wFrom) / (wTo - wFrom), (b - bFrom) / (bTo - bFrom), error];
    const cell = ([u, v]) => Math.min(DEEP - 1, Math.max(0, Math.floor(v * DEEP))) * ACROSS + Math.min(ACROSS - 1, Math.max(0, Math.floor(u * ACROSS)));
    const put = (at, piece) => (found[at] ??= []).push({ k, ...piece });
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
      const parts = Math.max(1, Math.min(200, Math.ceil(Math.hypot((other[0] - one[0]) * ACROSS, (other[1] - one[1]) * DEEP))));
      const mix = (p) => one.map((v, axis) => v + p * (other[axis] - v));
      for (let p = 0; p < parts; p++) put(cell(mix((p + 0.5) / parts)), { from: mix(p / parts), to: mix((p + 1) / parts) });
    }
    if (now && !outside(now.w, now.b, scene.window)) put(cell(share(now.w, now.b, 0)), { ball: share(now.w, now.b, now.error) });
  }

  function draw(scene, state) {
    sample(scene);
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const width = Math.max(200, host.clientWidth);
    const tall = scene.tall - scene.font * 2;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(tall * ratio)) {
      Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(tall * ratio) });
      Object.assign(canvas.style, { width: `${width}px`, height: `${tall}px` });
    }
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, tall);
    const project = projection(scene, width, tall);
    const points = new Float64Array(2 * cells.height.length);
    for (let j = 0; j <= DEEP; j++) {
      for (let i = 0; i <= ACROSS; i++) {
        const at = j * (ACROSS + 1) + i;
        const [x, y] = project(i / ACROSS, j / DEEP, cells.height[at]);
        points[2 * at] = x;
        points[2 * at + 1] = y;
      }
    }
    const over = {};
    for (const k of [0, 1]) pieces(scene, state, k, over);
    // From the farthest cell to the nearest: what lies behind is painted over.
    const rows = Array.from({ length: DEEP }, (_, j) => (Math.cos(view.yaw) > 0 ? DEEP - 1 - j : j));
    const columns = Array.from({ length: ACROSS }, (_, i) => (Math.sin(view.yaw) > 0 ? ACROSS - 1 - i : i));
    context.lineJoin = context.lineCap = "round";
    const thick = scene.presenter ? 3.6 : 2.4;
    for (const j of rows) {
      for (const i of columns) {
        const a = 2 * (j * (ACROSS + 1) + i);
        const b = a + 2 * (ACROSS + 1);
        context.fillStyle = context.strokeStyle = cells.colour[j * ACROSS + i];
        context.lineWidth = 0.7;
        context.beginPath();
        context.moveTo(points[a], points[a + 1]);
        context.lineTo(points[a + 2], points[a + 3]);
        context.lineTo(points[b + 2], points[b + 3]);
        context.lineTo(points[b], points[b + 1]);
        context.closePath();
        context.fill();
        context.stroke();
        if (i % 7 === 0 || j % 7 === 0) {
          context.strokeStyle = scene.palette.muted;
          context.globalAlpha = 0.35;
          context.lineWidth = 0.6;
          context.beginPath();
          if (j % 7 === 0) {
            context.moveTo(points[a], points[a + 1]);
            context.lineTo(points[a + 2], points[a + 3]);
          }
          if (i % 7 === 0) {
            context.moveTo(points[a], points[a + 1]);
            context.lineTo(points[b], points[b + 1]);
          }
          context.stroke();
          context.globalAlpha = 1;
        }
        for (const piece of over[j * ACROSS + i] ?? []) mark(context, scene, project, piece, thick);
      }
    }
    axes(context, scene, project);
    canvas.setAttribute("aria-label", `The error surface as a landscape, height is the error. ${scene.description}`);
  }

  function mark(context, scene, project, { k, from, to, ball }, thick) {
    const colour = k ? scene.palette.balls.clipped : scene.palette.balls.free;
    if (ball) {
      const [x, y] = project(...ball);
      const radius = scene.font * 0.42;
      context.beginPath();
      context.arc(x, y - radius, radius, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.fill();
      context.strokeStyle = scene.palette.ground;
      context.lineWidth = 1.6;
      context.stroke();
      return;
    }
    const [one, other] = [project(...from), project(...to)];
    for (const [stroke, line] of [[scene.palette.ground, thick + 1.6], [colour, thick]]) {
      context.strokeStyle = stroke;
      context.lineCap = stroke === colour ? "round" : "butt"; // the next piece's halo leaves this one's end alone
      context.lineWidth = line;
      context.beginPath();
      context.moveTo(...one);
      context.lineTo(...other);
      context.stroke();
    }
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
    view.pitch = Math.max(0.15, Math.min(1.5, view.pitch + pitch));
  }

  return { canvas, draw, turn, view };
}
