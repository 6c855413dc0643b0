// A sum with its numbers: which weight times which value adds how much. It knows what the engine's equations say, and
// no cell by name.

import { plus, times } from "../kit/browser/far.js";
import { quoted } from "../kit/browser/words.js";

const WORD = /[A-Za-z_]+|\d+|[-+*()]/g;

// An expression of names, numbers, + - * and brackets, as the products that it is the sum of.
export function products(expression) {
  const words = expression.match(WORD);
  let at = 0;
  function sum() {
    let found = [];
    let sign = 1;
    for (;;) {
      found = found.concat(product().map((one) => ({ ...one, sign: one.sign * sign })));
      if (words[at] !== "+" && words[at] !== "-") return found;
      sign = words[at++] === "-" ? -1 : 1;
    }
  }
  function product() {
    let found = factor();
    while (words[at] === "*") {
      at++;
      const next = factor();
      found = found.flatMap((one) => next.map((other) => ({ sign: one.sign * other.sign, names: [...one.names, ...other.names] })));
    }
    return found;
  }
  function factor() {
    if (words[at] !== "(") return [{ sign: 1, names: [words[at++]] }];
    at++;
    const found = sum();
    at++;
    return found;
  }
  return sum();
}

// What a name in an equation stands for, in one unit at one step.
export function valueOf(model, state, name, unit) {
  const { row, t } = state;
  const { gates } = model.cell(row);
  const g = gates.findIndex((gate) => gate.name === name);
  if (g >= 0) return model.gate(row, t, g)[unit];
  if (name === "h_before") return model.before("h", row, t)[unit];
  if (name === "c_before") return model.before("c", row, t)[unit];
  if (name === "h") return model.h(row, t)[unit];
  if (name === "c") return model.c(row, t)[unit];
  return model.weights(name, row, t).at(unit, 0);
}

export const isExtra = (model, row, name) => model.cell(row).extras.includes(name);

// Where the state came from that W carries into a step.
function whence(model, row, t) {
  const part = model.partAt(t);
  const own = t - part.offset;
  const first = model.isReverse(row) ? own === part.steps : own === 1;
  if (first) return part.offset > 0 ? "of the encoder's last step" : "at the start";
  return `at step ${model.isReverse(row) ? own + 1 : own - 1}`; // as the diagram counts within its part
}

// Every weight that takes part in a gate's sum of one unit: {weight: {name, i, j}, values: what it is multiplied by,
// made: whether this very step makes one of them}.
export function termsOfGate(model, state, g, unit) {
  const { row, t } = state;
  const { gates } = model.cell(row);
  const gate = gates[g];
  const line = g * model.hidden + unit;
  const [U, W, b] = ["U", "W", "b"].map((letter) => model.weights(letter, row, t));
  const before = model.before("h", row, t);
  const gated = gate.reads === null ? null : model.gate(row, t, gates.findIndex((one) => one.name === gate.reads));
  const when = whence(model, row, t);
  const found = [];
  const add = (role, label, array, i, j, values, made) => {
    const weight = array.at(i, j);
    found.push({ role, label, weight: { name: array.name, i, j, value: weight }, values, made, product: times([weight, ...values]) });
  };
  for (const { names } of products(gate.sum)) {
    const rest = names.filter((name) => !["Ux", "Wh", "b"].includes(name) && !isExtra(model, row, name));
    const made = rest.some((name) => !name.endsWith("_before"));
    const others = rest.map((name) => valueOf(model, state, name, unit));
    if (names.includes("Ux")) {
      for (const { at, value, name, symbol } of model.inputs(row, t)) add("input", symbol ? quoted(name) : name, U, line, at, [value, ...others], made || row >= model.ways);
    } else if (names.includes("Wh")) {
      before.forEach((h, j) => {
        add("state", `unit ${j + 1} ${when}`, W, line, j, gated ? [gated[j], h, ...others] : [h, ...others], made || gated !== null);
      });
    } else if (names.includes("b")) add("bias", "bias", b, line, 0, others, made);
    else {
      const extra = names.find((name) => isExtra(model, row, name));
      const memory = names.some((name) => name === "c" || name === "c_before");
      add(memory ? "state" : "bias", extra.replaceAll("_", " "), model.weights(extra, row, t), unit, 0, others, made);
    }
  }
  return found;
}

// The same of output k before its activation: V h + d.
export function termsOfOutput(model, t, k) {
  const V = model.named("V");
  const found = [];
  for (const { at: j, value: h, name } of model.top(t)) {
    found.push({ role: "state", label: name, weight: { name: "V", i: k, j, value: V.at(k, j) }, values: [h], made: true, product: times([V.at(k, j), h]) });
  }
  if (model.arrays["weights.d"]) {
    const d = model.named("d");
    found.push({ role: "bias", label: "bias", weight: { name: "d", i: k, j: 0, value: d.at(k, 0) }, values: [], product: d.at(k, 0) });
  }
  return found;
}

export const total = (terms) => plus(terms.map(({ product }) => product));

// The sums of all outputs of a step.
export function logits(model, t) {
  return Array.from({ length: model.K }, (_, k) => total(termsOfOutput(model, t, k)));
}
