// What comes out at each step: the three likeliest of a softmax, or the one value, on the diagram's columns.

import { svg, set, text } from "../shared/paint.js";
import { sayNumber } from "../shared/words.js";
import { element } from "../shared/elements.js";
import { clamp, fitting, isolated, write } from "./elements.js";
import { createLegends } from "./legends.js";
import { put, putAll, show } from "./marks.js";

const MOST = 24; // symbols with a row of their own: those that ever are likely

export function createOutputs({ heading, aside, body }) {
  const legend = createLegends(element(aside, "span", "legends"));
  const reading = element(aside, "span", "reading");
  const frame = element(body, "div", "heatmap");
  const canvas = element(frame, "canvas");
  const root = svg("svg", { role: "img" }, frame);
  let layout = null;

  const place = (k) => layout.rows.indexOf(k);

  function build(model, scene, axis) {
    root.replaceChildren();
    const { palette, font } = scene;
    const { kind, at } = model.header.output;
    const softmax = kind === "softmax";
    const peak = Array.from({ length: model.K }, (_, k) => at.reduce((most, t) => Math.max(most, model.outputs(t)[k]), 0));
    const rows = Array.from(peak.keys()).sort((a, b) => peak[b] - peak[a]).slice(0, MOST).sort((a, b) => a - b);
    const top = 3;
    const tall = softmax ? Math.round(rows.length * clamp((font * 12) / rows.length, 8, font * 1.35)) : Math.round(font * 7);
    const height = top + tall + 5;
    const wide = axis.pitch * model.steps;
    set(root, { width: scene.width, height, viewBox: `0 0 ${scene.width} ${height}`, "font-size": font * 0.82, "font-family": scene.family });
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    Object.assign(canvas, { width: Math.round(wide * ratio), height: Math.round(tall * ratio) });
    Object.assign(canvas.style, { left: `${axis.left}px`, top: `${top}px`, width: `${wide}px`, height: `${tall}px` });
    const most = softmax ? ([0.1, 0.2, 0.5].find((rung) => rung >= Math.max(...peak)) ?? 1) : 1;
    layout = { top, tall, rows, softmax, most, scale: scene.degree(palette.roles.output) };
    const end = { x: axis.left - font * 0.6, "text-anchor": "end", fill: palette.muted };
    if (softmax) {
      const every = Math.ceil((font * rows.length) / tall);
      rows.forEach((k, n) => n % every === 0 && text(root, fitting(model.header.vocabulary[k], axis.left - font, font * 0.82), { ...end, y: top + ((n + 0.5) * tall) / rows.length + font * 0.28 }));
      paint(model, scene, ratio);
    } else plot(model, scene, axis, end);
    layout.cursor = svg("rect", { y: top - 1, height: tall + 2, width: Math.max(2, axis.pitch), fill: "none", stroke: palette.text, "stroke-width": 1.4, rx: 2 }, root);
    layout.chosen = svg("rect", { height: tall / rows.length, width: Math.max(3, axis.pitch), fill: "none", stroke: palette.text, "stroke-width": 2.4 }, root);
    heading.textContent = softmax ? `Output: probability of each symbol${rows.length < model.K ? `, the ${rows.length} of ${model.K} that are ever likeliest` : ""}` : "Output";
    root.setAttribute("aria-label", `${heading.textContent}, at ${at.length} of ${model.steps} steps`);
  }

  function paint(model, scene, ratio) {
    const { rows, tall } = layout;
    const context = canvas.getContext("2d");
    const scale = layout.scale;
    context.fillStyle = scene.palette.ground;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const [wide, high] = [canvas.width / model.steps, (tall * ratio) / rows.length];
    const gap = wide > 6 && high > 6 ? 1 : 0;
    for (const t of model.header.output.at) {
      const values = model.outputs(t);
      const from = Math.round((t - 1) * wide);
      rows.forEach((k, n) => {
        context.fillStyle = scale.css(values[k] / layout.most);
        context.fillRect(from, Math.round(n * high), Math.max(1, Math.round(t * wide) - from - gap), Math.round((n + 1) * high) - Math.round(n * high) - gap);
      });
      const wanted = layout.rows.findIndex((k) => model.header.vocabulary[k] === model.target(t));
      if (wanted < 0 || wide < 4) continue; // a dot where the target is
      context.fillStyle = scene.palette.roles.gradient;
      context.beginPath();
      context.arc((t - 0.5) * wide, (wanted + 0.5) * high, Math.max(1.5, Math.min(wide, high) * 0.16), 0, 7);
      context.fill();
    }
  }

  function plot(model, scene, axis, end) {
    const { palette, font } = scene;
    const { kind, at } = model.header.output;
    const seen = at.flatMap((t) => [model.outputs(t)[0], Number(model.target(t) ?? 0)]).filter(Number.isFinite);
    const [low, high] = kind === "sigmoid" ? [0, 1] : [Math.min(0, ...seen), Math.max(0, ...seen)];
    const y = (v) => layout.top + layout.tall * (1 - (v - low) / (high - low || 1)) * 0.92 + layout.tall * 0.04;
    const x = (t) => axis.left + (t - 0.5) * axis.pitch;
    canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
    for (const v of new Set([low, 0, high])) {
      svg("line", { x1: axis.left, x2: axis.left + axis.pitch * model.steps, y1: y(v), y2: y(v), stroke: palette.rule }, root);
      text(root, sayNumber(v), { ...end, y: y(v) + font * 0.28, class: "tabular" });
    }
    const points = at.filter((t) => Number.isFinite(model.outputs(t)[0]));
    svg("path", { d: points.map((t, n) => `${n ? "L" : "M"}${x(t).toFixed(1)},${y(model.outputs(t)[0]).toFixed(1)}`).join(""), fill: "none", stroke: palette.roles.output, "stroke-width": 2 }, root);
    const r = Math.max(1.5, Math.min(4, axis.pitch * 0.3));
    for (const t of points) svg("circle", { cx: x(t), cy: y(model.outputs(t)[0]), r, fill: palette.roles.output }, root);
    for (const t of model.header.loss.at) svg("circle", { cx: x(t), cy: y(Number(model.target(t))), r, fill: "none", stroke: palette.roles.gradient, "stroke-width": 1.6 }, root);
  }

  // The likeliest at the step in focus, in words.
  function readings(model, t) {
    const values = model.outputs(t);
    if (!values) return `step ${t}: no output`;
    const softmax = model.header.output.kind === "softmax";
    const best = softmax ? model.likeliest(t, 3).map((k) => `${isolated(model.header.vocabulary[k])} ${sayNumber(values[k])}`) : [sayNumber(values[0])];
    return `step ${t}: ${best.join(", ")}`;
  }

  function draw(model, scene, state, axis) {
    const built = `${scene.key} ${axis.left} ${axis.pitch}`;
    if (built !== layout?.built) {
      build(model, scene, axis);
      layout.built = built;
    }
    legend.draw(scene, layout.softmax ? [{ kind: "scale", scale: layout.scale, low: 0, high: layout.most }] : []);
    write(reading, readings(model, state.t));
    const x = axis.left + (state.t - 1) * axis.pitch;
    put(layout.cursor, "x", (x - Math.max(0, 2 - axis.pitch) / 2).toFixed(1));
    const chosen = layout.softmax && state.pick.kind === "output" && place(state.pick.k) >= 0;
    show(layout.chosen, chosen);
    if (chosen) putAll(layout.chosen, { x: x.toFixed(1), y: (layout.top + (place(state.pick.k) * layout.tall) / layout.rows.length).toFixed(1) });
  }

  function under(model, axis, x, y) {
    const t = clamp(Math.ceil((x - axis.left) / axis.pitch), 1, model.steps);
    const row = clamp(Math.floor(((y - layout.top) / layout.tall) * layout.rows.length), 0, layout.rows.length - 1);
    return model.outputAt.has(t) ? { t, kind: "output", k: layout.softmax ? layout.rows[row] : 0 } : { t, kind: "step" };
  }

  function picture() {
    const copy = root.cloneNode(true);
    const image = svg("image", { x: parseFloat(canvas.style.left), y: layout.top, width: parseFloat(canvas.style.width), height: layout.tall, href: canvas.toDataURL(), preserveAspectRatio: "none" });
    copy.insertBefore(image, copy.firstChild);
    return copy;
  }

  return { root: frame, draw, under, picture };
}
