// One weight nudged up and down: what the loss does, beside what backpropagation says it does.

import { logAxis } from "../kit/browser/axes.js";
import { element, panel, write } from "../kit/browser/elements.js";
import { takeHome } from "../kit/browser/exports.js";
import { slider, touchable } from "../kit/browser/hands.js";
import { blank, clamp, set, svg, text } from "../kit/browser/paint.js";
import { mountable } from "../kit/browser/stage.js";
import { MINUS, sayNumber } from "../kit/browser/words.js";
import sheet from "./backward.css";
import { placeName } from "./look.js";

const ABOUT =
  "Is the gradient right? Make one weight a little larger and a little smaller, run the whole network again each time, and divide the change of the loss by the change of the weight. This needs no chain rule at all. The difference misses the derivative by about ε² (what the curve's bend leaves out) and by about 1e-16/ε (what rounding leaves): the line falls, then rises. Press a square of the update to choose another weight.";
const DIGITS = 12; // of a loss: its change is all that matters, and 3 digits would hide it
const ROWS = ["up", "down", "difference", "gradient", "relative"];
const [LOW, HIGH] = [-16, 0]; // decades of the relative difference

export const mountCheck = mountable("backward-check", createCheck, sheet);

/** @param {Stage} stage @returns {Page} */
function createCheck(stage) {
  let k = 0; // which of the sizes
  /** @type {Message} */
  let message;
  /** @type {any} */
  let layout = null;

  const check = panel(stage.root, { name: "check", title: "Check it yourself: nudge one weight", help: ABOUT });
  const said = element(check.body, "p", "said");
  const size = slider(check.body, { label: "Nudge ε", whole: true, className: "wide rate", say: (n) => sayNumber(sizes()[n]), input: choose });
  const both = element(check.body, "div", "beside");
  const list = element(both, "dl");
  const fields = ROWS.map((name) => {
    const head = element(list, "dt");
    const value = element(list, "dd");
    value.dataset.field = name;
    return { head, value };
  });
  const host = element(both, "div");
  const picture = svg("svg", { class: "agreement", role: "img" }, host);

  /** @param {string} name @returns {ArrayLike<number>} */
  const values = (name) => message.arrays[name].data;
  const sizes = () => values("sizes");
  /** @param {number} n */
  function choose(n) {
    k = n;
    stage.later();
  }
  /** @param {number} x */
  const under = (x) => clamp(Math.round(((x - layout.left) / (layout.right - layout.left)) * (sizes().length - 1)), 0, sizes().length - 1);
  touchable(picture, {
    remember: () => k,
    pick: (x) => choose(under(x)),
    cancelled: choose,
    say: (x) => `ε = ${sayNumber(sizes()[under(x)])}: relative difference ${sayNumber(values("relative")[under(x)])}.`,
  });
  takeHome(stage, check.tools, {
    name: "nudge",
    picture: () => picture,
    words: () => `${said.textContent}`,
    rows: () => [
      ["nudge", "loss up", "loss down", "difference quotient", "gradient", "relative difference"],
      ...Array.from(sizes(), (v, n) => [v, values("up")[n], values("down")[n], values("difference")[n], values("exact")[1], values("relative")[n]]),
    ],
  });

  /** @param {Scene} scene */
  function build(scene) {
    const { font, palette, small } = scene;
    const width = Math.max(240, Math.floor(host.clientWidth));
    const height = Math.round(font * 11);
    blank(picture, scene, width, height);
    const [left, right] = [font * 4, width - font * 1.5];
    const [top, bottom] = [font * 1.8, height - font * 1.8];
    const y = logAxis(svg("g", {}, picture), scene, { left, right, top, bottom, low: LOW, high: HIGH });
    /** @param {number} n */
    const x = (n) => left + (n / (sizes().length - 1)) * (right - left);
    text(picture, "relative difference, by ε", { x: left, y: font * 0.9, fill: palette.text });
    Array.from(sizes()).forEach((value, n) => {
      if (n % 3 === 0) text(picture, `1e${Math.round(Math.log10(value))}`, { x: x(n), y: height - font * 0.5, "text-anchor": "middle", "font-size": small, fill: palette.muted });
    });
    /** @param {number} v */
    const at = (v) => y(clamp(Math.log10(v), LOW, HIGH));
    const points = Array.from(values("relative"), (v, n) => (Number.isFinite(v) ? `${x(n).toFixed(1)},${at(v).toFixed(1)}` : null)).filter(Boolean);
    svg("path", { d: points.length ? `M${points.join("L")}` : "", fill: "none", stroke: palette.roles.gradient, "stroke-width": 2 }, picture);
    const dot = svg("circle", { r: font * 0.4, fill: palette.roles.gradient, stroke: palette.ground, "stroke-width": 1.5 }, picture);
    layout = { x, at, dot, left, right };
    set(picture, { "aria-label": message.header.said });
  }

  return {
    receive(given, { opened }) {
      message = given;
      size.range(0, sizes().length - 1);
      if (opened) k = Math.max(0, Array.from(sizes()).indexOf(Number(stage.envelope.view.size)));
    },
    draw(scene) {
      const { header } = message;
      if (scene.changed || scene.fresh) build(scene);
      const [weight, gradient] = Array.from(values("exact"));
      const [name, row, column] = header.weight;
      const place = placeName(name, row - 1, column - 1, header.vector);
      write(said, `${place} of the ${header.title} is ${sayNumber(weight)}. ${header.said}`);
      size.show(k);
      /** @param {number} v */
      const long = (v) => (Number.isFinite(v) ? v.toPrecision(DIGITS).replace(/^-/, MINUS) : sayNumber(v));
      const relative = values("relative")[k];
      const rows = [
        [`L(${place} + ε)`, long(values("up")[k])],
        [`L(${place} − ε)`, long(values("down")[k])],
        ["their difference / 2ε", long(values("difference")[k])],
        [`backpropagated dL/d${place}`, long(gradient)],
        ["relative difference", sayNumber(relative)],
      ];
      rows.forEach(([head, value], n) => {
        write(fields[n].head, head);
        write(fields[n].value, value);
      });
      set(layout.dot, { cx: layout.x(k), cy: Number.isFinite(relative) ? layout.at(relative) : NaN });
    },
    view: () => ({ size: sizes()[k] }),
  };
}
