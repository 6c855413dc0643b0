// The numbers beside the pictures: verdicts and metrics per network, values at the selected step, colour legends.

import { element } from "../shared/elements.js";
import { sayNumber, sayPower } from "../shared/words.js";
import { decadeName, svg } from "../shared/paint.js";
import { NARROWEST, growthAt, growthInWords } from "./growth.js";

const HELP = {
  halfLife: "How many steps back it takes, on average over the whole sequence, until the error has halved (or doubled): (T − 1) / log2 of the change from step T to step 1.",
  radius: "The largest |eigenvalue| of the recurrent weights W (of the largest gate's, where there are several). It rules the long run of a linear network; alone it bounds nothing at finite distance.",
  singular: "‖W‖, the largest singular value of the recurrent weights (of the largest gate's): the most that one multiplication by W can stretch an error.",
  saturation: "1 − the mean of f′(a) / max f′ over all steps and units: 0 means every activation works where it is steepest, 1 means all are flat. A flat unit lets no error through; but a flat gate of an LSTM or GRU may be one that is held open.",
  loss: "The loss L that sends the error back, summed over the steps that have one.",
  gradient: "The norm of the gradients of all parameters together: what gradient clipping looks at. Clipping multiplies every gradient by one factor: it bounds the step, but revives nothing that has vanished.",
  seeds: "What is left of the error at step 1, relative to step T, under other seeds: from the 10th to the 90th percentile of the runs. Each draws its own weights, inputs and targets.",
};

function why(scene, cell) {
  const said = [
    "From each step to the one before, the error is multiplied twice: by the slopes of the activations, which saturation makes small, and by the recurrent weights W. The bars are these two factors on a log scale, the line is both together: the growth of the error in this one step.",
  ];
  if (cell.gated) said.push("In a cell with gates, all that acts unit by unit counts as saturation: the gates too, and what passes by W.");
  if (cell.now.hasMemory) said.push("The growth is that of the full state, h and c together.");
  else if (scene.lastLossOnly) said.push("It is the slope of the curve above.");
  if (!scene.lastLossOnly) said.push("It is the growth of what is carried, without what each step's own loss adds.");
  said.push("Where the error is exactly 0 there is a gap.");
  if (scene.axis.pitch < NARROWEST) said.push("There are more steps than room: a bar is the mean of its neighbours.");
  return said.join(" ");
}

function explain(help, button, words) {
  help.textContent = words;
  help.showPopover();
  const box = button.getBoundingClientRect();
  const below = box.bottom + 6 + help.offsetHeight <= window.innerHeight;
  help.style.left = `${Math.max(8, Math.min(window.innerWidth - help.offsetWidth - 8, box.left))}px`;
  help.style.top = `${below ? box.bottom + 6 : box.top - help.offsetHeight - 6}px`;
}

function say(target, words) {
  if (target.textContent !== words) target.textContent = words;
}

export function createReadings(stage, focusOn) {
  let verdictsFor = "";
  let legendsFor = "";
  let valuesFor = "";
  let factorsFor = "";

  function buildVerdicts(scene) {
    stage.verdicts.replaceChildren();
    scene.cells.forEach((cell, c) => {
      const row = element(stage.verdicts, "div", "verdict");
      const name = element(row, "button", "name", cell.title, "Show this network below: why, and its hidden states");
      name.style.color = scene.palette.cells[cell.name];
      name.onclick = () => focusOn(c);
      element(row, "div", "said");
      const metrics = element(row, "div", "metrics");
      for (const [metric, words] of Object.entries(HELP)) {
        const button = element(metrics, "button");
        button.dataset.metric = metric;
        button.onclick = () => explain(stage.help, button, words);
      }
    });
  }

  function drawVerdicts(scene, state) {
    if (verdictsFor !== scene.key) buildVerdicts(scene);
    verdictsFor = scene.key;
    scene.cells.forEach((cell, c) => {
      const row = stage.verdicts.children[c];
      const { now } = cell;
      const metric = (name, words) => say(row.querySelector(`[data-metric="${name}"]`), words);
      row.querySelector(".name").setAttribute("aria-pressed", c === state.focus);
      row.classList.toggle("focused", c === state.focus);
      say(row.querySelector(".said"), now.verdict);
      metric("halfLife", now.halfLife);
      metric("radius", `spectral radius ${sayNumber(now.radius)}`);
      metric("singular", `largest singular value ${sayNumber(now.singular)}`);
      metric("saturation", `saturation ${sayNumber(now.saturation)}`);
      metric("loss", `loss ${Number.isFinite(now.loss) ? sayNumber(now.loss) : "overflows"}`);
      metric("gradient", `gradient norm ${Number.isNaN(now.gradient) || now.gradient === Infinity ? "overflows" : sayPower(now.gradient)}${now.clipped ? ` (${now.clipped})` : ""}`);
      const { seeds } = scene;
      const button = row.querySelector('[data-metric="seeds"]');
      button.hidden = !seeds;
      button.classList.toggle("away", Boolean(seeds?.said.length) && !scene.spread);
      if (seeds) say(button, seeds.said[c] ?? `${seeds.count} other seeds …`);
    });
  }

  function reading(parent, colour, width, dashes) {
    const mark = svg("svg", { width: 22, height: 8 }, parent);
    svg("line", { x1: 0, x2: 22, y1: 4, y2: 4, stroke: colour, "stroke-width": width, "stroke-dasharray": dashes }, mark);
    return element(parent, "span");
  }

  function drawValues(scene, state) {
    const { readings } = stage;
    const bounded = scene.lastLossOnly && scene.cells.some((cell) => !Number.isNaN(cell.now.bound));
    const kinds = `${scene.key} ${bounded}`;
    if (kinds !== valuesFor) {
      valuesFor = kinds;
      readings.replaceChildren();
      element(readings, "span", "reading");
      for (const cell of scene.cells) {
        const box = element(readings, "span", "reading");
        reading(box, scene.palette.cells[cell.name], 3, "none");
        if (cell.now.hasMemory) reading(box, scene.palette.cells[cell.name], 2, "6 4");
      }
      const { muted } = scene.palette;
      if (bounded) {
        const box = element(readings, "span", "reading quiet-reading", undefined, "No step of a vanilla RNN can grow an error by more than ‖W‖, its largest singular value, times γ, the activation's largest slope.");
        reading(box, muted, 1.5, "1 4").textContent = "bound (‖W‖ γ)ᵀ⁻ᵗ";
      }
    }
    say(readings.children[0], `t = ${state.t}`);
    scene.cells.forEach((cell, c) => {
      const [first, second] = readings.children[c + 1].querySelectorAll("span");
      say(first, `${cell.title} ${sayPower(scene.size(cell, state.t))}`);
      if (second) say(second, `its cell state ${sayPower(cell.now.dc[state.t] - (scene.absolute ? 0 : cell.now.dc[scene.steps]))}`);
    });
  }

  function drawGrowth(scene, state) {
    const { factors } = stage;
    const cell = scene.cells[state.focus];
    if (factorsFor !== scene.key) {
      factorsFor = scene.key;
      factors.replaceChildren();
      element(factors, "span", "reading");
      for (const [role, colour] of [["saturation", scene.palette.roles.saturation], ["weights", scene.palette.roles.weights], ["together", scene.palette.text]]) {
        const box = element(factors, "span", "reading");
        box.dataset.factor = role;
        const mark = svg("svg", { width: 14, height: 10 }, box);
        if (role === "together") svg("line", { x1: 0, x2: 14, y1: 5, y2: 5, stroke: colour, "stroke-width": 1.5 }, mark);
        else svg("rect", { width: 10, height: 10, x: 2, fill: colour }, mark);
        element(box, "span");
      }
    }
    const [head, ...boxes] = factors.children;
    const words = growthInWords(growthAt(cell.now, state.t));
    say(head, `step ${state.t}:`);
    for (const box of boxes) say(box.lastChild, `${box.dataset.factor} ${words[box.dataset.factor]}`);
    stage.why.onclick = () => explain(stage.help, stage.why, why(scene, cell));
  }

  function legend(box, low, colours, high) {
    box.replaceChildren();
    element(box, "span", "", low);
    element(box, "span", "bar").style.background = `linear-gradient(90deg, ${colours.join(",")})`;
    element(box, "span", "", high);
  }

  function drawLegends(scene, state) {
    const { extent, stale } = scene.states(state.focus);
    const key = `${scene.key} ${scene.data} ${scene.span} ${extent} ${stale} ${scene.absolute}`;
    if (key === legendsFor) return;
    legendsFor = key;
    const [low, high] = scene.span.map((v) => decadeName(Math.round(v)));
    const flow = Array.from({ length: 8 }, (_, k) => scene.magnitude.css(0.18 + (0.82 * k) / 7));
    legend(stage.magnitudeLegend, low, flow, `${high} ${scene.absolute ? "‖dL/dhₜ‖" : "of the error at step T"}`);
    legend(stage.signedLegend, sayNumber(-extent), scene.palette.signed, `${sayNumber(extent)}${stale ? " (follows when you let go)" : ""}`);
    const [bottom, top] = scene.landSpan;
    const beyond = (v, sign) => `${Math.abs(v) >= 16 ? sign : ""}${decadeName(v)}`;
    legend(stage.landLegend, beyond(bottom, "≤ "), scene.palette.magnitude, `${beyond(top, "≥ ")} of the error at step T; each row is a run at its own scale`);
  }

  return { drawVerdicts, drawValues, drawGrowth, drawLegends };
}
