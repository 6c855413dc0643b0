// What a visitor takes home: pictures, exact numbers, and the whole walk as one file that plays by itself.

import { captioned, saveCsv, savePng, saveSvg } from "../shared/save.js";
import { mapsOf } from "./heatmaps.js";

const OFFER = ["CSV", "PNG", "SVG"];

// Names of a visitor in a table: a spreadsheet must not take one for a formula.
const plainName = (name) => (/^[=+\-@\t]./.test(name) && Number.isNaN(Number(name)) ? `'${name}` : name);

// One row per step: what enters, every unit of every chain, what comes out. Numbers are written so that they read back
// to the very same float.
function tableOf(model) {
  const maps = mapsOf(model);
  const rows = Array.from({ length: model.rows }, (_, row) => row);
  const units = Array.from({ length: model.hidden }, (_, unit) => unit);
  const names = model.header.output.kind === "softmax" ? model.header.vocabulary : ["y"];
  const place = (row) => `${model.title(row, 1).replace(/^(encoder|decoder)(, )?/, "") || "hidden layer"} `;
  const head = ["step", ...(model.parts.length > 1 ? ["part"] : []), "input"];
  for (const row of rows) {
    for (const map of maps) for (const unit of units) head.push(`${model.rows > 1 ? place(row) : ""}${map.name} ${unit + 1}`);
    head.push(`${model.rows > 1 ? place(row) : ""}log10 |dL/dh|`);
  }
  head.push(...names.map((name) => `output ${name}`), "target", "loss");
  const body = Array.from({ length: model.steps }, (_, n) => {
    const t = n + 1;
    const line = [t, ...(model.parts.length > 1 ? [model.partAt(t).name] : []), model.numeric ? model.value(t) : plainName(model.label(t) ?? "")];
    for (const row of rows) {
      for (const map of maps) line.push(...map.read(row, t));
      line.push(model.dh(row, t));
    }
    const values = model.outputs(t);
    line.push(...names.map((_, k) => (values ? values[k] : "")), plainName(model.target(t) ?? ""), model.loss(t) ?? "");
    return line;
  });
  return [head, ...body];
}

// The message again, with other words in its header; the arrays stay as they are.
function resealed(bytes, changes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const words = new TextEncoder().encode(JSON.stringify({ ...header, ...changes }));
  const padded = words.length + ((8 - ((words.length + 4) % 8)) % 8);
  const sealed = new Uint8Array(4 + padded + bytes.length - 4 - length).fill(32);
  new DataView(sealed.buffer).setUint32(0, padded, true);
  sealed.set(words, 4);
  sealed.set(bytes.subarray(4 + length), 4 + padded);
  return sealed;
}

function base64(bytes) {
  let read = "";
  for (let at = 0; at < bytes.length; at += 0x8000) read += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(read);
}

// The colours and the type that the app's frame would set.
function frameStyle(theme) {
  const tone = ({ ground, surface, text, rule, accent }) =>
    `--st-background-color:${ground};--st-secondary-background-color:${surface};--st-text-color:${text};--st-border-color:${rule};--st-primary-color:${accent};`;
  return `:root{color-scheme:light dark;--st-font:system-ui,sans-serif;${tone(theme.light)}}
@media (prefers-color-scheme:dark){:root{${tone(theme.dark)}}}
body{margin:0 auto;max-width:1400px;padding:1.2rem;background:var(--st-background-color)}`;
}

const stylesOf = (root) => {
  const home = root.getRootNode();
  const sheets = Array.from(home.querySelectorAll("style"), (style) => style.textContent);
  for (const sheet of home.adoptedStyleSheets ?? []) sheets.push(Array.from(sheet.cssRules, (rule) => rule.cssText).join("\n"));
  return sheets.filter((sheet) => sheet.includes(".unroll")).join("\n");
};

// A page of its own. What a visitor wrote is in the message only, which is base64: no letter of it can become markup.
function pageOf(source, styles, theme, message) {
  const guarded = source.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
<title>Unrolled: step by step</title>
<style>${frameStyle(theme)}
${styles.replaceAll("</style", "<\\/style")}</style></head>
<body><div id="walk"></div><script type="text/plain" id="message">${base64(message)}</script>
<script type="module">
${guarded}
const bytes = Uint8Array.from(atob(document.getElementById("message").textContent), (letter) => letter.charCodeAt(0));
const draw = () => mount({ parentElement: document.getElementById("walk"), data: bytes, setStateValue() {} });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
draw();
</script></body></html>
`;
}

// `now()` gives model, scene, bytes, state and view of the moment.
export function createTakeHome(press, now) {
  // Words under a picture, in lines as wide as it is.
  function lines(words) {
    const { scene } = now();
    const room = Math.floor(scene.width / (scene.font * 0.5));
    const found = [""];
    for (const word of words.split(" ")) {
      if (found.at(-1).length + word.length > room) found.push("");
      found[found.length - 1] += `${found.at(-1) && " "}${word}`;
    }
    return found.map((line) => [[line, scene.palette.text]]);
  }
  const ground = () => now().scene.palette.ground;
  const ready = (picture, words) => captioned(picture(), lines(words()), now().scene.font);

  function offer(tools, name, picture, words, only = OFFER) {
    const save = {
      CSV: ["Every number, unrounded: one row per step", () => saveCsv(tableOf(now().model), name())],
      PNG: ["Save this picture as PNG", () => savePng(ready(picture, words), ground(), name())],
      SVG: ["Save this picture as SVG", () => saveSvg(ready(picture, words), ground(), name())],
    };
    for (const kind of only) press(tools, kind, save[kind][0]).onclick = save[kind][1];
  }

  async function savePage(root) {
    const { bytes, model, view } = now();
    const source = await (await fetch(import.meta.url)).text();
    const page = pageOf(source, stylesOf(root), model.header.theme, resealed(bytes, { editable: false, view: { ...view, t: null } }));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([page], { type: "text/html" }));
    link.download = "unrolled.html";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  return { offer, savePage };
}
