// The race over its updates: lanes under each other on one time axis. The consequence (loss, accuracy) above, the cause
// below: the size of the gradient at each timestep, and of all of it, with what clipping leaves.

import { markName, stepTicks } from "../kit/browser/axes.js";
import { createHeatmap } from "../kit/browser/heatmap.js";
import { blank, clamp, put, set, svg, text } from "../kit/browser/paint.js";
import { fitting, sayNumber } from "../kit/browser/words.js";
import { columnOf, solvedAt } from "./history.js";
import { beyond, drawAxes, drawFlags, drawLevels, scaled } from "./levels.js";

const DEEPEST = 8; // decades of a map that colours tell apart
const HIGHEST = 3; // what explodes beyond 1e3 has the end's colour: the rest stays to be seen
const STEEPEST = 4; // log10 of a norm, and
const WORST = 3; // decades of a loss above chance: what explodes leaves the lane
const RUNGS = [0, 1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 30, 40, 60, 100, 300]; // decades at which an axis may end
const MARK = 0.42; // of the size of type: a row of marks
const LETTER = 0.76; // of the width that `fitting` reckons with: so wide are names
const SMALLEST = 0.55; // of its usual height, before a lane is left out
const rung = (v) => Math.sign(v) * (RUNGS.find((r) => r >= Math.abs(v) - 1e-9) ?? Math.ceil(Math.abs(v)));
const down = (v) => (v < 0 ? rung(v) : -Math.max(0, ...RUNGS.filter((r) => r <= v)) * -1);

/** The decades of a map's colours, the same for all racers. */
export function mapSpan({ spans }) {
  const [low, high] = spans.map ?? [-2, 0];
  const top = Math.min(HIGHEST, Math.ceil(high - 1e-9));
  return [Math.max(Math.min(down(Math.floor(low)), top - 2), top - DEEPEST), top];
}

/** @param {Element} host @param {Stage} stage */
export function createLanes(host, stage) {
  const map = createHeatmap(host, "lanes");
  const { root } = map;
  let layout = /** @type {any} */ (null);
  let painted = "";

  function build(scene) {
    const { font, palette, width, small, header } = scene;
    const { racers, total, goal } = header;
    const left = Math.round(font * (scene.narrow ? 3.4 : 4.4));
    const right = Math.round(font * (scene.narrow ? 7.2 : 9));
    const gap = Math.round(font * 1.75);
    const wants = { loss: 8.4, accuracy: 3.4, map: 4.1, norm: 4.6 };
    const want = (name) => font * wants[name.replace(/\d/, "")];
    const marked = Math.round(font * MARK * racers.length);
    const gapOf = (name) => (/map[1-9]/.test(name) ? Math.round(font * 0.5) : gap) + (name === "norm" ? marked : 0);
    const measured = (/** @type {string[]} */ names) => [names.reduce((sum, name) => sum + gapOf(name), 0) + font * 1.7, names.reduce((sum, name) => sum + want(name), 0)];
    // Where there is no room, as on a projector, what says least goes first.
    const every = ["loss", ...(header.accuracy ? ["accuracy"] : []), ...racers.map((_, k) => `map${k}`), "norm"];
    const room = stage.tallFor(map.frame, measured(every)[0] + measured(every)[1], 0);
    const parts = [every, every.filter((name) => name !== "accuracy"), every.filter((name) => name !== "accuracy" && name !== "norm")].find((names) => room >= measured(names)[0] + SMALLEST * measured(names)[1]) ?? ["loss", "map0"].concat(every.filter((name) => /map[1-9]/.test(name)));
    const [fixed, usual] = measured(parts);
    const tall = Math.round(Math.max(Math.min(room, fixed + usual), fixed + usual * SMALLEST * 0.7));
    const scale = (tall - fixed) / usual;
    blank(root, scene, width, tall);
    const x = (update) => left + (update / total) * (width - left - right);
    const lanes = {};
    let y = 0;
    for (const name of parts) {
      y += gapOf(name);
      lanes[name] = { top: y, bottom: (y += Math.round(want(name) * scale)) };
    }
    const end = width - right;
    const bottom = y;
    const muted = { fill: palette.muted, "font-size": small };
    const grid = svg("g", {}, root);
    const over = svg("g", { "pointer-events": "none" }); // words, over the veil
    const titled = (name, words) => text(over, words, { ...muted, x: left, y: lanes[name].top - font * (0.45 + (name === "norm" ? MARK * racers.length : 0)), "data-lane": name });
    titled("loss", scene.narrow ? "loss" : `loss: pale of each batch, strong on fresh sequences`);
    if (lanes.accuracy) titled("accuracy", scene.narrow ? "right answers" : "right answers on fresh sequences");
    racers.forEach((racer, k) => {
      const { top, bottom: below } = lanes[`map${k}`];
      const aligned = header.heard ? "; below the rule the encoder’s, to its end" : header.uneven ? ", counted from each sequence’s start, of those that reach it" : "";
      if (!k) titled("map0", scene.narrow ? `gradient at each timestep${header.heard ? "; below the rule: encoder" : header.uneven ? ", from each start" : ""}` : `size of the gradient at each timestep, ‖dL/dh‖${aligned}: the cause`);
      const colour = palette.cells[racer.cell];
      const middle = (top + below) / 2;
      const named = [racer.title, racer.short].find((one) => fitting(one, right - font * 0.7, small * LETTER) === one) ?? fitting(racer.short, right - font * 0.7, small * LETTER);
      const dashed = racer.dash !== "none";
      if (dashed) svg("line", { x1: end + font * 0.7, x2: end + font * 2.6, y1: middle - small * 0.6, y2: middle - small * 0.6, stroke: colour, "stroke-width": 2.2, "stroke-dasharray": racer.dash, "data-named": k }, root);
      text(root, named, { x: end + font * 0.7, y: middle + small * (dashed ? 0.7 : 0.34), fill: colour, "font-weight": 600, "font-size": small, "data-map": k });
      const beside = { ...muted, x: left - font * 0.5, "text-anchor": "end" };
      text(root, header.steps - header.heard, { ...beside, y: top + small * 0.8 });
      text(root, header.heard ? "enc." : 1, { ...beside, y: below });
      const rule = below - ((below - top) * header.heard) / header.steps;
      if (header.heard) svg("line", { x1: left, x2: end, y1: rule, y2: rule, stroke: palette.text, "stroke-width": 1.4, "data-handover": k }, over);
      if (below - top > font * 3.4) text(root, "step t", { ...muted, x: left - font * 0.5, y: (top + below) / 2 + small * 0.34, "text-anchor": "end" });
      map.tile(k).place({ left, top, width: end - left, height: below - top });
      Object.assign(map.tile(k).canvas.style, { display: "", background: palette.surface });
    });
    for (let k = racers.length; k < 4; k++) map.tile(k).canvas.style.display = "none";
    if (lanes.norm) titled("norm", scene.narrow ? "size of the whole gradient" : "size of the whole gradient; dashed: where it is clipped, marks: updates that were");
    const clip = svg("clipPath", { id: "lanes" }, svg("defs", {}, root));
    for (const { top, bottom } of Object.values(lanes)) svg("rect", { x: left - 1, y: top - font * MARK * racers.length, width: end - left + 2, height: bottom - top + 4 + font * MARK * racers.length }, clip);
    const plot = svg("g", { "clip-path": "url(#lanes)", fill: "none", "stroke-linejoin": "round" }, root);
    const limits = svg("g", {}, over);
    const thick = scene.presenter ? 3.4 : 2.2;
    const lines = racers.map((racer, k) => {
      const stroke = palette.cells[racer.cell];
      const line = (name, more = {}) => svg("path", { stroke, "data-line": `${name}${k}`, ...more }, plot);
      return {
        batch: line("batch", { "stroke-width": 1, "stroke-opacity": 0.38 }),
        loss: line("loss", { "stroke-width": thick, "stroke-dasharray": racer.dash }),
        accuracy: line("accuracy", { "stroke-width": thick, "stroke-dasharray": racer.dash }),
        norm: line("norm", { "stroke-width": Math.max(1.2, thick * 0.6), "stroke-dasharray": racer.dash }),
        clipped: line("clipped", { "stroke-width": 1.4 }),
        off: line("off", { stroke: "none", fill: stroke }),
        stopped: svg("path", { stroke, "stroke-width": thick, fill: "none", "data-line": `stopped${k}` }, root),
        solved: svg("circle", { r: font * 0.34, fill: palette.ground, stroke, "stroke-width": thick }, root),
      };
    });
    const veil = svg("rect", { y: 0, height: bottom + 2, fill: palette.ground, "fill-opacity": 0.72, "pointer-events": "none", class: "veil" }, root);
    root.append(over);
    const cursor = svg("line", { y1: lanes.loss.top, y2: bottom, stroke: palette.text, "stroke-width": 1.2, "pointer-events": "none", class: "cursor" }, root);
    const flags = svg("g", { "pointer-events": "none", class: "flags" }, root);
    const names = svg("g", { "pointer-events": "none", class: "names" }, root);
    const ticks = svg("g", {}, root);
    for (const t of stepTicks(0, total, end - left, small)) text(ticks, t, { ...muted, x: x(t), y: bottom + font * 1.2, "text-anchor": "middle" });
    text(ticks, "update", { ...muted, x: left - font * 0.7, y: bottom + font * 1.2, "text-anchor": "end" });
    layout = { left, right: end, bottom, x, lanes, grid, lines, veil, cursor, flags, names, limits, plot, tall, goal, size: font * 0.3, key: roomOf(scene), grids: "", flagged: "" };
    painted = "";
  }

  const roomOf = (scene) => `${scene.key} ${scene.number} ${scene.hidden}`;

  /** Where a racer has reached the goal. */
  function mark({ header, at }, racer, circle, y) {
    const solved = solvedAt(racer, header.goal, at);
    const lane = header.goal.measure === "loss" || !layout.lanes.accuracy ? "loss" : "accuracy";
    const found = solved === null ? null : racer.evals.find(({ update }) => update === solved);
    put(circle, found ? { cx: layout.x(solved), cy: lane === "loss" ? y.loss(Math.log10(found.loss)) : y.accuracy(found.accuracy), visibility: "visible" } : { visibility: "hidden" });
  }

  /** A cross where a racer stopped, on its curve and in its map. */
  function stop({ history, header, font }, racer, k, y) {
    if (!racer.stopped || racer.end > history.known) return "";
    const { lanes, x } = layout;
    const at = x(racer.end);
    const size = font * 0.34;
    const last = Math.log10(racer.loss.subarray(0, racer.end).findLast(Number.isFinite) ?? header.chance.loss);
    const map = lanes[`map${k}`];
    const places = [clamp(y.loss(last), lanes.loss.top + size, lanes.loss.bottom - size), ...(map ? [(map.top + map.bottom) / 2] : [])];
    return places.map((level) => `M${(at - size).toFixed(1)},${(level - size).toFixed(1)}l${2 * size},${2 * size}m0,${-2 * size}l${-2 * size},${2 * size}`).join("");
  }

  /** A line through values over updates, at most one upright stroke for each pixel. */
  function stroke(values, known, y, log) {
    const { x, left, right } = layout;
    const per = Math.max(1, Math.floor(values.length / (right - left)));
    let d = "";
    let pen = "M";
    for (let k = 0; k < known; k += per) {
      let [low, high] = [Infinity, -Infinity];
      for (let j = k; j < Math.min(known, k + per); j++) {
        const v = log ? Math.log10(values[j]) : values[j];
        if (v < low) low = v;
        if (v > high) high = v;
      }
      if (!Number.isFinite(low) || !Number.isFinite(high)) {
        pen = "M";
        continue;
      }
      const at = x(k + 1).toFixed(1);
      d += `${pen}${at},${y(high).toFixed(1)}${high > low ? `V${y(low).toFixed(1)}` : ""}`;
      pen = "L";
    }
    return d;
  }

  const joined = (points) => points.map(([x, y], k) => `${k ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`).join("");

  function curves(scene, spans) {
    const { history } = scene;
    const { lanes, lines, x } = layout;
    const y = { loss: scaled(lanes.loss, spans.loss), norm: lanes.norm && scaled(lanes.norm, spans.norm), accuracy: lanes.accuracy && scaled(lanes.accuracy, [0, 1]) };
    const wanted = `${scene.number} ${history.number} ${layout.grids}`;
    history.racers.forEach((racer, k) => {
      const line = lines[k];
      mark(scene, racer, line.solved, y);
      if (wanted === layout.curves) return;
      const known = Math.min(history.known, racer.end);
      const seen = racer.evals.filter(({ update }) => update <= history.known);
      set(line.batch, { d: stroke(racer.loss, known, y.loss, true) });
      set(line.off, { d: beyond(layout, lanes.loss, racer.loss.map(Math.log10), known, spans.loss[1]) + (lanes.norm ? beyond(layout, lanes.norm, racer.norm, known, spans.norm[1]) : "") });
      set(line.stopped, { d: stop(scene, racer, k, y) });
      set(line.loss, { d: joined(seen.filter(({ loss }) => loss > 0 && Number.isFinite(loss)).map(({ update, loss }) => [x(update), y.loss(Math.log10(loss))])) });
      if (lanes.accuracy) set(line.accuracy, { d: joined(seen.filter(({ accuracy }) => accuracy !== null).map(({ update, accuracy }) => [x(update), y.accuracy(accuracy)])) });
      if (lanes.norm) {
        set(line.norm, { d: stroke(racer.norm, known, y.norm, false) });
        const per = Math.max(1, Math.floor(history.total / (layout.right - layout.left)));
        const high = lanes.norm.top - scene.font * MARK * (history.racers.length - k);
        let d = "";
        for (let u = 0; u < known; u += per) if (racer.clip.subarray(u, u + per).some((share) => share < 0)) d += `M${x(u + 1).toFixed(1)},${high.toFixed(1)}v${(scene.font * 0.32).toFixed(1)}`;
        set(line.clipped, { d });
      }
    });
    layout.curves = wanted;
    return y;
  }

  /** Each racer's name and value, beside the lanes, where its curve stands at the moment. */
  function tips(scene, y, spans) {
    const { header, palette, small, font, shown } = scene;
    const { lanes, names, right } = layout;
    const wanted = `${scene.key} ${layout.grids} ${shown.map((one) => one?.update)}`;
    if (wanted === layout.named) return;
    layout.named = wanted;
    names.replaceChildren();
    for (const lane of ["loss", ...(lanes.accuracy ? ["accuracy"] : [])]) {
      const { top, bottom } = lanes[lane];
      const apart = small * 1.15;
      const ends = header.racers
        .map((racer, k) => ({ racer, value: shown[k]?.[lane] ?? null }))
        .filter(({ value }) => value !== null && Number.isFinite(value))
        .map(({ racer, value }) => ({ racer, value, at: clamp(lane === "loss" ? y.loss(Math.log10(value)) : y.accuracy(value), top + small * 0.4, bottom - small * 0.3) }))
        .sort((one, other) => one.at - other.at);
      for (let k = 1; k < ends.length; k++) ends[k].at = Math.max(ends[k].at, ends[k - 1].at + apart);
      for (let k = ends.length - 1, most = bottom + small * 0.4; k >= 0; k--, most -= apart) ends[k].at = Math.min(ends[k].at, most);
      for (const { racer, value, at } of ends) {
        const said = lane === "loss" ? sayNumber(value) : `${markName(Math.round(1000 * value) / 10)} %`;
        const far = lane === "loss" && Math.log10(value) > spans.loss[1] ? "↑ " : ""; // beyond the axis
        const words = fitting(`${far}${said}${scene.narrow ? " " : "  "}${racer.short}`, right - font * 0.7, small * LETTER);
        text(names, words, { x: right + font * 0.7, y: at + small * 0.34, "font-size": small, fill: palette.cells[racer.cell], "font-weight": 600 });
      }
    }
  }

  function paint(scene, span) {
    const { history, header } = scene;
    const wanted = `${scene.number} ${history.number} ${span} ${scene.key}`;
    if (wanted === painted) return;
    painted = wanted;
    const { steps, columns } = history;
    header.racers.forEach((_, k) => {
      const racer = history.racers[k];
      const from = new Int32Array(columns).fill(-1); // the column that stands for each: itself, or the last before it
      const last = history.known ? columnOf(history, Math.min(history.known, racer.end) - 1) : -1;
      for (let c = 0, seen = -1; c <= last; c++) from[c] = seen = racer.filled[c] ? c : seen;
      map.tile(k).paint({
        columns, rows: steps, scale: scene.magnitude, unknown: false,
        share: (column, row) => (from[column] < 0 ? NaN : shareOf(racer.map[from[column] * steps + steps - 1 - row], span)),
      });
    });
  }

  /** Exactly 0 is the end of the scale; what is not a number is not drawn. */
  const shareOf = (v, [low, high]) => (v === -Infinity ? 0 : (v - low) / (high - low));

  /** @param {any} scene */
  function draw(scene) {
    if (layout?.key !== roomOf(scene)) build(scene);
    const { history, header, at } = scene;
    const [lossLow, lossHigh] = history.spans.loss ?? [-1, 0];
    const aims = [Math.log10(header.chance.loss), ...(header.goal.measure === "loss" ? [Math.log10(header.goal.threshold)] : [])];
    const [normLow, normHigh] = history.spans.norm ?? [-1, 1];
    const spans = { loss: ends(Math.min(lossLow, ...aims), Math.min(Math.max(lossHigh, ...aims), aims[0] + WORST), 0.5), norm: ends(Math.min(normLow, STEEPEST - 1), Math.min(normHigh, STEEPEST), 1) };
    const wanted = JSON.stringify([spans, header.changes]);
    if (wanted !== layout.grids) {
      drawLevels(scene, layout, spans, drawAxes(scene, layout, spans));
    }
    layout.grids = wanted;
    const y = curves(scene, spans);
    paint(scene, mapSpan(history));
    drawFlags(scene, layout);
    tips(scene, y, spans);
    const { x } = layout;
    put(layout.veil, { x: x(at), width: Math.max(0, x(history.known) - x(at)) });
    put(layout.cursor, { x1: x(at), x2: x(at) });
    put(root, { "aria-label": scene.description });
  }

  /** Ends of a log axis on fixed rungs, so that it stands still while values move within them. */
  const ends = (low, high, step) => /** @type {[number, number]} */ ([Math.floor((low - 0.05) / step) * step, Math.ceil((high + 0.05) / step) * step]);

  return {
    root, draw, picture: map.picture,
    place: () => layout && [layout.left, layout.right],
    update: (px) => clamp(Math.round(((px - layout.left) / (layout.right - layout.left)) * layoutTotal()), 0, layoutTotal()),
    /** The lane under a point, and the timestep where that is a map. */
    under(scene, py) {
      const name = Object.keys(layout.lanes).find((one) => py >= layout.lanes[one].top && py <= layout.lanes[one].bottom);
      if (!name?.startsWith("map")) return { name: name ?? "" };
      const { top, bottom } = layout.lanes[name];
      const steps = scene.history.steps;
      return { name: "map", racer: Number(name.slice(3)), t: clamp(steps - Math.floor(((py - top) / (bottom - top)) * steps), 1, steps) };
    },
  };

  function layoutTotal() {
    return stage.message?.header.total ?? 1;
  }
}
