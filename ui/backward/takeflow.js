// What a visitor takes home of the backward pass: four pictures, the numbers behind each, the link.

import { part } from "../shared/message.js";
import { sayPower } from "../shared/words.js";
import { factorsOf } from "./path.js";
import { copyButton, takeHome } from "./takehome.js";

// `pictures` by panel; `now()` gives the scene, the message, the title of the network and the shape of the array.
export function takeFlowHome(stage, state, pictures, now) {
  const room = () => now().scene;
  const words = (said) => [[[`${now().title}. ${said}`, room().palette.text]]];
  const steps = () => Array.from({ length: state.steps }, (_, k) => k + 1);

  takeHome(stage.flow, "backward-pass", () => pictures.flow, () => words(stage.verdict.textContent), () => {
    const { lanes, now: sizes } = room();
    const named = ({ label, entry }) => (entry ? [`contribution to dL/d${label}`] : [`contribution along dL/d${label}`, `norm of contribution to dL/d${label}`]);
    const values = (found, t) => (found.entry ? [found.at(t)] : [found.at(t), found.own[t - 1]]);
    return [["step", "log10 |dL/dh|", ...lanes.flatMap(named)], ...steps().map((t) => [t, sizes.dh[t], ...lanes.flatMap((found) => values(found, t))])];
  }, room);

  takeHome(stage.update, "update", () => pictures.update, () => words(stage.updateSaid.textContent), () => {
    const { arrays, header } = now().message;
    const { columns } = now().array;
    const gradient = arrays[`${state.c}.gradient.${state.array}`].data;
    const rate = header.rates[state.rate];
    const row = (w, n) => [state.array, Math.floor(n / columns) + 1, (n % columns) + 1, w, gradient[n], rate, w - rate * gradient[n]];
    return [["array", "row", "column", "before", "gradient", "rate", "after"], ...Array.from(arrays[`${state.c}.weight.${state.array}`].data, row)];
  }, room);

  takeHome(stage.items, "losses-by-state", () => pictures.table, () => [[[`‖dLₖ/dhₜ‖, colours from ${room().span.map(sayPower).join(" to ")}.`, room().palette.text]]], () => {
    const { header, arrays } = now().message;
    const row = (c, k) => part(arrays[`${c}.table`], k - 1);
    const cells = header.cells.flatMap(({ name }, c) => steps().flatMap((k) => steps().slice(0, k).map((t) => [name, k, t, row(c, k)[t]])));
    return [["cell", "loss k", "state t", "log10 |dL_k/dh_t|"], ...cells];
  }, room);

  takeHome(stage.way, "path", () => pictures.path, () => [[[stage.pathSaid.textContent, room().palette.text]]], () => [
    ["step", "factor", "log10 of the factor", "log10 of the norm behind it"],
    ...factorsOf(now().message, state.c, ...state.path).map(({ at, step, kind, factor, log10 }) => [step ?? at, kind, factor ?? "", log10]),
  ], room);

  copyButton(stage.foot, () => [
    ["step", `${state.t}`, state.playing ? `${state.t}` : ""],
    ["single", state.single ? "1" : "0", "0"],
    ["rate", `${now().message.header.rates[state.rate]}`, "0.1"],
    ["path", state.path.join("."), `${state.steps}.1`],
  ]);
}
