// What a visitor takes home: numbers, pictures, the whole stage as one file; and the link to what is shown, to pass on.
//
//   takeHome(stage, panel.tools, { name: "update", picture: () => root, words: () => "What it shows.", rows: () => [[...], ...] });
//   share(stage, element(stage.root, "div", "status"));

import { linkTo } from "./address.js";
import { element, press } from "./elements.js";
import { devanagariRule } from "./script.js";
import { captioned, download, escaped, pageOf, pngOf, standalone, tableOf } from "./save.js";

const FRAME = { width: 800, height: 600 };
const SANDBOX = "allow-scripts allow-same-origin allow-downloads allow-popups";

/**
 * Buttons that save a picture and its numbers.
 * @param {Stage} stage
 * @param {Element} tools
 * @param {object} what
 * @param {string | (() => string)} what.name of the files
 * @param {() => SVGElement} [what.picture] of its own size
 * @param {() => string | [string, string][][]} [what.words] under the picture: a sentence, or lines of [words, colour]
 * @param {() => Iterable<Iterable<unknown>>} [what.rows] the table, its head first; numbers as numbers
 * @param {{ title?: string, name?: string, view?: (now: View) => View }} [what.html] the whole stage as one file, with another view if wanted
 */
export function takeHome(stage, tools, { name, picture, words = () => "", rows, html }) {
  const named = () => (typeof name === "function" ? name() : name);
  const palette = () => stage.scene?.palette ?? {};
  /** @param {() => SVGElement} drawn */
  function ready(drawn) {
    const said = words();
    const { font, family } = /** @type {Scene} */ (stage.scene);
    return captioned(drawn(), typeof said === "string" ? [[[said, palette().text]]] : said, { font, family }, rampsIn(tools.closest(".panel")), palette().text);
  }
  /** @param {string} kind @param {string} title @param {() => unknown} save */
  const offer = (kind, title, save) => (press(tools, kind, title).onclick = save);
  if (rows) offer("CSV", "Save the numbers, unrounded", () => download(new Blob([tableOf(rows())], { type: "text/csv" }), `${named()}.csv`));
  if (picture) {
    offer("PNG", "Save this picture as PNG", async () => download(await pngOf(ready(picture), palette().ground), `${named()}.png`));
    offer("SVG", "Save this picture as SVG", () => download(new Blob([standalone(ready(picture), palette().ground)], { type: "image/svg+xml" }), `${named()}.svg`));
  }
  if (!html) return;
  const button = press(tools, "HTML", "Save the whole view as one file that plays without a server");
  stage.follow(() => (button.hidden = Boolean(stage.envelope.saved))); // a saved file has no source to fetch
  button.onclick = async () => {
    const source = stage.source ? await stage.source() : await (await fetch(import.meta.url)).text();
    const title = html.title ?? stage.envelope.title ?? document.title;
    const now = stage.view();
    const fonts = await devanagariRule(new TextDecoder().decode(stage.bytes));
    download(new Blob([pageOf(stage, { source, title, fonts, view: html.view ? html.view(now) : now })], { type: "text/html" }), `${html.name ?? named()}.html`);
  };
}

/**
 * The scales of colours that a panel shows beside its picture, as its legends have them.
 * @param {Element | null} panel
 * @returns {import("./save.js").Ramp[]}
 */
const rampsIn = (panel) =>
  Array.from(panel?.querySelectorAll(".ramp") ?? [], (ramp) => ({
    colours: /** @type {HTMLElement} */ (ramp).style.background.match(/rgba?\([^)]*\)|#[\da-f]{3,8}/gi) ?? [],
    low: ramp.previousElementSibling?.textContent ?? "",
    high: ramp.nextElementSibling?.textContent ?? "",
  }));

/** Copies where the browser allows it (a secure page); false where the text has to be shown instead. @param {string} words */
async function copied(words) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    return false;
  }
}

/**
 * A frame with this view, for a course page.
 * @param {string} link
 * @param {string} title
 */
export function embedCode(link, title) {
  const url = new URL(link);
  url.searchParams.delete("present");
  url.searchParams.set("embed", "true");
  return `<iframe title="${escaped(title)}" src="${escaped(url.href)}" width="${FRAME.width}" height="${FRAME.height}" sandbox="${SANDBOX}" loading="lazy" style="border:0"></iframe>`;
}

/**
 * "Copy link to this view" and "Copy embed code"; where the clipboard is closed the text stands in a field, selected.
 * @param {Stage} stage
 * @param {HTMLElement} host
 */
export function share(stage, host) {
  host.classList.add("share");
  const offers = /** @type {[string, string, () => string][]} */ ([
    ["Copy link to this view", "Link to this view", () => linkTo(stage.envelope, stage.view())],
    ["Copy embed code", "Embed code", () => embedCode(linkTo(stage.envelope, stage.view()), stage.envelope.title ?? document.title)],
  ]);
  const buttons = offers.map(([words]) => press(host, words, "", "quiet"));
  const status = element(host, "span", "copied");
  status.setAttribute("role", "status");
  buttons.forEach((button, k) => {
    button.onclick = async () => {
      const [, name, text] = offers[k];
      const words = text();
      if (await copied(words)) {
        status.textContent = `${name} copied.`;
        return;
      }
      status.replaceChildren();
      const field = element(status, "input");
      Object.assign(field, { value: words, readOnly: true, ariaLabel: name });
      field.focus();
      field.select();
    };
  });
  stage.follow(() => (host.hidden = stage.layout !== "page" || Boolean(stage.envelope.saved)));
}
