// The hidden states of the network in focus: units by steps, signed, one diverging scale centred on 0.

import { svg, set, text } from "../shared/paint.js";
import { sayNumber } from "../shared/words.js";

export function createHeatmap(host) {
  const frame = document.createElement("div");
  frame.className = "heatmap";
  const canvas = document.createElement("canvas");
  const root = svg("svg", { role: "img" }, null);
  frame.append(canvas, root);
  host.append(frame);
  const small = document.createElement("canvas");
  let layout = null;

  function build(scene) {
    root.replaceChildren();
    const { axis, palette, font, units } = scene;
    const top = 2;
    const tall = Math.round(Math.max(font * 2, Math.min(font * 8, units * font * 0.7)));
    const height = top + tall + Math.round(font * 0.4);
    const width = Math.round(axis.end - axis.left);
    set(root, { width: axis.width, height, viewBox: `0 0 ${axis.width} ${height}`, "font-size": font, "font-family": scene.family });
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    Object.assign(canvas, { width: width * ratio, height: tall * ratio });
    Object.assign(canvas.style, { left: `${axis.left}px`, top: `${top}px`, width: `${width}px`, height: `${tall}px` });
    Object.assign(small, { width: scene.steps, height: units });
    text(root, "unit 1", { x: axis.left - font * 0.5, y: top + font * 0.85, "text-anchor": "end", fill: palette.muted });
    if (units > 2) text(root, `${units}`, { x: axis.left - font * 0.5, y: top + tall - font * 0.1, "text-anchor": "end", fill: palette.muted });
    const cursor = svg("rect", { y: top, height: tall, width: Math.max(2, axis.pitch), fill: "none", stroke: palette.text, "stroke-width": 1.5 }, root);
    layout = { top, tall, cursor, image: new ImageData(scene.steps, units) };
  }

  function draw(scene, state) {
    if (scene.changed || !layout) build(scene);
    const { axis, steps, units, signed } = scene;
    const states = scene.states(state.focus);
    canvas.style.opacity = states.stale ? 0.25 : 1;
    set(layout.cursor, { x: axis.x(state.t) - Math.max(2, axis.pitch) / 2 });
    const key = `${state.focus} ${states.key} ${scene.dark}`;
    if (key === layout.key) return;
    layout.key = key;
    const { h } = states;
    const pixels = layout.image.data;
    for (let t = 1; t <= steps; t++) {
      for (let unit = 0; unit < units; unit++) {
        const value = h[t * units + unit];
        const to = 4 * (unit * steps + t - 1);
        const from = 3 * signed.index(0.5 + 0.5 * (value / states.extent));
        const known = value === value;
        pixels[to] = known ? signed.table[from] : 128;
        pixels[to + 1] = known ? signed.table[from + 1] : 128;
        pixels[to + 2] = known ? signed.table[from + 2] : 128;
        pixels[to + 3] = 255;
      }
    }
    small.getContext("2d").putImageData(layout.image, 0, 0);
    const context = canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, canvas.width, canvas.height);
    root.setAttribute("aria-label", `Hidden states of the ${scene.cells[state.focus].title}, ${units} units by ${steps} steps`);
  }

  function say(scene, state, t, pointerY) {
    const states = scene.states(state.focus);
    const unit = Math.max(0, Math.min(scene.units - 1, Math.floor(((pointerY - layout.top) / layout.tall) * scene.units)));
    return `Unit ${unit + 1} of the ${scene.cells[state.focus].title} at step ${t}: ${sayNumber(states.h[t * scene.units + unit])}.`;
  }

  // One SVG of its own, with the canvas inside as a picture.
  function picture() {
    const copy = root.cloneNode(true);
    const image = svg("image", { x: parseFloat(canvas.style.left), y: layout.top, width: parseFloat(canvas.style.width), height: layout.tall, href: canvas.toDataURL() });
    copy.insertBefore(image, copy.firstChild);
    return copy;
  }

  return { root: frame, draw, say, picture };
}
