// One run as the browser holds it: values of every node, gradients of every wire, at any step.

import { signedScale } from "../kit/browser/axes.js";
import { MINUS, sayNumber, sayPower, visible } from "../kit/browser/words.js";

const LOG10_2 = Math.log10(2);

export function createRun({ header, arrays }) {
  const nodes = new Map(header.nodes.map((node) => [node.name, node]));
  const leaving = new Map(header.nodes.map((node) => [node.name, header.wires.filter((wire) => wire.source === node.name)]));
  const entering = new Map(header.nodes.map((node) => [node.name, header.wires.filter((wire) => wire.target === node.name)]));
  const narrow = new Map(header.narrow.map((name, k) => [name, k]));
  const { steps, units, inputs } = header;

  // One row of an array of (rows, T, size) at step t.
  function row(array, k, t, size) {
    const start = (k * steps + t - 1) * size;
    return array.data.subarray(start, start + size);
  }

  const sizeOf = (name) => (nodes.get(name).size === "D" ? inputs : units);
  const value = (name, t) => (narrow.has(name) ? row(arrays.values, narrow.get(name), t, units) : row(arrays.x, 0, t, inputs));
  const sent = (wire, t) =>
    narrow.has(wire.source) ? row(arrays.sent, wire.place, t, units) : row(arrays.sent_x, wire.place, t, inputs);

  // dL/d(quantity): the sum over the wires that leave it; of what leaves the cell, what the next step sends back.
  function gradient(name, t) {
    const ways = leaving.get(name);
    if (!ways.length) return sent(entering.get(name)[0], t);
    if (ways.length === 1) return sent(ways[0], t);
    const total = Float64Array.from(sent(ways[0], t));
    for (const wire of ways.slice(1)) sent(wire, t).forEach((v, k) => (total[k] += v));
    return total;
  }

  const named = (name) => arrays[name]?.data;
  const steady = (name) => arrays[name] && ((t) => row(arrays[name], 0, t, units));
  const memory = header.memory && Object.fromEntries(["before", "kept", "forgotten", "written", "after"].map((name) => [name, steady(name)]));
  return {
    ...header, colours: signedScale(Math.log10(header.extent), header.extent, header.infinite), byName: nodes, leaving, entering, sizeOf, value, sent, gradient, named, memory,
    ranks: Math.max(...header.nodes.map((node) => node.rank)),
    power: (t) => arrays.exponent.data[t - 1],
    halfLife: named("half_life"),
    order: memory ? Array.from(named("order")) : Array.from({ length: units }, (_, k) => k),
    inOrder: [...header.nodes].sort((a, b) => a.rank - b.rank).map((node) => node.name),
    symbolOf: (t) => (header.quoted ? `“${visible(header.labels[t - 1])}”` : header.labels[t - 1]),
  };
}

export function norm(values) {
  let largest = 0;
  for (const v of values) largest = Math.max(largest, Math.abs(v));
  if (!(largest > 0) || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (const v of values) sum += (v / largest) ** 2;
  return largest * Math.sqrt(sum);
}

// A gradient is value * 2**power, which may be smaller than any float.
export function sayScaled(value, power) {
  if (!power || !Number.isFinite(value) || value === 0) return sayNumber(value);
  return (value < 0 ? MINUS : "") + sayPower(Math.log10(Math.abs(value)) + power * LOG10_2);
}
