// The hidden states of the network in focus: units by steps, signed, one diverging scale centred on 0.

import { createHeatmap, minuses } from "../kit/browser/heatmap.js";
import { blank, clamp, set, svg, text } from "../kit/browser/paint.js";

const TOP = 2;

/** @param {Element} host */
export function createStates(host) {
  const map = createHeatmap(host, "states");
  let layout = null;

  function build(scene) {
    const { axis, palette, font, units } = scene;
    const tall = Math.round(clamp(units * font * 0.7, font * 2, font * 8));
    blank(map.root, scene, axis.width, TOP + tall + Math.round(font * 0.4));
    map.tile().place({ left: axis.left, top: TOP, width: Math.round(axis.end - axis.left), height: tall });
    const beside = { x: axis.left - font * 0.5, "text-anchor": "end", fill: palette.muted };
    text(map.root, "unit 1", { ...beside, y: TOP + font * 0.85 });
    if (units > 2) text(map.root, units, { ...beside, y: TOP + tall - font * 0.1 });
    const marks = svg("g", {}, map.root);
    layout = { tall, marks, cursor: svg("rect", { y: TOP, height: tall, width: Math.max(2, axis.pitch), fill: "none", stroke: palette.text, "stroke-width": 1.5 }, map.root), key: "" };
  }

  function draw(scene, state) {
    if (scene.laid || !layout) build(scene);
    const { axis, steps, units } = scene;
    const { h, colours, key, stale } = scene.states(state.focus);
    map.tile().canvas.style.opacity = stale ? "0.25" : "1";
    set(layout.marks, { opacity: stale ? 0.25 : 1 });
    set(layout.cursor, { x: axis.x(state.t) - Math.max(2, axis.pitch) / 2 });
    const wanted = `${state.focus} ${key} ${scene.dark}`;
    if (wanted === layout.key) return;
    layout.key = wanted;
    const what = { columns: steps, rows: units, scale: scene.signed, share: (column, row) => colours.share(h[(column + 1) * units + row]) };
    map.tile().paint(what);
    minuses(layout.marks, scene, { left: axis.left, top: TOP, width: Math.round(axis.end - axis.left), height: layout.tall }, what);
    map.root.setAttribute("aria-label", `Hidden states of the ${scene.cells[state.focus].title}, ${units} units by ${steps} steps`);
  }

  function say(scene, state, t, y) {
    const unit = clamp(Math.floor(((y - TOP) / layout.tall) * scene.units), 0, scene.units - 1);
    const { h, sayState } = scene.states(state.focus);
    return `Unit ${unit + 1} of the ${scene.cells[state.focus].title} at step ${t}: ${sayState(h[t * scene.units + unit])}.`;
  }

  return { root: map.frame, draw, say, picture: map.picture };
}
