// Every scale at once: one small map per network, steps across, recurrent scales up, colour the size of the error.

import { stepTicks } from "../kit/browser/axes.js";
import { createHeatmap } from "../kit/browser/heatmap.js";
import { blank, clamp, set, svg, text } from "../kit/browser/paint.js";

const MOST = 4; // networks

/** @param {Element} host */
export function createLandscape(host) {
  const map = createHeatmap(host, "landscape");
  let layout = null;
  let painted = "";

  function build(scene) {
    const { axis, cells, font, palette, scales, steps } = scene;
    const columns = Math.min(cells.length, Math.max(1, Math.floor((axis.end - axis.left) / (font * 15))));
    const gap = font * 1.6;
    const wide = Math.floor((axis.end - axis.left - gap * (columns - 1)) / columns);
    const tall = Math.round(font * 8);
    const pitch = tall + font * 3.6;
    blank(map.root, scene, axis.width, Math.ceil(cells.length / columns) * pitch);
    const [low, high] = [scales[0], scales[scales.length - 1]];
    const step = scales[1] - scales[0];
    const y = (top, scale) => top + tall - ((scale - low + step / 2) / (high - low + step)) * tall;
    const maps = cells.map((cell, c) => {
      const left = axis.left + (c % columns) * (wide + gap);
      const top = font * 1.5 + Math.floor(c / columns) * pitch;
      map.tile(c).place({ left, top, width: wide, height: tall });
      text(map.root, cell.title, { x: left, y: top - font * 0.4, fill: palette.cells[cell.name], "font-weight": 600 });
      const muted = { fill: palette.muted, "font-size": scene.small };
      if (c % columns === 0) {
        for (const scale of [low, 1, 2, high]) text(map.root, scale, { ...muted, x: left - font * 0.5, y: y(top, scale) + font * 0.34, "text-anchor": "end" });
      }
      for (const t of stepTicks(1, steps, (wide * (steps - 1)) / steps, scene.small)) {
        text(map.root, t, { ...muted, x: left + ((t - 0.5) / steps) * wide, y: top + tall + font * 1.1, "text-anchor": "middle" });
      }
      const line = svg("line", { x1: left, x2: left + wide, stroke: palette.text, "stroke-width": 1.5, "stroke-dasharray": "2 3" }, map.root);
      const mark = svg("circle", { r: Math.max(3, font * 0.3), fill: "none", stroke: palette.text, "stroke-width": 1.8 }, map.root);
      return { left, top, line, mark };
    });
    for (let c = cells.length; c < MOST; c++) map.tile(c).place({ left: 0, top: 0, width: 0, height: 0 });
    layout = { wide, tall, y, maps, room: `${scene.key} ${scene.shape} ${scales.length}` };
    painted = "";
  }

  function draw(scene, state) {
    map.frame.style.opacity = scene.whole ? "1" : "0.4"; // the maps of before stand until all scales have been run
    if (!scene.whole) return;
    if (`${scene.key} ${scene.shape} ${scene.scales.length}` !== layout?.room) build(scene);
    const { steps, scales, landSpan } = scene;
    if (painted !== `${scene.number}`) {
      painted = `${scene.number}`;
      scene.cells.forEach((_, c) => {
        const rows = scales.map((_, s) => scene.rows(c, scales.length - 1 - s));
        map.tile(c).paint({
          columns: steps, rows: scales.length, scale: scene.magnitude, unknown: false,
          share: (column, row) => (rows[row][column + 1] - rows[row][steps] - landSpan[0]) / (landSpan[1] - landSpan[0]),
        });
      });
    }
    for (const { left, top, line, mark } of layout.maps) {
      const y = layout.y(top, scales[scene.scale]);
      set(line, { y1: y, y2: y });
      set(mark, { cx: left + ((state.t - 0.5) / steps) * layout.wide, cy: y });
    }
    map.root.setAttribute("aria-label", `The error at every step and every recurrent scale, one map per network: ${scene.cells.map(({ title }) => title).join(", ")}`);
  }

  // Network, step and scale under a point of the picture, or null beside the maps.
  function under(scene, x, y) {
    if (!scene.whole || !layout) return null;
    const { wide, tall, maps } = layout;
    const c = maps.findIndex(({ left, top }) => x >= left && x <= left + wide && y >= top && y <= top + tall);
    if (c < 0) return null;
    const row = Math.min(scene.scales.length - 1, Math.floor(((y - maps[c].top) / tall) * scene.scales.length));
    return { c, t: clamp(Math.ceil(((x - maps[c].left) / wide) * scene.steps), 1, scene.steps), scale: scene.scales.length - 1 - row };
  }

  return { root: map.frame, draw, under, picture: map.picture };
}
