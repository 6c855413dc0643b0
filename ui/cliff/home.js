// What a visitor takes home of the cliff: each picture with words under it, and the numbers behind it.

import { takeHome } from "../kit/browser/exports.js";
import { asPicture, sideBySide } from "../kit/browser/heatmap.js";
import { sayNumber } from "../kit/browser/words.js";
import { LATCH_STEPS } from "./latch.js";

// The address of a drop: what differs from the usual, by its short names.
export function queryOf(drop, { keys, default: usual }) {
  const found = {};
  for (const [key, name] of Object.entries(keys)) if (`${drop[name]}` !== `${usual[name]}`) found[key] = `${drop[name]}`;
  return found;
}

export function offerHome(stage, parts, state, { map, hill, far, resting, product, latch, latchProduct }, { run, latchRun }) {
  /** @param {string} words @returns {[string, string][]} */
  const plain = (words) => [[words, stage.scene.palette.text]];
  /** @returns {[string, string][]} */
  const names = () => [["without clipping", stage.scene.palette.balls.free], ["with clipping", stage.scene.palette.balls.clipped]];
  /** @type {() => [string, string][][]} */
  const settings = () => {
    const { rate, threshold, momentum, count, steps, w, b, target, start } = state.drop;
    return [
      names(),
      plain(`Dropped at w = ${sayNumber(w)}, b = ${sayNumber(b)}; T = ${steps}, target ${sayNumber(target)}, start ${sayNumber(start)}.`),
      plain(`Rate ${sayNumber(rate)}, clip at ${sayNumber(threshold)}, momentum ${sayNumber(momentum)}, ${count} updates.`),
      ...state.paths.flatMap(({ sure }, k) => (sure < count ? [plain(`${names()[k][0]}, rounding decides after update ${sure}.`)] : [])),
    ];
  };
  const point = () => `At w = ${sayNumber(stage.scene.point.w)}, b = ${sayNumber(stage.scene.point.b)}, T = ${state.drop.steps}.`;
  const columns = ["w", "b", "error", "norm"];
  const HOW = ["without clipping", "with clipping"];
  const descents = () => [
    ["update", ...HOW.flatMap((how) => columns.map((name) => `${name === "norm" ? "gradient norm" : name} ${how}`)), ...HOW.map((how) => `decided by rounding ${how}`)],
    ...Array.from({ length: state.drop.count + 1 }, (_, k) => [k, ...state.paths.flatMap((path) => columns.map((name) => path[name][k])), ...state.paths.map(({ sure }) => Number(k > sure))]),
  ];
  const factors = ({ x, factors: by, product: together }, steps) => [
    ["step", "x", "factor to the next step", "log10 |dx_T/dx|"],
    ...Array.from(x, (value, t) => [t, value, t < steps ? by[t] : "", together[t]]),
  ];
  takeHome(stage, parts.map.tools, { name: "cliff-map", picture: map.picture, words: settings, rows: descents });
  takeHome(stage, parts.hill.tools, { name: "cliff-landscape", picture: () => asPicture(hill.canvas, stage.scene), words: settings });
  takeHome(stage, parts.far.tools, { name: "cliff-to-scale", picture: () => far.root, words: settings });
  takeHome(stage, parts.cause.tools, { name: "cliff-resting-places", picture: () => resting.root, words: () => `Solid: attracts; dashed: repels. ${point()}` });
  takeHome(stage, parts.product.tools, { name: "cliff-product", picture: () => product.root, words: () => `Bars: each factor; line: their product from step T back. ${point()}`, rows: () => factors(run(), state.drop.steps) });
  takeHome(stage, parts.latch.tools, {
    name: "latch",
    picture: () => sideBySide([latch.region, latch.runs, latchProduct.root], stage.scene, 2),
    words: () => `x = tanh(${sayNumber(state.drop.latch_w)} x + ${sayNumber(state.drop.latch_u)}) from ${sayNumber(state.drop.latch_start)}.`,
    rows: () => factors(latchRun(), LATCH_STEPS),
  });
}
