// What a large vocabulary costs: one number a word at every step, for a network that takes all words at once, for the
// loop, and for the loop behind an embedding. One layer of plain recurrent units, every bias counted.

import { element, write } from "../kit/browser/elements.js";
import { slider } from "../kit/browser/hands.js";
import { sayNumber } from "../kit/browser/words.js";

const LARGEST = 100_000; // words
/** @typedef {"words" | "known" | "said" | "hidden" | "embedding"} Size */
/** @type {[Size, string, number, number][]} */
const SLIDERS = [
  ["words", "Words in a sentence, n", 2, 60],
  ["known", "Words it knows, D", 5, LARGEST],
  ["said", "Words it can say, K", 2, LARGEST],
  ["hidden", "Hidden units, H", 1, 2000],
  ["embedding", "Numbers a word is turned into, E", 1, 2000],
];
/** @type {Record<Size, number>} */
const START = { words: 3, known: 25_000, said: 42_000, hidden: 100, embedding: 50 }; // a lecture's sentence and vocabularies
/** @param {number} value */
const grouped = (value) => value.toLocaleString("en");

/**
 * Rows of name, what enters, what comes out, the sum in words, and what it comes to.
 * @param {Record<Size, number>} sizes
 * @returns {[string, string, string, string, number][]}
 */
export function costs({ words: n, known: D, said: K, hidden: H, embedding: E }) {
  const loop = (inputs) => inputs * H + H + H * H + H * K + K;
  const [d, k, h, e] = [D, K, H, E].map(grouped);
  return [
    ["All words at once, no loop", `${n}·${d} = ${grouped(n * D)}`, `${n}·${k} = ${grouped(n * K)}`, `${grouped(n * D)}·${h} + ${h} + ${h}·${grouped(n * K)} + ${grouped(n * K)}`, n * D * H + H + H * n * K + n * K],
    ["The loop: U, b, W, V, d", d, k, `${d}·${h} + ${h} + ${h}·${h} + ${h}·${k} + ${k}`, loop(D)],
    ["The loop behind an embedding", `${d}, as ${e}`, k, `${d}·${e} + ${e}·${h} + ${h} + ${h}·${h} + ${h}·${k} + ${k}`, D * E + loop(E)],
  ];
}

/** @param {() => void} turned is called when a visitor opens or closes it */
export function createVocabulary(host, turned) {
  const root = element(host, "details", "vocabulary");
  element(root, "summary", "", "What a large vocabulary costs");
  const chosen = { ...START };
  const row = element(root, "div", "sliders");
  for (const [name, label, low, high] of SLIDERS) {
    const one = slider(row, { label, name, low, high, log: true, say: grouped, input: (value) => choose(Math.round(value)) });
    const choose = (value) => {
      chosen[name] = value;
      one.show(value);
      draw();
    };
    one.show(START[name]);
  }
  const table = element(root, "table");
  const head = element(element(table, "thead"), "tr");
  for (const words of ["", "Inputs", "Outputs", "Learns", "counted as"]) element(head, "th", "", words).scope = "col";
  const body = element(table, "tbody");
  const said = element(root, "p");

  function draw() {
    const found = costs(chosen);
    body.replaceChildren(
      ...found.map(([name, inputs, outputs, sum, total]) => {
        const line = element(null, "tr");
        [name, inputs, outputs, grouped(total), sum].forEach((words, k) => element(line, k ? "td" : "th", k === 3 ? "eq-value" : "", words));
        return line;
      }),
    );
    const [plain, loop, embedded] = found.map((line) => line[4]);
    const saved = embedded < loop ? `the embedding saves ${grouped(loop - embedded)} of these` : `the embedding adds ${grouped(embedded - loop)}`;
    write(said, `For ${chosen.words} words the plain network learns ${sayNumber(plain / loop)} times as many numbers as the loop, and more with every further word; the loop’s ${grouped(loop)} are the same for any sentence; ${saved}.`);
  }
  root.addEventListener("toggle", turned);
  draw();
  return {
    open: (wanted) => (root.open = wanted),
    opened: () => root.open,
  };
}
