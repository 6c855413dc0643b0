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

/** @param {Stage} stage */
export function createCover(stage) {
  const { root } = stage;
  /** @type {HTMLStyleElement | null} */
  let rule = null;
  const onRevealed = () => (stage.alive() ? stage.later() : document.removeEventListener(REVEALED, onRevealed));

  return () => {
    const { covers } = stage.envelope;
    if (!covers && !rule) return;
    if (!rule) document.addEventListener(REVEALED, onRevealed);
    rule ??= /** @type {HTMLStyleElement} */ (element(root, "style"));
    const covered = covers !== undefined && !isRevealed(covers.scene);
    const hidden = covered ? `.covered :is(${covers.names.join()}) { &, * { visibility: hidden !important; } } .covered > .tip { visibility: hidden; }` : "";
    if (rule.textContent !== hidden) rule.textContent = hidden;
    root.classList.toggle("covered", covered);
    for (const picture of root.querySelectorAll("svg[aria-label], [role=slider][aria-valuetext]")) picture.ariaHidden = covered ? "true" : null; // its words would tell
  };
}
