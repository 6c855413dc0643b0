// Theory beside measurement: the measured error over t, and each prediction as a straight line from the last step.

import { endNames } from "../kit/browser/axes.js";
import { element, explained, readings, write } from "../kit/browser/elements.js";
import { takeHome } from "../kit/browser/exports.js";
import { touchable } from "../kit/browser/hands.js";
import { set, svg } from "../kit/browser/paint.js";
import { mountable } from "../kit/browser/stage.js";
import { sayPower } from "../kit/browser/words.js";
import { decadesOf, lineOf, logPicture } from "./log_picture.js";
import sheet from "./deeper.css";

export default mountable("theory", createTheory, sheet);

const DASHES = ["2 4", "9 4", "9 3 2 3"]; // bound, mean field, Lyapunov: told apart without colour
const KEY = "dotted: bound; dashed: mean field; dash-dotted: Lyapunov exponent";

/** @param {Stage} stage @returns {Page} */
function createTheory(stage) {
  const bar = element(stage.root, "header", "bar");
  const said = element(bar, "p");
  const pair = element(stage.root, "div", "pair");
  const left = element(pair, "section");
  const read = readings(element(left, "div", "readings"));
  const picture = svg("svg", { role: "img", class: "slopes" }, left);
  const list = element(pair, "section", "list");
  const state = { t: 1 };
  let message;
  let room = null;

  const drawn = () => message.header.predictions.filter(({ slope }) => slope !== null);

  function build(scene) {
    const { header, arrays } = message;
    const { palette, font } = scene;
    const { steps } = header;
    const dh = arrays.dh.data;
    const span = decadesOf(dh.subarray(1), drawn().map(({ slope }) => slope * (steps - 1)));
    room = logPicture(picture, scene, { width: Math.max(260, Math.floor(left.clientWidth)), tall: Math.round(font * 18), steps, span, named: true });
    const { x, y, top, bottom } = room;
    const thick = scene.presenter ? 3.2 : 2.2;
    const colour = palette.cells[header.cell];
    svg("path", { d: lineOf(dh, x, y, true), fill: "none", stroke: colour, "stroke-width": thick, "stroke-linejoin": "round", "data-line": "measured" }, picture);
    list.replaceChildren();
    entry(scene, { title: header.title, factor: `× ${header.measured}`, source: "measured", condition: "", holds: true }, colour, "none", thick);
    header.predictions.forEach((one, k) => {
      entry(scene, one, palette.text, DASHES[k], thick * 0.7);
      if (one.slope === null) return;
      const d = `M${x(steps)},${y(0)}L${x(1)},${y(one.slope * (steps - 1)).toFixed(2)}`;
      svg("path", { d, fill: "none", stroke: palette.text, "stroke-width": thick * 0.7, "stroke-dasharray": DASHES[k], "data-line": one.title }, picture);
    });
    const ends = [{ name: header.title, v: dh[1], colour }, ...drawn().map(({ title, slope }) => ({ name: title, v: slope * (steps - 1), colour: palette.text }))];
    endNames(svg("g", { class: "names" }, picture), scene, ends.filter(({ v }) => Number.isFinite(v)).map(({ v, ...end }) => ({ ...end, y: y(v) })), { x: x(1), top, bottom });
    room.cursor = svg("line", { y1: top, y2: bottom, stroke: palette.muted }, picture);
    picture.setAttribute("aria-label", header.said);
    write(said, header.said);
  }

  // One line of the list: its sample, name, growth per step, source and condition.
  function entry({ font }, { title, factor, source, condition, holds }, stroke, dash, thick) {
    const box = element(list, "div", holds ? "entry" : "entry idle");
    const sample = svg("svg", { width: font * 2.2, height: font, "aria-hidden": "true" }, box);
    if (holds) svg("line", { x1: 0, x2: font * 2.2, y1: font / 2, y2: font / 2, stroke, "stroke-width": thick, "stroke-dasharray": dash }, sample);
    explained(element(box, "b"), title);
    element(box, "span", "factor", holds ? `${factor} per step` : "does not apply");
    element(box, "span", "source", source);
    if (condition) element(box, "p", "", condition);
  }

  touchable(picture, {
    say(x) {
      state.t = room.step(x);
      stage.later();
      return "";
    },
  });
  function rows() {
    const { header, arrays } = message;
    const steps = Array.from({ length: header.steps }, (_, k) => k + 1);
    return [
      ["step", `log10 relative |dL/dh| ${header.title}`, ...drawn().map(({ title }) => `log10 ${title}`)],
      ...steps.map((t) => [t, arrays.dh.data[t], ...drawn().map(({ slope }) => slope * (header.steps - t))]),
    ];
  }
  takeHome(stage, element(bar, "span", "tools"), {
    name: "theory", picture: () => picture, rows,
    words: () => [message.header.said, KEY].map((line) => [[line, stage.scene.palette.text]]),
  });

  return {
    receive(given) {
      message = given;
      state.t = 1;
    },
    draw(scene) {
      const { header, arrays } = message;
      if (scene.changed || scene.fresh) build(scene);
      set(room.cursor, { x1: room.x(state.t), x2: room.x(state.t) });
      const back = header.steps - state.t;
      const values = [["measured", arrays.dh.data[state.t]], ...drawn().map(({ title, slope }) => [title, slope * back])];
      read(scene, [`t = ${state.t}`, ...values.map(([name, value]) => `${name} ${sayPower(value)}`)].map((words) => ({ kind: "words", words })));
    },
  };
}
