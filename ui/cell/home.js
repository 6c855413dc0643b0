// What a visitor takes home: the pictures, and the numbers of the circuit, of the highway and of the gates.

import { takeHome } from "../kit/browser/exports.js";
import { set } from "../kit/browser/paint.js";

const MEMORY = ["before", "kept", "forgotten", "written", "after"];

// Every quantity of the circuit at every step, with its gradient as mantissa and power of two.
function circuitTable(run) {
  const rows = [["step", "symbol read", "quantity", "name", "unit", "value", "gradient", "times 2 to the power"]];
  for (let t = 1; t <= run.steps; t++) {
    for (const { name, symbol, label } of run.nodes) {
      const [values, gradients] = [run.value(name, t), run.gradient(name, t)];
      values.forEach((v, k) => rows.push([t, run.labels[t - 1], symbol, label, k + 1, v, gradients[k], run.power(t)]));
    }
  }
  return rows;
}

function highwayTable(run) {
  const rows = [["step", "unit", ...MEMORY]];
  for (let t = 1; t <= run.steps; t++) for (let k = 0; k < run.units; k++) rows.push([t, k + 1, ...MEMORY.map((name) => run.memory[name](t)[k])]);
  return rows;
}

function gatesTable(run) {
  const columns = run.gates.flatMap(({ name }) => ["mean", "shut", "open"].map((what) => `${name} ${what}`));
  const rows = [["unit", ...columns, "half-life in steps"]];
  for (let k = 0; k < run.units; k++) rows.push([k + 1, ...columns.map((name) => run.named(name)[k]), run.halfLife ? run.halfLife[k] : ""]);
  return rows;
}

// A circuit of its own size, whatever room it has on the page.
function sized(picture, [width, height]) {
  const copy = picture.cloneNode(true);
  set(copy, { width, height });
  return copy;
}

export function offerHome(stage, parts, state, { circuit, highway, gates }, run) {
  const about = () => `${run().title}, step ${state.t} of ${run().steps}, ${state.backward ? "gradients" : "values"}; numbers of unit ${state.unit}.`;
  takeHome(stage, parts.circuit.tools, { name: "circuit", picture: () => sized(circuit.root, run().size), words: about, rows: () => circuitTable(run()), html: { name: "inside-the-cell" } });
  takeHome(stage, parts.highway.tools, {
    name: "highway",
    picture: () => highway.root,
    words: () => `Kept, written on top of it, forgotten below; ${state.single ? `unit ${state.unit}` : "all units"} of the ${run().title}.`,
    rows: () => highwayTable(run()),
  });
  takeHome(stage, parts.gates.tools, { name: "gates", picture: () => gates.root, words: () => run().verdict, rows: () => gatesTable(run()) });
}
