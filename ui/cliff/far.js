// Where the balls end, to scale: the map as a small frame, and both paths however far they go.

import { blank, set, svg, text } from "../kit/browser/paint.js";
import { sayNumber } from "../kit/browser/words.js";
import { boundsOf } from "./scene.js";
import { thrownAt } from "./sentence.js";

const FARTHEST = 1e9; // beyond it a renderer's own rounding begins

export function createFar(host) {
  const root = svg("svg", { role: "img", class: "far-picture" }, host);

  function draw(scene, state) {
    const { font, palette, halo, window: [wFrom, wTo, bFrom, bTo] } = scene;
    const width = scene.widths.far;
    const height = Math.round(font * 7.6);
    blank(root, scene, width, height);
    const [left, right, low, high] = boundsOf(state.paths, scene.window, FARTHEST);
    const room = font * 1.2;
    const scale = Math.min((width - 2 * room - font * 9) / (right - left), (height - 2 * room) / (high - low));
    const x = (w) => room + (w - left) * scale;
    const y = (b) => height - room - (b - low) * scale;
    const frame = { x: x(wFrom), y: y(bTo), width: Math.max(1.5, (wTo - wFrom) * scale), height: Math.max(1.5, (bTo - bFrom) * scale) };
    svg("rect", { ...frame, fill: palette.surface, stroke: palette.muted, "data-frame": "" }, root);
    [0, 1].forEach((k) => {
      const path = state.paths[k];
      const colour = k ? palette.balls.clipped : palette.balls.free;
      const whole = Math.min(path.w.length - 1, Math.floor(state.clock + 1e-9));
      let d = "";
      let last = null;
      for (let j = 0; j <= whole; j++) {
        if (!(Math.abs(path.w[j]) < FARTHEST && Math.abs(path.b[j]) < FARTHEST)) break;
        d += `${j ? "L" : "M"}${x(path.w[j]).toFixed(1)},${y(path.b[j]).toFixed(1)}`;
        last = j;
      }
      svg("path", { d, fill: "none", stroke: colour, "stroke-width": scene.presenter ? 3 : 1.8, "stroke-linejoin": "round", ...(k ? { "stroke-dasharray": "4 3" } : {}) }, root);
      if (last === null) return;
      svg("circle", { cx: x(path.w[last]), cy: y(path.b[last]), r: font * 0.36, fill: colour, stroke: palette.ground, "stroke-width": 1.5, "data-landed": k ? "clipped" : "free" }, root);
      const jump = thrownAt(path);
      if (jump < 0 || jump >= whole) return;
      const length = Math.hypot(path.w[jump + 1] - path.w[jump], path.b[jump + 1] - path.b[jump]);
      text(root, `${sayNumber(length)} in one update`, { ...halo, x: x(path.w[last]) + font * 0.7, y: Math.max(font, y(path.b[last]) + font * 0.34), fill: colour });
    });
    text(root, "the map", { ...halo, x: frame.x + frame.width + font * 0.5, y: Math.min(height - font * 0.4, frame.y + frame.height + font * 0.2), fill: palette.muted, "font-size": font * 0.9 });
    root.setAttribute("aria-label", `Both paths to scale. ${scene.description}`);
  }

  return { root, draw };
}
