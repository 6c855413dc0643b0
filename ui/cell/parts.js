// What stands on the page: made once, filled by every draw.

import { element, panel, press, segments } from "../kit/browser/elements.js";

const KEYS =
  "Point at a box or a wire for its numbers, click it for the equation with the numbers filled in; click a cell of a strip to choose its unit. With the circuit in focus: Space plays, ← → change the step, Enter goes one operation on " +
  "(with Shift back), ↑ ↓ choose what is explained, + and − the unit.";
const HIGHWAY =
  "What becomes of the memory at every step. Of what was there before, the share that the forget gate lets through is kept and the rest forgotten; what the input gate lets through is written on top. " +
  "Sums are over all units, of absolute values; one unit is shown with its sign.";
const BY_HAND = "One multiplication per lane and one addition: c_t = f × c_t−1 + what is written. A forget gate of 1 lets a lane pass, 0 closes it. The numbers are yours, not the network’s: change any of them.";
const GATES =
  "Each row is a unit, each column a step; the stronger the colour, the more open. Left-saturated: below 0.1, all but shut; right-saturated: above 0.9, all but open. The two limits are those of Karpathy, Johnson and Fei-Fei, " +
  "“Visualizing and understanding recurrent networks” (2015). A unit’s half-life is log ½ divided by the mean of log f over the steps: f = sigmoid(1) at every step gives 2.213 steps.";

export function createParts(root, choose) {
  const circuit = panel(root, { name: "circuit-panel main", title: "The circuit", help: KEYS });
  const bar = element(circuit.aside, "span", "bar");
  const way = segments(circuit.aside, "What flows: values or gradients", choose.way);
  const unitLabel = element(circuit.aside, "label", "unit", "unit");
  const unit = Object.assign(element(unitLabel, "input"), { type: "text", inputMode: "numeric", autocomplete: "off", id: "unit" });
  const unitSaid = element(circuit.body, "p", "unit-said");
  unitSaid.setAttribute("role", "status");
  const said = element(circuit.body, "p", "verdict said-now");
  const steps = element(circuit.body, "div", "steps");
  const stepWords = element(steps, "output");
  const pan = element(circuit.body, "div", "pan");
  const now = element(circuit.body, "p", "now-computed");
  const legend = element(circuit.body, "div", "legends");
  const equation = element(root, "section", "equation");

  const highway = panel(root, { name: "highway aside-part", title: "The highway", help: HIGHWAY });
  const whose = segments(highway.aside, "Whose memory", choose.whose);
  const swatches = element(highway.aside, "span", "legends");
  const example = panel(root, { name: "example aside-part", title: "The highway by hand", help: BY_HAND });
  const gates = panel(root, { name: "gates aside-part", title: "What the gates do over the whole sequence", help: GATES });
  const order = segments(gates.aside, "Order of units", choose.order);
  const instead = element(gates.body, "p", "verdict");
  return { circuit, bar, way, unit, unitSaid, said, steps, stepWords, pan, now, legend, equation, highway, whose, swatches, example, gates, order, instead, gatesBody: element(gates.body, "div"), press };
}
