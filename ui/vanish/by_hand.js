// One path by hand: factors that are typed and what their product leaves; and how large a unit's slope can be, with the
// slopes that the units of a network have.

import { decades, logAxis, stepAxis } from "../kit/browser/axes.js";
import { element, panel, press, write } from "../kit/browser/elements.js";
import { takeHome } from "../kit/browser/exports.js";
import { blank, set, svg, text } from "../kit/browser/paint.js";
import { mountable } from "../kit/browser/stage.js";
import { sayNumber, sayPower } from "../kit/browser/words.js";
import sheet from "./deeper.css";

export default mountable("by-hand", createByHand, sheet);

const EXAMPLES = [["0.03 × 0.05", "0.03, 0.05"], ["0.5, ten times", "0.5^10"], ["0.9, fifty times", "0.9^50"], ["1.1, fifty times", "1.1^50"]];
const ABOUT_PRODUCT = "The chain rule multiplies one factor per step. Write factors separated by commas; 0.9^50 is fifty factors of 0.9. A path goes from unit to unit, one at each step; its factor there is a weight of W times the unit’s slope. This is one path: the error of a whole network is the sum over all of them.";
const ABOUT_SLOPES = "Each factor of a path has the slope of its unit in it, how steep tanh or the logistic function σ is where the unit’s sum lies. The curves are these slopes; a dot is a unit of the network at one step, at its own sum.";

/** @param {Stage} stage @returns {Page} */
function createByHand(stage) {
  /** @type {Message} */
  let message;
  const product = panel(stage.root, { name: "product main", title: "One path, factor by factor", help: ABOUT_PRODUCT });
  const row = element(product.body, "div", "factor-row");
  const field = element(row, "input");
  Object.assign(field, { type: "text", ariaLabel: "Factors" });
  const ask = (/** @type {string} */ words) => stage.ask("factors", words);
  field.onchange = () => ask(field.value);
  field.onkeydown = (event) => event.stopPropagation();
  const buttons = element(row, "span", "factor-examples");
  const said = element(product.body, "p", "verdict");
  const chain = svg("svg", { role: "img" }, product.body);
  const slopes = panel(stage.root, { name: "slopes main", title: "How steep a unit is", help: ABOUT_SLOPES });
  const about = element(slopes.body, "p", "quiet-words");
  const curves = svg("svg", { role: "img" }, slopes.body);

  /** @param {Scene} scene @param {Element} host */
  const roomOf = (scene, host) => ({ font: scene.font, width: Math.max(260, Math.floor(host.clientWidth)), palette: scene.palette, small: scene.small });

  /** @param {Scene} scene */
  function drawProduct(scene) {
    const { font, width, palette } = roomOf(scene, product.body);
    const { factors, running } = message.arrays;
    const n = factors.data.length;
    const finite = Array.from(running.data).filter(Number.isFinite);
    const [low, high] = decades(Math.min(-1, ...finite), Math.max(0, ...finite));
    const tall = stage.tallFor(chain, Math.round(font * 10), font * 7);
    const [left, right, top, bottom] = [font * 3.6, width - font * 4, font * 0.9, tall - font * 2.5];
    blank(chain, scene, width, tall);
    const y = logAxis(svg("g", {}, chain), scene, { left, right, top, bottom, low, high, strong: 0 });
    const x = stepAxis(svg("g", {}, chain), scene, { left, right, y: bottom, first: 0, last: n, name: "factors multiplied" });
    const points = [[0, 0], ...Array.from(running.data, (value, k) => [k + 1, value])].filter(([, value]) => Number.isFinite(value));
    const d = points.map(([k, value], at) => `${at ? "L" : "M"}${x(k).toFixed(1)},${y(value).toFixed(1)}`).join("");
    svg("path", { d, fill: "none", stroke: palette.roles.gradient, "stroke-width": 2.4 }, chain);
    if (n <= 60) for (const [k, value] of points) svg("circle", { cx: x(k), cy: y(value), r: 3.4, fill: palette.roles.gradient, "data-after": k }, chain);
    const [k, value] = points[points.length - 1];
    text(chain, sayPower(value), { x: x(k) + font * 0.5, y: y(value) + font * 0.34, "font-weight": 650, fill: palette.text });
    if (n <= 8) Array.from(factors.data).forEach((factor, at) => text(chain, `× ${sayNumber(factor)}`, { x: x(at + 0.5), y: bottom - font * 0.5, "text-anchor": "middle", fill: palette.muted, "font-size": scene.small }));
    set(chain, { "aria-label": message.header.said });
  }

  /** @param {Scene} scene */
  function drawSlopes(scene) {
    const { font, width, palette, small } = roomOf(scene, slopes.body);
    const { arrays, header } = message;
    const tall = stage.tallFor(curves, Math.round(font * 11), font * 7);
    const [left, right, top, bottom] = [font * 3.6, width - font * 1.2, font * 0.9, tall - font * 2.5];
    const [least, most] = [arrays.a.data[0], arrays.a.data[arrays.a.data.length - 1]];
    /** @param {number} a */
    const x = (a) => left + ((a - least) / (most - least)) * (right - left);
    /** @param {number} slope */
    const y = (slope) => bottom - slope * (bottom - top);
    blank(curves, scene, width, tall);
    for (const slope of [0, 0.25, 0.5, 0.75, 1]) {
      svg("line", { x1: left, x2: right, y1: y(slope), y2: y(slope), stroke: palette.rule }, curves);
      text(curves, sayNumber(slope), { x: left - font * 0.45, y: y(slope) + font * 0.34, "text-anchor": "end", "font-size": small, fill: palette.muted });
    }
    for (let a = -6; a <= 6; a += 2) text(curves, sayNumber(a), { x: x(a), y: bottom + font * 1.15, "text-anchor": "middle", "font-size": small, fill: palette.muted });
    text(curves, "a unit’s sum a, before tanh or σ", { x: (left + right) / 2, y: bottom + font * 2.2, "text-anchor": "middle", "font-size": small, fill: palette.muted });
    for (const { name, curve } of header.networks) {
      if (!curve) continue;
      arrays[`a.${name}`].data.forEach((/** @type {number} */ a, /** @type {number} */ k) => {
        if (a >= least && a <= most) svg("circle", { cx: x(a).toFixed(1), cy: y(arrays[`slope.${name}`].data[k]).toFixed(1), r: 3, fill: palette.cells[name], "fill-opacity": 0.35, "data-unit": name }, curves);
      });
    }
    header.curves.forEach((/** @type {any} */ { name, words }, /** @type {number} */ row) => {
      const d = Array.from(arrays[name].data, (slope, k) => `${k ? "L" : "M"}${x(arrays.a.data[k]).toFixed(1)},${y(slope).toFixed(1)}`).join("");
      svg("path", { d, fill: "none", stroke: palette.cells[name], "stroke-width": 2, "stroke-dasharray": row ? "6 4" : "none", "data-curve": name }, curves);
      text(curves, `${name === "tanh" ? "tanh′" : "σ′"}, at most ${words}`, { x: x(row ? 1.6 : 0.75), y: y(row ? 0.28 : 0.82), fill: palette.cells[name], "font-weight": 600, "font-size": small });
    });
    const own = header.networks.filter((/** @type {any} */ one) => one.curve).map((/** @type {any} */ { title, mean }) => `each unit of the ${title} at each step: ${mean} on average`);
    write(about, own.length ? `Dots: ${own.join("; ")}.` : "No network of plain tanh or sigmoid units is shown, so there are no dots.");
    set(curves, { "aria-label": about.textContent });
  }

  takeHome(stage, product.tools, { name: "one-path", picture: () => chain, words: () => message.header.said, rows: () => [["factor", "log10 of the product"], ...Array.from(message.arrays.factors.data, (factor, k) => [factor, message.arrays.running.data[k]])] });
  takeHome(stage, slopes.tools, { name: "slopes", picture: () => curves, words: () => about.textContent ?? "" });

  return {
    receive(given) {
      message = given;
      field.value = message.header.words;
      const paths = message.header.networks.map((/** @type {any} */ { title, path }) => [`${title}, its largest path`, path]);
      buttons.replaceChildren();
      if (!stage.envelope.saved) for (const [label, words] of [...EXAMPLES, ...paths]) press(buttons, label, "", "round").onclick = () => ask(words);
      field.disabled = Boolean(stage.envelope.saved);
    },
    draw(scene) {
      if (!scene.changed && !scene.fresh) return;
      write(said, message.header.said);
      drawProduct(scene);
      drawSlopes(scene);
    },
  };
}
