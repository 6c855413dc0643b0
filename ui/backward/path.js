// One loss on its way to one state, factor by factor: the saturation of a step, then its weights, again and again.

import { ticks } from "../kit/browser/axes.js";
import { part } from "../kit/browser/message.js";
import { blank, set, svg, text } from "../kit/browser/paint.js";
import { sayPower } from "../kit/browser/words.js";

/**
 * Every norm on the way of loss k to state t in network c, from the loss on.
 * @param {Message} message
 * @param {number} c
 * @param {number} k
 * @param {number} t
 */
export function factorsOf({ arrays }, c, k, t) {
  const arriving = part(arrays[`${c}.arriving`], k - 1);
  const inside = part(arrays[`${c}.inside`], k - 1);
  /** @type {Factor[]} */
  const way = [{ at: k, kind: "loss", log10: arriving[k], factor: 0 }];
  for (let s = k; s > t; s--) {
    way.push({ at: s - 0.5, step: s, kind: "saturation", log10: inside[s - 1], factor: inside[s - 1] - arriving[s] });
    way.push({ at: s - 1, step: s, kind: "weights", log10: arriving[s - 1], factor: arriving[s - 1] - inside[s - 1] });
  }
  return way;
}

/** @param {Message} message @param {number} c @param {number} k @param {number} t */
export function pathVerdict(message, c, k, t) {
  const way = factorsOf(message, c, k, t);
  const { title, memory } = message.header.cells[c];
  const start = `The loss at step ${k} gives the ${title}'s state there an error of ${sayPower(way[0].log10)}`;
  if (k === t) return `${start}: no step lies between them.`;
  /** @param {string} kind */
  const sum = (kind) => way.reduce((total, { kind: one, factor }) => total + (one === kind ? factor : 0), 0);
  const end = way[way.length - 1].log10;
  const what = memory ? "states h and c" : "state";
  const steps = `${k - t} step${k - t > 1 ? "s" : ""}`;
  if (!Number.isFinite(end)) return `${start}; over ${steps} nothing of it is left at step ${t}.`;
  return `${start}. Over ${steps}, saturation multiplies it by ${sayPower(sum("saturation"))} and weights by ${sayPower(sum("weights"))}: ${sayPower(end)} reaches the ${what} at step ${t}.`;
}

/** @param {Element} host */
export function createPath(host) {
  const root = svg("svg", { class: "path", role: "img" }, host);
  /** @type {Factor[]} */
  let shown = [];

  /** @param {Scene} scene @param {Message} message @param {number} c @param {[number, number]} place */
  function draw(scene, message, c, [k, t]) {
    const { width, font, palette, axis, small } = scene;
    const key = [c, k, t].join(" ");
    if (key === scene.pathFor) return;
    scene.pathFor = key;
    const way = (shown = factorsOf(message, c, k, t));
    const height = Math.round(font * 14.5);
    blank(root, scene, width, height);
    const seen = way.map(({ log10 }) => log10).filter(Number.isFinite);
    if (!seen.length) seen.push(0); // nothing finite to show: one decade, empty
    const low = Math.floor(Math.min(...seen) - 0.15);
    const high = Math.max(low + 1, Math.ceil(Math.max(...seen) + 0.05));
    const sparse = axis.pitch > font * 3;
    const top = font * (sparse ? 4.2 : 1);
    const foot = height - font * 3;
    /** @param {number} v */
    const y = (v) => foot - ((v - low) / (high - low)) * (foot - top);
    const { x } = axis;
    for (const v of ticks(low, high, 5)) {
      svg("line", { x1: axis.left, x2: axis.end, y1: y(v), y2: y(v), stroke: palette.rule }, root);
      text(root, sayPower(v), { x: axis.left - font * 0.6, y: y(v) + font * 0.3, "text-anchor": "end", "font-size": small, fill: palette.muted });
    }
    if (sparse) {
      for (const [n, kind] of ["saturation", "weights"].entries()) {
        svg("rect", { x: 2, y: font * (0.35 + 1.5 * n), width: font * 0.7, height: font * 0.7, fill: palette.roles[kind] }, root);
        text(root, kind, { x: font * 1.2, y: font * (1 + 1.5 * n), "font-size": small, fill: palette.muted });
      }
    }
    for (let s = 1; s <= message.header.steps; s++) {
      if (sparse || s === k || s === t) text(root, s === k ? `loss ${k}` : s === t ? `state ${t}` : `${s}`, { x: x(s), y: height - font * 0.55, "text-anchor": "middle", "font-size": small, fill: s === k || s === t ? palette.text : palette.muted, "font-weight": s === k || s === t ? 600 : 400 });
    }
    way.forEach((one, n) => {
      if (n === 0 || !Number.isFinite(one.log10)) return;
      const before = way[n - 1];
      const line = { x1: x(before.at), x2: x(one.at), y1: y(before.log10), y2: y(one.log10) };
      svg("line", { ...line, stroke: palette.roles[one.kind], "stroke-width": 3, "stroke-linecap": "round", "data-factor": `${one.kind} ${one.step}` }, root);
      if (sparse) {
        const row = one.kind === "saturation" ? 1 : 2.5;
        text(root, `×${sayPower(one.factor)}`, { x: x(Number(one.step) - 0.5), y: font * row, "text-anchor": "middle", "font-size": small, fill: palette.text, "data-times": `${one.kind} ${one.step}` });
      }
    });
    way.forEach((one) => {
      if (Number.isFinite(one.log10)) svg("circle", { cx: x(one.at), cy: y(one.log10), r: one.kind === "saturation" ? 2.5 : 4, fill: one.kind === "saturation" ? palette.muted : palette.roles.gradient }, root);
      const named = one.kind !== "saturation" && (sparse || one.at === k || one.at === t) && Number.isFinite(one.log10);
      if (named) text(root, sayPower(one.log10), { x: x(one.at), y: y(one.log10) + font * 1.15, "text-anchor": "middle", "font-size": small, fill: palette.roles.gradient, "data-norm": `${one.at}` });
    });
    set(root, { "aria-label": pathVerdict(message, c, k, t) });
  }

  /** The norm and factor nearest to a place on the time axis. @param {any} axis @param {any} cell @param {number} pointer */
  function wordsAt(axis, { title }, pointer) {
    const at = (pointer - axis.left) / axis.pitch + 0.5;
    const near = shown.reduce((best, one) => (Math.abs(one.at - at) < Math.abs(best.at - at) ? one : best));
    if (near.kind === "loss") return `The loss at step ${near.at} enters with ${sayPower(near.log10)}.`;
    if (Number.isNaN(near.factor)) return `Nothing of this loss comes to step ${near.step} of the ${title}.`;
    return `Step ${near.step} of the ${title}: ${near.kind} × ${sayPower(near.factor)}, which leaves ${sayPower(near.log10)}.`;
  }

  return { root, draw, wordsAt };
}
