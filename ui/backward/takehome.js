// Taking home: a picture with words under it, the numbers behind it, the link to the view.

import { captioned, copyText, saveCsv, savePng, saveSvg } from "../shared/save.js";
import { element } from "../shared/elements.js";

// `picture()` is an SVG, `lines()` the caption as lines of [words, colour], `rows()` the table with its head.
export function takeHome(panel, name, picture, lines, rows, scene) {
  const button = (label, title, save) => (element(panel.tools, "button", "", label, title).onclick = save);
  const ready = () => captioned(picture(), lines(), scene().font);
  button("CSV", "Save the numbers, unrounded", () => saveCsv(rows(), name));
  button("PNG", "Save this picture as PNG", () => savePng(ready(), scene().palette.ground, name));
  button("SVG", "Save this picture as SVG", () => saveSvg(ready(), scene().palette.ground, name));
}

// A button that copies the address with these parameters, [name, value, usual value]; usual ones stay out.
export function copyButton(parent, parameters) {
  const row = element(parent, "div", "status");
  const button = element(row, "button", "quiet", "Copy link to this view");
  const status = element(row, "span");
  status.setAttribute("role", "status");
  button.onclick = async () => {
    const url = new URL(window.location.href);
    for (const [name, value, usual] of parameters()) {
      if (value === usual) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    if (await copyText(url.href)) {
      status.textContent = " copied.";
      return;
    }
    status.replaceChildren();
    const field = element(status, "input");
    Object.assign(field, { value: url.href, readOnly: true, ariaLabel: "Link to this view" });
    field.select();
  };
}
