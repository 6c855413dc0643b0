// Symbols in words: what follows an underscore is set low, as in h_t.

import { element, explained } from "../kit/browser/elements.js";

// A visitor's own words among symbols: their underscores are underscores.
export const literal = (words) => words.replaceAll("_", "\0");

// Symbols as "h_t−1": what follows the underscore is set low. `made` adds one piece: (words, low).
export function setSymbols(words, made) {
  for (const piece of words.split(/(_[\p{L}\p{N}−]+)/u)) {
    const low = piece.startsWith("_");
    if (piece) made((low ? piece.slice(1) : piece).replaceAll("\0", "_"), low);
  }
}

// As elements of the page.
export function spell(parent, words) {
  if (parent.dataset.words === words) return;
  parent.dataset.words = words;
  parent.replaceChildren();
  setSymbols(words, (piece, low) => (low ? element(parent, "sub", "", piece) : explained(element(parent, "span"), piece)));
}
