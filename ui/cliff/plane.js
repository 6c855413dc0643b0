// Two plain axes: round numbers along both, what each is called, and where a point lies.

import { marks, markName } from "../kit/browser/axes.js";
import { blank, svg, text } from "../kit/browser/paint.js";

const [BESIDE, LIFT, BELOW] = [0.4, 0.34, 1.15]; // of the type: how far a number stands from its tick
const named = (name, palette) => (name.length > 1 ? { fill: palette.muted } : { fill: palette.text, "font-style": "italic" });

// `across` and `up` are [low, high, how many numbers at most]; `inside` is a group that ends at the frame.
export function plane(root, scene, { id, width, height, left, across, up, names, rules = true }) {
  const { font, palette } = scene;
  const [right, top, bottom] = [width - font * 0.8, font * 0.6, height - font * 2.4];
  const frame = { x: left, y: top, width: right - left, height: bottom - top };
  blank(root, scene, width, height);
  const x = (v) => left + ((v - across[0]) / (across[1] - across[0])) * frame.width;
  const y = (v) => bottom - ((v - up[0]) / (up[1] - up[0])) * frame.height;
  for (const v of marks(...up)) {
    if (rules) svg("line", { x1: left, x2: right, y1: y(v), y2: y(v), stroke: palette.rule }, root);
    text(root, markName(v), { x: left - font * BESIDE, y: y(v) + font * LIFT, "text-anchor": "end", fill: palette.muted });
  }
  for (const v of marks(...across)) text(root, markName(v), { x: x(v), y: bottom + font * BELOW, "text-anchor": "middle", fill: palette.muted });
  text(root, names[0], { x: (left + right) / 2, y: bottom + font * 2.1, "text-anchor": "middle", ...named(names[0], palette) });
  text(root, names[1], { x: font * 0.4, y: (top + bottom) / 2, ...named(names[1], palette) });
  svg("rect", frame, svg("clipPath", { id }, svg("defs", {}, root)));
  return {
    left, right, top, bottom, frame, x, y,
    inside: svg("g", { "clip-path": `url(#${id})` }, root),
    // The values under a point of the picture.
    under: (px, py) => [across[0] + ((px - left) / frame.width) * (across[1] - across[0]), up[0] + ((bottom - py) / frame.height) * (up[1] - up[0])],
    holds: (px, py) => px >= left && px <= right && py >= top && py <= bottom,
  };
}
