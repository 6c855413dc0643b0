// Every scale at once: one small map per network, steps across, recurrent scales up, colour the size of the error.

import { svg, set, text, ticks } from "../shared/paint.js";

const DECADES = 16; // what lies farther from 1 has the end's colour

// The decades that all maps share: of all scales, so that a drag does not move them.
export function landscapeSpan(arrays, cells, runs, steps) {
  let low = 0;
  let high = 0;
  const { data } = arrays.dh;
  for (let row = 0; row < cells * runs; row++) {
    const base = row * (steps + 1);
    for (let t = 1; t <= steps; t++) {
      const v = data[base + t] - data[base + steps];
      if (v < low && v > -Infinity) low = v;
      if (v > high && v < Infinity) high = v;
    }
  }
  return [Math.max(-DECADES, Math.min(-1, Math.floor(low))), Math.min(DECADES, Math.ceil(high))];
}

export function createLandscape(host) {
  const frame = document.createElement("div");
  frame.className = "landscape";
  host.append(frame);
  const root = svg("svg", { role: "img" });
  let maps = [];
  let layout = null;
  let painted = 0;

  function build(scene) {
    frame.replaceChildren(root);
    root.replaceChildren();
    const { axis, cells, font, palette, scales } = scene;
    const columns = axis.width < 560 ? 1 : cells.length;
    const gap = font * 1.2;
    const wide = (axis.end - axis.left - gap * (columns - 1)) / columns;
    const tall = Math.round(font * 9);
    const pitch = tall + font * 3.6;
    const height = Math.ceil(cells.length / columns) * pitch;
    set(root, { width: axis.width, height, viewBox: `0 0 ${axis.width} ${height}`, "font-size": font, "font-family": scene.family });
    const [low, high] = [scales[0], scales.at(-1)];
    const step = scales[1] - scales[0];
    const y = (top, scale) => top + tall - ((scale - low + step / 2) / (high - low + step)) * tall;
    maps = cells.map((cell, c) => {
      const left = axis.left + (c % columns) * (wide + gap);
      const top = font * 1.5 + Math.floor(c / columns) * pitch;
      const canvas = document.createElement("canvas");
      Object.assign(canvas, { width: scene.steps, height: scales.length });
      Object.assign(canvas.style, { left: `${left}px`, top: `${top}px`, width: `${wide}px`, height: `${tall}px` });
      frame.insertBefore(canvas, root);
      text(root, cell.title, { x: left, y: top - font * 0.4, fill: palette.cells[cell.name], "font-weight": 600 });
      if (c % columns === 0) {
        for (const scale of [low, 1, 2, high]) text(root, scale, { x: left - font * 0.5, y: y(top, scale) + font * 0.34, "text-anchor": "end", fill: palette.muted });
      }
      for (const t of [1, ...ticks(2, scene.steps, 4)]) {
        text(root, t, { x: left + ((t - 0.5) / scene.steps) * wide, y: top + tall + font * 1.1, "text-anchor": "middle", fill: palette.muted });
      }
      const line = svg("line", { x1: left, x2: left + wide, stroke: palette.text, "stroke-width": 1.5, "stroke-dasharray": "2 3" }, root);
      const mark = svg("circle", { r: Math.max(3, font * 0.3), fill: "none", stroke: palette.text, "stroke-width": 1.8 }, root);
      return { canvas, left, top, line, mark };
    });
    layout = { wide, tall, y };
    painted = 0;
  }

  function draw(scene, state) {
    frame.style.opacity = scene.whole ? 1 : 0.4; // the maps of before stand until all scales have been run
    if (!scene.whole) return;
    const room = `${scene.key} ${scene.scales.length}`;
    if (room !== layout?.room) {
      build(scene);
      layout.room = room;
    }
    const { steps, scales, landSpan, magnitude } = scene;
    if (painted !== scene.data) {
      painted = scene.data;
      scene.cells.forEach((cell, c) => {
        const context = maps[c].canvas.getContext("2d");
        const image = context.createImageData(steps, scales.length);
        for (let s = 0; s < cell.rows.length; s++) {
          const row = scales.length - 1 - scene.from - s;
          const dh = cell.rows[s];
          for (let t = 1; t <= steps; t++) {
            const value = dh[t] - dh[steps];
            const to = 4 * (row * steps + t - 1);
            const from = 3 * magnitude.index((value - landSpan[0]) / (landSpan[1] - landSpan[0]));
            image.data.set(magnitude.table.subarray(from, from + 3), to);
            image.data[to + 3] = value === value ? 255 : 0;
          }
        }
        context.putImageData(image, 0, 0);
      });
    }
    for (const { left, top, line, mark } of maps) {
      const y = layout.y(top, scales[state.scale]);
      set(line, { y1: y, y2: y });
      set(mark, { cx: left + ((state.t - 0.5) / steps) * layout.wide, cy: y });
    }
    root.setAttribute("aria-label", `The error at every step and every recurrent scale, one map per network: ${scene.cells.map((cell) => cell.title).join(", ")}`);
  }

  // Network, step and scale under a point of the picture, or null beside the maps.
  function under(scene, x, y) {
    if (!scene.whole) return null;
    const c = maps.findIndex(({ left, top }) => x >= left && x <= left + layout.wide && y >= top && y <= top + layout.tall);
    if (c < 0) return null;
    const { left, top } = maps[c];
    const row = Math.min(scene.scales.length - 1, Math.floor(((y - top) / layout.tall) * scene.scales.length));
    return { c, t: Math.max(1, Math.min(scene.steps, Math.ceil(((x - left) / layout.wide) * scene.steps))), scale: scene.scales.length - 1 - row };
  }

  function picture() {
    const copy = root.cloneNode(true);
    for (const { canvas, left, top } of maps) {
      const big = document.createElement("canvas");
      Object.assign(big, { width: layout.wide * 2, height: layout.tall * 2 });
      const context = big.getContext("2d");
      context.imageSmoothingEnabled = false;
      context.drawImage(canvas, 0, 0, big.width, big.height);
      copy.insertBefore(svg("image", { x: left, y: top, width: layout.wide, height: layout.tall, href: big.toDataURL() }), copy.firstChild);
    }
    return copy;
  }

  return { root: frame, draw, under, picture };
}
