// What helps: one small picture per remedy, the error without it dashed and with it solid, all on the same axes.

import { openMessage, part } from "../shared/message.js";
import { decadeName, decades, isDark, set, svg, text, ticks } from "../shared/paint.js";
import { sayPower } from "../shared/words.js";
import { saveCsv, savePng, saveSvg } from "../shared/save.js";
import { element } from "../shared/elements.js";

const mounted = new WeakMap();

export default function mount({ parentElement, data, setTriggerValue }) {
  let helps = mounted.get(parentElement);
  if (!helps) {
    helps = createHelps(parentElement);
    mounted.set(parentElement, helps);
  }
  helps.use = (name) => setTriggerValue("use", name);
  helps.receive(data);
}

function createHelps(parent) {
  const root = element(parent, "div", "deeper helps");
  const bar = element(root, "header");
  const legend = element(bar, "span", "legend");
  const tools = element(bar, "span", "tools");
  const grid = element(root, "div", "tiles");
  const state = { back: null };
  const helps = { use: () => {} };
  let message = null;
  const tiles = [];
  let queued = 0;
  const later = () => {
    if (!queued) queued = requestAnimationFrame(draw);
  };

  function makeTile(k) {
    const box = element(grid, "section", "tile");
    const header = element(box, "header");
    const name = element(header, "h4");
    const end = element(header, "span");
    const use = element(end, "button", "quiet use");
    const unusable = element(end, "span", "unusable");
    const picture = svg("svg", { role: "img", class: "spark" }, box);
    const numbers = element(box, "p", "numbers");
    const words = element(box, "p", "words");
    use.onclick = () => helps.use(message.header.remedies[k].name);
    picture.onpointermove = (event) => {
      const { left } = picture.getBoundingClientRect();
      const { x0, x1 } = tiles[k].room;
      const { steps } = message.header;
      const share = (event.clientX - left - x0) / (x1 - x0);
      state.back = Math.max(0, Math.min(steps - 1, Math.round((1 - share) * (steps - 1))));
      later();
    };
    picture.onpointerleave = () => {
      state.back = null;
      later();
    };
    return { box, name, use, unusable, picture, numbers, words };
  }

  function span() {
    let low = -1;
    let high = 0;
    for (const { data } of [message.arrays.before, message.arrays.after]) {
      for (const v of data) if (Number.isFinite(v)) [low, high] = [Math.min(low, v), Math.max(high, v)];
    }
    return decades(low, high);
  }

  function curve(values, x, y) {
    let d = "";
    let pen = "M";
    const stride = Math.max(1, Math.floor(values.length / 400));
    for (let t = values.length - 1; t >= 1; t -= stride) {
      if (Number.isFinite(values[t])) {
        d += `${pen}${x(t).toFixed(1)},${y(values[t]).toFixed(1)}`;
        pen = "L";
      } else pen = "M";
    }
    return d;
  }

  function drawTile(tile, k, scene) {
    const { header, arrays } = message;
    const { palette, font, low, high } = scene;
    const remedy = header.remedies[k];
    const ran = remedy.cell !== null;
    tile.name.textContent = remedy.title;
    tile.use.textContent = "Use it";
    tile.use.hidden = !remedy.usable;
    tile.use.title = `Set the controls to: ${remedy.title}`;
    tile.unusable.textContent = remedy.unusable;
    tile.box.classList.toggle("idle", !ran);
    tile.words.textContent = [remedy.changed, remedy.kept].filter(Boolean).join(" ");
    const width = Math.max(200, Math.floor(tile.box.clientWidth));
    const height = Math.round(font * 6.2);
    const [x0, x1, y0, y1] = [Math.round(font * 3.1), width - Math.round(font * 0.5), Math.round(font * 0.6), height - Math.round(font * 1.4)];
    tile.room = { x0, x1 };
    const { steps } = header;
    const x = (t) => x0 + ((t - 1) / (steps - 1)) * (x1 - x0);
    const y = (v) => y1 - ((Math.max(low, Math.min(high, v)) - low) / (high - low)) * (y1 - y0);
    tile.picture.replaceChildren();
    set(tile.picture, { width, height, viewBox: `0 0 ${width} ${height}`, "font-size": font * 0.86, "font-family": scene.family });
    tile.picture.setAttribute("aria-label", `${remedy.title}: ${tile.words.textContent}`);
    for (const v of ticks(low, high, 4)) {
      svg("line", { x1: x0, x2: x1, y1: y(v), y2: y(v), stroke: palette.rule }, tile.picture);
      text(tile.picture, decadeName(v), { x: x0 - font * 0.35, y: y(v) + font * 0.3, "text-anchor": "end", fill: palette.muted });
    }
    text(tile.picture, `${steps - 1} steps back`, { x: x0, y: height - font * 0.25, fill: palette.muted });
    text(tile.picture, "loss", { x: x1, y: height - font * 0.25, "text-anchor": "end", fill: palette.muted });
    const after = part(arrays.after, k);
    const before = arrays.before.data;
    const thick = header.presenter ? 3 : 2.2;
    svg("path", { d: curve(before, x, y), fill: "none", stroke: palette.muted, "stroke-width": thick * 0.7, "stroke-dasharray": "5 3", "data-line": "before" }, tile.picture);
    if (ran) {
      const stroke = palette.cells[remedy.cell];
      svg("path", { d: curve(after, x, y), fill: "none", stroke, "stroke-width": thick, "stroke-linejoin": "round", "data-line": "after" }, tile.picture);
    }
    const reading = state.back === null ? 1 : steps - state.back;
    if (state.back !== null) {
      svg("line", { x1: x(reading), x2: x(reading), y1: y0, y2: y1, stroke: palette.muted }, tile.picture);
    }
    const own = state.back === null && ran ? 1 + steps - remedy.steps : reading; // the remedy's own first step
    const place = state.back === null ? "at step 1" : `${state.back} back`;
    const pair = (from, to) => (ran ? `${from} → ${to}` : from);
    tile.numbers.replaceChildren();
    for (const [label, value] of [[place, pair(sayPower(before[reading]), sayPower(after[own]))], ["gradient norm", pair(header.before.gradient, remedy.gradient)]]) {
      const item = element(tile.numbers, "span", "", `${label} `);
      element(item, "b", "", value);
    }
  }

  function draw() {
    queued = 0;
    if (!message || !root.isConnected || root.clientWidth === 0) return;
    const { header } = message;
    const style = getComputedStyle(root);
    const [low, high] = span();
    const palette = header.theme[isDark(root) ? "dark" : "light"];
    const scene = { palette, font: parseFloat(style.fontSize), family: style.fontFamily, low, high };
    legend.textContent = `‖dL/dh‖ relative to the last step. Dashed: the ${header.title} as it is. Solid: with the remedy.`;
    while (tiles.length < header.remedies.length) tiles.push(makeTile(tiles.length));
    tiles.forEach((tile, k) => drawTile(tile, k, scene));
    helps.scene = scene;
  }

  // All small pictures as one, with their names.
  function whole() {
    const { font, palette, family } = helps.scene;
    const boxes = tiles.map((tile) => ["width", "height"].map((name) => Number(tile.picture.getAttribute(name))));
    const [wide, tall] = [Math.max(...boxes.map(([w]) => w)), boxes[0][1] + font * 3.6];
    const rows = Math.ceil(tiles.length / 3);
    const picture = svg("svg", { width: wide * 3, height: tall * rows + font * 2, viewBox: `0 0 ${wide * 3} ${tall * rows + font * 2}`, "font-size": font, "font-family": family });
    tiles.forEach((tile, k) => {
      const [left, top] = [(k % 3) * wide, Math.floor(k / 3) * tall];
      text(picture, message.header.remedies[k].title, { x: left + font * 0.6, y: top + font * 1.3, "font-weight": 600, fill: palette.text });
      const copy = tile.picture.cloneNode(true);
      set(copy, { x: left, y: top + font * 1.6 });
      picture.append(copy);
      text(picture, tile.numbers.textContent, { x: left + font * 0.6, y: top + tall - font * 0.6, "font-size": font * 0.86, fill: palette.muted });
    });
    text(picture, legend.textContent, { x: font * 0.6, y: tall * rows + font, fill: palette.muted });
    return picture;
  }

  function table() {
    const { header, arrays } = message;
    const rows = [["steps back", `log10 relative |dL/dh| ${header.title}`, ...header.remedies.map((r) => `${r.title}: log10 relative |dL/dh|`)]];
    for (let t = header.steps; t >= 1; t--) {
      rows.push([header.steps - t, arrays.before.data[t], ...header.remedies.map((r, k) => (r.cell === null ? "" : part(arrays.after, k)[t]))]);
    }
    return rows;
  }

  for (const [label, save] of [
    ["CSV", () => saveCsv(table(), "what-helps")],
    ["PNG", () => savePng(whole(), helps.scene.palette.ground, "what-helps")],
    ["SVG", () => saveSvg(whole(), helps.scene.palette.ground, "what-helps")],
  ]) {
    element(tools, "button", "", label, `Save as ${label}`).onclick = save;
  }

  helps.receive = (bytes) => {
    if (bytes && bytes !== helps.bytes) {
      helps.bytes = bytes;
      message = openMessage(bytes);
      root.classList.toggle("presenter", message.header.presenter);
    }
    draw();
  };
  new ResizeObserver(later).observe(root);
  return helps;
}
