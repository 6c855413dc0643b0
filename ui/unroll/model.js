// What the engine sent, by name: columns are counted from 1, units, rows and outputs from 0.

import { signedScale } from "../kit/browser/axes.js";
import { carried, plus, times } from "../kit/browser/far.js";
import { part } from "../kit/browser/message.js";

const RUNGS_OF_SCALE = [0.1, 0.2, 0.5, 1];

/** The walk of each text; they share their scales. @param {Message} message */
export function openWalks({ header, arrays, number }) {
  const own = header.second ? [{ header, arrays, number }, { header: header.second, number, arrays: arraysOfSecond(arrays) }] : [{ header, arrays, number }];
  const models = own.map(openWalk);
  const scales = scalesOf(models);
  return models.map((model) => Object.assign(model, scales));
}

const BEHIND = "second.";
/** @param {Record<string, Block>} arrays */
const arraysOfSecond = (arrays) =>
  Object.fromEntries(Object.entries(arrays).flatMap(([name, block]) => (name.startsWith(BEHIND) ? [[name.slice(BEHIND.length), block]] : name.startsWith("weights.") ? [[name, block]] : [])));

// The ends of what is drawn by size or colour, over all walks: equal values look equal.
function scalesOf(models) {
  const extents = {};
  const most = (find) => Math.max(...models.map(find));
  const [low, high] = [Math.min(...models.map(({ ends }) => ends[0])), most(({ ends }) => ends[1])];
  return {
    // Of a kind of state: fixed rungs up to 1, so that it rarely moves; beyond, the largest |value|, on a scale of
    // logarithms. `share` is where a value lies from end to end.
    scaleOf(name) {
      if (!extents[name]) {
        const top = most((model) => model.farthest(name));
        extents[name] = signedScale(top, RUNGS_OF_SCALE.find((rung) => rung >= 10 ** top));
      }
      return extents[name];
    },
    strongest: { inward: most(({ inward }) => inward), outward: most(({ outward }) => outward) },
    span: [low, high],
    // How tall a gradient's bar is, on log10: two decades at least, so that equal sizes look equal.
    share: (v) => 0.1 + (0.9 * (v - Math.min(low, high - 2))) / (high - Math.min(low, high - 2)),
  };
}

// Two directions as one, and its sign at an arrow.
const MERGED = {
  sum: { of: (a, b) => plus([a, b]), sign: "(→ + ←)", words: "added" },
  ave: { of: (a, b) => times([0.5, plus([a, b])]), sign: "½(→ + ←)", words: "averaged" },
  mul: { of: (a, b) => times([a, b]), sign: "(→ × ←)", words: "multiplied" },
};

function openWalk({ header, arrays, number }) {
  const { parts, chains, steps, hidden, layers, both } = header;
  const ways = both ? 2 : 1;

  const partAt = (t) => parts.findLast((part) => t > part.offset);
  // A row of the picture is a layer and direction; which chain that is depends on the part a column belongs to.
  const chainAt = (row, t) => {
    const p = parts.indexOf(partAt(t));
    return chains.findIndex((chain) => chain.part === p && chain.layer === Math.floor(row / ways) + 1 && chain.way === row % ways);
  };
  const rows = layers * ways;
  const reads = Array.from({ length: rows }, (_, row) => chains[chainAt(row, 1)].reverse);
  const isReverse = (row) => reads[row];
  const whence = (row) => (isReverse(row) ? "from the end" : "from the start");
  const cell = (row) => header.cells[chains[chainAt(row, 1)].cell];

  // Forward, row 0 of an array of states is the start, so column t is row t; from the end, column t is row t - 1.
  function state(name, row, t, back) {
    const array = arrays[`${chainAt(row, t)}.${name}`];
    if (!array) return null;
    const own = t - partAt(t).offset;
    return part(array, isReverse(row) ? own - 1 + back : own - back);
  }
  // Where some left float64 their sizes are sent beside them.
  const beyond = (values, sizes) => (values && sizes ? Array.from(values, (value, k) => carried(value, sizes[k])) : values);
  const numbers = (name, row, t, back) => beyond(state(name, row, t, back), name === "h" ? state("size", row, t, back) : null);
  const gate = (name, row, t, g) => part(arrays[`${chainAt(row, t)}.${name}`], g, t - partAt(t).offset - 1);
  const alone = (name, row, t, first) => {
    const array = arrays[`${chainAt(row, t)}.${name}`];
    return (first === undefined ? array.data : part(array, first))[t - partAt(t).offset - 1];
  };

  const code = (t) => {
    const part = partAt(t);
    return part.codes ? part.codes[t - part.offset - 1] : null;
  };
  const entering = (t) => part(arrays.values, t - 1); // the numbers that enter
  const ownStep = (t) => t - partAt(t).offset; // counted within its part
  const label = (t) => {
    const part = partAt(t);
    return part.labels[t - part.offset - 1];
  };

  // What a layer reads at a column: [value, name] of every input that is not known to be 0.
  function inputs(row, t) {
    const layer = Math.floor(row / ways);
    if (layer === 0) {
      const known = partAt(t).vocabulary;
      if (code(t) === null) return Array.from(entering(t), (value, at) => ({ at, value, name: known.length > 1 ? known[at] : "the number" }));
      return code(t) < 0 ? [] : [{ at: code(t), value: 1, name: known[code(t)], symbol: true }];
    }
    return putOut(layer - 1, (way) => numbers("h", (layer - 1) * ways + way, t, 0), ` of layer ${layer}`);
  }

  // What a layer puts out of the states of its directions: side by side, or unit by unit as one.
  function putOut(layer, of, whose) {
    const merge = header.merges[layer];
    const each = Array.from({ length: ways }, (_, way) => of(way));
    if (ways === 1 || merge === "concat") return each.flatMap((states, way) => Array.from(states, (value, unit) => ({ at: way * hidden + unit, value, name: `unit ${unit + 1}${whose}${both ? `, ${whence(layer * ways + way)}` : ""}` })));
    return Array.from(each[0], (value, unit) => ({ at: unit, value: MERGED[merge].of(value, each[1][unit]), name: `unit ${unit + 1}${whose}, both directions ${MERGED[merge].words}` }));
  }

  function named(name) {
    const array = arrays[`weights.${name}`];
    const [, columns] = array.shape;
    return { name, columns, rows: array.shape[0], at: (i, j) => array.data[i * columns + j] };
  }
  function weights(letter, row, t) {
    const { prefix, suffix } = chains[chainAt(row, t)];
    return named(`${prefix}${letter}${suffix}`);
  }

  const outputAt = new Map(header.output.at.map((t, n) => [t, n]));
  const lossAt = new Map(header.loss.at.map((t, n) => [t, n]));
  const K = arrays.outputs.shape[1];
  // The column at which V reads the top row of a direction for the output at t.
  const readAt = (way, t) => header.output.reads[outputAt.get(t)][way];
  const topRow = (way) => (layers - 1) * ways + way;
  const single = header.output.at.length === 1;
  const sized = (name, at) => (arrays[name] ? part(arrays[name], at) : null);
  const outputs = (t) => (outputAt.has(t) ? beyond(part(arrays.outputs, outputAt.get(t)), sized("output_size", outputAt.get(t))) : null);
  const likeliest = (t, most = 3) => {
    const p = outputs(t);
    if (!p) return [];
    return Array.from(p.keys()).sort((a, b) => p[b] - p[a] || a - b).slice(0, most);
  };

  const largest = (values) => values.reduce((most, v) => Math.max(most, v), -Infinity);
  const farthest = (name) => {
    const sizes = chains.map((_, k) => Array.from(arrays[`${k}.${name}`]?.data ?? []).reduce((a, v) => (Number.isFinite(v) ? Math.max(a, Math.abs(v)) : a), 1e-9)).map(Math.log10);
    return Math.max(...sizes, ...(name === "h" ? chains.map((_, k) => largest(arrays[`${k}.size`]?.data ?? [])) : []));
  };
  // The largest size of a gate that is not held within 1, on log10.
  const farthestGate = (row, g) => Math.log10(Array.from(part(arrays[`${chainAt(row, 1)}.gates`], g)).reduce((a, v) => (Number.isFinite(v) ? Math.max(a, Math.abs(v)) : a), 1e-9));
  const outflow = (t) => (outputAt.has(t) ? arrays.outflow.data[outputAt.get(t)] : -Infinity);
  const flow = (row, t, kind) => alone("flow", row, t, kind);
  // U x and W h meet in one sum, so they share a scale; V h is another quantity and has its own.
  const inward = Math.max(...chains.map((_, k) => largest(arrays[`${k}.flow`].data)));
  const outward = largest(arrays.outflow.data);
  const dh = (row, t) => alone("dh", row, t);
  let [low, high] = [Infinity, -Infinity];
  for (let row = 0; row < rows; row++) for (let t = 1; t <= steps; t++) {
    const v = dh(row, t);
    if (Number.isFinite(v)) [low, high] = [Math.min(low, v), Math.max(high, v)];
  }
  const numeric = Boolean(arrays.values);
  const extentOfValues = numeric ? arrays.values.data.reduce((a, v) => Math.max(a, Math.abs(v)), 1e-300) : 1;

  return {
    header, arrays, number, numeric, entering, extentOfValues, parts, chains, steps, hidden, layers, both, rows, ways, K,
    maps: {}, single, topRow, readAt, cell, whence, sweeps: both || reads.some(Boolean), loops: header.wiring !== "one-to-one",
    top: (t) => putOut(layers - 1, (way) => numbers("h", topRow(way), readAt(way, t), 0), ""), // what V reads
    merge: (layer) => (both ? (MERGED[header.merges[layer]]?.sign ?? "") : ""),
    mergeWords: (layer) => (both ? (MERGED[header.merges[layer]]?.words ?? "") : ""),
    start: (row, t) => (ownStep(t) === (isReverse(row) ? partAt(t).steps : 1) ? chains[chainAt(row, t)].start : null), // log10 of the sizes of h and c before the first step, where they are not 0
    reads: (way, t) => header.output.at.some((at) => readAt(way, at) === t),
    partAt, ownStep, chainAt, isReverse, label, code, inputs, named, weights, outputs, outputAt, lossAt, likeliest, farthest, farthestGate,
    h: (row, t) => numbers("h", row, t, 0),
    before: (name, row, t) => numbers(name, row, t, 1),
    c: (row, t) => state("c", row, t, 0),
    gate: (row, t, g) => beyond(gate("gates", row, t, g), state("size", row, t, 0)), // the one gate of such a cell is its state
    sum: (row, t, g) => beyond(gate("sums", row, t, g), sized(`${chainAt(row, t)}.sum_size`, ownStep(t) - 1)),
    flow, outflow, inward, outward, dh, ends: [low, high],
    loss: (t) => (lossAt.has(t) ? carried(arrays.losses.data[lossAt.get(t)], arrays.loss_size?.data[lossAt.get(t)]) : null),
    target: (t) => (lossAt.has(t) ? header.loss.targets[lossAt.get(t)] : null),
    order: (row, sort) => header.chains[chainAt(row, 1)].orders[sort] ?? Array.from({ length: hidden }, (_, k) => k),
    title: (row, t) => chains[chainAt(row, t)].title,
    sequence: JSON.stringify([parts, header.wiring, header.both, header.layers]),
  };
}
