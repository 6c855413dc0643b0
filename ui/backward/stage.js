// What stands on the page around the pictures of the backward pass: made once, filled by every draw.

import { element } from "../shared/elements.js";
import { createPanel, createSegments } from "./panel.js";

const ABOUT_FLOW = {
  flow: "The loss sends its error back: into the last state through V, from each state to the one before through W, and at every state it meets the input through U. All steps share the same weights, so each step adds its own part to the gradient of each array: dL/dW = Σ daₜ hₜ₋₁ᵀ, dL/dU = Σ daₜ xₜᵀ, dL/db = Σ daₜ, dL/dV = Σ (dL/doₜ) hₜᵀ. In a lane, each bar begins where the sum of the later steps ends; hollow bars point the other way. Of a whole array, a bar is the part of the step's contribution along the total gradient, C·G / ‖G‖: these parts add up to the total's norm exactly. Of one weight it is the contribution itself. Width and colour of the arrows are ‖dL/dh‖ on a log scale.",
  update: "One step of gradient descent: every weight minus the learning rate times its gradient. The three squares share one colour scale, centred on 0. The loss after the step comes from running the network again with all new weights, at each rate; press the curve to choose one. Press a square to look at that weight alone, above and in the check below.",
  items: "Row k, column t: how large the error of the loss at step k alone is when it has come back to the state of step t, ‖dLₖ/dhₜ‖. The colours mean the same in every table and for every setting. Beside each row stands that loss; brackets: it is not counted now. The last line is the error of all counted losses together, which is the sum of their errors as vectors, so that it may be smaller than its largest part. Press a square to see how it came about.",
  way: "The running product of the chain rule for the chosen loss and state. From each step to the one before, the error is multiplied by the slopes of the activations (in cells with gates: and by the gates), and then by the recurrent weights. Each line is one factor; the dots are the norms after it. Of an LSTM the norm is that of h and c together.",
};

export function createFlowStage(ground) {
  const flow = createPanel(ground, "flow", "The error on its way back", ABOUT_FLOW.flow);
  const update = createPanel(ground, "update", "The update", ABOUT_FLOW.update);
  const items = createPanel(ground, "items", "Every loss at every state", ABOUT_FLOW.items);
  const way = createPanel(ground, "way", "One loss on its way, factor by factor", ABOUT_FLOW.way);
  let [onCell, onWhole, onArray] = [() => {}, () => {}, () => {}];

  const transport = element(flow.aside, "span", "transport");
  const play = element(transport, "button", "play", "Play");
  const step = element(transport, "button", "round", "Step", "One step back in time");
  const all = element(transport, "button", "round", "Show all", "Stop, and show the whole way");
  const speed = element(element(transport, "label"), "select");
  speed.setAttribute("aria-label", "Speed");
  for (const factor of [0.5, 1, 2, 4]) {
    const option = element(speed, "option", "", `${factor}×`);
    option.value = factor;
    option.selected = factor === 1;
  }
  const cells = createSegments(flow.aside, "Network", (c) => onCell(c));
  const whole = createSegments(flow.aside, "Contributions", (k) => onWhole(k));
  const verdict = element(flow.body, "p", "verdict");
  const picture = element(flow.body, "div");
  const scrub = element(flow.body, "input", "scrub");
  Object.assign(scrub, { type: "range", min: 1, step: 1, dir: "rtl" });
  scrub.setAttribute("aria-label", "How far back the error has come");
  const under = element(flow.body, "div", "under");
  const reading = element(under, "p", "reading");
  const flowLegend = element(under, "span", "legend");
  const foot = element(under, "div");

  const array = createSegments(update.aside, "Array of weights", (k) => onArray(k));
  const rateRow = element(update.body, "label", "rate");
  element(rateRow, "span", "", "Learning rate");
  const rate = element(rateRow, "input");
  Object.assign(rate, { type: "range", min: 0, step: 1 });
  const rateValue = element(rateRow, "output");
  const updateSaid = element(update.body, "p", "said");
  const matrices = element(update.body, "div");

  const tableLegend = element(items.aside, "span", "legend");
  const tableSaid = element(items.body, "p", "said");
  const table = element(items.body, "div");
  const pathSaid = element(way.body, "p", "said");
  const path = element(way.body, "div");

  return {
    flow, update, items, way, play, step, all, speed, cells, whole, verdict, picture, scrub, reading, flowLegend, array, rate, rateValue, updateSaid, matrices, tableLegend, tableSaid, table, pathSaid, path, foot,
    onCell: (chosen) => (onCell = chosen),
    onWhole: (chosen) => (onWhole = chosen),
    onArray: (chosen) => (onArray = chosen),
  };
}
