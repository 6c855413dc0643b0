// The words around the circuit: the sentence of the step, the legend, the equation of what is chosen.

import { sayNumber } from "../kit/browser/words.js";
import { norm, sayScaled } from "./run.js";
import { element } from "../kit/browser/elements.js";
import { spell } from "./symbols.js";
import { equationLines, titleOf } from "./equation.js";

const MOST_LISTED = 12; // numbers of a vector

function backwardSaid(run, t) {
  const size = (name) => sayScaled(norm(run.gradient(name, t)), run.power(t));
  const kept = run.nodes.find((node) => node.kind === "memory");
  const along = kept ? ` and ${size(kept.name)} along the highway to c_${t - 1}` : "";
  return `At step ${t}, a gradient of size ${size(run.nodes.find((node) => node.kind === "next state").name)} arrives at h_${t}; ${size("h")} goes on to h_${t - 1}${along}.`;
}

const endsOf = (high) => ({ low: `−${high}`, high, words: "" });

/** @returns {Legend[]} */
export function legendOf(scene, state) {
  const { run } = scene;
  const { low, high, words } = state.backward ? endsOf(sayScaled(scene.largestEntry, run.power(state.t))) : run.colours;
  const rest = state.backward
    ? "one cell per unit; the wider a wire, the larger the gradient’s norm, over four decades"
    : "one cell per unit; bars stand for gates, 0 to 1; the wider a wire, the more flows";
  return [{ kind: "ramp", scale: scene.signed, low, high: `+${high}`, words: words.slice(2) }, { kind: "words", words: rest }];
}

// What is computed at this moment, while a step is shown operation by operation.
function nowComputed(run, { whole, rank, backward }) {
  if (whole) return "\u00a0";
  const here = run.nodes.filter((node) => node.rank === rank).map(({ symbol, label }) => (symbol === label ? symbol : `${symbol} (${label})`));
  return `${backward ? "gradients reach" : rank === 0 ? "the step starts from" : "now computed:"} ${here.join(", ")}`;
}

// The whole vector behind one unit's number.
function allUnits(run, { quantity, t, backward }) {
  const [source, target] = quantity.split(">");
  const wire = target && run.leaving.get(source).find((one) => one.target === target);
  const values = !backward ? run.value(source, t) : wire ? run.sent(wire, t) : run.gradient(source, t);
  const listed = Array.from(values.slice(0, MOST_LISTED), (v) => (backward ? sayScaled(v, run.power(t)) : sayNumber(v)));
  return `all ${values.length}: [${listed.join(", ")}${values.length > MOST_LISTED ? ", …" : ""}]`;
}

function drawEquation(parts, scene, state) {
  const { run } = scene;
  const key = [scene.number, state.t, state.unit, state.quantity, state.backward].join(" ");
  if (parts.equation.dataset.key === key) return;
  parts.equation.dataset.key = key;
  parts.equation.replaceChildren();
  spell(element(parts.equation, "h3"), titleOf(run, state.quantity));
  for (const line of [...equationLines(run, state), allUnits(run, state)]) spell(element(parts.equation, "p", "line"), line);
}

export function drawReading(parts, scene, state) {
  const { run } = scene;
  const { t } = state;
  const read = run.symbolOf(t);
  spell(parts.said, state.backward ? backwardSaid(run, t) : run.said[t - 1]);
  parts.stepWords.textContent = `step ${t} of ${run.steps}${read ? `, reads ${read}` : ""}`;
  spell(parts.instead, run.instead || run.verdict);
  spell(parts.now, nowComputed(run, state));
  drawEquation(parts, scene, state);
}
