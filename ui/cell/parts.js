// What stands on the page: made once, filled by every draw.

import { element } from "../shared/elements.js";
import { setSymbols } from "./run.js";

// Words with what follows an underscore set low, as in h_t.
export function write(parent, words) {
  if (parent.dataset.words === words) return;
  parent.dataset.words = words;
  parent.replaceChildren();
  setSymbols(words, (piece, low) => element(parent, low ? "sub" : "span", "", piece));
}

export function panel(root, name, title, help) {
  const box = element(root, "section", `panel ${name}`);
  const header = element(box, "header");
  const heading = element(header, "h3", "", title);
  const info = help ? element(header, "button", "info", "?", help) : null;
  if (info) info.setAttribute("aria-label", `About: ${title}`);
  const aside = element(header, "span", "aside");
  const tools = element(header, "span", "tools");
  const more = help ? element(box, "p", "more", help) : null;
  if (more) {
    more.hidden = true;
    info.onclick = () => (more.hidden = !more.hidden);
  }
  return { box, heading, aside, tools, body: element(box, "div", "body") };
}

export function segments(parent, names, label) {
  const group = element(parent, "span", "segments");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", label);
  return names.map((name) => element(group, "button", "", name));
}

const KEYS =
  "Point at a box or a wire for its numbers, click it for the equation with the numbers filled in; click a cell of a strip to choose its unit. With the circuit in focus: Space plays, ← → change the step, Enter goes one operation on " +
  "(with Shift back), ↑ ↓ choose what is explained, + and − the unit.";

export function createParts(parent) {
  const root = element(parent, "div", "inside");
  const said = element(root, "p", "said-now");

  const transport = element(root, "div", "transport");
  const play = element(transport, "button", "play", "Play");
  const back = element(transport, "button", "round", "Back", "One operation back");
  const on = element(transport, "button", "round", "On", "One operation on, in the order of computation");
  const whole = element(transport, "button", "round", "Whole step", "Stop, and show the whole step");
  const [forward, backward] = segments(transport, ["forward", "backward"], "What flows: values or gradients");
  const unitLabel = element(transport, "label", "unit", "unit");
  const unit = element(unitLabel, "input");
  Object.assign(unit, { type: "number", min: 1, step: 1, id: "unit" });
  const speedLabel = element(transport, "label");
  const speed = element(speedLabel, "select");
  speed.setAttribute("aria-label", "Speed");
  for (const factor of [0.5, 1, 2, 4]) {
    const option = element(speed, "option", "", `${factor}×`);
    option.value = factor;
    option.selected = factor === 1;
  }
  const info = element(transport, "button", "info", "?", KEYS);
  info.setAttribute("aria-label", "About: the circuit and its keys");
  const tools = element(transport, "span", "tools");
  const keys = element(root, "p", "more keys", KEYS);
  keys.hidden = true;
  info.onclick = () => (keys.hidden = !keys.hidden);

  const steps = element(root, "div", "steps");
  const stepWords = element(steps, "output");
  const scrub = element(steps, "input", "scrub");
  Object.assign(scrub, { type: "range", min: 1, step: 1 });
  scrub.setAttribute("aria-label", "Step");

  const pan = element(root, "div", "pan");
  const now = element(root, "p", "now-computed");
  const legend = element(root, "div", "legend");

  const equation = element(root, "section", "equation");
  equation.setAttribute("aria-live", "off");

  const highway = panel(
    root, "highway", "The highway",
    "What becomes of the memory at every step. Of what was there before, the share that the forget gate lets through is kept and the rest forgotten; what the input gate lets through is written on top. " +
      "Sums are over all units, of absolute values; one unit is shown with its sign.",
  );
  const [together, single] = segments(highway.aside, ["all units", "one unit"], "Whose memory");

  const example = panel(
    root, "example", "The highway by hand",
    "One multiplication per lane and one addition: c_t = f × c_t−1 + what is written. A forget gate of 1 lets a lane pass, 0 closes it. The numbers are yours, not the network’s: change any of them.",
  );

  const gates = panel(
    root, "gates", "What the gates do over the whole sequence",
    "Each row is a unit, each column a step; the stronger the colour, the more open. Left-saturated: below 0.1, all but shut; right-saturated: above 0.9, all but open. The two limits are those of Karpathy, Johnson and Fei-Fei, " +
      "“Visualizing and understanding recurrent networks” (2015). A unit’s half-life is log ½ divided by the mean of log f over the steps: f = sigmoid(1) at every step gives 2.213 steps.",
  );
  const [byMemory, byNumber] = segments(gates.aside, ["longest memory first", "by number"], "Order of units");

  const foot = element(root, "div", "foot");
  const copy = element(foot, "button", "quiet", "Copy link to this view");
  const status = element(foot, "span");
  status.setAttribute("role", "status");
  const tip = element(root, "div", "tip");

  return {
    root, said, play, back, on, whole, forward, backward, unit, speed, tools, stepWords, scrub, pan, now, legend, equation,
    highway, together, single, example, gates, byMemory, byNumber, copy, status, tip,
  };
}
