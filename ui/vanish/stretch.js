// How the step Jacobians multiply: the singular values of dh_T/dh_t as a fan over t, and the norm of every dh_k/dh_t.

import { endNames, stepTicks } from "../kit/browser/axes.js";
import { element, panel, readings, write } from "../kit/browser/elements.js";
import { takeHome } from "../kit/browser/exports.js";
import { touchable } from "../kit/browser/hands.js";
import { part } from "../kit/browser/message.js";
import { blank, clamp, set, svg, text } from "../kit/browser/paint.js";
import { mountable } from "../kit/browser/stage.js";
import { sayPower } from "../kit/browser/words.js";
import { decadesOf, lineOf, logPicture } from "./log_picture.js";
import { endName, inSight } from "./networks.js";
import { rankName } from "./tables.js";
import sheet from "./deeper.css";

export default mountable("stretch", createStretch, sheet);

const below = (n) => Array.from(`${n}`, (digit) => String.fromCharCode(0x2080 + Number(digit))).join(""); // 50 as a subscript
const FAN = "bands: all, 80 %, half of the singular values, and their median, of an even number the geometric mean of the middle two; dashed: Lyapunov exponents as slopes; dotted: float64's rounding of the largest";

/** @param {Stage} stage @returns {Page} */
function createStretch(stage) {
  const words = element(stage.root, "div", "said");
  const pair = element(stage.root, "div", "pair");
  const [fan, table] = ["fan", "table"].map((name) => {
    const made = panel(pair, { name, title: "", level: "h3" });
    return { ...made, read: readings(element(made.body, "div", "readings")), picture: svg("svg", { role: "img", class: name }, made.body) };
  });
  const state = { t: 1, i: 0, j: 0 };
  let message;
  let fanRoom = null; // where the pictures lie
  let tableRoom = null;

  const rank = (k) => part(message.arrays.ranks, k);
  const named = () => [["largest", message.arrays.largest.data], ...(exact() ? [["median", rank(3)], ["smallest", rank(0)]] : [])];
  const exact = () => Boolean(message.arrays.ranks);

  function band(low, high, x, y, steps) {
    let there = "";
    let back = "";
    for (let t = steps; t >= 1; t--) {
      there += `${there ? "L" : "M"}${x(t).toFixed(1)},${y(high[t]).toFixed(1)}`;
      back = `L${x(t).toFixed(1)},${y(low[t]).toFixed(1)}${back}`;
    }
    return `${there}${back}Z`;
  }

  function drawFan(scene) {
    const { header, arrays } = message;
    const { palette, font } = scene;
    const { steps } = header;
    const largest = arrays.largest.data;
    const span = decadesOf(largest.subarray(1), exact() ? rank(0).subarray(1) : []);
    const room = logPicture(fan.picture, scene, { width: Math.max(260, Math.floor(fan.box.clientWidth)), tall: Math.round(font * 19), steps, span, named: true });
    const { left, right, top, bottom, x } = room;
    const y = (v) => room.y(clamp(v, span[0] - 5, span[1] + 5));
    const clip = svg("clipPath", { id: "fan" }, svg("defs", {}, fan.picture));
    svg("rect", { x: left, y: top, width: right - left, height: bottom - top }, clip);
    const plot = svg("g", { "clip-path": "url(#fan)", fill: "none", "stroke-linejoin": "round" }, fan.picture);
    const colour = palette.cells[header.cell];
    const thick = scene.presenter ? 3.2 : 2.2;
    if (exact()) {
      [[0, 6], [1, 5], [2, 4]].forEach(([low, high], k) =>
        svg("path", { d: band(rank(low), rank(high), x, y, steps), fill: colour, "fill-opacity": 0.13 + 0.05 * k, "data-band": k }, plot),
      );
      const floor = largest.map((v) => v + header.precision);
      svg("path", { d: lineOf(floor, x, y, true), stroke: palette.muted, "stroke-width": 1.2, "stroke-dasharray": "1 4", "data-line": "float64" }, plot);
      svg("path", { d: lineOf(rank(0), x, y, true), stroke: colour, "stroke-width": 1, "data-line": "smallest" }, plot);
      svg("path", { d: lineOf(rank(3), x, y, true), stroke: colour, "stroke-width": thick * 0.7, "data-line": "median" }, plot);
    }
    svg("path", { d: lineOf(largest, x, y, true), stroke: colour, "stroke-width": thick, "data-line": "largest" }, plot);
    header.exponents.forEach((slope, k) => {
      if (slope === null || (k > 0 && !exact())) return;
      svg("path", { d: `M${x(steps)},${room.y(0)}L${x(1)},${room.y(slope * (steps - 1))}`, stroke: palette.text, "stroke-width": 1.2, "stroke-dasharray": "6 4", "data-line": `exponent-${k}` }, plot);
    });
    const ends = named().map(([name, values]) => ({ name, y: y(values[1]), colour }));
    endNames(svg("g", { class: "names" }, fan.picture), scene, ends.filter((end) => Number.isFinite(end.y)), { x: x(1), top, bottom });
    fan.picture.setAttribute("aria-label", header.said.join(" "));
    fanRoom = { ...room, cursor: svg("line", { y1: top, y2: bottom, stroke: palette.muted }, fan.picture) };
  }

  function drawTable(scene) {
    const { header, arrays } = message;
    const { palette, font } = scene;
    const { picture } = table;
    const n = header.grid.length;
    const width = Math.max(260, Math.floor(table.box.clientWidth));
    const side = Math.min(width - font * 4.4, font * 16.2);
    const [x0, y0, pitch] = [Math.round(font * 3.6), Math.round(font * 0.7), side / n];
    blank(picture, scene, width, Math.round(y0 + side + font * 2.5));
    const [low, high] = inSight(decadesOf(arrays.table.data));
    const cells = svg("g", { "shape-rendering": "crispEdges" }, picture);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const v = part(arrays.table, i)[j];
        const fill = Number.isNaN(v) ? "none" : v === -Infinity ? palette.surface : scene.magnitude.css((v - low) / (high - low));
        svg("rect", { x: x0 + j * pitch, y: y0 + i * pitch, width: pitch, height: pitch, fill }, cells);
      }
    }
    const place = (t) => (header.grid.findIndex((g) => g >= t) + 0.5) * pitch;
    const muted = { fill: palette.muted, "font-size": scene.small };
    for (const t of stepTicks(1, header.steps, side - pitch, scene.small)) {
      text(picture, t, { ...muted, x: x0 + place(t), y: y0 + side + font * 1.1, "text-anchor": "middle" });
      text(picture, t, { ...muted, x: x0 - font * 0.4, y: y0 + place(t) + font * 0.32, "text-anchor": "end" });
    }
    text(picture, "to step t", { ...muted, x: x0 + side / 2, y: y0 + side + font * 2.2, "text-anchor": "middle" });
    text(picture, "from step k", { ...muted, x: x0 + side, y: y0 + font * 0.8, "text-anchor": "end" });
    const [left, top, bar] = [x0 + side * 0.56, y0 + font * 1.7, side * 0.44];
    const gradient = svg("linearGradient", { id: "sizes" }, svg("defs", {}, picture));
    for (let k = 0; k <= 16; k++) svg("stop", { offset: k / 16, "stop-color": scene.magnitude.css(k / 16) }, gradient);
    svg("rect", { x: left, y: top, width: bar, height: font * 0.6, fill: "url(#sizes)" }, picture);
    text(picture, endName(low), { ...muted, x: left, y: top + font * 1.6 });
    text(picture, endName(high), { ...muted, x: left + bar, y: top + font * 1.6, "text-anchor": "end" });
    picture.setAttribute("aria-label", `Norm of dh_k/dh_t of the ${header.title} for all pairs of steps`);
    tableRoom = { x0, y0, pitch, n, frame: svg("rect", { width: pitch, height: pitch, fill: "none", stroke: palette.text, "stroke-width": 1.5 }, picture) };
  }

  touchable(fan.picture, {
    say(x) {
      state.t = fanRoom.step(x);
      stage.later();
      return "";
    },
  });
  touchable(table.picture, {
    say(x, y) {
      const { x0, y0, pitch, n } = tableRoom;
      const [i, j] = [Math.floor((y - y0) / pitch), Math.floor((x - x0) / pitch)];
      if (i >= 0 && i < n && j >= 0 && j <= i) Object.assign(state, { i, j });
      stage.later();
      return "";
    },
  });

  /** @returns {() => [string, string][][]} */
  const caption = (said) => () => [[[message.header.title, stage.scene.palette.cells[message.header.cell]], [said, stage.scene.palette.text]]];
  function fanRows() {
    const { header, arrays } = message;
    const named = exact() ? header.shares.map((share, k) => [`log10 singular value, ${rankName(share)}`, rank(k)]) : [["log10 largest singular value", arrays.largest.data]];
    const steps = Array.from({ length: header.steps }, (_, k) => k + 1);
    return [["step", ...named.map(([name]) => name)], ...steps.map((t) => [t, ...named.map(([, values]) => values[t])])];
  }
  function pairRows() {
    const { grid } = message.header;
    return [["log10 norm, from k / to t", ...grid], ...grid.map((k, i) => [k, ...Array.from(part(message.arrays.table, i), (v) => (Number.isNaN(v) ? "" : v))])];
  }
  takeHome(stage, fan.tools, { name: "singular-values", picture: () => fan.picture, words: caption(FAN), rows: fanRows });
  takeHome(stage, table.tools, { name: "every-pair", picture: () => table.picture, words: caption("norm of dh_k/dh_t"), rows: pairRows });

  return {
    receive(given) {
      message = given;
      Object.assign(state, { t: 1, i: (given.header.grid?.length ?? 1) - 1, j: 0 });
    },
    draw(scene) {
      const { header, arrays } = message;
      pair.hidden = Boolean(header.nothing);
      if (scene.changed || scene.fresh) {
        words.replaceChildren(...(header.nothing ? [header.nothing] : header.said).map((said) => element(null, "p", "", said)));
        if (header.nothing) return;
        drawFan(scene);
        drawTable(scene);
      }
      if (header.nothing) return;
      write(fan.heading, `${exact() ? "Singular values" : "Largest singular value"} of ∂h${below(header.steps)}/∂hₜ`);
      write(table.heading, "Norm of ∂hₖ/∂hₜ, every pair of steps");
      const at = fanRoom.x(state.t);
      set(fanRoom.cursor, { x1: at, x2: at });
      fan.read(scene, [`t = ${state.t}`, ...named().map(([name, values]) => `${name} ${sayPower(values[state.t])}`)].map((words) => ({ kind: "words", words })));
      set(tableRoom.frame, { x: tableRoom.x0 + state.j * tableRoom.pitch, y: tableRoom.y0 + state.i * tableRoom.pitch });
      const [k, t] = [header.grid[state.i], header.grid[state.j]];
      const norm = `‖∂h${below(k)}/∂h${below(t)}‖ = ${sayPower(part(arrays.table, state.i)[state.j])}`;
      table.read(scene, [norm, k === t ? "a step to itself" : `${k - t} steps back`].map((words) => ({ kind: "words", words })));
    },
  };
}
