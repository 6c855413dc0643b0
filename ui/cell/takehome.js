// What a visitor takes home: the pictures, the numbers of the step and of the run, the link to the view.

import { captioned, copyText, saveCsv, savePng, saveSvg } from "../shared/save.js";
import { element } from "../shared/elements.js";
import { asHtml } from "./standalone.js";

// A circuit of its own size, whatever room it has on the page.
function sized(picture, [width, height]) {
  const copy = picture.cloneNode(true);
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  return copy;
}

export function createTakeHome(parts, state, pictures, now, saved) {
  const about = () => `${now().run.title}, step ${state.t} of ${now().run.steps}, ${state.backward ? "gradients" : "values"}; numbers of unit ${state.unit}.`;
  const caption = (words) => [[[words, now().palette.text]]];
  const tools = (parent, name, picture, words, table) => {
    const ready = () => {
      const { run, font } = now();
      return name === "circuit" ? captioned(sized(picture(), run.size), caption(words()), 13) : captioned(picture(), caption(words()), font);
    };
    const button = (label, title, save) => (element(parent, "button", "", label, title).onclick = save);
    button("CSV", "Save the numbers, unrounded", () => saveCsv(table(), name));
    button("PNG", "Save this picture as PNG", () => savePng(ready(), now().palette.ground, name));
    button("SVG", "Save this picture as SVG", () => saveSvg(ready(), now().palette.ground, name));
  };

  tools(parts.tools, "circuit", () => pictures.circuit.root, about, circuitTable);
  // One file that plays by itself; it cannot make another, nor a link.
  if (!saved) element(parts.tools, "button", "", "HTML", "Save the whole view as one file that plays without a server").onclick = async () => {
    const { t, unit, backward, quantity, example } = state;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([await asHtml(parts.root, now().bytes, { t, unit, backward, quantity, example })], { type: "text/html" }));
    link.download = "inside-the-cell.html";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  parts.copy.hidden = saved;
  tools(parts.highway.tools, "highway", () => pictures.highway.root, () => `Kept, written on top of it, forgotten below; ${state.single ? `unit ${state.unit}` : "all units"} of the ${now().run.title}.`, highwayTable);
  tools(parts.gates.tools, "gates", () => pictures.gates.root, () => now().run.verdict, gatesTable);

  // Every quantity of the circuit at every step, with its gradient as mantissa and power of two.
  function circuitTable() {
    const { run } = now();
    const rows = [["step", "symbol read", "quantity", "name", "unit", "value", "gradient", "times 2 to the power"]];
    for (let t = 1; t <= run.steps; t++) {
      for (const { name, symbol, label } of run.nodes) {
        const [values, gradients] = [run.value(name, t), run.gradient(name, t)];
        values.forEach((v, k) => rows.push([t, run.labels[t - 1], symbol, label, k + 1, v, gradients[k], run.power(t)]));
      }
    }
    return rows;
  }

  function highwayTable() {
    const { run } = now();
    const names = ["before", "kept", "forgotten", "written", "after"];
    const rows = [["step", "unit", ...names]];
    for (let t = 1; t <= run.steps; t++) for (let k = 0; k < run.units; k++) rows.push([t, k + 1, ...names.map((name) => run.memory[name](t)[k])]);
    return rows;
  }

  function gatesTable() {
    const { run } = now();
    const columns = run.gates.flatMap(({ name }) => ["mean", "shut", "open"].map((what) => `${name} ${what}`));
    const rows = [["unit", ...columns, "half-life in steps"]];
    for (let k = 0; k < run.units; k++) rows.push([k + 1, ...columns.map((name) => run.named(name)[k]), run.halfLife ? run.halfLife[k] : ""]);
    return rows;
  }

  parts.copy.onclick = async () => {
    const { run } = now();
    const url = new URL(window.location.href);
    const put = (name, value, usual) => (value === usual ? url.searchParams.delete(name) : url.searchParams.set(name, value));
    put("step", String(state.t), "");
    put("unit", String(state.unit), "1");
    put("way", state.backward ? "backward" : "forward", "forward");
    put("show", state.quantity, run.usual);
    put("example", state.example.map((row) => row.join(",")).join(";"), run.usualExample);
    if (await copyText(url.href)) {
      parts.status.textContent = " copied.";
      return;
    }
    parts.status.replaceChildren();
    const field = element(parts.status, "input");
    Object.assign(field, { value: url.href, readOnly: true, ariaLabel: "Link to this view" });
    field.select();
  };
}
