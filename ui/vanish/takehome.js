// What a visitor takes home: each picture with words under it, the numbers behind the curves, the link to the view.

import { element } from "../shared/elements.js";
import { sayNumber } from "../shared/words.js";
import { decadeName } from "../shared/paint.js";
import { captioned, copyText, saveCsv, savePng, saveSvg } from "../shared/save.js";
import { growthAt } from "./growth.js";

// `pictures` by panel; `now()` gives the scene and the header of the moment.
export function createTakeHome(stage, state, pictures, now) {
  const scaleNow = () => `recurrent scale ${now().scene.scales[state.scale]}`;
  const focused = () => now().scene.cells[state.focus];
  const shownSize = () => (state.absolute ? "‖dL/dh‖" : `size of the error relative to step ${state.steps}`);
  const decadesNow = (span) => span.map((v) => decadeName(Math.round(v))).join(" to ");
  const plainWords = (words) => [[words, now().scene.palette.text]];
  const names = () => now().scene.cells.map((cell) => [cell.title, now().scene.palette.cells[cell.name]]);
  const band = () => (now().scene.spread ? ` Bands: 10 to 90 % of ${now().scene.seeds.count} other seeds.` : "");
  const roles = () => ["saturation", "weights"].map((role) => [role, now().scene.palette.roles[role]]).concat([["line: together", now().scene.palette.text]]);

  for (const [panel, name, picture, lines, table] of [
    [stage.chain, "chain", () => pictures.chain.root, () => [names(), plainWords(`Width and colour: ${shownSize()}, ${decadesNow(now().scene.span)}; ${scaleNow()}.`)]],
    [stage.curves, "gradient-norms", () => pictures.curves.root, () => [names(), plainWords(`Solid: ${shownSize()}. Dashed: the same of the cell state. Dotted: bound.${band()} At ${scaleNow()}.`)], curveTable],
    [stage.growth, "growth-per-step", () => pictures.growth.root, () => [roles(), plainWords(`What each step back multiplies the error of the ${focused().title} by; ${scaleNow()}.`)], growthTable],
    [stage.heat, "hidden-states", () => pictures.heatmap.picture(), () => [plainWords(`Hidden states of the ${focused().title}, ±${sayNumber(now().scene.states(state.focus).extent)}; ${scaleNow()}.`)]],
    [stage.land, "every-scale", () => pictures.landscape.picture(), () => [names(), plainWords(`Steps across, recurrent scale up; colour: error relative to step ${state.steps}, ${decadesNow(now().scene.landSpan)}.`)]],
  ]) {
    const ready = () => captioned(picture(), lines(), now().scene.font);
    const ground = () => now().scene.palette.ground;
    const button = (label, title, save) => (element(panel.tools, "button", "", label, title).onclick = save);
    if (table) button("CSV", "Save the numbers at this scale, unrounded", () => saveCsv(byStep(table()), name));
    button("PNG", "Save this picture as PNG", () => savePng(ready(), ground(), name));
    button("SVG", "Save this picture as SVG", () => saveSvg(ready(), ground(), name));
  }

  // One row per step of columns [name, value at step t].
  function byStep(columns) {
    const rows = [["step", "recurrent scale", ...columns.map(([name]) => name)]];
    for (let t = 1; t <= state.steps; t++) rows.push([t, now().scene.scales[state.scale], ...columns.map(([, at]) => at(t))]);
    return rows;
  }

  // log10 of every norm, because float64 cannot hold all the norms themselves.
  function curveTable() {
    const { scene } = now();
    return scene.cells.flatMap((cell, c) => {
      const { dh, dc, bound, hasMemory } = cell.now;
      const named = [[`log10 |dL/dh| ${cell.title}`, (t) => dh[t]]];
      if (hasMemory) named.push([`log10 |dL/dc| ${cell.title}`, (t) => dc[t]]);
      if (!Number.isNaN(bound)) named.push([`log10 bound ${cell.title}`, (t) => dh[state.steps] + bound * (state.steps - t)]);
      if (!scene.spread) return named;
      const ranks = ["10th percentile", "median", "90th percentile"];
      return named.concat(ranks.map((rank, k) => [`log10 |dL/dh| ${cell.title}, ${rank} of ${scene.seeds.count} other seeds`, (t) => scene.spread(c, k, true)[t]]));
    });
  }

  function growthTable() {
    return now().scene.cells.flatMap((cell) =>
      ["saturation", "weights", "together"].map((part) => [`log10 growth by ${part} ${cell.title}`, (t) => growthAt(cell.now, t)[part]]),
    );
  }

  stage.copy.onclick = async () => {
    const url = new URL(window.location.href);
    const { cells, scales } = now().header;
    const put = (name, value, usual) => (value === usual ? url.searchParams.delete(name) : url.searchParams.set(name, value));
    put("scale", `${scales[state.scale]}`, "1");
    put("step", `${state.t}`, `${state.steps}`);
    put("focus", cells[state.focus].name, cells[0].name);
    put("norms", state.absolute ? "absolute" : "relative", "relative");
    if (await copyText(url.href)) {
      stage.status.textContent = " copied.";
      return;
    }
    stage.status.replaceChildren();
    const field = element(stage.status, "input");
    Object.assign(field, { value: url.href, readOnly: true, ariaLabel: "Link to this view" });
    field.select();
  };
}
