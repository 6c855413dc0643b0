// The equation of one quantity with its numbers filled in, forward or backward, as lines of words.

import { MINUS, sayNumber } from "../kit/browser/words.js";
import { sayScaled } from "./run.js";
import { literal } from "./symbols.js";

const MOST_PARTS = 5; // of a product are named
// How an activation of a number is written; any other by its own name.
const WRITTEN = { sigmoid: (a) => `σ(${a})`, relu: (a) => `max(0, ${a})`, identity: (a) => `(${a})` };
const written = ({ kind, f }, a) => WRITTEN[kind]?.(a) ?? `${f}(${a})`;
// Slopes that stay right deep in saturation; any other is what came back over what arrived.
const SLOPES = {
  sigmoid: (a) => {
    const e = Math.exp(-Math.abs(a));
    return e / (1 + e) ** 2;
  },
  tanh: (a) => {
    const e = Math.exp(-2 * Math.abs(a));
    return (4 * e) / (1 + e) ** 2;
  },
  relu: (a) => (a > 0 ? 1 : 0),
  identity: () => 1,
};

const sign = (words, k) => (k ? (words.startsWith(MINUS) ? ` − ${words.slice(1)}` : ` + ${words}`) : words);
const inBrackets = (words) => (words.startsWith(MINUS) ? `(${words})` : words);

// The numbers of a product's row: what x gives, what h gives, the bias, and every single part.
export function productParts(run, node, t, k) {
  const parts = [];
  const totals = node.takes.map((name, m) => {
    const values = run.value(name, t);
    const matrix = run.named(`${node.name} ${node.matrices[m]}`);
    const symbol = run.byName.get(name).symbol;
    let total = 0;
    for (let j = 0; j < values.length; j++) {
      const weight = matrix[k * values.length + j];
      total += weight * values[j];
      parts.push({ name: `${symbol}[${j + 1}]`, weight, value: values[j], product: weight * values[j] });
    }
    return { matrix: node.matrices[m], symbol, total };
  });
  return { totals, bias: run.named(`${node.name} bias`)[k], parts: parts.sort((a, b) => Math.abs(b.product) - Math.abs(a.product)) };
}

const ruleOf = ({ f, rule }) => (rule ? [`${f}(a) = ${rule}`] : []); // of an activation that not everybody knows

function forwardLines(run, node, t, unit) {
  const k = unit - 1;
  const at = (name) => run.value(name, t)[k];
  const symbol = (name) => run.byName.get(name).symbol;
  const own = `${node.symbol}[${unit}]`;
  const value = node.size === "D" ? "" : sayNumber(at(node.name));
  const taken = node.takes.map((name) => symbol(name));
  const numbers = node.takes.map((name) => (run.byName.get(name).size === "D" ? "" : sayNumber(at(name))));
  if (node.kind === "input") {
    const x = Array.from(run.value("x", t), sayNumber);
    return [`x_t = ${literal(run.symbolOf(t)) || "the input"} as numbers: [${x.join(", ")}]`];
  }
  if (node.kind === "state" || node.kind === "memory") return [`${own} = ${value}, ${t === 1 ? "what the sequence starts from" : `carried over from step ${t - 1}`}`];
  if (node.kind === "parameter") return [`${own} = ${value}, the same at every step`];
  if (node.kind.startsWith("next")) return [`${own} = ${value}${t < run.steps ? `, carried over to step ${t + 1}` : ", the last"}`];
  if (node.kind === "times") return [`${own} = ${taken.join(" × ")} = ${numbers.map(inBrackets).join(" × ")} = ${value}`];
  if (node.kind === "sum") return [`${own} = ${taken.join(" + ")} = ${numbers.map(sign).join("")} = ${value}`];
  if (node.kind === "rest") return [`${own} = 1 − ${taken[0]} = 1 − ${inBrackets(numbers[0])} = ${value}`];
  if (node.kind === "scale") return [`${own} = p × ${taken[0]} = ${inBrackets(sayNumber(run.named(node.parameter)[k]))} × ${inBrackets(numbers[0])} = ${value}`];
  if (node.kind !== "product") return [`${own} = ${written(node, taken[0])} = ${written(node, numbers[0])} = ${value}`, ...ruleOf(node)];
  const { totals, bias, parts } = productParts(run, node, t, k);
  const terms = totals.map(({ matrix, symbol: met }) => `${matrix} ${met}`).concat(node.bias ? ["b"] : []);
  const filled = totals.map(({ total }) => sayNumber(total)).concat(node.bias ? [sayNumber(bias)] : []);
  const named = parts.filter(({ product }) => product !== 0).slice(0, MOST_PARTS);
  const lines = [`${own} = ${terms.join(" + ")} = ${filled.map(sign).join("")} = ${value}`];
  if (named.length) lines.push(`largest parts: ${named.map((p) => `${p.name}: ${inBrackets(sayNumber(p.weight))} × ${inBrackets(sayNumber(p.value))} = ${sayNumber(p.product)}`).join("; ")}`);
  return lines;
}

// Who sends the gradient that arrives where a state leaves the step: the step after it, the loss, or both.
function senders(run, { kind }, t) {
  const found = t < run.steps ? [`what step ${t + 1} sends back${kind === "next memory" ? " along the highway" : ""}`] : [];
  if (kind === "next state" && run.loss.steps.includes(t)) found.push(`${run.loss.by} step ${t}`);
  return found.join(" and ") || "no step follows";
}

// What one wire sends back, in words: the gradient of its target times the target's own derivative.
function wayBack(run, wire, t, k) {
  const target = run.byName.get(wire.target);
  const power = run.power(t);
  const back = run.sent(wire, t)[k];
  const sent = sayScaled(back, power);
  const arrived = run.gradient(wire.target, t)[k];
  const dL = `dL/d${target.symbol}`;
  const other = target.takes.find((name) => name !== wire.source) ?? wire.source;
  if (target.kind === "product") return `through ${target.matrices[target.takes.indexOf(wire.source)]}ᵀ ${dL}: ${sent}`;
  if (target.kind === "times") return `through ${target.symbol}: ${dL} × ${run.byName.get(other).symbol} = ${inBrackets(sayScaled(arrived, power))} × ${inBrackets(sayNumber(run.value(other, t)[k]))} = ${sent}`;
  if (target.kind === "scale") return `through ${target.symbol}: ${dL} × p = ${inBrackets(sayScaled(arrived, power))} × ${inBrackets(sayNumber(run.named(target.parameter)[k]))} = ${sent}`;
  if (target.kind === "rest") return `through ${target.symbol}: −${dL} = ${sent}`;
  if (target.kind.startsWith("next")) return `from ${target.symbol}, ${senders(run, target, t)}: ${sent}`;
  if (target.kind === "sum") return `through ${target.symbol}, unchanged: ${sent}`;
  const slope = SLOPES[target.kind]?.(run.value(wire.source, t)[k]) ?? back / arrived;
  const filled = Number.isNaN(slope) ? "" : ` = ${inBrackets(sayScaled(arrived, power))} × ${inBrackets(sayNumber(slope))}`; // 0 over 0 says nothing
  return `through ${target.symbol}: ${dL} × slope${filled} = ${sent}`;
}

function backwardLines(run, node, t, unit) {
  const k = unit - 1;
  const power = run.power(t);
  const own = `dL/d${node.symbol}[${unit}]`;
  const total = sayScaled(run.gradient(node.name, t)[k], power);
  if (node.kind.startsWith("next")) return [`${own} = ${total}: ${senders(run, node, t)}`];
  const ways = run.leaving.get(node.name);
  const lines = [ways.length === 1 ? `${own} = ${total}` : `${own} = ${ways.map((wire) => sayScaled(run.sent(wire, t)[k], power)).map(sign).join("")} = ${total}`];
  return lines.concat(ways.map((wire) => wayBack(run, wire, t, k)));
}

// A wire is explained by the quantity it carries; backward, by what it sends back.
export function equationLines(run, state) {
  const [source, target] = state.quantity.split(">");
  const node = run.byName.get(source);
  const unit = Math.min(state.unit, run.sizeOf(source));
  if (!state.backward) return forwardLines(run, node, state.t, unit);
  if (!target) return backwardLines(run, node, state.t, unit);
  const wire = run.leaving.get(source).find((one) => one.target === target);
  return [`what comes back to ${node.symbol}[${unit}] along this wire`, wayBack(run, wire, state.t, unit - 1)];
}

export function titleOf(run, quantity) {
  const [source, target] = quantity.split(">");
  const node = run.byName.get(source);
  const named = node.symbol === node.label ? node.label : `${node.symbol}, ${node.label}`;
  return target ? `${named}, on its way to ${run.byName.get(target).symbol}` : named;
}
