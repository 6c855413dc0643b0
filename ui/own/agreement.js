// Whether a framework's own outputs agree with ours: one line for each array, the largest difference first.

import sheet from "./own.css";
import { element, panel, write } from "../kit/browser/elements.js";
import { takeHome } from "../kit/browser/exports.js";
import { mountable } from "../kit/browser/stage.js";

const HELP =
  "Each array is compared with whatever of this network has its shape and is nearest to it: outputs of a layer, final states, a head, also behind softmax or sigmoid. Steps behind a sequence's end do not count.";
const HEAD = ["Theirs", "compared with", "largest difference", "where", "theirs there", "ours there"];

/** @param {Stage} stage @returns {Page} */
function create(stage) {
  const parts = panel(stage.root, { name: "agreement", title: "Does it agree?", help: HELP });
  const verdict = element(parts.body, "p", "verdict");
  const read = element(parts.body, "p", "quiet-words");
  const table = element(element(parts.body, "div", "pan"), "table");
  const left = element(parts.body, "ul", "quiet-words");
  let header = /** @type {any} */ (null);
  const cells = ({ name, what, difference, place, theirs, ours }) => [name, what, difference, place, theirs, ours];
  takeHome(stage, parts.tools, { name: "agreement", rows: () => [HEAD, ...header.rows.map(cells)] });
  return {
    receive(message) {
      ({ header } = message);
    },
    draw(scene) {
      if (!(scene.changed || scene.fresh)) return;
      const { refused, rows = [] } = header;
      for (const part of [read, table, left, parts.tools]) part.hidden = Boolean(refused);
      write(verdict, refused ? `${header.name}: ${refused}` : header.verdict);
      if (refused) return;
      write(read, `${header.name}: ${header.read[0].toLowerCase()}${header.read.slice(1)}`);
      table.replaceChildren();
      const head = element(table, "tr");
      for (const words of HEAD) element(head, "th", "", words);
      for (const each of rows) {
        const line = element(table, "tr");
        for (const value of cells(each)) element(line, "td", "", value);
      }
      table.hidden = !rows.length;
      left.replaceChildren();
      for (const sentence of header.left) element(left, "li", "", sentence);
    },
  };
}

export const mountAgreement = mountable("own", create, sheet);
