// What the error is multiplied by on its way back: a factor per step, and their product from step T on.

import { decades, factorSpan, factorTicks, logAxis, stepAxis } from "../kit/browser/axes.js";
import { blank, clamp, svg, text } from "../kit/browser/paint.js";
import { sayNumber, sayPower } from "../kit/browser/words.js";
import { logistic, logisticSlope } from "./unit.js";


export function sayProduct(run, steps) {
  const above = run.factors.reduce((sum, factor) => sum + (Math.abs(factor) > 1), 0);
  const size = sayPower(run.product[0]);
  const parts = above === steps ? `all ${steps} factors are above 1` : above ? `${above} of the ${steps} factors ${above === 1 ? "is" : "are"} above 1` : `none of the ${steps} factors is above 1`;
  return `From step ${steps} back to the start the error is multiplied by ${size}: ${parts}.`;
}

// dE/db is the sum of dE/dx over the steps, and dE/dx at a step its value at step T times the product from there.
export function saySum({ x }, { steps, target }, [, dw, db]) {
  const entering = 2 * (logistic(x[steps]) - target) * logisticSlope(x[steps]);
  return `Times dE/dx = ${sayNumber(entering)} at step ${steps} and summed over the steps it is dE/db = ${sayNumber(db)}; each weighted by σ(x) before it, dE/dw = ${sayNumber(dw)}.`;
}

export function createProduct(host, name) {
  const root = svg("svg", { role: "img", class: name }, host);
  let layout = null;

  function build(scene, width, height, steps, spans) {
    const { font, palette } = scene;
    const [left, right, foot] = [font * 3.4, width - font * 0.8, height - font * 2.4];
    const over = { top: font * 1.5, bottom: font * 1.5 + (foot - font * 1.5) * 0.32 }; // each factor
    const under = { top: over.bottom + font * 1.9, bottom: foot }; // their product
    blank(root, scene, width, height);
    const x = (t) => left + ((t + 0.5) / (steps + 1)) * (right - left);
    const [factor, y] = [over, under].map((place, k) => {
      const [low, high] = spans[k];
      const words = k ? {} : { of: factorTicks, say: sayPower };
      const at = logAxis(svg("g", {}, root), scene, { left, right, ...place, low, high, strong: 0, ...words });
      return (v) => at(clamp(v, low - k, high + k)); // a product of 0 leaves the picture, a factor of 0 fills it
    });
    text(root, "each factor", { x: left, y: over.top - font * 0.5, fill: palette.muted, "font-size": font * 0.9 });
    text(root, `their product from step ${steps} back`, { x: left, y: under.top - font * 0.5, fill: palette.muted, "font-size": font * 0.9 });
    stepAxis(svg("g", {}, root), scene, { left, right, y: foot, first: 0, last: steps, x });
    const clip = svg("clipPath", { id: `${name}-clip` }, svg("defs", {}, root));
    svg("rect", { x: left, y: under.top, width: right - left, height: under.bottom - under.top + 1 }, clip);
    const thick = clamp(((right - left) / (steps + 1)) * 0.66, 1.5, font * 0.9);
    const bars = ["shrinks", "grows"].map((kind) => svg("path", { stroke: palette.roles.gradient, "stroke-width": thick, "stroke-opacity": kind === "grows" ? 0.95 : 0.4, fill: "none", [`data-${name}`]: kind }, root));
    const line = svg("path", { stroke: palette.roles.gradient, "stroke-width": scene.presenter ? 3.4 : 2.2, fill: "none", "stroke-linejoin": "round", "clip-path": `url(#${name}-clip)`, [`data-${name}`]: "product" }, root);
    layout = { left, right, x, y, factor, bars, line, steps };
  }

  function draw(scene, run, steps, { width, height, said }) {
    const sizes = Array.from(run.factors, (factor) => Math.log10(Math.abs(factor)));
    const [[shrinks, grows], [least, most]] = [sizes, Array.from(run.product)].map((log10) => {
      const values = log10.filter(Number.isFinite);
      return [Math.min(0, ...values), Math.max(0, ...values)];
    });
    const [low, above] = decades(Math.min(-1, least), most); // an axis that shows one decade at least
    const spans = [factorSpan(shrinks, grows), [low, most > 0.05 ? above : 0]];
    const room = `${scene.key} ${width} ${height} ${steps} ${spans}`;
    if (layout?.room !== room) {
      build(scene, width, height, steps, spans);
      layout.room = room;
    }
    const { x, y, factor, bars, line } = layout;
    const columns = ["", ""];
    sizes.forEach((size, t) => (columns[size > 0 ? 1 : 0] += `M${x(t + 0.5).toFixed(1)},${factor(0).toFixed(1)}V${factor(size).toFixed(1)}`));
    bars.forEach((bar, k) => bar.setAttribute("d", columns[k]));
    let d = "";
    run.product.forEach((v, t) => {
      if (!Number.isNaN(v)) d += `${d ? "L" : "M"}${x(t).toFixed(1)},${y(v).toFixed(1)}`;
    });
    line.setAttribute("d", d);
    root.setAttribute("aria-label", `Every factor and their product from step ${steps} back. ${said}`);
  }

  // The step under a point of the picture.
  const step = (px) => clamp(Math.round(((px - layout.left) / (layout.right - layout.left)) * (layout.steps + 1) - 0.5), 0, layout.steps);

  function say(run, steps, t) {
    const passed = t < steps ? `from step ${t + 1} to ${t} the error is multiplied by ${sayNumber(run.factors[t])}; ` : "";
    return `Step ${t}: ${passed}from step ${steps} back to here by ${sayPower(run.product[t])}.`;
  }

  return { root, draw, step, say };
}
