// What a picture keeps to itself until the answer of its scene is revealed. What is covered keeps its room, so that nothing
// jumps; no eye, pointer or screen reader finds it. Whoever reveals says so to the document, as each picture has a tree of its own.

import { element } from "./elements.js";

const REVEALED = "unrolled-revealed";

/** Scenes whose answers are revealed, by their names; nothing: all are covered. @param {...string} scenes */
export function reveal(...scenes) {
  const said = scenes.join(" ");
  if (document.documentElement.dataset.revealed === said) return;
  document.documentElement.dataset.revealed = said;
  document.dispatchEvent(new CustomEvent(REVEALED));
}

const isRevealed = (/** @type {string} */ scene) => (document.documentElement.dataset.revealed ?? "").split(" ").includes(scene);

const WORDS = "Some of this picture is covered until the answer is revealed.";
const SPOKEN = ["aria-label", "aria-valuetext"];
const LEAST = 12; // px: what is smaller has no "?"

/** @typedef {{ left: number, top: number, right: number, bottom: number }} Box */
/** @param {Box} inner @param {Box} outer */
const within = (inner, outer) => inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom;

/** @param {Stage} stage */
export function createCover(stage) {
  const { root } = stage;
  /** @type {HTMLStyleElement | null} */
  let rule = null;
  /** @type {HTMLElement | null} */
  let over = null;
  /** @type {Map<Element, Record<string, string>>} what a screen reader is told of them otherwise */
  const silenced = new Map();
  let drawn = "";
  const onRevealed = () => (stage.alive() ? stage.later() : document.removeEventListener(REVEALED, onRevealed));

  /** The words of a picture would tell; so they say this instead. @param {boolean} covered */
  function silence(covered) {
    for (const one of covered ? root.querySelectorAll("svg[aria-label], [aria-valuetext]") : silenced.keys()) {
      const before = silenced.get(one) ?? {};
      for (const name of SPOKEN) {
        const words = one.getAttribute(name);
        if (covered && words !== null && words !== WORDS) {
          before[name] = words;
          one.setAttribute(name, WORDS);
        } else if (!covered && words === WORDS) one.setAttribute(name, before[name]);
      }
      if (covered) silenced.set(one, before);
    }
    if (!covered) silenced.clear();
  }

  /** A quiet "?" where each of them stands. @param {Element[]} covered */
  function mark(covered) {
    const from = root.getBoundingClientRect();
    /** @type {Box[]} */
    const boxes = [];
    for (const one of covered) {
      const { left, top, right, bottom } = one.getBoundingClientRect();
      const box = { left: Math.round(left - from.left), top: Math.round(top - from.top), right: Math.round(right - from.left), bottom: Math.round(bottom - from.top) };
      if (Math.min(right - left, bottom - top) < LEAST || isAway(one) || boxes.some((other) => within(box, other))) continue;
      boxes.push(box);
    }
    const words = JSON.stringify(boxes);
    if (words === drawn || !over) return;
    drawn = words;
    over.replaceChildren();
    for (const { left, top, right, bottom } of boxes) {
      const place = { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` };
      Object.assign(element(over, "span", "", "?").style, place);
    }
  }
  /** Whether the picture itself does not show the place of a mark now. @param {Element} one */
  const isAway = (one) => one.closest('[visibility="hidden"]') !== null;

  return () => {
    const { covers } = stage.envelope;
    if (!covers && !rule) return;
    if (!rule) document.addEventListener(REVEALED, onRevealed);
    rule ??= /** @type {HTMLStyleElement} */ (element(root, "style"));
    over ??= /** @type {HTMLElement} */ (element(root, "div", "covers"));
    const covered = covers !== undefined && !isRevealed(covers.scene);
    const chosen = covered ? covers.names.join() : "";
    const hidden = covered ? `.covered :is(${chosen}) { &, * { visibility: hidden !important; } } .covered > .tip { visibility: hidden; }` : "";
    if (rule.textContent !== hidden) rule.textContent = hidden;
    root.classList.toggle("covered", covered);
    silence(covered);
    mark(covered ? Array.from(root.querySelectorAll(chosen)) : []);
  };
}
