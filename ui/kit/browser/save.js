// Files that a visitor saves: tables, pictures with words under them, and a whole stage that plays without a server.

import { Far } from "./far.js";
import { seal, unseal } from "./message.js";
import { set, sizeOf, svg } from "./paint.js";
import { graphemes } from "./words.js";

const SHARP = 2; // pixels of a PNG for each of the page
const BOM = "\ufeff"; // by which spreadsheets know UTF-8
// Where a formula may begin for a spreadsheet, one that splits at semicolons or tabs too; figures/table.py has the same.
const FORMULA = /(?<![^;\t\r\n])(?=[\s"]*[=+\-@＝＋－＠])|^(?=[\t\r\n])/g;

/**
 * @param {Blob} blob
 * @param {string} name
 */
export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/**
 * One cell of a table. Numbers read back to the very same float; text that a spreadsheet would take for a formula gets an
 * apostrophe before it.
 * @param {unknown} value
 */
export function cellOf(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || value instanceof Far) return `${value}`;
  const words = `${value}`.replace(FORMULA, "'");
  return /[",\r\n]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
}

/** @param {Iterable<Iterable<unknown>>} rows */
export const tableOf = (rows) => BOM + Array.from(rows, (row) => Array.from(row, cellOf).join(",")).join("\r\n");

/** @typedef {[string, string]} Coloured words and their colour */

/**
 * Words in lines that are no wider than `room`; a word that alone is wider is cut where it must be.
 * @param {Coloured[][]} lines
 * @param {number} room
 * @param {(words: string) => number} widthOf
 * @returns {Coloured[][]}
 */
export function wrapped(lines, room, widthOf) {
  /** @type {Coloured[][]} */
  const found = [];
  for (const line of lines) {
    /** @type {Coloured[]} */
    let row = [];
    let used = 0;
    const next = () => {
      if (row.length) found.push(row);
      row = [];
      used = 0;
    };
    for (const [words, colour] of line) {
      for (let word of `${words}`.split(/\s+/).filter(Boolean)) {
        while (widthOf(word) > room) {
          if (row.length) next();
          const letters = graphemes(word);
          if (letters.length === 1) break;
          let fits = letters.length - 1;
          while (fits > 1 && widthOf(letters.slice(0, fits).join("")) > room) fits--;
          found.push([[letters.slice(0, fits).join(""), colour]]);
          word = letters.slice(fits).join("");
        }
        if (used && used + widthOf(` ${word}`) > room) next();
        const last = row[row.length - 1];
        if (last && last[1] === colour) last[0] += ` ${word}`;
        else row.push([word, colour]);
        used += widthOf(` ${word}`);
      }
      used += widthOf("   "); // between words of different colours
    }
    next();
  }
  return found;
}

/** @typedef {{ colours: string[], low: string, high: string }} Ramp a scale of colours, and what its ends are */

/**
 * A copy with words and scales of colours under it, so that a saved picture says what it shows.
 * @param {SVGElement} picture
 * @param {Coloured[][]} lines
 * @param {{ font: number, family: string }} type
 * @param {Ramp[]} [ramps]
 * @param {string} [ink] of their ends
 */
export function captioned(picture, lines, { font, family }, ramps = [], ink = "currentColor") {
  const copy = /** @type {SVGElement} */ (picture.cloneNode(true));
  const [width, height] = sizeOf(picture);
  const size = font * 0.93;
  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  // A file has not the page's own type: the wider of it and of what stands in for it.
  const widthOf = (/** @type {string} */ words) =>
    Math.max(...[family, "sans-serif"].map((name) => {
      pen.font = `${size}px ${name}`;
      return pen.measureText(words).width;
    }));
  const rows = wrapped(lines, width - font * 1.2, widthOf);
  const below = rows.length + ramps.length;
  const tall = height + (below ? below * font * 1.5 + font * 0.6 : 0);
  set(copy, { width, height: tall, viewBox: `0 0 ${width} ${tall}` });
  rows.forEach((row, k) => {
    const line = svg("text", { x: font * 0.6, y: height + font * (1.2 + 1.5 * k), "font-size": size, "font-family": family }, copy);
    row.forEach(([words, fill], n) => (svg("tspan", { fill, dx: n ? font * 0.6 : 0 }, line).textContent = words));
  });
  ramps.forEach(({ colours, low, high }, k) => {
    const y = height + font * (1.2 + 1.5 * (rows.length + k));
    const from = font * 1.1 + widthOf(low);
    const wide = (font * 9) / colours.length;
    const type = { y, fill: ink, "font-size": size, "font-family": family };
    svg("text", { ...type, x: font * 0.6 }, copy).textContent = low;
    colours.forEach((fill, n) => svg("rect", { x: from + n * wide, y: y - font * 0.7, width: wide + 0.3, height: font * 0.8, fill, "data-ramp": k }, copy));
    svg("text", { ...type, x: from + font * 9.5 }, copy).textContent = high;
  });
  return copy;
}

/**
 * @param {SVGElement} picture
 * @param {string} ground
 */
export function standalone(picture, ground) {
  const copy = /** @type {SVGElement} */ (picture.cloneNode(true));
  set(copy, { xmlns: "http://www.w3.org/2000/svg" });
  copy.prepend(svg("rect", { width: "100%", height: "100%", fill: ground }));
  return new XMLSerializer().serializeToString(copy);
}

/**
 * @param {SVGElement} picture
 * @param {string} ground
 * @returns {Promise<Blob>}
 */
export async function pngOf(picture, ground) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(picture, ground))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  const [width, height] = sizeOf(picture);
  Object.assign(canvas, { width: Math.round(width * SHARP), height: Math.round(height * SHARP) });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const [, words] = canvas.toDataURL("image/png").split(","); // toBlob may wait a second for an idle browser
  if (!words) throw new Error("the picture is too large for a PNG");
  return new Blob([Uint8Array.from(atob(words), (letter) => letter.charCodeAt(0))], { type: "image/png" });
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let read = "";
  for (let at = 0; at < bytes.length; at += 0x8000) read += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(read);
}

/** @param {unknown} words */
export const escaped = (words) => `${words}`.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

/**
 * The colours and the type that the app's frame would set.
 * @param {any} theme
 */
function frameStyle({ light, dark }) {
  const tone = (/** @type {any} */ { ground, surface, text, rule, accent }) =>
    `--st-background-color:${ground};--st-secondary-background-color:${surface};--st-text-color:${text};--st-border-color:${rule};--st-primary-color:${accent};`;
  return `:root{color-scheme:light dark;--st-font:system-ui,sans-serif;${tone(light)}}
@media (prefers-color-scheme:dark){:root{${tone(dark)}}}
body{margin:0 auto;max-width:1400px;padding:1.2rem;background:var(--st-background-color)}`;
}

/**
 * A stage as a page of its own: its source, which starts by itself beside the message it finds there (see `mountable`).
 * What a visitor wrote is in the message only, which is base64: no letter of it can become markup.
 * @param {Stage} stage
 * @param {{ source: string, title: string, view: View, fonts: string }} what `fonts`: rules that bring them along
 */
export function pageOf(stage, { source, title, view, fonts }) {
  const { envelope, answer } = unseal(stage.bytes);
  const message = seal({ ...envelope, view, layout: "page", saved: true }, answer, stage.pieces);
  const guarded = source.replace(/<\/(script)/gi, "<\\/$1").replaceAll("<!--", "<\\!--");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:">
<title>${escaped(title)}</title>
<style>${fonts}${frameStyle(stage.message?.header.theme)}</style></head>
<body><main><script type="text/plain" data-stage="${stage.name}">${base64(message)}</script></main>
<script type="module">
${guarded}
</script></body></html>
`;
}
