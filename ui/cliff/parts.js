// What stands on the page of the cliff: made once, filled by every draw.

import { element, panel, press, segments } from "../kit/browser/elements.js";

const HELP = {
  map: "One unit repeats x ← w σ(x) + b, T times from x₀; its error is E = (σ(x) − target)². Every point of the map is one choice of w and b: the colour says how steep the error is there, or how large. Press anywhere to drop both balls; hold and move to see where each place leads. Dotted: between these lines the unit has two resting places that attract. At the wall every update multiplies what rounding leaves out: two more paths start beside each ball’s, one part in 10¹⁵ away, and numbers are told only as long as all three agree; a small square marks where they part. Pascanu, Mikolov and Bengio (2013), figure 6.",
  cause: "All x with x = w σ(x) + b, over b, at the w of the point. Solid places attract the unit, the dashed one repels it. At the open circles two of them meet and vanish. The unit starts at x₀: where the repelling place passes x₀, a tiny step of b decides whether it ends high or low. There stands the wall. Dots: the unit's own steps. Press to choose another b.",
  product: "dx at one step over dx at the step before is w σ′(x): one bar per step, up or down from 1. The line is their product from step T back, both on a log scale: what the error at the end is multiplied by on its way to step t. At the wall the unit lingers at the place that repels, where the factors are above 1, and their product explodes; at rest they are below 1, and it vanishes.",
  latch: "A tanh unit with one weight and a constant input, from x₀. For w > 1 and a small input two states attract: the unit stores one bit, the sign. But attract means that differences shrink, and so does the error on its way back. Shaded: all (w, u) that store. Bengio, Simard and Frasconi (1994).",
};

// Letters and what stands below the line, in turn.
function equation(parent, ...words) {
  words.forEach((part, k) => element(parent, k % 2 ? "sub" : "span", "", part));
}

const picture = (host) => element(host, "div", "picture");

export function createParts(root, choose) {
  const sliders = element(root, "div", "sliders"); // first for the Tab key; cliff.css lays them below the map
  const verdicts = element(root, "div", "verdicts main");
  const balls = ["without clipping", "with clipping"].map((title, k) => {
    const line = element(verdicts, "div", "ball");
    const name = press(line, "", "Let the pictures of the cause follow this ball", "name");
    const key = element(name, "span", `key ${k ? "clipped" : "free"}`);
    key.ariaHidden = "true";
    element(name, "span", "", title);
    return { name, key, said: element(line, "span", "said") };
  });

  const sides = element(root, "div", "sides");
  const map = panel(sides, { name: "map main", title: "The error from above", help: HELP.map });
  const colour = segments(map.aside, "What the colours are", choose.colour);
  const legend = element(map.aside, "span", "legends");
  const mapPicture = picture(map.body);
  const transport = element(map.body, "div", "bar");
  const views = element(map.body, "div", "views");
  const [closer, farther, whole, paper] = [
    ["Closer", "Half of the map, around the place of the drop"],
    ["Farther", "Twice the map"],
    ["Whole throw", "As much of the map as both paths need"],
    ["Figure 6", "The map of the paper: w from 4 to 7, b from −3.5 to −1.5"],
  ].map(([words, title]) => press(views, words, title, "round"));
  equation(element(views, "span", "equation"), "x", "t", " = w σ(x", "t−1", ") + b,  E = (σ(x", "T", ") − target)²");

  const beside = element(sides, "div", "beside-map");
  const hill = panel(beside, { name: "hill main aside-part", title: "The same as a landscape" });
  element(hill.aside, "span", "legend", "height: error E; drag to turn");
  const far = panel(beside, { name: "far aside-part", title: "Where it lands, to scale" });
  const reasons = element(root, "div", "beside");
  const cause = panel(reasons, { name: "cause aside-part", title: "Why a wall: where the unit comes to rest", help: HELP.cause });
  const causeSaid = element(cause.body, "p", "said-below");
  const product = panel(reasons, { name: "product aside-part", title: "What the error is multiplied by", help: HELP.product });
  const point = segments(product.aside, "Whose cause is shown", choose.point);
  const productSaid = element(product.body, "p", "said-below");

  const latch = panel(root, { name: "latch aside-part", title: "The latch: what stores a bit forgets the error", help: HELP.latch });
  const grid = element(latch.body, "div", "latch-grid");
  const latchSide = element(grid, "div", "side");
  equation(element(latchSide, "p", "equation"), "x", "t", " = tanh(w x", "t−1", " + u)");
  const latchSliders = element(latchSide, "div");
  const latchSaid = Object.fromEntries(["stores", "holds", "forgets"].map((name) => [name, element(latchSide, "p", name)]));
  const latchPictures = element(grid, "div", "pictures");

  return {
    verdicts, balls, map, colour, legend, transport, closer, farther, whole, paper, hill, far, sliders, cause, causeSaid, product, point, productSaid, latch, latchSliders, latchSaid,
    hosts: { map: mapPicture, hill: hill.body, far: far.body, resting: picture(cause.body), product: picture(product.body), latch: picture(latchPictures), latchProduct: picture(latchPictures) },
  };
}
