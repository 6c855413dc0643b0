// Values of units by steps, under the diagram and on its columns: states, gates, cell states. One canvas each.

import { svg, set, text } from "../shared/paint.js";
import { clamp } from "./elements.js";
import { put, putAll, show } from "./marks.js";
import { panel } from "./stage.js";

// Which maps a network has, by what its equations say of it: nothing here knows a cell by name.
export function mapsOf(model) {
  const { cell } = model.header;
  const signed = (name, title, read, extent) => ({ name, title, read, low: -extent, high: extent, signed: true });
  const maps = [signed("h", "Hidden state h", (row, t) => model.h(row, t), model.extent("h"))];
  if (cell.memory) maps.push(signed("c", "Cell state c", (row, t) => model.c(row, t), model.extent("c")));
  if (cell.gates.length < 2) return maps;
  cell.gates.forEach((gate, g) => {
    const read = (row, t) => model.gate(row, t, g);
    const title = `${gate.name[0].toUpperCase()}${gate.name.slice(1)} ${gate.activation === "sigmoid" ? "gate " : ""}${gate.letter}`;
    if (gate.activation === "sigmoid") maps.push({ name: gate.name, title, read, low: 0, high: 1, signed: false });
    else maps.push(signed(gate.name, title, read, 1));
  });
  return maps;
}

function createMap(host) {
  const { box, heading, aside, tools, body } = panel(host, "map", "");
  const frame = document.createElement("div");
  frame.className = "heatmap";
  const canvas = document.createElement("canvas");
  const root = svg("svg", { role: "img" });
  frame.append(canvas, root);
  body.append(frame);
  const small = document.createElement("canvas");
  let layout = null;

  function build(model, scene, axis) {
    root.replaceChildren();
    const { palette, font } = scene;
    const rows = model.hidden;
    const tall = Math.round(rows * clamp((font * 9) / rows, 2, font * 1.25));
    const top = 3;
    const height = top + tall + 5;
    const wide = axis.pitch * model.steps;
    set(root, { width: scene.width, height, viewBox: `0 0 ${scene.width} ${height}`, "font-size": font * 0.82, "font-family": scene.family });
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    Object.assign(canvas, { width: Math.round(wide * ratio), height: Math.round(tall * ratio) });
    Object.assign(canvas.style, { left: `${axis.left}px`, top: `${top}px`, width: `${wide}px`, height: `${tall}px` });
    Object.assign(small, { width: model.steps, height: rows });
    const names = Array.from({ length: rows }, (_, k) => text(root, "", { x: axis.left - font * 0.6, y: top + ((k + 0.5) * tall) / rows + font * 0.28, "text-anchor": "end", fill: palette.muted, class: "tabular" }));
    const cursor = svg("rect", { y: top - 1, height: tall + 2, width: Math.max(2, axis.pitch), fill: "none", stroke: palette.text, "stroke-width": 1.4, rx: 2 }, root);
    const chosen = svg("rect", { height: tall / rows, width: Math.max(3, axis.pitch), fill: "none", stroke: palette.text, "stroke-width": 2.4 }, root);
    const sight = svg("rect", { y: top + tall + 2, height: 2, fill: palette.roles.state, rx: 1 }, root);
    layout = { top, tall, rows, names, cursor, chosen, sight, image: new ImageData(model.steps, rows), every: Math.ceil((font * 1.1 * rows) / tall) };
  }

  function paint(model, state, map, scale, palette) {
    const pixels = layout.image.data;
    const unknown = scale.index(0);
    for (let t = 1; t <= model.steps; t++) {
      const values = map.read(state.row, t);
      for (let place = 0; place < layout.rows; place++) {
        const value = values[state.order[place]];
        const at = 3 * (value === value ? scale.index((value - map.low) / (map.high - map.low)) : unknown);
        const to = 4 * (place * model.steps + t - 1);
        for (let j = 0; j < 3; j++) pixels[to + j] = scale.table[at + j];
        pixels[to + 3] = value === value ? 255 : 60;
      }
    }
    small.getContext("2d").putImageData(layout.image, 0, 0);
    const context = canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(small, 0, 0, canvas.width, canvas.height);
    if (canvas.height / layout.rows < 8 || canvas.width / model.steps < 8) return;
    context.fillStyle = palette.ground; // hairlines between cells that are large enough
    for (let k = 1; k < layout.rows; k++) context.fillRect(0, Math.round((k * canvas.height) / layout.rows), canvas.width, 1);
    for (let t = 1; t < model.steps; t++) context.fillRect(Math.round((t * canvas.width) / model.steps), 0, 1, canvas.height);
  }

  function draw(model, scene, state, map, axis) {
    const built = `${scene.key} ${axis.left} ${axis.pitch}`;
    if (built !== layout?.built) {
      build(model, scene, axis);
      layout.built = built;
    }
    const scale = map.signed ? scene.signed : scene.degree(scene.palette.roles[`${map.name} gate`]);
    const key = `${built} ${state.row} ${state.sort} ${map.name}`;
    if (key !== layout.key) {
      layout.key = key;
      if (heading.textContent !== map.title) heading.textContent = map.title;
      paint(model, state, map, scale, scene.palette);
      layout.names.forEach((name, place) => (name.textContent = place % layout.every === 0 ? `${state.order[place] + 1}` : ""));
      root.setAttribute("aria-label", `${map.title}: ${model.hidden} units by ${model.steps} steps, from ${map.low} to ${map.high}`);
    }
    const x = axis.left + (state.t - 1) * axis.pitch;
    put(layout.cursor, "x", (x - Math.max(0, 2 - axis.pitch) / 2).toFixed(1));
    const unit = state.pick.kind === "unit";
    show(layout.chosen, unit);
    if (unit) putAll(layout.chosen, { x: x.toFixed(1), y: (layout.top + (state.order.indexOf(state.pick.unit) * layout.tall) / layout.rows).toFixed(1) });
    show(layout.sight, axis.windowed);
    if (axis.windowed) putAll(layout.sight, { x: (axis.left + (state.from - 1) * axis.pitch).toFixed(1), width: (axis.shown * axis.pitch).toFixed(1) });
    return scale;
  }

  function under(model, state, axis, x, y) {
    const place = clamp(Math.floor(((y - layout.top) / layout.tall) * layout.rows), 0, layout.rows - 1);
    return { t: clamp(Math.ceil((x - axis.left) / axis.pitch), 1, model.steps), unit: state.order[place] };
  }

  // One SVG of its own, with the canvas inside as a picture.
  function picture() {
    const copy = root.cloneNode(true);
    const image = svg("image", { x: parseFloat(canvas.style.left), y: layout.top, width: parseFloat(canvas.style.width), height: layout.tall, href: canvas.toDataURL(), preserveAspectRatio: "none" });
    copy.insertBefore(image, copy.firstChild);
    return copy;
  }

  return { box, root, frame, aside, tools, draw, under, picture, map: null };
}

// All maps of a network; `made(view)` is told of each new one, to make it touchable and to give it its buttons.
export function createHeatmaps(host, made) {
  const views = [];
  return {
    views,
    draw(model, scene, state, axis, legend) {
      const maps = mapsOf(model);
      while (views.length < maps.length) {
        views.push(createMap(host));
        made(views.at(-1));
      }
      views.forEach((view, k) => {
        view.box.hidden = k >= maps.length;
        if (k >= maps.length) return;
        view.map = maps[k];
        legend(view, view.draw(model, scene, state, maps[k], axis));
      });
    },
  };
}
