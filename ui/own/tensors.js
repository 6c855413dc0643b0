// One tensor as a rectangle: its gates' blocks as bands, where they lie in the file.

import { element } from "../kit/browser/elements.js";
import { touchable } from "../kit/browser/hands.js";
import { clamp, legibleOn, svg, text } from "../kit/browser/paint.js";

const SMALLEST = 9; // px of a side
const SIDE = 5.6; // of the size of type: the longest side
const ROOM = 0.95; // of the size of type: a band that is so tall and wide holds its letter

/** The rows and columns of the last two axes. @param {number[]} shape @param {boolean} sideways whether a vector lies */
export function sidesOf(shape, sideways) {
  const [rows, columns] = shape.length > 1 ? shape.slice(-2) : sideways ? [1, shape[0] ?? 1] : [shape[0] ?? 1, 1];
  return { rows, columns };
}

/** Where a block lies, as [first row, last, first column, last]. @param {any} block @param {number[]} shape @param {boolean} sideways */
export function placeOf([, axis, start, stop], shape, sideways) {
  const { rows, columns } = sidesOf(shape, sideways);
  const across = shape.length > 1 ? axis === shape.length - 1 : sideways;
  return across ? [0, rows, start, stop] : [start, stop, 0, columns];
}

/** @param {any} tensor @param {any} block @param {any} gates */
export function sayTensor({ name, shape, kind, role }, block, gates) {
  const whole = `${name ? `${name}, ` : ""}${shape.join(" × ")}${kind ? ` ${kind}` : ""}: ${role}`;
  if (!block) return `${whole}.`;
  const [gate, axis, start, stop] = block;
  const lines = axis === shape.length - 1 && shape.length > 1 ? "columns" : shape.length > 1 ? "rows" : "places";
  return `${whole}. The ${gates[gate]?.label ?? gate}: ${lines} ${start + 1} to ${stop}.`;
}

/**
 * @param {Element} host
 * @param {any} tensor
 * @param {{ scene: any, gates: any, largest: number, sideways: boolean, fill?: string }} how
 */
export function drawTensor(host, tensor, { scene, gates, largest, sideways, fill }) {
  const { shape, blocks, letter } = tensor;
  const { rows, columns } = sidesOf(shape, sideways);
  const side = (/** @type {number} */ count) => clamp(scene.font * SIDE * Math.sqrt(count / largest), SMALLEST, scene.font * SIDE);
  const [wide, tall] = [side(columns), side(rows)];
  const figure = element(host, "figure");
  const root = svg("svg", { width: wide, height: tall, viewBox: `0 0 ${wide} ${tall}`, role: "img", "aria-label": sayTensor(tensor, null, gates) }, figure);
  const { palette } = scene;
  const bands = blocks.map((block) => {
    const [top, bottom, left, right] = placeOf(block, shape, sideways);
    return { block, x: (wide * left) / columns, y: (tall * top) / rows, width: (wide * (right - left)) / columns, height: (tall * (bottom - top)) / rows };
  });
  if (!bands.length) svg("rect", { width: wide, height: tall, rx: 2, fill: fill ? palette.roles[fill] : palette.rule }, root);
  for (const { block, x, y, width, height } of bands) {
    const gate = gates[block[0]];
    const colour = gate ? palette.roles[gate.role] : palette.rule;
    svg("rect", { x, y, width, height, fill: colour, stroke: palette.ground, "stroke-width": 1 }, root);
    if (!gate || Math.min(width, height) < scene.font * ROOM) continue;
    const rgb = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    text(root, gate.letter, { x: x + width / 2, y: y + height / 2 + scene.font * 0.32, "text-anchor": "middle", "font-size": scene.small, fill: legibleOn(rgb, palette.inks) });
  }
  element(figure, "figcaption", "quiet-words", letter ? `${letter} ${shape.join("×")}` : shape.join("×"));
  const under = (/** @type {number} */ x, /** @type {number} */ y) => bands.find((band) => x >= band.x && x < band.x + band.width && y >= band.y && y < band.y + band.height)?.block ?? null;
  touchable(root, { say: (x, y) => sayTensor(tensor, under(x, y), gates) });
}
