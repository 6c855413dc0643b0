// What the error is multiplied by on its way back: a factor per step, and their product from step T on.

import { svg, set, text, decadeName, ticks } from "../lab/paint.js";
import { sayNumber, sayPower } from "../lab/words.js";

const FEWEST = 2; // decades that are always seen around 1

export function sayProduct(run, steps, symbol = "x") {
  const above = run.factors.reduce((sum, factor) => sum + (Math.abs(factor) > 1), 0);
  const size = sayPower(run.product[0]);
  const parts = above ? `${above} of the ${steps} factors ${above === 1 ? "is" : "are"} above 1` : `none of the ${steps} factors is above 1`;
  return `From ${symbol}${steps < 10 ? "" : " "}at step ${steps} back to the start the error is multiplied by ${size}: ${parts}.`.replace("  ", " ");
}

export function createProduct(host, name) {
  const root = svg("svg", { role: "img", class: name }, host);
  let layout = null;

  function build(scene, width, height, steps, low, high) {
    root.replaceChildren();
    const { font, palette } = scene;
    const [left, right, top, bottom] = [font * 3.4, width - font * 0.8, font * 0.6, height - font * 2.4];
    set(root, { width, height, viewBox: `0 0 ${width} ${height}`, "font-size": font, "font-family": scene.family });
    const x = (t) => left + ((t + 0.5) / (steps + 1)) * (right - left);
    const y = (v) => bottom - ((Math.max(low - 1, Math.min(high + 1, v)) - low) / (high - low)) * (bottom - top);
    for (const v of ticks(low, high, 6)) {
      svg("line", { x1: left, x2: right, y1: y(v), y2: y(v), stroke: v === 0 ? palette.muted : palette.rule }, root);
      text(root, decadeName(v), { x: left - font * 0.4, y: y(v) + font * 0.34, "text-anchor": "end", fill: palette.muted });
    }
    for (const t of ticks(0, steps, width < 420 ? 4 : 6)) text(root, t, { x: x(t), y: bottom + font * 1.15, "text-anchor": "middle", fill: palette.muted });
    text(root, "step t", { x: (left + right) / 2, y: bottom + font * 2.1, "text-anchor": "middle", fill: palette.muted });
    const clip = svg("clipPath", { id: `${name}-clip` }, svg("defs", {}, root));
    svg("rect", { x: left, y: top, width: right - left, height: bottom - top }, clip);
    const inside = svg("g", { "clip-path": `url(#${name}-clip)` }, root);
    const bars = svg("path", { stroke: palette.roles.saturation, "stroke-width": Math.max(1.5, Math.min(font * 0.6, ((right - left) / (steps + 1)) * 0.66)), "stroke-opacity": 0.75, fill: "none", [`data-${name}`]: "factors" }, inside);
    const line = svg("path", { stroke: palette.roles.gradient, "stroke-width": scene.presenter ? 3.4 : 2.2, fill: "none", "stroke-linejoin": "round", [`data-${name}`]: "product" }, inside);
    layout = { left, right, top, bottom, x, y, bars, line, steps };
  }

  function draw(scene, run, steps, { height, said }) {
    const width = Math.max(260, Math.floor(host.clientWidth));
    const values = [...run.product, ...run.factors.map((factor) => Math.log10(Math.abs(factor)))].filter(Number.isFinite);
    const rung = (v) => [FEWEST, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096].find((r) => r >= v) ?? v;
    const low = -rung(-Math.min(0, ...values));
    const high = Math.max(...values) > 0.05 ? rung(Math.max(...values)) : 0.4;
    const room = `${scene.key} ${width} ${height} ${steps} ${low} ${high}`;
    if (layout?.room !== room) {
      build(scene, width, height, steps, low, high);
      layout.room = room;
    }
    const { x, y, bars, line } = layout;
    const column = (factor, t) => `M${x(t + 0.5).toFixed(1)},${y(0).toFixed(1)}V${y(Math.log10(Math.abs(factor))).toFixed(1)}`;
    bars.setAttribute("d", Array.from(run.factors, column).join(""));
    let d = "";
    run.product.forEach((v, t) => {
      if (!Number.isNaN(v)) d += `${d ? "L" : "M"}${x(t).toFixed(1)},${y(v).toFixed(1)}`;
    });
    line.setAttribute("d", d);
    root.setAttribute("aria-label", `Every factor and their product from step ${steps} back. ${said}`);
  }

  // The step under a point of the picture.
  const step = (px) => Math.max(0, Math.min(layout.steps, Math.round(((px - layout.left) / (layout.right - layout.left)) * (layout.steps + 1) - 0.5)));

  function say(run, steps, t) {
    const passed = t < steps ? `from step ${t + 1} to ${t} the error is multiplied by ${sayNumber(run.factors[t])}; ` : "";
    return `Step ${t}: ${passed}from step ${steps} back to here by ${sayPower(run.product[t])}.`;
  }

  return { root, draw, step, say };
}
