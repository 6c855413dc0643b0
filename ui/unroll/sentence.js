// What is seen, in words: the step that is in focus, and what lies under the pointer. Every number is the engine's.

import { sizeOf10 } from "../kit/browser/far.js";
import { quoted, sayInFull, sayNumber, sayPower } from "../kit/browser/words.js";
import { FILLED, SAID, lastTime, reached, timeOf, timeOfOutput } from "./timeline.js";

const FEW = 4; // units whose states are said one by one

function whatEnters(model, t) {
  const name = model.label(t);
  if (model.code(t) === null) {
    const [one, ...more] = model.inputs(0, t);
    return more.length ? `${[one, ...more].map((each) => `${each.name} ${sayNumber(each.value)}`).join(", ")} enter` : `${sayNumber(one.value)} enters`;
  }
  return name === null || model.code(t) < 0 ? "nothing enters" : `${quoted(name)} enters`;
}

function stateInWords(model, row, t) {
  const h = model.h(row, t);
  if (model.hidden <= FEW) return `[${Array.from(h, sayNumber).join(", ")}]`;
  let most = 0;
  h.forEach((v, k) => (most = sizeOf10(v) > sizeOf10(h[most]) ? k : most));
  return `${model.hidden} units, unit ${most + 1} farthest from 0 at ${sayNumber(h[most])}`;
}

function answer(model, t) {
  const values = model.outputs(t);
  if (!values) return model.header.output.at.every((at) => at > t) ? " This step gives no output; the answer comes later." : "";
  const { kind } = model.header.output;
  const target = model.target(t);
  const wanted = target === null ? "" : `; wanted ${kind === "softmax" ? quoted(target) : target}, loss ${sayNumber(model.loss(t))}`;
  if (kind !== "softmax") return ` The output is ${sayNumber(values[0])}${wanted}.`;
  const [best] = model.likeliest(t, 1);
  return ` Likeliest output: ${quoted(model.header.vocabulary[best])} at ${sayNumber(values[best])}${wanted}.`;
}

// One sentence or two about the step in focus, as far as it is computed.
export function sentenceOf(model, state) {
  const { t, row } = state;
  const part = model.partAt(t);
  const which = model.header.named.split(":")[0];
  const begins = which ? `Text ${which}. ` : "";
  const where = model.parts.length > 1 ? `Step ${model.ownStep(t)} of the ${part.name}’s ${part.steps}` : `Step ${t.toLocaleString("en")} of ${part.steps.toLocaleString("en")}`;
  const [inward, carried] = [model.flow(row, t, 0), model.flow(row, t, 1)].map(sayPower);
  const layer = model.layers > 1 ? ` of layer ${Math.floor(row / model.ways) + 1}` : "";
  const chain = `${layer}${model.sweeps ? `, read ${model.whence(row)},` : ""}`;
  const handed = model.parts.length > 1 && part.offset > 0 && t === part.offset + 1 ? " handed over by the encoder" : "";
  const begun = model.loops ? model.start(row, t) : null;
  const from = begun ? ` The chain starts from ${Object.entries(begun).map(([letter, size]) => `${letter}₀ of size ${sayPower(size)}`).join(" and ")}, not from zeros.` : "";
  const meets = model.loops ? `meets W h of size ${carried}${handed}` : "and the bias are all there is";
  const becomes = reached(state.clock, timeOf(model, row, t), FILLED) ? `; the state${chain} becomes ${stateInWords(model, row, t)}` : "";
  const out = reached(state.clock, timeOfOutput(model, t), SAID) ? answer(model, t) : "";
  return `${begins}${where}: ${whatEnters(model, t)}. U x of size ${inward} ${meets}${becomes}.${from}${out}`;
}

// When what lies at a place is there to be told: nothing is, before its column is computed.
function isThere(model, { kind, flow, t, row = 0 }, clock) {
  if (kind === "output" || flow === "V") return reached(clock, timeOfOutput(model, t), SAID);
  if (kind === "unit" || kind === "value") return reached(clock, timeOf(model, row, t), FILLED);
  if (kind === "gradient") return clock >= lastTime(model); // it flows back from the end
  return kind !== "flow" || reached(clock, timeOf(model, row, t), 0);
}

// What lies at a place that the diagram or a heatmap found, so far as the walk has come: `clock`.
export function hintOf(model, place, clock) {
  const { t, kind, row } = place;
  const when = model.parts.length > 1 ? `step ${model.ownStep(t)} of the ${model.partAt(t).name}` : `step ${t}`;
  if (!isThere(model, place, clock)) return `${when.charAt(0).toUpperCase()}${when.slice(1)} is still to come.`;
  if (kind === "unit") {
    const of = model.rows > 1 ? `, ${model.title(row, t)}` : "";
    return `Unit ${place.unit + 1}${of} at ${when}: ${sayInFull(model.h(row, t)[place.unit])}.`;
  }
  if (kind === "value") return `${place.name} of unit ${place.unit + 1} at ${when}: ${sayInFull(place.value)}.`;
  if (kind === "output") {
    const p = sayInFull(model.outputs(t)[place.k]);
    const target = model.target(t);
    const wanted = target === null ? "" : ` Wanted: ${target}.`;
    return model.header.output.kind === "softmax" ? `${quoted(model.header.vocabulary[place.k])} at ${when}: probability ${p}.${wanted}` : `Output at ${when}: ${p}.${wanted}`;
  }
  if (kind === "input") {
    const code = model.code(t);
    if (code === null || code < 0) return `At ${when} ${whatEnters(model, t)}.`;
    return `At ${when} ${whatEnters(model, t)}, one-hot: input ${code + 1} of ${model.partAt(t).vocabulary.length} is 1, the others are 0.`;
  }
  if (kind === "flow") {
    const said = { U: ["U x", model.flow(row, t, 0)], W: ["W h", model.flow(row, t, 1)], V: ["V h", model.outflow(t)] }[place.flow];
    const where = place.flow !== "V" && model.rows > 1 ? ` into ${model.title(row, t)}` : "";
    return `${said[0]}${where} at ${when}: a vector of size ${sayPower(said[1])}.`;
  }
  if (kind === "gradient") return `‖dL/dh‖ at ${when}: ${sayPower(model.dh(row ?? 0, t))}.`;
  return "";
}

// What the walk as a whole is doing, for a reader who cannot see it move.
export const progressOf = (model, state) => (state.clock >= lastTime(model) ? "all steps computed" : `${Math.floor(state.clock)} of ${lastTime(model)} steps computed`);
