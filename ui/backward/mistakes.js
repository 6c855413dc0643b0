// The backward pass by hand: one line of it mistaken, how far off that leads, and which tests would not see it.

import { logAxis, stepAxis, timeAxis } from "../kit/browser/axes.js";
import { element, legends, panel, segments, write } from "../kit/browser/elements.js";
import { takeHome } from "../kit/browser/exports.js";
import { blank, clamp, set, svg, text } from "../kit/browser/paint.js";
import { mountable } from "../kit/browser/stage.js";
import { sayNumber, sayPower } from "../kit/browser/words.js";
import sheet from "./backward.css";

const ABOUT =
  "Who writes a backward pass by hand makes one of these mistakes sooner or later. Choose one: the loop is run again in plain float64 with that line mistaken, and its gradients are compared with the right ones, ‖wrong − right‖ / ‖right‖. The columns are what one tests with: on weights that are drawn every mistake shows, but a W that is one number equals its transpose, and at the last step alone nothing has been carried back yet. Nudging a weight, above, finds all of them.";
const DECADES = 12; // below the largest: what is smaller lies on the edge

export const mountMistakes = mountable("backward-mistakes", createMistakes, sheet);

/** @param {Stage} stage @returns {Page} */
function createMistakes(stage) {
  let chosen = 0;
  /** @type {Message} */
  let message;

  const made = panel(stage.root, { name: "mistakes", title: "Check your own: a pass by hand, and one mistake in it", help: ABOUT });
  const legend = legends(element(made.aside, "span", "legends"));
  const offer = segments(made.body, "The mistake", (value) => {
    chosen = Number(value);
    stage.later();
  });
  const said = element(made.body, "p", "said");
  const both = element(made.body, "div", "beside");
  const written = element(both, "div", "grow");
  const lines = ["right", "wrong"].map((name) => {
    const line = element(written, "p", `line ${name}`);
    element(line, "span", "which", `${name}: `);
    return element(line, "code");
  });
  const list = element(written, "dl");
  const picture = svg("svg", { class: "mistaken", role: "img" }, element(both, "div", "grow"));

  /** @param {string} name @param {number} k */
  const row = (name, k) => {
    const { data, shape } = message.arrays[name];
    return Array.from(data).slice(k * shape[1], (k + 1) * shape[1]);
  };
  /** @param {number} off */
  const sayOff = (off) => (off < message.header.seen ? "not seen" : sayNumber(off));

  takeHome(stage, made.tools, {
    name: "mistakes",
    picture: () => picture,
    words: () => `${message.header.mistakes[chosen]?.title ?? ""}. ${said.textContent}`,
    rows: () => {
      const { mistakes, cases = [], names = [] } = message.header;
      const each = mistakes.map((/** @type {any} */ one, /** @type {number} */ k) => [one.title, one.right, one.wrong, ...row("cases", k), ...row("arrays", k)]);
      return [["mistake", "right line", "mistaken line", ...cases, ...names.map((/** @type {string} */ name) => `dL/d${name}`)], ...each];
    },
  });

  function tabulate() {
    const { cases, names } = message.header;
    const heads = [...names.map((/** @type {string} */ name) => `dL/d${name} off by`), ...cases.slice(1).map((/** @type {string} */ name) => `where ${name}`)];
    const values = [...row("arrays", chosen), ...row("cases", chosen).slice(1)];
    list.replaceChildren();
    heads.forEach((name, n) => {
      element(list, "dt", "", name);
      element(list, "dd", "", sayOff(values[n]));
    });
  }

  /** @param {Scene} scene */
  function build(scene) {
    const { font, palette } = scene;
    const width = Math.max(240, Math.floor(/** @type {Element} */ (picture.parentElement).clientWidth));
    const height = Math.round(font * 11);
    blank(picture, scene, width, height);
    const { steps } = message.header;
    const right = Array.from(message.arrays.right.data);
    const wrong = row("wrong", chosen);
    const finite = [...right.slice(1), ...wrong.slice(1)].filter(Number.isFinite);
    const high = Math.ceil(Math.max(...finite, -300));
    const low = Math.max(Math.floor(Math.min(...finite, high)), high - DECADES) - (Math.min(...finite) === high ? 1 : 0);
    const axis = timeAxis(width, steps, font);
    const [top, bottom] = [font * 1.8, height - font * 2.7];
    const ends = { left: axis.x(1), right: axis.x(steps), top, bottom, low, high };
    const y = logAxis(svg("g", {}, picture), scene, ends);
    stepAxis(svg("g", {}, picture), scene, { left: ends.left, right: ends.right, y: bottom, last: steps, x: axis.x });
    text(picture, "‖dL/dhₜ‖, by step", { x: 0, y: font * 0.9, fill: palette.text });
    [right, wrong].forEach((curve, k) => {
      const points = curve.map((v, t) => (t && v > -Infinity && v < Infinity ? `${axis.x(t).toFixed(1)},${y(clamp(v, low, high)).toFixed(1)}` : "")).filter(Boolean);
      svg("path", { d: points.length ? `M${points.join("L")}` : "", fill: "none", stroke: k ? palette.text : palette.roles.gradient, "stroke-width": k ? 1.6 : 3, "stroke-dasharray": k ? "5 4" : "none", "data-curve": k ? "wrong" : "right" }, picture);
    });
    set(picture, { "aria-label": `Error at step 1: ${sayPower(right[1])} as it is right, ${sayPower(wrong[1])} with the mistake.` });
  }

  return {
    receive(given) {
      message = given;
      chosen = Math.min(chosen, Math.max(0, message.header.mistakes.length - 1));
    },
    draw(scene) {
      const { mistakes, title } = message.header;
      both.hidden = !mistakes.length;
      offer(mistakes.map((/** @type {any} */ one, /** @type {number} */ k) => [`${k}`, one.title]), `${chosen}`);
      if (!mistakes.length) {
        write(said, message.header.said);
        return;
      }
      const one = mistakes[chosen];
      write(said, `${title}, ${one.title}: ${one.said}`);
      write(lines[0], one.right);
      write(lines[1], one.wrong);
      const { roles, text: ink } = scene.palette;
      legend(scene, [
        { kind: "line", colour: roles.gradient, wide: 3, words: "right" },
        { kind: "line", colour: ink, dash: "5 4", wide: 1.6, words: "mistaken" },
      ]);
      tabulate();
      build(scene);
    },
  };
}
