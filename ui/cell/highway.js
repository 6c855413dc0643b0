// The highway: at every step what of the memory is kept, forgotten and newly written.

import { stepTicks } from "../kit/browser/axes.js";
import { sayNumber, shortened, visible } from "../kit/browser/words.js";
import { blank, set, svg, text } from "../kit/browser/paint.js";

const PARTS = [["kept", "kept"], ["written", "written"], ["forget gate", "forgotten"]];
// The colour of a part: of the quantity on the circuit that it is, or of what forgets.
const colourOf = ({ run, palette }, part) => palette.roles[run.byName.get(part)?.role ?? part];
const TALL = 9; // of the picture, in lines of type

// Which colour is what, for the panel's head.
/** @returns {Legend[]} */
export const partsOf = (scene) => PARTS.map(([part, words]) => ({ kind: "bar", colour: colourOf(scene, part), words }));

export function createHighway(host) {
  const root = svg("svg", { class: "highway-picture", tabindex: 0, role: "img" }, host);
  let layout = null;

  // Sums over all units, of absolute values; of one unit the numbers themselves.
  /** @returns {any} */
  function sums(run, t, unit) {
    const of = (name) => run.memory[name](t);
    if (unit) return Object.fromEntries(["before", "kept", "forgotten", "written", "after"].map((name) => [name, of(name)[unit - 1]]));
    const total = (name) => of(name).reduce((sum, v) => sum + Math.abs(v), 0);
    return { before: total("before"), kept: total("kept"), forgotten: total("forgotten"), written: total("written"), after: total("after") };
  }

  // Bars of one step as [role, from, to]: kept, then written on top, then what was forgotten as an outline.
  function bars({ before, kept, forgotten, written, after }, unit) {
    if (unit) return [["kept", 0, kept], ["written", kept, after], ["forget gate", kept, before]];
    return [["kept", 0, kept], ["written", kept, kept + written], ["forget gate", 0, -forgotten]];
  }

  function build(scene, state) {
    const { run, width, font, palette } = scene;
    const unit = state.single ? state.unit : 0;
    const steps = Array.from({ length: run.steps }, (_, k) => bars(sums(run, k + 1, unit), unit));
    let [low, high] = [0, 0];
    for (const ends of steps.flat()) for (const v of ends.slice(1)) [low, high] = [Math.min(low, v), Math.max(high, v)];
    if (!(high - low > 0)) [low, high] = [-1, 1];
    const tall = font * TALL;
    const [left, right, top, bottom] = [font * 3.6, font * 0.6, font * 0.5, tall - font * 1.5];
    const pitch = (width - left - right) / run.steps;
    const y = (v) => bottom - ((v - low) / (high - low)) * (bottom - top);
    blank(root, scene, width, tall);
    set(root, { "font-size": scene.small });
    const cursor = svg("rect", { y: top - 2, height: bottom - top + 4, width: Math.max(3, pitch), fill: palette.surface, stroke: pitch < 6 ? palette.text : palette.rule }, root);
    const apart = (v) => v === 0 || Math.abs(y(v) - y(0)) > scene.small * 1.2;
    const marks = low < 0 && high > 0 ? [low, 0, high].filter(apart) : [low, high];
    for (const v of marks) {
      svg("line", { x1: left, x2: width - right, y1: y(v), y2: y(v), stroke: palette.rule }, root);
      text(root, sayNumber(v), { x: left - font * 0.4, y: y(v) + font * 0.3, "text-anchor": "end", fill: palette.muted });
    }
    const wide = Math.max(1, pitch * (unit ? 0.7 : 0.64));
    steps.forEach((step, k) => {
      const x = left + pitch * k + (pitch - wide) / 2;
      const group = svg("g", { "data-step": k + 1 }, root);
      for (const [role, from, to] of step) {
        if (!Number.isFinite(from) || !Number.isFinite(to)) continue;
        const outline = unit && role === "forget gate";
        const inset = outline ? Math.min(2, wide / 4) : 0;
        const [a, b] = [y(Math.max(from, to)), y(Math.min(from, to))];
        svg("rect", { class: "bar", "data-part": role, x: x + inset, y: a, width: Math.max(1, wide - 2 * inset), height: Math.max(0, b - a), fill: colourOf(scene, role), "fill-opacity": outline ? 0 : 0.85, stroke: outline ? colourOf(scene, role) : "none", "stroke-width": 1.4, "stroke-dasharray": outline ? "3 2" : "none" }, group);
      }
    });
    const [named, over] = [pitch > font * 2.4, { y: tall - font * 0.35, "text-anchor": "middle", fill: palette.muted }];
    const numbers = new Set(named ? steps.map((_, k) => k + 1) : stepTicks(1, run.steps, pitch * (run.steps - 1), scene.small));
    for (const t of numbers) text(root, named && run.symbolOf(t) ? shortened(visible(run.labels[t - 1]), Math.floor((pitch / font) * 1.6)) : t, { ...over, x: Math.min(left + pitch * (t - 0.5), width - `${t}`.length * scene.small * 0.31) });
    layout = { cursor, left, pitch, key: keyOf(scene, state) };
  }

  const keyOf = (scene, state) => [scene.key, scene.number, state.single ? state.unit : 0].join(" ");

  function draw(scene, state) {
    if (!layout || layout.key !== keyOf(scene, state)) build(scene, state);
    set(layout.cursor, { x: layout.left + layout.pitch * (state.t - 1) });
    root.setAttribute("aria-label", `${words(scene, state, state.t)}`);
  }

  function words(scene, state, t) {
    const unit = state.single ? state.unit : 0;
    const { before, kept, forgotten, written, after } = sums(scene.run, t, unit);
    const whose = unit ? `unit ${unit}` : "all units";
    return `Step ${t}, ${whose}: ${sayNumber(before)} before; kept ${sayNumber(kept)}, forgotten ${sayNumber(forgotten)}, written ${sayNumber(written)}; ${sayNumber(after)} after.`;
  }

  const step = (x, scene) => Math.max(1, Math.min(scene.run.steps, Math.ceil((x - layout.left) / layout.pitch)));
  return { root, draw, words, step };
}
