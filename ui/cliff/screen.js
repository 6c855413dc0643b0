// What stands on the page: made once, filled by every draw.

import { element } from "../shared/elements.js";

// Sliders on a logarithmic scale step by a share of their length, and give numbers of 3 digits.
const NOTCHES = 400;
const WHOLE = 1e-9;

const SLIDERS = {
  rate: { label: "Learning rate", log: true, title: "Each update moves the ball by this times the gradient. Drag it." },
  threshold: { label: "Clip at norm", log: true, title: "A gradient longer than this is shortened to it, for the ball with clipping. Drag it." },
  momentum: { label: "Momentum", step: 0.01, title: "The share of the last move that is kept in the next." },
  count: { label: "Updates", step: 1, title: "How many updates the balls make." },
  steps: { label: "Timesteps T", step: 1, title: "How often the unit repeats before its error is taken. Drag it and see the wall sharpen." },
  target: { label: "Target", step: 0.01, title: "What σ(x) is to be after T steps; the error is the squared distance to it." },
  start: { label: "Start x₀", step: 0.1, title: "The state the unit starts from." },
  latch_w: { label: "w", step: 0.01, title: "The recurrent weight of the tanh unit." },
  latch_u: { label: "u", step: 0.01, title: "A constant input." },
  latch_start: { label: "x₀", step: 0.01, title: "The state it starts from: the bit is its sign." },
};

function slider(parent, name, say) {
  const { label, log, step, title } = SLIDERS[name];
  const row = element(parent, "label", "slider");
  row.title = title;
  element(row, "span", "", label);
  const output = element(row, "output");
  const input = element(row, "input");
  Object.assign(input, { type: "range", name });
  let low = 0;
  let high = 1;
  return {
    input,
    range: (from, to) => {
      [low, high] = [from, to];
      Object.assign(input, { min: log ? 0 : low, max: log ? NOTCHES : high, step: log ? 1 : step });
    },
    value: () => {
      const at = Number(input.value);
      return log ? Number((low * (high / low) ** (at / NOTCHES)).toPrecision(3)) : Math.round(at / step + WHOLE) / Math.round(1 / step);
    },
    show: (value) => {
      input.value = log ? Math.round((Math.log(value / low) / Math.log(high / low)) * NOTCHES) : value;
      output.textContent = say(value);
      input.setAttribute("aria-valuetext", say(value));
    },
  };
}

function section(root, name, title) {
  const box = element(root, "section", `panel ${name}`);
  const header = element(box, "header");
  element(header, "h3", "", title);
  const aside = element(header, "span", "aside");
  const tools = element(header, "span", "tools");
  return { box, aside, tools, body: element(box, "div", "body") };
}

// Letters and what stands below the line, in turn.
function equation(parent, ...parts) {
  parts.forEach((part, k) => element(parent, k % 2 ? "sub" : "span", "", part));
}

function info(parent, label) {
  return element(parent, "button", "info", "?", label);
}

function choice(parent, ...labels) {
  const box = element(parent, "span", "segments");
  return labels.map((label) => element(box, "button", "", label));
}

export function createScreen(parent, say) {
  const root = element(parent, "div", "lab cliff");
  const sliders = {};

  const verdicts = element(root, "div", "verdicts");
  const balls = ["without clipping", "with clipping"].map((title, k) => {
    const line = element(verdicts, "div", "verdict");
    const name = element(line, "button", "name", "", "Let the pictures of the cause follow this ball");
    element(name, "span", `key ${k ? "clipped" : "free"}`).setAttribute("aria-hidden", "true");
    element(name, "span", "", title);
    return { name, said: element(line, "span", "said") };
  });

  const sides = element(root, "div", "sides");
  const map = section(sides, "map", "The error from above");
  const [byError, byNorm] = choice(map.aside, "error E", "gradient norm");
  const legend = element(map.aside, "span", "legend");
  const mapHelp = info(map.aside, "What this map is");
  const mapPicture = element(map.body, "div", "picture");
  const transport = element(map.body, "div", "transport");
  const play = element(transport, "button", "play", "Play", "Let both balls run from where they were dropped");
  const step = element(transport, "button", "round", "Step", "One update");
  const all = element(transport, "button", "round", "Show all", "Both whole paths; the ring marks the steepest update");
  const scrub = element(transport, "input", "scrub");
  Object.assign(scrub, { type: "range", min: 0, step: 1 });
  scrub.setAttribute("aria-label", "Update");
  const at = element(transport, "output");
  const views = element(map.body, "div", "views");
  const closer = element(views, "button", "round", "Closer", "Half of the map, around the place of the drop");
  const farther = element(views, "button", "round", "Farther", "Twice the map");
  const whole = element(views, "button", "round", "Whole throw", "As much of the map as both paths need");
  const paper = element(views, "button", "round", "Figure 6", "The map of the paper: w from 4 to 7, b from -3.5 to -1.5");

  equation(element(views, "span", "equation"), "x", "t", " = w σ(x", "t−1", ") + b,  E = (σ(x", "T", ") − target)²");

  const side = element(sides, "div", "beside");
  const hill = section(side, "hill", "The same as a landscape");
  element(hill.aside, "span", "quiet-reading", "height: error E; drag to turn");
  const far = section(side, "far", "Where it lands, to scale");

  const rows = element(root, "div", "sliders");
  for (const name of ["rate", "threshold", "momentum", "count", "steps", "target", "start"]) sliders[name] = slider(rows, name, say);

  const reasons = element(root, "div", "reasons");
  const cause = section(reasons, "cause", "Why a wall: where the unit comes to rest");
  const causeHelp = info(cause.aside, "What these curves are");
  const causeSaid = element(cause.body, "p", "said-below");
  const causePicture = element(cause.body, "div", "picture");
  const product = section(reasons, "product", "What the error is multiplied by");
  const [atSteepest, atStart] = choice(product.aside, "steepest update", "where dropped");
  const productHelp = info(product.aside, "What these bars are");
  const productSaid = element(product.body, "p", "said-below");
  const productPicture = element(product.body, "div", "picture");

  const latch = section(root, "latch", "The latch: what stores a bit forgets the error");
  const latchHelp = info(latch.aside, "What this unit is");
  const latchGrid = element(latch.body, "div", "latch-grid");
  const latchSide = element(latchGrid, "div", "side");
  equation(element(latchSide, "p", "equation"), "x", "t", " = tanh(w x", "t−1", " + u)");
  for (const name of ["latch_w", "latch_u", "latch_start"]) sliders[name] = slider(latchSide, name, say);
  const latchSaid = Object.fromEntries(["stores", "holds", "forgets"].map((name) => [name, element(latchSide, "p", name)]));
  const latchPictures = element(latchGrid, "div", "pictures");
  const latchPicture = element(latchPictures, "div", "picture");
  const latchProduct = element(latchPictures, "div", "picture");

  const foot = element(root, "div", "status");
  const copy = element(foot, "button", "quiet", "Copy link to this view");
  const status = element(foot, "span");
  status.setAttribute("role", "status");
  const tip = element(root, "div", "tip");
  const help = element(root, "div", "help");
  help.popover = "auto";

  return {
    root, sliders, balls, map, mapPicture, mapHelp, byNorm, byError, legend, play, step, all, scrub, at, closer, farther, whole, paper,
    hill, far, cause, causeHelp, causeSaid, causePicture, product, productHelp, productSaid, productPicture, atSteepest, atStart,
    latch, latchHelp, latchSaid, latchPicture, latchProduct, copy, status, tip, help,
  };
}
