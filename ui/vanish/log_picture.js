// The frame of the deeper parts' pictures: an error's size over the steps, on a log scale.

import { decades, logAxis, stepAxis } from "../kit/browser/axes.js";
import { blank, svg } from "../kit/browser/paint.js";

// The decades that hold some logarithms; nan and infinite ones lie nowhere.
export function decadesOf(...rows) {
  let [low, high] = [-1, 0];
  for (const values of rows) for (const v of values) if (Number.isFinite(v)) [low, high] = [Math.min(low, v), Math.max(high, v)];
  return decades(low, high);
}

// A line from the last step back; a gap, or the end where `ends`, where it is no number.
export function lineOf(values, x, y, ends = false) {
  let d = "";
  let pen = "M";
  const stride = Math.max(1, Math.floor(values.length / 400));
  for (let t = values.length - 1; t >= 1; t -= stride) {
    if (Number.isFinite(values[t])) d += `${pen}${x(t).toFixed(1)},${y(values[t]).toFixed(1)}`;
    else if (ends) break;
    pen = Number.isFinite(values[t]) ? "L" : "M";
  }
  return d;
}

/**
 * An empty picture with both axes: where step t and 10**v lie, its edges, and the step under a point.
 * @param {SVGSVGElement} root
 * @param {Scene} scene
 * @param {{ width: number, tall: number, steps: number, span: [number, number], named?: boolean }} size `named`: room on the left for names
 */
export function logPicture(root, scene, { width, tall, steps, span: [low, high], named = false }) {
  const { font } = scene;
  const [left, right, top, bottom] = [Math.round(font * (named ? 7.2 : 3.6)), width - Math.round(font * (named ? 3.6 : 0.8)), Math.round(font * 0.7), tall - Math.round(font * 2.5)];
  blank(root, scene, width, tall);
  const y = logAxis(svg("g", {}, root), scene, { left, right, top, bottom, low, high, beside: named ? "right" : "left" });
  const x = stepAxis(svg("g", {}, root), scene, { left, right, y: bottom, last: steps });
  const step = (px) => Math.max(1, Math.min(steps, 1 + Math.round(((px - left) / (right - left)) * (steps - 1))));
  return { left, right, top, bottom, x, y, step };
}
