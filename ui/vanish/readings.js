// The numbers beside the pictures: verdicts and metrics per network, values at the selected step, colour legends.

import { element, explain, press, write } from "../kit/browser/elements.js";
import { GLOSSARY } from "../kit/browser/glossary.js";
import { sayNumber, sayPower, visible } from "../kit/browser/words.js";
import { NARROWEST, growthAt, growthInWords } from "./growth.js";
import { endName } from "./networks.js";

const HELP = {
  halfLife: "How many steps back it takes until the error has halved (or doubled). It is said only where the curve on its log scale is close to a straight line: the line of least squares, from which the curve lies off by at most a twentieth of the line’s change from end to end (root mean square), and a quarter at any step. Else there is no steady rate to tell.",
  radius: GLOSSARY["spectral radius"],
  singular: GLOSSARY["largest singular value"],
  saturation: GLOSSARY.saturation,
  loss: "The loss L that sends the error back, summed over the steps that have one.",
  gradient: GLOSSARY["gradient norm"],
  seeds: "What is left of the error at step 1, relative to step T, under other seeds: from the 10th to the 90th percentile of the runs. Each draws its own weights, inputs and targets.",
};

// What the bars of growth are, for the cell that they show.
export function whyWords(scene, cell) {
  const said = [
    "From each step to the one before, the error is multiplied twice: by the slopes of the activations, which saturation makes small, and by the recurrent weights W. The bars are these two factors on a log scale, the line is both together: the growth of the error in this one step. A mark at the end of a bar says that it goes on beyond 1e-16 or 1e16.",
  ];
  if (cell.gated) said.push("In a cell with gates, all that acts unit by unit counts as saturation: the gates too, and what passes by W.");
  if (cell.now.hasMemory) said.push("The growth is that of the full state, h and c together.");
  else if (scene.lastLossOnly) said.push("It is the slope of the curve above.");
  if (!scene.lastLossOnly) said.push("It is the growth of what is carried, without what enters at each step anew.");
  said.push("Where the error is exactly 0 there is a gap.");
  if (scene.axis.pitch < NARROWEST) said.push("There are more steps than room: a bar is the mean of its neighbours.");
  return said.join(" ");
}

// What lies under the pointer: an error, the growth of one step, a place on the maps of every scale.
export function errorWords(scene, c, t) {
  const cell = scene.cells[c];
  const symbol = scene.labels ? ` (“${visible(scene.labels[t - 1])}”)` : "";
  const size = sayPower(scene.size(cell, t));
  return scene.absolute
    ? `At step ${t}${symbol} the norm of dL/dh in the ${cell.title} is ${size}.`
    : `At step ${t}${symbol} the error in the ${cell.title} is ${size} times what it is at step ${scene.steps}.`;
}

export function growthWords(cell, t) {
  const { saturation, weights, together } = growthInWords(growthAt(cell.now, t));
  return `From step ${t} to ${t - 1} the error in the ${cell.title}: saturation ${saturation}, weights ${weights}, together ${together}.`;
}

export function mapWords(scene, place) {
  if (!place) return "";
  const dh = scene.rows(place.c, place.scale);
  const size = sayPower(dh[place.t] - dh[scene.steps]);
  return `${scene.cells[place.c].title} at scale ${scene.scales[place.scale]}: at step ${place.t} the error is ${size} times what it is at step ${scene.steps}.`;
}

// Verdicts, one row per network: `draw(scene, state)`.
export function createVerdicts(root, focusOn) {
  const host = element(root, "div", "verdicts main");
  let rows = [];

  function build(scene) {
    host.replaceChildren();
    rows = scene.cells.map((cell, c) => {
      const row = element(host, "div", "verdict-row");
      const name = press(row, cell.title, "Show this network below: why, and its hidden states", "name");
      name.style.color = scene.palette.cells[cell.name];
      name.onclick = () => focusOn(c);
      const said = element(row, "div", "said");
      const box = element(row, "div", "metrics");
      const metrics = {};
      for (const [metric, words] of Object.entries(HELP)) {
        const button = (metrics[metric] = press(box, ""));
        button.dataset.metric = metric;
        button.onclick = () => explain(button, words);
      }
      return { row, name, said, metrics };
    });
  }

  return function draw(scene, state) {
    if (scene.laid) build(scene);
    const { seeds } = scene;
    scene.cells.forEach(({ now, largestIn }, c) => {
      const [ofRadius, ofSingular] = largestIn.map((gate) => (gate ? ` (${gate})` : ""));
      const { row, name, said, metrics } = rows[c];
      name.setAttribute("aria-pressed", `${c === state.focus}`);
      row.classList.toggle("focused", c === state.focus);
      write(said, now.verdict);
      write(metrics.halfLife, now.halfLife);
      write(metrics.radius, `spectral radius ${sayNumber(now.radius)}${ofRadius}`);
      write(metrics.singular, `largest singular value ${sayNumber(now.singular)}${ofSingular}`);
      write(metrics.saturation, `saturation ${sayNumber(now.saturation)}`);
      write(metrics.loss, `${scene.lossNamed} ${Number.isFinite(now.loss) ? sayNumber(now.loss) : "overflows"}`);
      const size = Number.isNaN(now.gradient) || now.gradient === Infinity ? "overflows" : sayPower(now.gradient);
      write(metrics.gradient, `gradient norm ${size}${now.clipped ? ` (${now.clipped})` : ""}`);
      metrics.seeds.hidden = !seeds;
      metrics.seeds.classList.toggle("away", Boolean(seeds?.said.length) && !scene.spread);
      if (seeds) write(metrics.seeds, seeds.said[c] ?? `${seeds.count} other seeds …`);
    });
  };
}

/** Values at the selected step, beside the curves. @returns {Legend[]} */
export function valuesOf(scene, state) {
  const { cells, palette } = scene;
  const values = cells.flatMap((cell) => {
    const colour = palette.cells[cell.name];
    const solid = /** @type {Legend} */ ({ kind: "line", colour, wide: 3, words: `${cell.title} ${sayPower(scene.size(cell, state.t))}` });
    if (!cell.now.hasMemory) return [solid];
    return [solid, { kind: "line", colour, wide: 2, dash: "6 4", words: `its cell state ${sayPower(scene.memory(cell, state.t))}` }];
  });
  const bounded = scene.lastLossOnly && cells.some(({ now }) => !Number.isNaN(now.bound));
  const bound = /** @type {Legend} */ ({ kind: "line", colour: palette.muted, wide: 1.5, dash: "1 4", words: "bound (‖W‖ γ)ᵀ⁻ᵗ" });
  return [{ kind: "words", words: `t = ${state.t}` }, ...values, ...(bounded ? [bound] : [])];
}

/** The factors of the selected step, beside the bars. @returns {Legend[]} */
export function factorsOf(scene, state) {
  const { palette } = scene;
  const words = growthInWords(growthAt(scene.cells[state.focus].now, state.t));
  return [
    { kind: "words", words: `step ${state.t}:` },
    { kind: "bar", colour: palette.roles.saturation, words: `saturation ${words.saturation}` },
    { kind: "bar", colour: palette.roles.weights, words: `weights ${words.weights}` },
    { kind: "line", colour: palette.text, wide: 1.5, words: `together ${words.together}` },
  ];
}

/** The scales of colours: of the chain, the states, the maps. @returns {Record<string, Legend[]>} */
export function rampsOf(scene, state) {
  const { colours, stale } = scene.states(state.focus);
  const [low, high] = scene.flowSpan.map(endName);
  const [bottom, top] = scene.landSpan.map(endName);
  const flow = Array.from({ length: 8 }, (_, k) => scene.magnitude.css(0.18 + (0.82 * k) / 7));
  return {
    chain: [{ kind: "ramp", colours: flow, low, high, words: scene.absolute ? "‖dL/dhₜ‖" : "error, relative to step T" }],
    states: [{ kind: "ramp", scale: scene.signed, low: colours.low, high: colours.high, words: stale ? "follows when you let go" : colours.words.slice(2) }],
    maps: [
      { kind: "ramp", scale: scene.magnitude, low: bottom, high: top, words: "error, relative to step T" },
      { kind: "words", words: "each row is a run at its own scale" },
    ],
  };
}
