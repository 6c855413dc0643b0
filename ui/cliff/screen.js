// What stands on the page: made once, filled by every draw.

export function make(parent, tag, className, content, title) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (content !== undefined) made.textContent = content;
  if (title) made.title = title;
  parent.append(made);
  return made;
}

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
  const row = make(parent, "label", "slider");
  row.title = title;
  make(row, "span", "", label);
  const output = make(row, "output");
  const input = make(row, "input");
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
  const box = make(root, "section", `panel ${name}`);
  const header = make(box, "header");
  make(header, "h3", "", title);
  const aside = make(header, "span", "aside");
  const tools = make(header, "span", "tools");
  return { box, aside, tools, body: make(box, "div", "body") };
}

// Letters and what stands below the line, in turn.
function equation(parent, ...parts) {
  parts.forEach((part, k) => make(parent, k % 2 ? "sub" : "span", "", part));
}

function info(parent, label) {
  return make(parent, "button", "info", "?", label);
}

function choice(parent, ...labels) {
  const box = make(parent, "span", "segments");
  return labels.map((label) => make(box, "button", "", label));
}

export function createScreen(parent, say) {
  const root = make(parent, "div", "lab cliff");
  const sliders = {};

  const verdicts = make(root, "div", "verdicts");
  const balls = ["without clipping", "with clipping"].map((title, k) => {
    const line = make(verdicts, "div", "verdict");
    const name = make(line, "button", "name", "", "Let the pictures of the cause follow this ball");
    make(name, "span", `key ${k ? "clipped" : "free"}`).setAttribute("aria-hidden", "true");
    make(name, "span", "", title);
    return { name, said: make(line, "span", "said") };
  });

  const sides = make(root, "div", "sides");
  const map = section(sides, "map", "The error from above");
  const [byError, byNorm] = choice(map.aside, "error E", "gradient norm");
  const legend = make(map.aside, "span", "legend");
  const mapHelp = info(map.aside, "What this map is");
  const mapPicture = make(map.body, "div", "picture");
  const transport = make(map.body, "div", "transport");
  const play = make(transport, "button", "play", "Play", "Let both balls run from where they were dropped");
  const step = make(transport, "button", "round", "Step", "One update");
  const all = make(transport, "button", "round", "Show all", "Both whole paths; the ring marks the steepest update");
  const scrub = make(transport, "input", "scrub");
  Object.assign(scrub, { type: "range", min: 0, step: 1 });
  scrub.setAttribute("aria-label", "Update");
  const at = make(transport, "output");
  const views = make(map.body, "div", "views");
  const closer = make(views, "button", "round", "Closer", "Half of the map, around the place of the drop");
  const farther = make(views, "button", "round", "Farther", "Twice the map");
  const whole = make(views, "button", "round", "Whole throw", "As much of the map as both paths need");
  const paper = make(views, "button", "round", "Figure 6", "The map of the paper: w from 4 to 7, b from -3.5 to -1.5");

  equation(make(views, "span", "equation"), "x", "t", " = w σ(x", "t−1", ") + b,  E = (σ(x", "T", ") − target)²");

  const side = make(sides, "div", "beside");
  const hill = section(side, "hill", "The same as a landscape");
  make(hill.aside, "span", "quiet-reading", "height: error E; drag to turn");
  const far = section(side, "far", "Where it lands, to scale");

  const rows = make(root, "div", "sliders");
  for (const name of ["rate", "threshold", "momentum", "count", "steps", "target", "start"]) sliders[name] = slider(rows, name, say);

  const reasons = make(root, "div", "reasons");
  const cause = section(reasons, "cause", "Why a wall: where the unit comes to rest");
  const causeHelp = info(cause.aside, "What these curves are");
  const causeSaid = make(cause.body, "p", "said-below");
  const causePicture = make(cause.body, "div", "picture");
  const product = section(reasons, "product", "What the error is multiplied by");
  const [atSteepest, atStart] = choice(product.aside, "steepest update", "where dropped");
  const productHelp = info(product.aside, "What these bars are");
  const productSaid = make(product.body, "p", "said-below");
  const productPicture = make(product.body, "div", "picture");

  const latch = section(root, "latch", "The latch: what stores a bit forgets the error");
  const latchHelp = info(latch.aside, "What this unit is");
  const latchGrid = make(latch.body, "div", "latch-grid");
  const latchSide = make(latchGrid, "div", "side");
  equation(make(latchSide, "p", "equation"), "x", "t", " = tanh(w x", "t−1", " + u)");
  for (const name of ["latch_w", "latch_u", "latch_start"]) sliders[name] = slider(latchSide, name, say);
  const latchSaid = Object.fromEntries(["stores", "holds", "forgets"].map((name) => [name, make(latchSide, "p", name)]));
  const latchPictures = make(latchGrid, "div", "pictures");
  const latchPicture = make(latchPictures, "div", "picture");
  const latchProduct = make(latchPictures, "div", "picture");

  const foot = make(root, "div", "status");
  const copy = make(foot, "button", "quiet", "Copy link to this view");
  const status = make(foot, "span");
  status.setAttribute("role", "status");
  const tip = make(root, "div", "tip");
  const help = make(root, "div", "help");
  help.popover = "auto";

  return {
    root, sliders, balls, map, mapPicture, mapHelp, byNorm, byError, legend, play, step, all, scrub, at, closer, farther, whole, paper,
    hill, far, cause, causeHelp, causeSaid, causePicture, product, productHelp, productSaid, productPicture, atSteepest, atStart,
    latch, latchHelp, latchSaid, latchPicture, latchProduct, copy, status, tip, help,
  };
}
