// How the step Jacobians multiply: the singular values of dh_T/dh_t as a fan over t, and the norm of every dh_k/dh_t.

import { openMessage, part } from "../shared/message.js";
import { decadeName, decades, isDark, ramp, set, svg, text, ticks } from "../shared/paint.js";
import { sayPower } from "../shared/words.js";
import { captioned, saveCsv, savePng, saveSvg } from "../shared/save.js";
import { element } from "../shared/elements.js";

const mounted = new WeakMap();
const below = (n) => Array.from(`${n}`, (digit) => String.fromCharCode(0x2080 + Number(digit))).join(""); // 50 as a subscript

export default function mount({ parentElement, data }) {
  let stretch = mounted.get(parentElement);
  if (!stretch) {
    stretch = createStretch(parentElement);
    mounted.set(parentElement, stretch);
  }
  stretch.receive(data);
}

function createStretch(parent) {
  const root = element(parent, "div", "deeper stretch");
  const words = element(root, "div", "said");
  const pair = element(root, "div", "pair");
  const [fan, table] = ["fan", "table"].map((name) => {
    const box = element(pair, "section", name);
    const header = element(box, "header");
    const heading = element(header, "h4");
    const tools = element(header, "span", "tools");
    const reading = element(box, "p", "reading");
    return { box, heading, tools, reading, picture: svg("svg", { role: "img", class: name }, box) };
  });
  const stretch = {};
  const state = { t: 1, i: 0, j: 0 };
  let message = null;
  let scene = null;
  let queued = 0;
  const later = () => {
    if (!queued) queued = requestAnimationFrame(point);
  };

  const rank = (k) => part(message.arrays.ranks, k);
  const exact = () => Boolean(message.arrays.ranks);

  function room(box, font, tall) {
    const width = Math.max(260, Math.floor(box.clientWidth));
    const height = tall ?? Math.round(font * 19);
    return { width, height, x0: Math.round(font * 3.6), x1: width - Math.round(font * 0.8), y0: Math.round(font * 0.7), y1: height - Math.round(font * 2.5) };
  }

  function band(low, high, x, y, steps) {
    let there = "";
    let back = "";
    for (let t = steps; t >= 1; t--) {
      there += `${there ? "L" : "M"}${x(t).toFixed(1)},${y(high[t]).toFixed(1)}`;
      back = `L${x(t).toFixed(1)},${y(low[t]).toFixed(1)}${back}`;
    }
    return `${there}${back}Z`;
  }

  function line(at, x, y, steps) {
    let d = "";
    for (let t = steps; t >= 1; t--) {
      const v = at(t);
      if (!Number.isFinite(v)) break;
      d += `${d ? "L" : "M"}${x(t).toFixed(1)},${y(v).toFixed(1)}`;
    }
    return d;
  }

  function drawFan() {
    const { header, arrays } = message;
    const { palette, font } = scene;
    const { steps } = header;
    const largest = arrays.largest.data;
    const lowest = exact() ? rank(0) : largest;
    let [low, high] = [-1, 0];
    for (let t = 1; t <= steps; t++) {
      if (Number.isFinite(lowest[t])) low = Math.min(low, lowest[t]);
      if (Number.isFinite(largest[t])) [low, high] = [Math.min(low, largest[t]), Math.max(high, largest[t])];
    }
    [low, high] = decades(low, high);
    const { picture } = fan;
    const { width, height, x0, x1, y0, y1 } = room(fan.box, font);
    const x = (t) => x0 + ((t - 1) / (steps - 1)) * (x1 - x0);
    const y = (v) => y1 - ((Math.max(low - 5, Math.min(high + 5, v)) - low) / (high - low)) * (y1 - y0);
    scene.fan = { x, y, x0, x1, y0, y1 };
    picture.replaceChildren();
    set(picture, { width, height, viewBox: `0 0 ${width} ${height}`, "font-size": font * 0.93, "font-family": scene.family });
    const clip = svg("clipPath", { id: "fan" }, svg("defs", {}, picture));
    svg("rect", { x: x0, y: y0 - 2, width: x1 - x0 + 2, height: y1 - y0 + 4 }, clip);
    for (const v of ticks(low, high, 7)) {
      svg("line", { x1: x0, x2: x1, y1: y(v), y2: y(v), stroke: palette.rule }, picture);
      text(picture, decadeName(v), { x: x0 - font * 0.4, y: y(v) + font * 0.32, "text-anchor": "end", fill: palette.muted });
    }
    for (const t of ticks(1, steps, 6).filter((t) => t > steps * 0.06).concat(1)) {
      text(picture, t, { x: x(t), y: y1 + font * 1.15, "text-anchor": "middle", fill: palette.muted });
    }
    text(picture, "step t", { x: (x0 + x1) / 2, y: y1 + font * 2.2, "text-anchor": "middle", fill: palette.muted });
    const plot = svg("g", { "clip-path": "url(#fan)", fill: "none", "stroke-linejoin": "round" }, picture);
    const colour = palette.cells[header.cell];
    const thick = header.presenter ? 3.2 : 2.2;
    if (exact()) {
      for (const [a, b, name] of [[0, 6, "all"], [1, 5, "tenths"], [2, 4, "quarters"]]) {
        svg("path", { d: band(rank(a), rank(b), x, y, steps), fill: colour, "fill-opacity": 0.13, "data-band": name }, plot);
      }
      const noise = line((t) => largest[t] + header.precision, x, y, steps);
      svg("path", { d: noise, stroke: palette.muted, "stroke-width": 1, "stroke-dasharray": "1 4", "data-line": "precision" }, plot);
      svg("path", { d: line((t) => rank(0)[t], x, y, steps), stroke: colour, "stroke-width": 1, "data-line": "smallest" }, plot);
      svg("path", { d: line((t) => rank(3)[t], x, y, steps), stroke: colour, "stroke-width": thick * 0.7, "data-line": "median" }, plot);
    }
    svg("path", { d: line((t) => largest[t], x, y, steps), stroke: colour, "stroke-width": thick, "data-line": "largest" }, plot);
    header.exponents.forEach((slope, k) => {
      if (slope === null || (k > 0 && !exact())) return;
      svg("path", { d: `M${x(steps)},${y(0)}L${x(1)},${y1 - ((slope * (steps - 1) - low) / (high - low)) * (y1 - y0)}`, stroke: palette.text, "stroke-width": 1.2, "stroke-dasharray": "6 4", "data-line": `exponent-${k}` }, plot);
    });
    scene.fanCursor = svg("line", { y1: y0, y2: y1, stroke: palette.muted }, picture);
    picture.setAttribute("aria-label", header.said.join(" "));
  }

  function drawTable() {
    const { header, arrays } = message;
    const { palette, font } = scene;
    const n = header.grid.length;
    const { picture } = table;
    const width = Math.max(260, Math.floor(table.box.clientWidth));
    const side = Math.min(width - font * 4.4, font * 16.2);
    const { x0, y0 } = room(table.box, font);
    const height = Math.round(y0 + side + font * 2.5);
    const pitch = side / n;
    let [low, high] = [-1, 0];
    for (const v of arrays.table.data) if (Number.isFinite(v)) [low, high] = [Math.min(low, v), Math.max(high, v)];
    [low, high] = decades(low, high);
    scene.table = { x0, y0, pitch, n };
    picture.replaceChildren();
    set(picture, { width, height, viewBox: `0 0 ${width} ${height}`, "font-size": font * 0.93, "font-family": scene.family });
    const cells = svg("g", { "shape-rendering": "crispEdges" }, picture);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const v = part(arrays.table, i)[j];
        const fill = Number.isNaN(v) ? "none" : v === -Infinity ? palette.surface : scene.magnitude.css((v - low) / (high - low));
        svg("rect", { x: x0 + j * pitch, y: y0 + i * pitch, width: pitch, height: pitch, fill }, cells);
      }
    }
    const marks = ticks(1, header.steps, 5).filter((t) => t > header.steps * 0.08).concat(1);
    const place = (t) => {
      const at = header.grid.findIndex((g) => g >= t);
      return (at + 0.5) * pitch;
    };
    for (const t of marks) {
      text(picture, t, { x: x0 + place(t), y: y0 + side + font * 1.1, "text-anchor": "middle", fill: palette.muted });
      text(picture, t, { x: x0 - font * 0.4, y: y0 + place(t) + font * 0.32, "text-anchor": "end", fill: palette.muted });
    }
    text(picture, "to step t", { x: x0 + side / 2, y: y0 + side + font * 2.2, "text-anchor": "middle", fill: palette.muted });
    text(picture, "from step k", { x: x0 + side, y: y0 + font * 0.8, "text-anchor": "end", fill: palette.muted });
    const [left, top, bar] = [x0 + side * 0.56, y0 + font * 1.7, side * 0.44];
    const gradient = svg("linearGradient", { id: "sizes" }, svg("defs", {}, picture));
    for (let k = 0; k <= 16; k++) svg("stop", { offset: k / 16, "stop-color": scene.magnitude.css(k / 16) }, gradient);
    svg("rect", { x: left, y: top, width: bar, height: font * 0.6, fill: "url(#sizes)" }, picture);
    text(picture, decadeName(low), { x: left, y: top + font * 1.6, fill: palette.muted });
    text(picture, decadeName(high), { x: left + bar, y: top + font * 1.6, "text-anchor": "end", fill: palette.muted });
    scene.frame = svg("rect", { width: pitch, height: pitch, fill: "none", stroke: palette.text, "stroke-width": 1.5 }, picture);
    picture.setAttribute("aria-label", `Norm of dh_k/dh_t of the ${header.title} for all pairs of steps`);
  }

  // What follows the pointer; nothing else is drawn anew.
  function point() {
    queued = 0;
    if (!scene) return;
    const { header, arrays } = message;
    const at = scene.fan.x(state.t);
    set(scene.fanCursor, { x1: at, x2: at });
    const named = [["largest", arrays.largest.data]];
    if (exact()) named.push(["median", rank(3)], ["smallest", rank(0)]);
    fan.reading.replaceChildren();
    element(fan.reading, "span", "", `t = ${state.t}`);
    for (const [name, values] of named) {
      const item = element(fan.reading, "span", "", `${name} `);
      element(item, "b", "", sayPower(values[state.t]));
    }
    const { x0, y0, pitch } = scene.table;
    set(scene.frame, { x: x0 + state.j * pitch, y: y0 + state.i * pitch });
    const [k, t] = [header.grid[state.i], header.grid[state.j]];
    table.reading.replaceChildren();
    const item = element(table.reading, "span", "", `‖∂h${below(k)}/∂h${below(t)}‖ = `);
    element(item, "b", "", sayPower(part(arrays.table, state.i)[state.j]));
    element(table.reading, "span", "", k === t ? "a step to itself" : `${k - t} steps back`);
  }

  function draw() {
    if (!message || !root.isConnected || root.clientWidth === 0) return;
    const { header } = message;
    const style = getComputedStyle(root);
    const palette = header.theme[isDark(root) ? "dark" : "light"];
    scene = { palette, font: parseFloat(style.fontSize), family: style.fontFamily, magnitude: ramp(palette.magnitude) };
    fan.heading.textContent = exact() ? `Singular values of ∂h${below(header.steps)}/∂hₜ` : `Largest singular value of ∂h${below(header.steps)}/∂hₜ`;
    table.heading.textContent = "Norm of ∂hₖ/∂hₜ, every pair of steps";
    words.replaceChildren();
    for (const sentence of header.said) element(words, "p", "", sentence);
    drawFan();
    drawTable();
    point();
  }

  fan.picture.onpointermove = fan.picture.onpointerdown = (event) => {
    const { x0, x1 } = scene.fan;
    const share = (event.clientX - fan.picture.getBoundingClientRect().left - x0) / (x1 - x0);
    state.t = Math.max(1, Math.min(message.header.steps, 1 + Math.round(share * (message.header.steps - 1))));
    later();
  };
  table.picture.onpointermove = table.picture.onpointerdown = (event) => {
    const { left, top } = table.picture.getBoundingClientRect();
    const { x0, y0, pitch, n } = scene.table;
    const [i, j] = [Math.floor((event.clientY - top - y0) / pitch), Math.floor((event.clientX - left - x0) / pitch)];
    if (i < 0 || i >= n || j < 0 || j > i) return;
    Object.assign(state, { i, j });
    later();
  };

  const caption = () => [
    [[message.header.title, scene.palette.cells[message.header.cell]], ["bands: all, 80 %, half of the singular values; dashed: Lyapunov exponents as slopes; dotted: float64's rounding of the largest", scene.palette.text]],
  ];
  function fanTable() {
    const { header, arrays } = message;
    const named = exact() ? header.shares.map((share, k) => [`log10 singular value, rank ${share}`, rank(k)]) : [["log10 largest singular value", arrays.largest.data]];
    const rows = [["step", ...named.map(([name]) => name)]];
    for (let t = 1; t <= header.steps; t++) rows.push([t, ...named.map(([, values]) => values[t])]);
    return rows;
  }
  function pairTable() {
    const { grid } = message.header;
    return [["log10 norm, from k / to t", ...grid], ...grid.map((k, i) => [k, ...Array.from(part(message.arrays.table, i), (v) => (Number.isNaN(v) ? "" : v))])];
  }
  for (const [box, name, rows, lines] of [
    [fan, "singular-values", fanTable, caption],
    [table, "every-pair", pairTable, () => [[[message.header.title, scene.palette.cells[message.header.cell]], ["norm of dh_k/dh_t", scene.palette.text]]]],
  ]) {
    const ready = () => captioned(box.picture, lines(), scene.font);
    for (const [label, save] of [
      ["CSV", () => saveCsv(rows(), name)],
      ["PNG", () => savePng(ready(), scene.palette.ground, name)],
      ["SVG", () => saveSvg(ready(), scene.palette.ground, name)],
    ]) {
      element(box.tools, "button", "", label, `Save as ${label}`).onclick = save;
    }
  }

  stretch.receive = (bytes) => {
    if (bytes && bytes !== stretch.bytes) {
      stretch.bytes = bytes;
      message = openMessage(bytes);
      root.classList.toggle("presenter", message.header.presenter);
      Object.assign(state, { t: 1, i: message.header.grid.length - 1, j: 0 });
    }
    draw();
  };
  new ResizeObserver(draw).observe(root);
  return stretch;
}
