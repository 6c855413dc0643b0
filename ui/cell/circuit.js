// The circuit as SVG: it knows boxes, strips, wires and values, and no kind of cell.

import { sayNumber, shortened } from "../kit/browser/words.js";
import { set, svg, text } from "../kit/browser/paint.js";
import { norm, sayScaled } from "./run.js";
import { literal, setSymbols } from "./symbols.js";

const MOST = 64; // cells in a strip; a longer vector shows the largest of each group
const DECADES = 4; // of gradient norm between the thinnest and the thickest wire
const LONGEST = 9; // characters of an own word that fit into a box

function rounded(points) {
  const bend = 8;
  let d = `M${points[0]}`;
  for (let k = 1; k < points.length - 1; k++) {
    const [before, at, after] = [points[k - 1], points[k], points[k + 1]];
    const near = (to) => {
      const [dx, dy] = [to[0] - at[0], to[1] - at[1]];
      const length = Math.hypot(dx, dy) || 1;
      const share = Math.min(bend, length / 2) / length;
      return [at[0] + dx * share, at[1] + dy * share];
    };
    d += `L${near(before)}Q${at} ${near(after)}`;
  }
  return `${d}L${points.at(-1)}`;
}

// A triangle whose tip is at `tip`, coming from `from`.
function head(tip, from, size) {
  const length = Math.hypot(tip[0] - from[0], tip[1] - from[1]) || 1;
  const [ux, uy] = [(tip[0] - from[0]) / length, (tip[1] - from[1]) / length];
  const [bx, by] = [tip[0] - ux * size * 1.5, tip[1] - uy * size * 1.5];
  return `M${tip}L${bx - uy * size},${by + ux * size}L${bx + uy * size},${by - ux * size}Z`;
}

// Words with what follows an underscore set low, into an empty line of text.
function symbols(line, words) {
  let low = false;
  setSymbols(words, (piece, lowered) => {
    const span = svg("tspan", lowered ? { dy: 3, "font-size": "78%" } : low ? { dy: -3 } : {}, line);
    span.textContent = piece;
    low = lowered;
  });
  return line;
}

// What a node holds: name and number, or where they have no room the number alone.
function fill(line, words, node) {
  symbols(line, words);
  const said = words.split(" = ")[1];
  if (!said || line.getComputedTextLength() <= (node.round ? node.words[2] * 1.3 : node.box[2] - 3)) return;
  line.replaceChildren();
  symbols(line, said);
}

export function createCircuit(host) {
  const root = svg("svg", { class: "circuit", tabindex: 0, role: "application", "aria-roledescription": "circuit" }, host);
  let parts = null;

  // `top`: where it begins at the earliest, below the words of its box.
  function strip(parent, node, size, scene, top = -Infinity) {
    const [x, from, width, whole] = node.strip;
    const y = Math.max(from, top);
    const height = whole - (y - from);
    const count = Math.min(size, MOST);
    const group = svg("g", { "data-strip": node.name }, parent);
    svg("rect", { x, y, width, height, fill: scene.palette.surface }, group);
    const cells = Array.from({ length: count }, (_, k) => svg("rect", { class: "cell", x: x + (k * width) / count, y, width: width / count + (k < count - 1 ? 0.3 : 0), height }, group));
    const frame = svg("rect", { x, y, width, height, fill: "none", "stroke-width": 1 }, group);
    const mark = size === scene.run.units ? svg("rect", { y: y - 1, width: Math.max(2, width / count), height: height + 2, fill: "none", stroke: scene.palette.text, "stroke-width": 1.4 }, group) : null;
    return { cells, frame, mark, x, y, width, height, count, size };
  }

  function buildNode(node, scene) {
    const [x, y, w, h] = node.box;
    const { palette, type } = scene;
    const group = svg("g", { class: "node", "data-node": node.name }, root);
    const shape = svg("rect", { x, y, width: w, height: h, rx: node.round ? w / 2 : 6, "stroke-width": 1.4 }, group);
    const middle = { x: x + w / 2, "text-anchor": "middle" };
    let words;
    let top = -Infinity;
    if (node.round) {
      text(group, node.glyph, { ...middle, y: y + h / 2 + (node.glyph.length > 1 ? 4.5 : 6), "font-size": node.glyph.length > 1 ? 12 : 18, fill: palette.text });
      const [left, topOf, width, height] = node.words;
      words = svg("text", { x: left + width / 2, y: node.words[1] > node.strip[1] ? topOf + type * 0.95 : topOf + height - 4, "text-anchor": "middle", "font-size": type, fill: palette.text, class: "over" }, group);
    } else {
      text(group, node.label, { ...middle, y: y + type * 1.05, "font-size": type, fill: palette.muted });
      words = svg("text", { ...middle, y: y + type * 2.2, "font-size": type, fill: palette.text }, group);
      top = y + type * 2.2 + 5;
    }
    const made = { node, group, shape, words, strip: strip(group, node, scene.run.sizeOf(node.name), scene, top) };
    const areas = node.round ? [node.box, node.words, node.strip] : [node.box];
    for (const [ax, ay, aw, ah] of areas) svg("rect", { x: ax - 3, y: ay - 1, width: aw + 6, height: ah + 2, "fill-opacity": 0, "data-quantity": node.name }, group);
    return made;
  }

  function build(scene) {
    const { run, palette } = scene;
    root.replaceChildren();
    const [width, height] = run.size;
    set(root, { viewBox: `0 0 ${width} ${height}`, "font-family": scene.family, "font-size": 13 });
    const wires = run.wires.map((wire, k) => {
      const group = svg("g", { "data-wire": `${wire.source}>${wire.target}`, class: "wire" }, root);
      const d = rounded(wire.points);
      const line = svg("path", { d, fill: "none", "stroke-linecap": "butt" }, group);
      const marching = svg("path", { d, fill: "none", class: "marching", stroke: palette.ground, "stroke-width": 2, "stroke-dasharray": "4 9" }, group);
      const tip = svg("path", {}, group);
      svg("path", { d, fill: "none", stroke: palette.ground, "stroke-opacity": 0, "stroke-width": 13, "data-quantity": `wire ${k}` }, group);
      return { wire, group, line, marching, tip };
    });
    parts = { wires, nodes: run.nodes.map((node) => buildNode(node, scene)), type: scene.type };
  }

  // The value that a cell of a strip stands for.
  function grouped(values, k, { count, size }) {
    if (count === size) return values[k];
    let largest = 0;
    for (let j = Math.floor((k * size) / count); j < Math.floor(((k + 1) * size) / count); j++) if (Math.abs(values[j]) > Math.abs(largest)) largest = values[j];
    return largest;
  }

  // How much of a vector flows, 0 to 1: by its root mean square forward, by the decades of its norm backward.
  function strength(scene, values, node) {
    const size = norm(values);
    if (scene.backward) return size > 0 ? Math.max(0, Math.min(1, 1 + Math.log10(size / scene.largest) / DECADES)) : 0;
    return Math.min(1, size / Math.sqrt(values.length) / (node.unit ? 1 : scene.run.extent));
  }

  function drawWire({ wire, group, line, marching, tip }, scene, state) {
    const { run, palette } = scene;
    const { backward, whole, rank, t } = state;
    const own = run.byName.get(backward ? wire.source : wire.target).rank;
    const on = whole || (backward ? own >= rank : own <= rank);
    const now = !whole && own === rank;
    const source = run.byName.get(wire.source);
    const u = on ? strength(scene, backward ? run.sent(wire, t) : run.value(wire.source, t), source) : 0;
    const colour = on ? (backward ? palette.roles.gradient : palette.roles[source.role]) : palette.rule;
    const width = on ? 1.2 + 4.3 * u : 1.2;
    const chosen = state.quantity === `${wire.source}>${wire.target}`;
    const opacity = on && !chosen ? 0.35 + 0.65 * u : 1;
    set(line, { stroke: colour, "stroke-width": (chosen ? Math.max(width, 4) : width).toFixed(2), "stroke-opacity": opacity.toFixed(2) });
    const [to, from] = backward ? [wire.points[0], wire.points[1]] : [wire.points.at(-1), wire.points.at(-2)];
    set(tip, { d: head(to, from, 3 + width * 0.5), fill: colour, "fill-opacity": opacity.toFixed(2) });
    marching.setAttribute("class", now ? `marching now${backward ? " back" : ""}` : "marching");
    group.classList.toggle("dim", Boolean(scene.focused && !scene.focused.has(`${wire.source}>${wire.target}`)));
  }

  function drawStrip(cells, node, values, on, scene) {
    const { run, palette, signed } = scene;
    const bars = node.unit && !scene.backward;
    const paint = (v) => signed.css(scene.backward ? 0.5 + (0.5 * v) / scene.largestEntry : run.colours.share(v));
    cells.cells.forEach((cell, k) => {
      const v = on ? grouped(values, k, cells) : 0;
      const tall = bars ? Math.max(0, Math.min(1, v)) * cells.height : cells.height;
      const fill = !on ? palette.surface : Number.isNaN(v) ? palette.muted : bars ? palette.roles[node.role] : paint(v);
      if (cell.fill !== fill) cell.setAttribute("fill", (cell.fill = fill)); // most of a drawing stays as it is
      if (cell.tall === tall) return;
      cell.tall = tall;
      set(cell, { y: (cells.y + cells.height - tall).toFixed(2), height: tall.toFixed(2) });
    });
  }

  function drawNode({ node, group, shape, words, strip: cells }, scene, state) {
    const { run, palette } = scene;
    const { backward, whole, rank, t, unit } = state;
    const on = whole || (backward ? node.rank >= rank : node.rank <= rank);
    const here = !whole && node.rank === rank;
    const own = palette.roles[node.role];
    const values = backward ? run.gradient(node.name, t) : run.value(node.name, t);
    drawStrip(cells, node, values, on, scene);
    const symbol = node.symbol;
    let said = "";
    if (node.size === "D") said = literal(shortened(run.symbolOf(t), LONGEST));
    else if (on) said = backward ? sayScaled(values[unit - 1], run.power(t)) : sayNumber(values[unit - 1]);
    const line = backward && node.size !== "D" ? (on ? said : symbol) : !said ? symbol : node.size === "D" ? `${symbol}  ${said}` : `${symbol} = ${said}`;
    if (words.dataset.line !== line) {
      words.dataset.line = line;
      words.replaceChildren();
      fill(words, line, node);
    }
    set(words, { fill: on ? palette.text : palette.muted });
    set(cells.frame, { stroke: on ? (backward ? palette.roles.gradient : own) : palette.rule });
    if (cells.mark) set(cells.mark, { x: cells.x + (Math.min(unit - 1, cells.count - 1) * cells.width) / cells.count, visibility: on ? "visible" : "hidden" });
    const chosen = state.quantity === node.name;
    set(shape, { fill: palette.ground, stroke: on ? (here && backward ? palette.roles.gradient : own) : palette.rule, "stroke-width": chosen ? 3.2 : here ? 2.6 : 1.4 });
    group.classList.toggle("dim", Boolean(scene.focused && !scene.focused.has(node.name)));
  }

  function draw(scene, state) {
    if (scene.changed || scene.fresh || parts?.type !== scene.type) build(scene);
    for (const wire of parts.wires) drawWire(wire, scene, state);
    for (const node of parts.nodes) drawNode(node, scene, state);
    root.setAttribute("aria-label", scene.spoken);
  }

  // What lies under the pointer: a node's name or a wire, and the unit whose cell of a strip it is.
  function under(event, run) {
    const quantity = event.target.closest?.("[data-quantity]")?.dataset.quantity;
    if (!quantity) return null;
    if (quantity.startsWith("wire ")) {
      const wire = run.wires[Number(quantity.slice(5))];
      return { quantity: `${wire.source}>${wire.target}`, unit: null };
    }
    const { strip: cells } = parts.nodes.find(({ node }) => node.name === quantity);
    const box = root.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * run.size[0];
    const y = ((event.clientY - box.top) / box.height) * run.size[1];
    const inside = cells.mark && x >= cells.x && x < cells.x + cells.width && y >= cells.y - 2 && y <= cells.y + cells.height + 2;
    return { quantity, unit: inside ? 1 + Math.floor(((x - cells.x) / cells.width) * cells.size) : null };
  }

  return { root, draw, under };
}
