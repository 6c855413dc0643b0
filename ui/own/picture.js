// The diagram of tensors as one picture to take home: its rectangles and words, where they stand on the page.

import { blank, svg, text } from "../kit/browser/paint.js";

const WORDS = "strong, span, p, figcaption";
const RESTING = 0.62; // as own.css has it
const BASELINE = 0.78; // of a line's height, from its top

/** The lines of a text as it is laid out, each with its place. @param {Element} element @returns {{ words: string, box: DOMRect }[]} */
function linesOf(element) {
  const [node] = element.childNodes;
  if (!(node instanceof Text)) return [];
  const lines = /** @type {{ words: string, box: DOMRect }[]} */ ([]);
  const range = document.createRange();
  for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const box = range.getBoundingClientRect();
    const last = lines.at(-1);
    if (last && Math.abs(last.box.top - box.top) < box.height / 2) last.words += ` ${word}`;
    else lines.push({ words: word, box });
  }
  return lines;
}

/**
 * @param {HTMLElement} flow
 * @param {any} scene
 */
export function pictureOf(flow, scene) {
  const { left, top, width, height } = flow.getBoundingClientRect();
  const root = /** @type {SVGSVGElement} */ (svg("svg"));
  blank(root, scene, Math.ceil(width), Math.ceil(height));
  for (const element of flow.querySelectorAll(WORDS)) {
    const { fontSize, fontWeight } = getComputedStyle(element);
    const fill = element.matches(".quiet-words") ? scene.palette.muted : scene.palette.text;
    const opacity = element.closest(".resting") ? RESTING : 1;
    for (const { words, box } of linesOf(element)) text(root, words, { x: box.left - left, y: box.top - top + BASELINE * box.height, "font-size": fontSize, "font-weight": fontWeight, fill, opacity });
  }
  for (const card of flow.querySelectorAll(".card:not(:last-child)")) {
    const { right, top: above } = card.getBoundingClientRect();
    text(root, "→", { x: right - left + scene.font * 0.4, y: above - top + scene.font * 4.9, fill: scene.palette.muted });
  }
  for (const tensor of flow.querySelectorAll("figure svg")) {
    const box = tensor.getBoundingClientRect();
    const copy = /** @type {SVGElement} */ (tensor.cloneNode(true));
    copy.setAttribute("x", `${box.left - left}`);
    copy.setAttribute("y", `${box.top - top}`);
    root.append(copy);
  }
  return root;
}
