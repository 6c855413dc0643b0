// What comes out at each step: the three likeliest of a softmax, or the one value, on the diagram's columns.

import { element, legends, write } from "../kit/browser/elements.js";
import { signedScale } from "../kit/browser/axes.js";
import { sizeOf10 } from "../kit/browser/far.js";
import { createHeatmap, hairlines } from "../kit/browser/heatmap.js";
import { blank, clamp, put, show, svg, text } from "../kit/browser/paint.js";
import { fitting, isolated, sayNumber } from "../kit/browser/words.js";
import { SAID, reached, timeOfOutput, veilOver } from "./timeline.js";

const MOST = 24; // symbols with a row of their own: those that ever are likely
const TOP = 3; // px above the values

export function createOutputs({ entitle, heading, aside, body }) {
  const legend = legends(element(aside, "span", "legends"));
  const reading = element(aside, "span", "quiet-words");
  const picture = createHeatmap(body);
  const { root } = picture;
  let layout = null;

  const place = (k) => layout.rows.indexOf(k);

  function build(model, scene, axis) {
    const { palette, font } = scene;
    const { kind, at } = model.header.output;
    const softmax = kind === "softmax";
    const peak = Array.from({ length: model.K }, (_, k) => at.reduce((most, t) => Math.max(most, model.outputs(t)[k]), 0));
    const rows = Array.from(peak.keys()).sort((a, b) => peak[b] - peak[a]).slice(0, MOST).sort((a, b) => a - b);
    const tall = softmax ? Math.round(rows.length * clamp((font * 12) / rows.length, 8, font * 1.35)) : Math.round(font * 7);
    const wide = axis.pitch * model.steps;
    blank(root, scene, scene.width, TOP + tall + 5);
    picture.tile().place({ left: axis.left, top: TOP, width: wide, height: tall });
    picture.tile().canvas.hidden = !softmax;
    const most = softmax ? ([0.1, 0.2, 0.5].find((rung) => rung >= Math.max(...peak)) ?? 1) : 1;
    layout = { tall, rows, softmax, most, scale: scene.degree(palette.roles.output), built: axis };
    const end = { x: axis.left - font * 0.6, "text-anchor": "end", "font-size": scene.small, fill: palette.muted };
    if (softmax) {
      const every = Math.ceil((font * rows.length) / tall);
      rows.forEach((k, n) => n % every === 0 && text(root, fitting(model.header.vocabulary[k], axis.left - font, scene.small), { ...end, y: TOP + ((n + 0.5) * tall) / rows.length + font * 0.28 }));
      paint(model, scene, axis);
    } else plot(model, scene, axis, end);
    layout.veil = svg("path", { fill: softmax ? palette.surface : palette.ground, "data-veil": "" }, root);
    layout.cursor = svg("rect", { y: TOP - 1, height: tall + 2, width: Math.max(2, axis.pitch), fill: "none", stroke: palette.text, "stroke-width": 1.4, rx: 2 }, root);
    layout.chosen = svg("rect", { height: tall / rows.length, width: Math.max(3, axis.pitch), fill: "none", stroke: palette.text, "stroke-width": 2.4 }, root);
    entitle(softmax ? `Output: probability of each symbol${rows.length < model.K ? `, the ${rows.length} of ${model.K} that are ever likeliest` : ""}` : `Output${layout.words}`);
    root.setAttribute("aria-label", `${heading.textContent}, at ${at.length} of ${model.steps} steps`);
  }

  function paint(model, scene, axis) {
    const { rows, tall, most } = layout;
    const values = Array.from({ length: model.steps }, (_, n) => model.outputs(n + 1));
    picture.tile().paint({ columns: model.steps, rows: rows.length, scale: layout.scale, unknown: false, share: (n, row) => (values[n] ? values[n][rows[row]] / most : NaN) });
    const high = tall / rows.length;
    svg("path", { d: hairlines({ left: axis.left, top: TOP, width: axis.pitch * model.steps, height: tall }, model.steps, rows.length), stroke: scene.palette.ground }, root);
    if (axis.pitch < 4) return;
    for (const t of model.header.output.at) {
      const wanted = rows.findIndex((k) => model.header.vocabulary[k] === model.target(t));
      if (wanted >= 0) svg("circle", { cx: axis.left + (t - 0.5) * axis.pitch, cy: TOP + (wanted + 0.5) * high, r: Math.max(1.5, Math.min(axis.pitch, high) * 0.16), fill: scene.palette.roles.gradient }, root); // where the target is
    }
  }

  function plot(model, scene, axis, end) {
    const { palette, font } = scene;
    const { kind, at } = model.header.output;
    const seen = at.flatMap((t) => [model.outputs(t)[0], Number(model.target(t) ?? 0)]).filter((v) => !Number.isNaN(Number(v)));
    const colours = signedScale(Math.max(-1, ...seen.map(sizeOf10)));
    const { share } = colours;
    const ends = kind === "sigmoid" ? [0, 1] : [0, ...seen].sort((a, b) => share(a) - share(b));
    const [low, high] = [ends[0], ends[ends.length - 1]];
    const y = (v) => TOP + layout.tall * (1 - (share(v) - share(low)) / (share(high) - share(low) || 1)) * 0.92 + layout.tall * 0.04;
    layout.words = colours.words;
    const x = (t) => axis.left + (t - 0.5) * axis.pitch;
    for (const v of new Map([high, low, 0].map((end) => [share(end), end])).values()) {
      svg("line", { x1: axis.left, x2: axis.left + axis.pitch * model.steps, y1: y(v), y2: y(v), stroke: palette.rule }, root);
      text(root, sayNumber(v), { ...end, y: y(v) + font * 0.28 });
    }
    const points = at.filter((t) => !Number.isNaN(Number(model.outputs(t)[0])));
    svg("path", { d: points.map((t, n) => `${n ? "L" : "M"}${x(t).toFixed(1)},${y(model.outputs(t)[0]).toFixed(1)}`).join(""), fill: "none", stroke: palette.roles.output, "stroke-width": 2 }, root);
    const r = Math.max(1.5, Math.min(4, axis.pitch * 0.3));
    for (const t of points) svg("circle", { cx: x(t), cy: y(model.outputs(t)[0]), r, fill: palette.roles.output }, root);
    for (const t of model.header.loss.at) svg("circle", { cx: x(t), cy: y(Number(model.target(t))), r, fill: "none", stroke: palette.roles.gradient, "stroke-width": 1.6 }, root);
  }

  // The likeliest at the step in focus, in words.
  function readings(model, t) {
    const values = model.outputs(t);
    const when = `step ${model.ownStep(t)}${model.parts.length > 1 ? ` of the ${model.partAt(t).name}` : ""}`;
    if (!values) return `${when}: no output`;
    const softmax = model.header.output.kind === "softmax";
    const best = softmax ? model.likeliest(t, 3).map((k) => `${isolated(model.header.vocabulary[k])} ${sayNumber(values[k])}`) : [sayNumber(values[0])];
    return `${when}: ${best.join(", ")}`;
  }

  function draw(model, scene, state, axis) {
    if (layout?.built !== axis) build(model, scene, axis);
    legend(scene, layout.softmax ? [{ kind: "ramp", scale: layout.scale, low: 0, high: layout.most }] : []);
    const known = (t, clock) => reached(clock, timeOfOutput(model, t), SAID);
    write(reading, known(state.t, state.clock) ? readings(model, state.t) : "");
    put(layout.veil, { d: veilOver(model, known, state, axis, TOP - 2, layout.tall + 4) });
    const x = axis.left + (state.t - 1) * axis.pitch;
    put(layout.cursor, { x: (x - Math.max(0, 2 - axis.pitch) / 2).toFixed(1) });
    const chosen = layout.softmax && state.pick.kind === "output" && place(state.pick.k) >= 0;
    show(layout.chosen, chosen);
    if (chosen) put(layout.chosen, { x: x.toFixed(1), y: (TOP + (place(state.pick.k) * layout.tall) / layout.rows.length).toFixed(1) });
  }

  function under(model, axis, x, y) {
    const t = clamp(Math.ceil((x - axis.left) / axis.pitch), 1, model.steps);
    const row = clamp(Math.floor(((y - TOP) / layout.tall) * layout.rows.length), 0, layout.rows.length - 1);
    return model.outputAt.has(t) ? { t, kind: "output", k: layout.softmax ? layout.rows[row] : 0 } : { t, kind: "step" };
  }

  return { frame: picture.frame, picture: picture.picture, draw, under };
}
