// Shapes, how many numbers the network learns, what a network without a loop would need, and a lecture's own figures.

import { element, panel, write } from "../kit/browser/elements.js";
import { drawLine } from "./formulas.js";
import { createVocabulary } from "./vocabulary.js";

const COLUMNS = [["what", "Step 1"], ["written", "as the lecture writes it"], ["exact", "exactly"], ["why", "why they differ"]];

/** @param {() => void} turned */
export function createCounting(host, turned) {
  const root = element(panel(host, { name: "counting", title: "How many numbers it learns" }).body, "div", "count");
  const formula = element(root, "p", "formula");
  const shapes = element(root, "p", "quiet-words");
  const elsewhere = element(root, "p", "quiet-words");
  const plain = element(root, "p");
  const details = element(root, "details");
  element(details, "summary", "", "The lecture's figures beside the exact ones");
  const table = element(details, "table");
  const head = element(element(table, "thead"), "tr");
  COLUMNS.forEach(([, words]) => (element(head, "th", "", words).scope = "col"));
  const body = element(table, "tbody");
  const vocabulary = createVocabulary(root, turned);
  let drawn = "";

  function draw(model, scene) {
    if (drawn === scene.stamp) return;
    drawn = scene.stamp;
    const { header } = model;
    drawLine(formula, header.count.map(([words, role], n) => [words, role, n === header.count.length - 1 ? "result" : ""]), scene.palette);
    write(shapes, `Shapes: ${header.shapes}.`);
    write(elsewhere, header.elsewhere);
    write(plain, header.plain);
    details.hidden = header.byHand.length === 0;
    body.replaceChildren(
      ...header.byHand.map((row) => {
        const line = element(null, "tr");
        COLUMNS.forEach(([key]) => element(line, key === "what" ? "th" : "td", "", row[key]));
        return line;
      }),
    );
  }
  return { root, draw, vocabulary };
}
