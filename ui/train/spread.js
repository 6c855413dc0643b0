// How the gates and weights of the followed racer are spread, over training: values up, updates across, darker where more are.

import { element } from "../kit/browser/elements.js";
import { createHeatmap, sideBySide } from "../kit/browser/heatmap.js";
import { blank, put, svg, text } from "../kit/browser/paint.js";
import { heldBy } from "./history.js";

export const WEIGHT_END = 2; // as engine/training/evaluation.py counts
const MOST = 8; // maps

/** @param {Element} host @param {Stage} stage @param {(update: number) => void} pick */
export function createSpread(host, stage, pick) {
  const grid = element(host, "div", "spread");
  const maps = Array.from({ length: MOST }, () => createHeatmap(element(grid, "div"), "spread-map"));
  let painted = "";
  let columns = 1;
  let cursors = /** @type {any[]} */ ([]);
  let across = /** @type {any} */ (null);
  maps.forEach(({ root }) => {
    root.addEventListener("click", (event) => {
      if (!across) return;
      const box = root.getBoundingClientRect();
      pick(Math.round(((event.clientX - box.left - across.left) / across.wide) * across.total));
    });
  });

  function paint(scene) {
    const { header, history, palette, font, small } = scene;
    const { gates, cell } = header.racers[scene.focus];
    const racer = history.racers[scene.focus];
    const what = [
      ...gates.map((gate, row) => ({ title: gate.label, low: gate.low, high: 1, of: "gates", row, colour: palette.roles[gate.role] ?? palette.cells[cell] })),
      ...["input weights U", "recurrent weights W"].map((title, row) => ({ title, low: -WEIGHT_END, high: WEIGHT_END, of: "weights", row, colour: palette.roles.weights })),
    ];
    columns = Math.max(1, Math.min(what.length, 3, Math.floor(scene.width / (font * 17))));
    grid.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
    const width = Math.floor((scene.width - font * 1.6 * (columns - 1)) / columns);
    const [left, right, top, tall] = [font * 2.2, font * 0.4, font * 1.6, font * 6.4];
    const wide = width - left - right;
    const bins = Math.max(60, Math.min(400, Math.floor(wide / 2)));
    across = { left, wide, total: header.total };
    cursors = [];
    maps.forEach((map, k) => {
      const one = what[k];
      /** @type {HTMLElement} */ (map.frame.parentElement).hidden = !one;
      if (!one) return;
      blank(map.root, scene, width, top + tall + font * 0.5);
      text(map.root, one.title, { x: left, y: font * 1.1, fill: palette.text, "font-weight": 600, "font-size": small });
      const muted = { x: left - font * 0.4, "text-anchor": "end", "font-size": small, fill: palette.muted };
      for (const [value, y] of [[one.high, top + small * 0.8], [one.low, top + tall]]) text(map.root, String(value).replace("-", "−"), { ...muted, y });
      const cursor = svg("line", { y1: top, y2: top + tall, stroke: palette.text, "stroke-width": 1.2 }, map.root);
      const veil = svg("rect", { y: top, height: tall, fill: palette.ground, "fill-opacity": 0.72 }, map.root);
      cursors.push({ cursor, veil });
      map.root.setAttribute("aria-label", `${one.title}: how its values are spread over training`);
      // Each column is the last evaluation up to its updates.
      const held = racer.evals.map((found) => ({ update: found.update, block: heldBy(found, one.of) })).filter(({ block }) => block);
      const rows = held[0]?.block?.shape[1] ?? 1;
      let at = -1;
      const of = Array.from({ length: bins }, (_, c) => {
        const end = ((c + 1) / bins) * header.total;
        while (at + 1 < held.length && held[at + 1].update <= end) at += 1;
        if (at < 0 || (c / bins) * header.total > history.known) return null;
        const data = held[at].block?.data.subarray(one.row * rows, (one.row + 1) * rows);
        return data ? { data, most: data.reduce((sum, v) => Math.max(sum, v), 1e-9) } : null;
      });
      map.tile().place({ left, top, width: wide, height: tall });
      map.tile().canvas.style.background = palette.surface;
      map.tile().paint({ columns: bins, rows, scale: scene.degree(one.colour), unknown: false, share: (c, row) => (of[c] ? Math.sqrt(of[c].data[rows - 1 - row] / of[c].most) : NaN) });
    });
  }

  /** @param {any} scene */
  function draw(scene) {
    const { history, header } = scene;
    const evals = history.racers[scene.focus].evals.length;
    const wanted = `${scene.key} ${scene.number} ${scene.focus} ${evals} ${Math.floor(history.known / Math.max(1, header.total / 200))}`;
    if (wanted !== painted) paint(scene);
    painted = wanted;
    const x = across.left + (scene.at / across.total) * across.wide;
    for (const { cursor, veil } of cursors) {
      put(cursor, { x1: x, x2: x });
      put(veil, { x, width: Math.max(0, across.left + across.wide - x) });
    }
  }

  return { draw, picture: (scene) => sideBySide(maps.slice(0, cursors.length).map((map) => map.picture()), scene, columns) };
}
