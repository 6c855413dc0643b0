// Theory beside measurement: the measured error over t, and each prediction as a straight line from the last step.

import { openMessage } from "../shared/message.js";
import { decadeName, decades, isDark, set, svg, text, ticks } from "../shared/paint.js";
import { sayPower } from "../shared/words.js";
import { captioned, saveCsv, savePng, saveSvg } from "../shared/save.js";
import { element } from "../shared/elements.js";

const mounted = new WeakMap();
const DASHES = ["2 4", "9 4", "9 3 2 3"]; // bound, mean field, Lyapunov: told apart without colour

export default function mount({ parentElement, data }) {
  let theory = mounted.get(parentElement);
  if (!theory) {
    theory = createTheory(parentElement);
    mounted.set(parentElement, theory);
  }
  theory.receive(data);
}

function createTheory(parent) {
  const root = element(parent, "div", "deeper theory");
  const header = element(root, "header");
  const said = element(header, "p", "said");
  const tools = element(header, "span", "tools");
  const pair = element(root, "div", "pair");
  const left = element(pair, "section");
  const reading = element(left, "p", "reading");
  const picture = svg("svg", { role: "img", class: "slopes" }, left);
  const list = element(pair, "section", "list");
  const theory = {};
  const state = { t: 1 };
  let message = null;
  let scene = null;

  function draw() {
    if (!message || !root.isConnected || root.clientWidth === 0) return;
    const { header: sent, arrays } = message;
    const style = getComputedStyle(root);
    const palette = sent.theme[isDark(root) ? "dark" : "light"];
    const font = parseFloat(style.fontSize);
    const dh = arrays.dh.data;
    const { steps } = sent;
    const lines = sent.predictions.filter(({ slope }) => slope !== null);
    let [low, high] = [-1, 0];
    for (let t = 1; t <= steps; t++) if (Number.isFinite(dh[t])) [low, high] = [Math.min(low, dh[t]), Math.max(high, dh[t])];
    for (const { slope } of lines) [low, high] = [Math.min(low, slope * (steps - 1)), Math.max(high, slope * (steps - 1))];
    [low, high] = decades(low, high);
    const width = Math.max(260, Math.floor(left.clientWidth));
    const height = Math.round(font * 18);
    const [x0, x1, y0, y1] = [Math.round(font * 3.6), width - Math.round(font * 0.8), Math.round(font * 0.7), height - Math.round(font * 2.5)];
    const x = (t) => x0 + ((t - 1) / (steps - 1)) * (x1 - x0);
    const y = (v) => y1 - ((v - low) / (high - low)) * (y1 - y0);
    scene = { palette, font, x0, x1, x };
    picture.replaceChildren();
    set(picture, { width, height, viewBox: `0 0 ${width} ${height}`, "font-size": font * 0.93, "font-family": style.fontFamily });
    for (const v of ticks(low, high, 7)) {
      svg("line", { x1: x0, x2: x1, y1: y(v), y2: y(v), stroke: palette.rule }, picture);
      text(picture, decadeName(v), { x: x0 - font * 0.4, y: y(v) + font * 0.32, "text-anchor": "end", fill: palette.muted });
    }
    for (const t of ticks(1, steps, 6).filter((t) => t > steps * 0.06).concat(1)) {
      text(picture, t, { x: x(t), y: y1 + font * 1.15, "text-anchor": "middle", fill: palette.muted });
    }
    text(picture, "step t", { x: (x0 + x1) / 2, y: y1 + font * 2.2, "text-anchor": "middle", fill: palette.muted });
    const thick = sent.presenter ? 3.2 : 2.2;
    let d = "";
    for (let t = steps; t >= 1 && Number.isFinite(dh[t]); t--) d += `${d ? "L" : "M"}${x(t).toFixed(1)},${y(dh[t]).toFixed(1)}`;
    svg("path", { d, fill: "none", stroke: palette.cells[sent.cell], "stroke-width": thick, "stroke-linejoin": "round", "data-line": "measured" }, picture);
    sent.predictions.forEach(({ slope, title }, k) => {
      if (slope === null) return;
      svg("path", { d: `M${x(steps)},${y(0)}L${x(1)},${y(slope * (steps - 1)).toFixed(2)}`, fill: "none", stroke: palette.text, "stroke-width": thick * 0.7, "stroke-dasharray": DASHES[k], "data-line": title }, picture);
    });
    scene.cursor = svg("line", { y1: y0, y2: y1, stroke: palette.muted }, picture);
    picture.setAttribute("aria-label", sent.said);
    said.textContent = sent.said;
    list.replaceChildren();
    entry({ title: sent.title, factor: `× ${sent.measured}`, source: "measured", condition: "", holds: true }, palette.cells[sent.cell], "", thick);
    sent.predictions.forEach((one, k) => entry(one, palette.text, DASHES[k], thick * 0.7));
    point();
  }

  // One line of the list: its sample, name, growth per step, source and condition.
  function entry({ title, factor, source, condition, holds }, colour, dash, thick) {
    const box = element(list, "div", holds ? "entry" : "entry idle");
    const sample = svg("svg", { width: scene.font * 2.2, height: scene.font, "aria-hidden": "true" }, box);
    if (holds) svg("line", { x1: 0, x2: scene.font * 2.2, y1: scene.font / 2, y2: scene.font / 2, stroke: colour, "stroke-width": thick, "stroke-dasharray": dash || "none" }, sample);
    element(box, "b", "", title);
    element(box, "span", "factor", holds ? `${factor} per step` : "does not apply");
    element(box, "span", "source", source);
    if (condition) element(box, "p", "", condition);
  }

  function point() {
    if (!scene) return;
    const { header: sent, arrays } = message;
    const at = scene.x(state.t);
    set(scene.cursor, { x1: at, x2: at });
    reading.replaceChildren();
    element(reading, "span", "", `t = ${state.t}`);
    const back = sent.steps - state.t;
    const rows = [["measured", arrays.dh.data[state.t]], ...sent.predictions.filter(({ slope }) => slope !== null).map(({ title, slope }) => [title, slope * back])];
    for (const [name, value] of rows) element(element(reading, "span", "", `${name} `), "b", "", sayPower(value));
  }

  picture.onpointermove = picture.onpointerdown = (event) => {
    const { steps } = message.header;
    const share = (event.clientX - picture.getBoundingClientRect().left - scene.x0) / (scene.x1 - scene.x0);
    state.t = Math.max(1, Math.min(steps, 1 + Math.round(share * (steps - 1))));
    point();
  };

  function rows() {
    const { header: sent, arrays } = message;
    const lines = sent.predictions.filter(({ slope }) => slope !== null);
    const table = [["step", `log10 relative |dL/dh| ${sent.title}`, ...lines.map(({ title }) => `log10 ${title}`)]];
    for (let t = 1; t <= sent.steps; t++) table.push([t, arrays.dh.data[t], ...lines.map(({ slope }) => slope * (sent.steps - t))]);
    return table;
  }
  const ready = () =>
    captioned(picture, [[[message.header.said, scene.palette.text]], [["dotted: bound; dashed: mean field; dash-dotted: Lyapunov exponent", scene.palette.text]]], scene.font);
  for (const [label, save] of [
    ["CSV", () => saveCsv(rows(), "theory")],
    ["PNG", () => savePng(ready(), scene.palette.ground, "theory")],
    ["SVG", () => saveSvg(ready(), scene.palette.ground, "theory")],
  ]) {
    element(tools, "button", "", label, `Save as ${label}`).onclick = save;
  }

  theory.receive = (bytes) => {
    if (bytes && bytes !== theory.bytes) {
      theory.bytes = bytes;
      message = openMessage(bytes);
      root.classList.toggle("presenter", message.header.presenter);
      state.t = 1;
    }
    draw();
  };
  new ResizeObserver(draw).observe(root);
  return theory;
}
