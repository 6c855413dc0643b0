// What the matrices of a step are: of one gate's sum, and of the readout.

import { logits, products } from "./terms.js";

// U x + W h + b = a, and what becomes of it; null where the sum of the gate has more parts than these.
export function gateMatrices(model, state, g) {
  const { row, t } = state;
  const { hidden: H } = model;
  const { gates } = model.cell(row);
  const gate = gates[g];
  const plain = products(gate.sum).every(({ names }) => names.length === 1 && ["Ux", "Wh", "b"].includes(names[0]));
  if (!plain) return null;
  const [U, W, b] = ["U", "W", "b"].map((letter) => model.weights(letter, row, t));
  const x = new Float64Array(U.columns);
  for (const { at, value } of model.inputs(row, t)) x[at] = value;
  const before = model.before("h", row, t);
  const gated = gate.reads === null ? null : model.gate(row, t, gates.findIndex((one) => one.name === gate.reads));
  const [sums, values] = [model.sum(row, t, g), model.gate(row, t, g)];
  const when = model.isReverse(row) ? "ₜ₊₁" : "ₜ₋₁";
  const first = g * H;
  const matrix = (array, title, role) => ({ rows: H, columns: array.columns, title, role, stands: true, weights: { name: array.name, first }, at: (i, j) => array.at(first + i, j) });
  const vector = (rows, title, role, at, stands = true, made = stands) => ({ rows, columns: 1, title, role, at, stands, made });
  const name = gate.f;
  return [
    { ...matrix(U, "U", "input"), cold: (_, j) => x[j] === 0 },
    { ...vector(U.columns, row < model.ways ? "x" : `h below${model.merge(Math.floor(row / model.ways) - 1)}`, "input", (i) => x[i], false, row >= model.ways), cold: (i) => x[i] === 0 },
    ...(model.loops ? ["+", matrix(W, "W", "state"), vector(H, gated ? `${letterOf(gates, gate.reads)}·h${when}` : `h${when}`, "state", (i) => (gated ? gated[i] * before[i] : before[i]), false, gated !== null)] : []),
    "+",
    matrix(b, "b", "bias"),
    "=",
    vector(H, "sum", "bias", (i) => sums[i]),
    name ? `${name} →` : "→",
    vector(H, gate.letter, "state", (i) => values[i]),
  ];
}

const letterOf = (gates, name) => gates.find((gate) => gate.name === name).letter;

// V h + d, and the outputs.
export function outputMatrices(model, t) {
  const V = model.named("V");
  const { kind } = model.header.output;
  const h = model.top(t).map(({ value }) => value);
  const d = model.arrays["weights.d"] ? model.named("d") : null;
  const outputs = model.outputs(t);
  const sums = logits(model, t);
  const column = (title, role, at) => ({ rows: V.rows, columns: 1, title, role, at, stands: true, made: true });
  /** @type {(string | object)[]} */
  const found = [
    { rows: V.rows, columns: V.columns, title: "V", role: "output", stands: true, weights: { name: "V", first: 0 }, at: V.at },
    { rows: V.columns, columns: 1, title: `hₜ${model.merge(model.layers - 1)}`, role: "state", at: (i) => h[i], stands: false, made: true },
  ];
  if (d) found.push("+", { ...column("d", "bias", (i) => d.at(i, 0)), weights: { name: "d", first: 0 } });
  if (kind === "linear") return [...found, "=", column("y", "output", (i) => outputs[i])];
  return [...found, "=", column("sum", "bias", (i) => sums[i]), kind === "softmax" ? "softmax →" : "σ →", column(kind === "softmax" ? "p" : "y", "output", (i) => outputs[i])];
}
