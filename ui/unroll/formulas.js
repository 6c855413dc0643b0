// An equation twice: with its letters, and with the numbers of one unit at one step in their places.

import { absolute, plus, times } from "../kit/browser/far.js";
import { quoted, sayNumber } from "../kit/browser/words.js";
import { element } from "../kit/browser/elements.js";
import { mixed } from "../kit/browser/paint.js";
import { isExtra, logits, termsOfGate, termsOfOutput, total, valueOf } from "./terms.js";

const TOKEN = /[A-Za-z_]\w*|\d+|[-+*()]/g;
const EXTRA_LETTERS = { recurrent_bias: "b′", leak: "leak" };

const ROLES = { Ux: "input", Wh: "state", h_before: "state", c_before: "memory", h: "state", c: "memory" };
const roleOf = (model, row, name) => ROLES[name] ?? model.cell(row).gates.find((gate) => gate.name === name)?.role ?? "";

// A name as tokens of [words, role, kind]; what stands lower is a token of its own.
function lettersOf(model, row, name, reads) {
  const role = roleOf(model, row, name);
  const at = (letter) => [[letter, role], [model.isReverse(row) ? "t+1" : "t−1", role, "low"]];
  const gate = model.cell(row).gates.find((one) => one.name === name);
  if (name === "Ux") return [["U x", role]];
  if (name === "Wh") return reads ? [["W (", role], ...lettersOf(model, row, reads, null), [" · ", ""], ...at("h"), [")", role]] : at("W h");
  if (name === "h_before" || name === "c_before") return at(name[0]);
  if (name in EXTRA_LETTERS) return [[EXTRA_LETTERS[name], ""]];
  if (isExtra(model, row, name)) return [["p", ""], [name[name.indexOf("_") + 1], "", "low"]];
  return [[gate ? gate.letter : name.replaceAll("_", " "), role]];
}

function inLetters(model, row, expression, reads) {
  return expression.match(TOKEN).flatMap((token) => (/[A-Za-z]/.test(token) ? lettersOf(model, row, token, reads) : [[spaced(token), ""]]));
}

// The same with numbers: a minus in front of a negative number joins with the sign before it.
function inNumbers(expression, value, role) {
  const found = [];
  for (const [k, token] of expression.match(TOKEN).entries()) {
    if (!/^[A-Za-z_]/.test(token) || expression.match(TOKEN)[k + 1] === "(") {
      found.push([spaced(token), ""]);
      continue;
    }
    const number = value(token);
    const last = found.at(-1);
    const said = sayNumber(absolute(number));
    if (!(number < 0)) found.push([said, role(token)]);
    else if (last?.[0] === " + ") {
      last[0] = " − ";
      found.push([said, role(token)]);
    } else if (!last || last[0] === "(") found.push([`−${said}`, role(token)]);
    else found.push([`(−${said})`, role(token)]);
  }
  return found;
}

export const AWAITED = "…"; // in the place of what the walk has not computed yet

// The letters of a line, whose numbers are still to come.
export const awaiting = (right) => [...right.slice(0, right.findIndex(([words]) => words === " = ") + 1), [AWAITED, "", "result"]];

const spaced = (token) => ({ "+": " + ", "-": " − ", "*": " · " })[token] ?? token;
const result = (value, role) => [sayNumber(value), role, "result"];
const called = (name, inside) => (name ? [[`${name}(`, ""], ...inside, [")", ""]] : inside);

// f(sum) = f(numbers) = f(number) = value, for one gate of one unit.
export function gateLine(model, state, g, unit) {
  const { row, t } = state;
  const gate = model.cell(row).gates[g];
  const terms = termsOfGate(model, state, g, unit);
  const parts = { Ux: [], Wh: [] };
  const { name: W } = model.weights("W", row, t);
  const { name: U } = model.weights("U", row, t);
  for (const term of terms) {
    if (term.weight.name === U) parts.Ux.push(term);
    if (term.weight.name === W) parts.Wh.push(term);
  }
  const { at } = model.weights("b", row, t);
  // What multiplies the whole of W h, as a reset gate does, is written beside it and not inside.
  const before = gate.reads === null ? 1 : 2;
  const inner = (list, count) => plus(list.map(({ weight, values }) => times([weight.value, ...values.slice(0, count)])));
  const value = (name) => {
    if (name === "Ux") return inner(parts.Ux, 1);
    if (name === "Wh") return inner(parts.Wh, before);
    if (name === "b") return at(g * model.hidden + unit, 0);
    return valueOf(model, state, name, unit);
  };
  const { f } = gate;
  const right = [
    ...called(f, inLetters(model, row, gate.sum, gate.reads)), [" = ", ""],
    ...called(f, inNumbers(gate.sum, value, (name) => roleOf(model, row, name))), [" = ", ""],
  ];
  if (f) right.push(...called(f, [[sayNumber(model.sum(row, t, g)[unit]), ""]]), [" = ", ""]);
  return { left: gate.letter, role: gate.role, right: [...right, result(model.gate(row, t, g)[unit], gate.role)] };
}

// The lines that make the new state of the gates; none where the state is a gate itself.
export function lineParts(model, state, [name, body], unit) {
  if (!/[^a-z_]/.test(body)) return [];
  const value = (token) => valueOf(model, state, token, unit);
  const right = [...inLetters(model, state.row, body, null), [" = ", ""], ...inNumbers(body, value, (name) => roleOf(model, state.row, name)), [" = ", ""], result(value(name), roleOf(model, state.row, name))];
  return [{ left: name, role: roleOf(model, state.row, name), right }];
}

// The readout of output k: its sum, its activation, and the loss where one is counted.
export function outputLines(model, t, k) {
  const { kind } = model.header.output;
  const terms = termsOfOutput(model, t, k);
  const bias = model.arrays["weights.d"] ? model.named("d").at(k, 0) : null;
  const o = total(terms);
  const letters = bias === null ? "Vh" : "Vh + d";
  const numbers = inNumbers(letters, (name) => (name === "d" ? bias : total(terms.filter(({ role }) => role !== "bias"))), () => "");
  const sum = [["V h", "output"], ...(bias === null ? [] : [[" + d", ""]]), [" = ", ""], ...(bias === null ? [] : [...numbers, [" = ", ""]])];
  const y = model.outputs(t);
  const name = kind === "softmax" ? quoted(model.header.vocabulary[k]) : "";
  if (kind === "linear") return [{ left: "y", right: [...sum, result(y[k], "output")] }, ...lossLines(model, t)];
  const first = { left: kind === "softmax" ? `sum for ${name}` : "sum", right: [...sum, [sayNumber(o), "", "result"]] };
  if (kind === "sigmoid") return [first, { left: "y", right: [["σ(sum) = σ(", ""], [sayNumber(o), ""], [") = ", ""], result(y[k], "output")] }, ...lossLines(model, t)];
  return [first, { left: `p of ${name}`, right: [...softmaxOf(model, t, k), result(y[k], "output")] }, ...lossLines(model, t)];
}

// exp(sum) beside all others: one by one where they are few, together where float64 holds them.
function softmaxOf(model, t, k) {
  const sums = logits(model, t);
  if (model.K <= 5) return [[`exp(${sayNumber(sums[k])}) / (${sums.map((v) => `exp(${sayNumber(v)})`).join(" + ")}) = `, ""]];
  const all = sums.map((v) => Math.exp(Number(v))).reduce((a, v) => a + v, 0);
  const fraction = Number.isFinite(all) && all > 0 ? `${sayNumber(Math.exp(Number(sums[k])))} / ${sayNumber(all)} = ` : "";
  return [[`exp(sum) / all exp(sum) together = ${fraction}`, ""]];
}

function lossLines(model, t) {
  const target = model.target(t);
  if (target === null) return [];
  const loss = model.loss(t);
  const { kind } = model.header.output;
  const y = model.outputs(t);
  const end = result(loss, "gradient");
  const half = model.header.loss.half ? " / 2" : "";
  if (kind === "linear") return [{ left: "loss", right: [[`(y − wanted)²${half} = (`, ""], [sayNumber(y[0]), "output"], [` − ${Number(target) < 0 ? `(${target})` : target})²${half} = `, ""], end] }];
  if (kind === "sigmoid") return [{ left: "loss", right: [[target === "1" ? "−log y = −log " : "−log(1 − y) = −log ", ""], [target === "1" ? sayNumber(y[0]) : `(1 − ${sayNumber(y[0])})`, "output"], [" = ", ""], end] }];
  const k = model.header.loss.codes[model.lossAt.get(t)];
  return [{ left: "loss", right: [[`−log p of ${quoted(target)} = −log `, ""], [sayNumber(y[k]), "output"], [" = ", ""], end] }];
}

const READ = 0.22; // of the colour of text: a gate's own is one of marks, and too pale to be read in
export const colourOfRole = ({ roles, text }, role) => (role in roles ? mixed(roles[role], text, READ) : "");

// The tokens as spans, kept where they did not change.
export function drawLine(host, tokens, palette) {
  while (host.children.length < tokens.length) element(host, "span");
  while (host.children.length > tokens.length) host.lastChild.remove();
  tokens.forEach(([words, role, kind], n) => {
    const span = host.children[n];
    if (span.textContent !== words) span.textContent = words;
    const colour = colourOfRole(palette, role);
    if (span.style.color !== colour) span.style.color = colour;
    span.className = { result: "eq-value", low: "eq-low" }[kind] ?? "";
  });
}
