// Values that are kept in sight: pinned units and outputs, each at every step, on the diagram's columns.

import { panel, press } from "../kit/browser/elements.js";
import { createHeatmap } from "../kit/browser/heatmap.js";
import { blank, legibleOn, put, svg, text } from "../kit/browser/paint.js";
import { fitting, quoted, sayNumber } from "../kit/browser/words.js";
import { FILLED, SAID, reached, timeOf, timeOfOutput } from "./timeline.js";

const MOST = 6; // pinned at once
const TOP = 3; // px above the values
const ROOM = 3.4; // of the size of type: what a value needs beside the next
const ABOUT = "Pin what is explained above, a unit’s state or an output, and its value stays in sight at every step, up to six at once, to be compared from step to step and with each other. The link keeps them.";

/**
 * What is pinned, as a link has it: row and unit, both counted from 1, row 0 for an output.
 * @typedef {{ row: number, unit: number }} Pin
 */

/**
 * @param {Element} root
 * @param {() => void} changed
 */
export function createPins(root, changed) {
  const view = panel(root, { name: "map pins aside-part", title: "Pinned values", help: ABOUT });
  const chips = view.aside;
  const picture = createHeatmap(view.body);
  /** @type {Pin[]} */
  let pins = [];
  let drawn = "";
  /** @type {SVGElement | null} */
  let cursor = null;

  const same = (/** @type {Pin} */ one, /** @type {Pin} */ other) => one.row === other.row && one.unit === other.unit;
  const within = (model) => pins.filter(({ row, unit }) => (row ? row <= model.rows && unit <= model.hidden : unit <= model.K));
  const pinOf = (state) => (state.pick.kind === "output" ? { row: 0, unit: state.pick.k + 1 } : { row: state.row + 1, unit: (state.pick.unit ?? 0) + 1 });

  function nameOf(model, { row, unit }) {
    if (!row) return model.header.output.kind === "softmax" ? quoted(model.header.vocabulary[unit - 1]) : "output";
    return [model.layers > 1 ? `layer ${Math.floor((row - 1) / model.ways) + 1}` : "", `unit ${unit}`, model.sweeps ? model.whence(row - 1) : ""].filter(Boolean).join(", ");
  }
  const valueOf = (model, { row, unit }, t) => (row ? model.h(row - 1, t)[unit - 1] : (model.outputs(t)?.[unit - 1] ?? NaN));
  const come = (model, { row }, t, clock) => (row ? reached(clock, timeOf(model, row - 1, t), FILLED) : reached(clock, timeOfOutput(model, t), SAID));

  function build(model, scene, axis, shown, state) {
    const { font, palette, small } = scene;
    const tall = Math.round(font * 1.6);
    const wide = axis.pitch * model.steps;
    chips.replaceChildren(
      ...shown.map((pin) => {
        const chip = press(null, `${nameOf(model, pin)} ×`, "Unpin it");
        chip.onclick = () => {
          pins = pins.filter((one) => !same(one, pin));
          changed();
        };
        return chip;
      }),
    );
    blank(picture.root, scene, scene.width, TOP + shown.length * tall + 5);
    shown.forEach((pin, n) => {
      const top = TOP + n * tall;
      const scale = pin.row ? scene.signed : scene.degree(palette.roles.output);
      const share = pin.row ? model.scaleOf("h").share : (v) => (model.header.output.kind === "linear" ? 0.5 : v);
      const values = Array.from({ length: model.steps }, (_, k) => (come(model, pin, k + 1, state.clock) ? valueOf(model, pin, k + 1) : NaN));
      const tile = picture.tile(n);
      tile.place({ left: axis.left, top, width: wide, height: tall - 2 });
      tile.paint({ columns: model.steps, rows: 1, scale, share: (k) => share(values[k]), unknown: false });
      text(picture.root, fitting(nameOf(model, pin), axis.left - font, small), { x: axis.left - font * 0.6, y: top + tall * 0.62, "text-anchor": "end", "font-size": small, fill: palette.text });
      if (axis.pitch < font * ROOM) return;
      values.forEach((value, k) => {
        if (Number.isNaN(value)) return;
        const ink = legibleOn(scale.table.subarray(3 * scale.index(share(value))), palette.inks);
        text(picture.root, sayNumber(value), { x: axis.left + (k + 0.5) * axis.pitch, y: top + tall * 0.62, "text-anchor": "middle", "font-size": small, fill: ink, "data-pinned": `${n} ${k + 1}` });
      });
    });
    for (let n = 0; n < MOST; n++) picture.tile(n).canvas.hidden = n >= shown.length;
    cursor = svg("rect", { y: TOP - 1, height: shown.length * tall + 2, width: Math.max(2, axis.pitch), fill: "none", stroke: palette.text, "stroke-width": 1.4, rx: 2 }, picture.root);
    picture.root.setAttribute("aria-label", shown.map((pin) => `${nameOf(model, pin)}: ${Array.from({ length: model.steps }, (_, k) => sayNumber(valueOf(model, pin, k + 1))).join(", ")}`).join(". "));
  }

  return {
    ...view,
    frame: picture.frame,
    picture: picture.picture,
    /** Pin what is explained, or let it go. */
    toggle(state) {
      const pin = pinOf(state);
      pins = pins.some((one) => same(one, pin)) ? pins.filter((one) => !same(one, pin)) : [...pins, pin].slice(-MOST);
      changed();
    },
    holds: (state) => pins.some((one) => same(one, pinOf(state))),
    /** @param {number[]} numbers */
    open(numbers) {
      pins = numbers.flatMap((row, k) => (k % 2 ? [] : [{ row, unit: numbers[k + 1] }]));
    },
    view: () => pins.flatMap(({ row, unit }) => [row, unit]),
    rows: (model) => [["step", ...within(model).map((pin) => nameOf(model, pin))], ...Array.from({ length: model.steps }, (_, k) => [k + 1, ...within(model).map((pin) => valueOf(model, pin, k + 1))])],
    draw(model, scene, state, axis) {
      const shown = within(model);
      view.box.hidden = shown.length === 0;
      if (!shown.length) return;
      const key = `${scene.stamp} ${JSON.stringify([shown, axis])} ${Math.floor(state.clock * 10)}`;
      if (key !== drawn) build(model, scene, axis, shown, state);
      drawn = key;
      put(cursor, { x: (axis.left + (state.t - 1) * axis.pitch).toFixed(1) });
    },
  };
}
