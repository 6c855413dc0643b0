// A symbol under the pointer is explained: hₜ in any sentence or picture, a bare letter where letters are symbols.

import { meaning } from "./glossary.js";
import { showTip } from "./hands.js";

const NOTATION = /(?:‖?dL\/d)?[A-Za-zσργη][ₜ₋₊₀-₉]*(?![A-Za-z])|‖[^‖]*‖/gu;
const PLAIN = /^[A-Za-z]$/; // a word as well: “a”, or the first letter of “hello”
const INDEX = /[₋₊₀-₉]+/g;
const REST = 150; // ms that a pointer rests before it asks
const READ = 2500; // ms that words stand after a tap
const LONGEST = 1000; // letters of a text that is looked through
const FORMULAS = ".eq-line, .eq-left, .eq-right, code, dt, [data-math]"; // where bare letters are symbols

/**
 * The symbols of a text, where they stand, and what they mean.
 * @param {string} text
 * @param {boolean} formula whether bare letters are symbols there
 * @returns {{ from: number, to: number, said: string }[]}
 */
export function symbolsIn(text, formula) {
  return Array.from(text.matchAll(NOTATION), ({ 0: token, index: from }) => {
    const bare = token.replace(/^‖|‖$/g, "").replace(INDEX, "");
    const word = /[\p{L}\p{N}]/u.test(text[from - 1] ?? " ") || (PLAIN.test(token) && !formula);
    return { from, to: from + token.length, said: word ? "" : meaning(token) || meaning(bare) || meaning(bare.replace("ₜ", "")) };
  }).filter(({ said }) => said);
}

/**
 * What the symbol at a point of the screen means; "" where there is none.
 * @param {Element} target what lies there
 * @param {number} x
 * @param {number} y
 */
function symbolAt(target, x, y) {
  const formula = Boolean(target.closest(FORMULAS));
  if (!formula && target.closest("button, select, input")) return "";
  /** @param {DOMRect} box */
  const under = (box) => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
  for (const node of target.childNodes) {
    if (!(node instanceof Text) || node.length > LONGEST) continue;
    for (const { from, to, said } of symbolsIn(node.data, formula)) {
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, to);
      if (Array.from(range.getClientRects()).some(under)) return said;
    }
  }
  return "";
}

/**
 * The letters of a picture lie under what is pressed there: the one at a point, or what the pointer met itself.
 * @param {Element} target
 * @param {number} x
 * @param {number} y
 */
function lettersAt(target, x, y) {
  for (const text of target.closest("svg")?.querySelectorAll("text") ?? []) {
    const { left, right, top, bottom } = text.getBoundingClientRect();
    if (left <= x && x <= right && top <= y && y <= bottom) return text;
  }
  return target;
}

/**
 * Explain the symbol on which the pointer rests, or that a finger has met, wherever nothing else is said.
 * @param {HTMLElement} root
 * @param {HTMLElement} tip
 */
export function explainSymbols(root, tip) {
  let mine = "";
  let resting = 0;
  const shows = () => tip.style.display === "block" && tip.textContent === mine;
  /** @param {PointerEvent} event @param {EventTarget | null} target */
  function look(event, target) {
    if (tip.style.display === "block" || !(target instanceof Element) || !target.isConnected) return;
    const { clientX, clientY } = event;
    mine = symbolAt(lettersAt(target, clientX, clientY), clientX, clientY);
    if (mine) showTip(target, event, mine);
  }
  function leave() {
    clearTimeout(resting);
    if (mine && shows()) tip.style.display = "none";
    mine = "";
  }
  root.addEventListener("pointermove", (event) => {
    leave();
    const { target } = event; // of an event that is over, the shadow root's host
    if (event.pointerType === "mouse") resting = window.setTimeout(() => look(event, target), REST);
  });
  root.addEventListener("pointerup", (event) => {
    if (event.pointerType === "mouse") return;
    leave();
    look(event, event.target);
    resting = window.setTimeout(leave, READ);
  });
  root.addEventListener("pointerleave", leave);
}
