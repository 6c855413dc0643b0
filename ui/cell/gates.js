// Every gate over the whole sequence: how open at each step, how often stuck, and how long each unit remembers.

import { sayNumber } from "../kit/browser/words.js";
import { ramp, set, svg, text } from "../kit/browser/paint.js";

const percent = (share) => `${sayNumber(100 * share)} %`;

export function createGates(body) {
  const root = svg("svg", { class: "gates-picture", tabindex: 0, role: "img" }, body);
  let layout = null;

  const ordered = (run, state) => (state.byMemory ? run.order : Array.from({ length: run.units }, (_, k) => k));

  // One gate as a picture of steps by units, from shut (the ground) to open (the gate's own colour).
  function heat(scene, gate, order) {
    const { run, palette } = scene;
    const node = run.byName.get(gate.node);
    const scale = ramp([palette.surface, palette.roles[node.role]]);
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: run.steps, height: run.units });
    const context = canvas.getContext("2d");
    const image = context.createImageData(run.steps, run.units);
    for (let t = 1; t <= run.steps; t++) {
      const values = run.value(gate.node, t);
      order.forEach((unit, row) => {
        const from = 3 * scale.index(values[unit]);
        image.data.set([...scale.table.subarray(from, from + 3), 255], 4 * (row * run.steps + t - 1));
      });
    }
    context.putImageData(image, 0, 0);
    return canvas.toDataURL();
  }

  function build(scene, state) {
    const { run, width, font, palette } = scene;
    const order = ordered(run, state);
    root.replaceChildren();
    const row = Math.max(2, Math.min(font * 0.85, (font * 9) / run.units));
    const tall = row * run.units;
    const [left, right] = [font * 3.6, font * 0.6];
    const narrow = width < font * 40;
    const beside = narrow ? 0 : font * 9; // room for how often each unit is stuck
    const wide = width - left - right - beside;
    const pitch = wide / run.steps;
    const rows = [];
    let y = 0;
    for (const gate of run.gates) {
      const limits = run.limits.map(sayNumber);
      const line = text(root, "", { y: y + font * 1.1, fill: palette.text });
      svg("tspan", { "font-weight": 600 }, line).textContent = `${gate.name} gate ${gate.symbol}`;
      svg("tspan", { dx: font * 0.8, fill: palette.muted }, line).textContent = `open ${gate.mean} on average`;
      const stuck = svg("tspan", narrow ? { x: 0, dy: font * 1.3, fill: palette.muted } : { dx: font * 0.8, fill: palette.muted }, line);
      stuck.textContent = `shut (< ${limits[0]}) ${gate.shut}, wide open (> ${limits[1]}) ${gate.open} of the time`;
      line.setAttribute("data-gate", gate.name);
      y += font * (narrow ? 2.9 : 1.6);
      svg("image", { x: left, y, width: wide, height: tall, preserveAspectRatio: "none", href: heat(scene, gate, order), style: "image-rendering: pixelated" }, root);
      svg("rect", { x: left, y, width: wide, height: tall, fill: "none", stroke: palette.rule }, root);
      if (!narrow) stuckBars(scene, gate, order, { x: left + wide + font * 1.2, y, width: beside - font * 1.2, row });
      const cursor = svg("rect", { y: y - 1, width: pitch, height: tall + 2, fill: "none", stroke: palette.text, "stroke-width": 1.4 }, root);
      const mark = svg("path", { fill: palette.text }, root);
      text(root, `unit ${order[0] + 1}`, { x: left - font * 0.6, y: y + Math.min(font, tall) * 0.85, "text-anchor": "end", fill: palette.muted, "font-size": scene.small });
      if (run.units > 2 && tall > font * 2.4) text(root, `${order.at(-1) + 1}`, { x: left - font * 0.6, y: y + tall - font * 0.1, "text-anchor": "end", fill: palette.muted, "font-size": scene.small });
      rows.push({ gate, y, cursor, mark });
      y += tall + font * 0.8;
    }
    const half = run.memory ? halfLives(scene, order, y, left, right, narrow) : null;
    const height = half ? half.bottom : y;
    set(root, { width, height, viewBox: `0 0 ${width} ${height}`, "font-family": scene.family, "font-size": font * 0.93 });
    layout = { key: keyOf(scene, state), left, pitch, wide, row, rows, order, half, tall };
  }

  // For each unit the share of steps with the gate shut, from the left, and wide open, from the right.
  function stuckBars({ run, palette, font, small }, gate, order, { x, y, width, row }) {
    const quiet = { fill: palette.muted, "font-size": small, y: y - font * 0.4 };
    text(root, "shut", { ...quiet, x });
    text(root, "open", { ...quiet, x: x + width, "text-anchor": "end" });
    order.forEach((unit, k) => {
      const [shut, open] = ["shut", "open"].map((what) => run.named(`${gate.name} ${what}`)[unit] * width);
      const place = { y: y + k * row + 0.5, height: Math.max(1, row - 1), "data-stuck": `${gate.name} ${unit + 1}` };
      svg("rect", { ...place, x, width, fill: palette.surface }, root);
      svg("rect", { ...place, x, width: shut, fill: palette.muted }, root);
      svg("rect", { ...place, x: x + width - open, width: open, fill: palette.roles[run.byName.get(gate.node).role] }, root);
    });
    if (order.every((unit) => ["shut", "open"].every((what) => run.named(`${gate.name} ${what}`)[unit] === 0))) {
      text(root, "never", { ...quiet, x: x + width / 2, y: y + (order.length * row) / 2 + small * 0.34, "text-anchor": "middle" });
    }
  }

  // A bar per unit: steps until half of what it holds is gone, on a logarithmic scale.
  function halfLives(scene, order, top, left, right, narrow) {
    const { run, width, font, palette } = scene;
    const lives = order.map((unit) => run.halfLife[unit]);
    const finite = [...lives, run.biasHalfLife ?? 0].filter((v) => Number.isFinite(v) && v > 0);
    const low = Math.floor(Math.log10(Math.min(0.1, ...finite)));
    const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(10, ...finite))));
    const line = text(root, "", { y: top + font * 1.1, fill: palette.text });
    svg("tspan", { "font-weight": 600 }, line).textContent = "half-life of each unit in steps, on average";
    if (run.biasHalfLife !== null) svg("tspan", { ...(narrow ? { x: 0, dy: font * 1.3 } : { dx: font * 0.8 }), fill: palette.muted }, line).textContent = `line: by the bias alone, ${sayNumber(run.biasHalfLife)}`;
    const from = top + font * (narrow ? 4.3 : 3);
    const bottom = from + font * 5.5;
    const y = (v) => bottom - ((Math.log10(v) - low) / (high - low)) * (bottom - from);
    for (let d = low; d <= high; d += Math.max(1, Math.ceil((high - low) / 4))) {
      svg("line", { x1: left, x2: width - right, y1: y(10 ** d), y2: y(10 ** d), stroke: palette.rule }, root);
      text(root, sayNumber(10 ** d), { x: left - font * 0.4, y: y(10 ** d) + font * 0.3, "text-anchor": "end", fill: palette.muted, "font-size": scene.small });
    }
    const pitch = (width - left - right) / run.units;
    if (run.biasHalfLife > 0) svg("line", { x1: left, x2: width - right, y1: y(run.biasHalfLife), y2: y(run.biasHalfLife), stroke: palette.text, "stroke-dasharray": "5 3" }, root);
    const bars = order.map((unit, k) => {
      const v = run.halfLife[unit];
      const up = v === 0 ? bottom : Number.isFinite(v) ? y(v) : from;
      const x = left + pitch * (k + 0.15);
      const bar = svg("rect", { class: "bar", "data-unit": unit + 1, x, y: up, width: pitch * 0.7, height: Math.max(1, bottom - up), fill: palette.roles[run.byName.get("kept").role], "fill-opacity": 0.85 }, root);
      if (pitch > font * 3.2) text(root, sayNumber(v), { x: x + pitch * 0.35, y: up - font * 0.35, "text-anchor": "middle", fill: palette.text, "font-size": scene.small, "paint-order": "stroke", stroke: palette.ground, "stroke-width": 4 });
      if (pitch > font * 1.5) text(root, unit + 1, { x: x + pitch * 0.35, y: bottom + font * 1.1, "text-anchor": "middle", fill: palette.muted, "font-size": scene.small });
      return { unit, bar };
    });
    return { from, bottom: bottom + font * 1.6, bars, pitch };
  }

  const keyOf = (scene, state) => [scene.key, scene.number, state.byMemory].join(" ");

  function draw(scene, state) {
    if (!layout || layout.key !== keyOf(scene, state)) build(scene, state);
    const { rows, left, pitch, row, order, half } = layout;
    const at = order.indexOf(state.unit - 1);
    for (const { y, cursor, mark } of rows) {
      set(cursor, { x: left + pitch * (state.t - 1) });
      const middle = y + row * (at + 0.5);
      set(mark, { d: `M${left - 1},${middle}l-7,-4v8z` });
    }
    for (const { unit, bar } of half?.bars ?? []) set(bar, { stroke: unit === state.unit - 1 ? scene.palette.text : "none", "stroke-width": 2 });
    root.setAttribute("aria-label", scene.run.verdict);
    root.style.display = rows.length || half ? "" : "none";
  }

  // The gate, unit and step under a place of the picture; of the bars below, the unit.
  function under(x, y, scene) {
    const { run } = scene;
    for (const one of layout.rows) {
      if (y < one.y || y >= one.y + layout.tall) continue;
      const unit = layout.order[Math.max(0, Math.min(run.units - 1, Math.floor((y - one.y) / layout.row)))];
      if (x > layout.left + layout.wide) return { gate: one.gate, unit: unit + 1, t: null };
      return { gate: one.gate, unit: unit + 1, t: Math.max(1, Math.min(run.steps, Math.ceil((x - layout.left) / layout.pitch))) };
    }
    if (!layout.half || y < layout.half.from - 20 || x < layout.left) return null;
    const k = Math.min(run.units - 1, Math.floor((x - layout.left) / layout.half.pitch));
    return { gate: null, unit: layout.order[k] + 1, t: null };
  }

  function words(place, scene) {
    const { run } = scene;
    if (!place.gate) return `Unit ${place.unit}: half of what it holds is gone after ${sayNumber(run.halfLife[place.unit - 1])} steps, on average over all steps.`;
    const { name, node } = place.gate;
    const of = (what) => percent(run.named(`${name} ${what}`)[place.unit - 1]);
    const stuck = `shut ${of("shut")} and wide open ${of("open")} of the time`;
    if (place.t === null) return `Unit ${place.unit}: the ${name} gate is ${of("mean")} open on average, ${stuck}.`;
    return `Unit ${place.unit} at step ${place.t}: the ${name} gate is at ${sayNumber(run.value(node, place.t)[place.unit - 1])}; over all steps it is ${stuck}.`;
  }

  return { root, draw, under, words };
}
