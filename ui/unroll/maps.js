// Values of units by steps, under the diagram and on its columns: states, gates, cell states.

import { signedScale } from "../kit/browser/axes.js";
import { legends, panel } from "../kit/browser/elements.js";
import { createHeatmap, hairlines, minuses } from "../kit/browser/heatmap.js";
import { blank, clamp, put, show, svg, text } from "../kit/browser/paint.js";
import { FILLED, reached, timeOf, veilOver } from "./timeline.js";

const TOP = 3; // px above the values

// Which maps a network has, by what its equations say of it: nothing here knows a cell by name.
export const mapsOf = (model, which) => (model.maps[which] ??= findMaps(model, which));

function findMaps(model, which) {
  const cell = model.cell(which);
  const one = { low: -1, high: 1, words: "", share: (v) => 0.5 + 0.5 * v };
  const signed = (name, title, read, scale) => ({ name, title, read, signed: true, ...scale });
  const maps = [signed("h", "Hidden state h", (row, t) => model.h(row, t), model.scaleOf("h"))];
  if (cell.memory) maps.push(signed("c", "Cell state c", (row, t) => model.c(row, t), model.scaleOf("c")));
  if (cell.gates.length < 2) return maps;
  cell.gates.forEach((gate, g) => {
    const read = (row, t) => model.gate(row, t, g);
    const title = `${gate.name[0].toUpperCase()}${gate.name.slice(1)} ${gate.shares ? "gate " : ""}${gate.letter}`;
    if (gate.shares) maps.push({ name: gate.name, title, read, low: 0, high: 1, words: "", share: (v) => v, signed: false });
    else maps.push(signed(gate.name, title, read, gate.bounded ? one : signedScale(Math.max(0, model.farthestGate(which, g)))));
  });
  return maps;
}

function createMap(host) {
  const view = panel(host, { name: "map aside-part", title: "" });
  const picture = createHeatmap(view.body);
  const legend = legends(view.aside);
  let layout = null;

  function build(model, scene, axis) {
    const { palette, font } = scene;
    const rows = model.hidden;
    const tall = Math.round(rows * clamp((font * 9) / rows, 2, font * 1.25));
    const wide = axis.pitch * model.steps;
    blank(picture.root, scene, scene.width, TOP + tall + 5);
    picture.tile().place({ left: axis.left, top: TOP, width: wide, height: tall });
    const { root } = picture;
    svg("path", { d: hairlines({ left: axis.left, top: TOP, width: wide, height: tall }, model.steps, rows), stroke: palette.ground }, root);
    const names = Array.from({ length: rows }, (_, k) => text(root, "", { x: axis.left - font * 0.6, y: TOP + ((k + 0.5) * tall) / rows + font * 0.28, "text-anchor": "end", "font-size": scene.small, fill: palette.muted }));
    const marks = svg("g", {}, root);
    const veil = svg("path", { fill: palette.surface, "data-veil": "" }, root);
    const cursor = svg("rect", { y: TOP - 1, height: tall + 2, width: Math.max(2, axis.pitch), fill: "none", stroke: palette.text, "stroke-width": 1.4, rx: 2 }, root);
    const chosen = svg("rect", { height: tall / rows, width: Math.max(3, axis.pitch), fill: "none", stroke: palette.text, "stroke-width": 2.4 }, root);
    const sight = svg("rect", { y: TOP + tall + 2, height: 2, fill: palette.roles.state, rx: 1 }, root);
    layout = { tall, rows, marks, names, veil, cursor, chosen, sight, every: Math.ceil((font * 1.1 * rows) / tall), built: axis };
  }

  function draw(model, scene, state, map, axis) {
    if (layout?.built !== axis) build(model, scene, axis);
    const scale = map.signed ? scene.signed : scene.degree(scene.palette.roles[`${map.name} gate`]);
    const key = `${scene.stamp} ${state.row} ${state.sort} ${map.name}`;
    if (key !== layout.key) {
      layout.key = key;
      view.entitle(map.title);
      const values = Array.from({ length: model.steps }, (_, n) => map.read(state.row, n + 1));
      const what = { columns: model.steps, rows: layout.rows, scale, share: (n, place) => map.share(values[n][state.order[place]]) };
      picture.tile().paint(what);
      if (map.signed) minuses(layout.marks, scene, { left: axis.left, top: TOP, width: axis.pitch * model.steps, height: layout.tall }, what);
      else layout.marks.replaceChildren();
      layout.names.forEach((name, place) => (name.textContent = place % layout.every === 0 ? `${state.order[place] + 1}` : ""));
      picture.root.setAttribute("aria-label", `${map.title}: ${model.hidden} units by ${model.steps} steps, from ${map.low} to ${map.high}`);
    }
    put(layout.veil, { d: veilOver(model, (t, clock) => reached(clock, timeOf(model, state.row, t), FILLED), state, axis, TOP, layout.tall) });
    const x = axis.left + (state.t - 1) * axis.pitch;
    put(layout.cursor, { x: (x - Math.max(0, 2 - axis.pitch) / 2).toFixed(1) });
    const unit = state.pick.kind === "unit";
    show(layout.chosen, unit);
    if (unit) put(layout.chosen, { x: x.toFixed(1), y: (TOP + (state.order.indexOf(state.pick.unit) * layout.tall) / layout.rows).toFixed(1) });
    show(layout.sight, axis.windowed);
    if (axis.windowed) put(layout.sight, { x: (axis.left + (state.from - 1) * axis.pitch).toFixed(1), width: (axis.shown * axis.pitch).toFixed(1) });
    legend(scene, [{ kind: "ramp", scale, low: map.low, high: map.high, words: map.words.slice(2) }]);
  }

  function under(model, state, axis, x, y) {
    const place = clamp(Math.floor(((y - TOP) / layout.tall) * layout.rows), 0, layout.rows - 1);
    return { t: clamp(Math.ceil((x - axis.left) / axis.pitch), 1, model.steps), unit: state.order[place] };
  }

  return { ...view, frame: picture.frame, picture: picture.picture, draw, under, map: null };
}

// All maps of a network; `made(view)` is told of each new one, to make it touchable and to give it its buttons.
export function createMaps(host, made) {
  const views = [];
  return {
    draw(model, scene, state, axis) {
      const maps = mapsOf(model, state.row);
      while (views.length < maps.length) {
        views.push(createMap(host));
        made(views.at(-1));
      }
      views.forEach((view, k) => {
        view.box.hidden = k >= maps.length;
        if (k >= maps.length) return;
        view.map = maps[k];
        view.draw(model, scene, state, maps[k], axis);
      });
    },
  };
}
