// Two sentences that differ at their beginning and in one word much later: how much the later one hears.

import { FARTHEST } from "../kit/browser/axes.js";
import { element, panel, write } from "../kit/browser/elements.js";
import { takeHome } from "../kit/browser/exports.js";
import { touchable } from "../kit/browser/hands.js";
import { sideBySide } from "../kit/browser/heatmap.js";
import { blank, clamp, set, svg, text } from "../kit/browser/paint.js";
import { mountable } from "../kit/browser/stage.js";
import { fitting, graphemes, sayNumber, sayPower } from "../kit/browser/words.js";
import sheet from "./backward.css";

const ABOUT =
  "“Today … need” and “Last year … had”: only the first words decide which of the two must come; write sentences of your own below. Each network, with its untrained weights of this seed, reads the sentence word by word and predicts the next one. A bar is ‖d log p(word) / dxₜ‖, how strongly the log-probability of the right word changes with the word read at step t: the gradient of that output to every word. Log scale, the same for both sentences. Words after the asked one have not been read: no gradient reaches them. Of a trained network stands here what it reads, and where its task has one the same sentence opened otherwise: ‖dL/dxₜ‖ of the loss of the wanted answer, and beside it by how much the probability of that answer changes when the word is left out and the network run again. Where units saturate the gradient can be small although the answer follows the word.";
const LOWEST = -6; // decades
const SENTENCES = 2;

export const mountReach = mountable("backward-reach", createReach, sheet);

/** @param {Stage} stage @returns {Page} */
function createReach(stage) {
  /** @type {Message} */
  let message;
  const reach = panel(stage.root, { name: "reach", title: "Long range: who remembers the first word?", help: ABOUT });
  const both = element(reach.body, "div", "beside");
  both.style.setProperty("--least", "300px");
  const halves = Array.from({ length: SENTENCES }, (_, s) => {
    const host = element(both, "div", "grow");
    const said = element(host, "p", "said");
    const picture = svg("svg", { class: "sentence", role: "img" }, host);
    touchable(picture, { say: (x, y) => wordsAt(s, y) });
    return { host, said, picture, tops: /** @type {number[]} */ ([]) };
  });

  /** By how much the answer changes without a word. @param {number} s @param {number} t */
  const change = (s, t) => message.arrays[`left.${s}`].data[t - 1];
  /** @param {number} value */
  const sayChange = (value) => (Number.isNaN(value) ? "" : Math.abs(value) < 0.0005 ? "0" : `${value > 0 ? "+" : ""}${sayNumber(value)}`);
  /** @param {number} s @param {number} c @param {number} t */
  const influence = (s, c, t) => message.arrays[`${s}.${c}`].data[t - 1];

  /** @param {Scene} scene @param {any} sentence @param {number} s */
  function build(scene, { words, asked, first, said }, s) {
    const { cells, left: beside } = message.header;
    const { font, palette, small } = scene;
    const { host, picture } = halves[s];
    write(halves[s].said, said);
    const width = Math.max(240, Math.floor(host.clientWidth));
    const thick = Math.max(4, font * 0.36);
    /** @param {number} t */
    const numbered = (t) => beside || first.includes(t) || t === asked - 1;
    /** @param {number} t */
    const tall = (t) => (numbered(t) ? cells.length * small * 1.1 + font * 0.5 : Math.max(font * 1.5, cells.length * (thick + 1.5) + font * 0.35));
    const rows = words.map((_, n) => tall(n + 1));
    const usual = font * 2.2 + rows.reduce((sum, row) => sum + row, 0);
    const below = font * 2.6; // of the picture, within the panel
    const tight = (stage.tallFor(picture, usual + below, usual * 0.66 + below) - below) / usual;
    const tops = [font * 1.8];
    for (const row of rows) tops.push(tops[tops.length - 1] + row * tight);
    halves[s].tops = tops;
    blank(picture, scene, width, Math.ceil(tops[words.length] + font * 0.4));
    let at = 0;
    for (const cell of beside ? [] : cells) {
      const name = text(picture, cell.title, { x: at, y: font * 0.9, fill: palette.cells[cell.name], "font-weight": 600, "font-size": small });
      at += Math.max(font * 4, name.getComputedTextLength() + font);
    }
    const longest = Math.max(...message.header.sentences.flatMap((/** @type {any} */ one) => one.words.map((/** @type {string} */ word) => graphemes(word).length)));
    const left = font * clamp(longest * 0.55 + 1.2, 5, 9);
    const middle = Math.round(left + (width - left) * 0.52); // where the changes begin
    const right = (beside ? middle : width) - font * 4.4;
    if (beside) [["‖dL/dxₜ‖", left, palette.cells[cells[0].name]], ["change without it", middle, palette.roles.output]].forEach(([words, x, fill]) => text(picture, words, { x, y: font * 0.9, fill, "font-weight": 600, "font-size": small }));
    const sizes = Object.entries(message.arrays).flatMap(([name, { data }]) => (name.startsWith("left.") ? [] : Array.from(data).filter(Number.isFinite)));
    const [lowest, highest] = beside ? [Math.max(-FARTHEST, Math.min(...sizes) - 0.5), Math.max(...sizes)] : [LOWEST, Math.max(0, ...sizes)];
    /** @param {number} log10 */
    const length = (log10) => (clamp((log10 - lowest) / (highest - lowest || 1), 0, 1) * (right - left)).toFixed(1);
    words.forEach((/** @type {string} */ word, /** @type {number} */ k) => {
      const t = k + 1;
      const [y, row] = [tops[k], tall(t)];
      const base = y + row / 2 + font * 0.2;
      const pitch = numbered(t) ? small * 1.1 : thick + 1.5;
      const decides = first.includes(t);
      const fill = t === asked ? palette.roles.output : t > asked ? palette.muted : decides ? palette.roles.input : palette.text;
      text(picture, fitting(t === asked ? `${word} ?` : word, left - font * 0.8, font * 0.84), { x: left - font * 0.6, y: base, "text-anchor": "end", fill, "font-weight": t === asked || decides ? 700 : 400 });
      if (t === asked) text(picture, "← predicted from the words above", { x: left, y: base, fill, "font-size": small });
      if (t >= asked) return;
      if (beside) {
        const without = change(s, t);
        const long = (Math.abs(without) || 0) * (width - middle - font * 3.6);
        svg("rect", { x: middle, y: y + (row - thick) / 2, width: long.toFixed(1), height: thick, fill: palette.roles.output, "data-change": `${s} ${t}` }, picture);
        text(picture, sayChange(without), { x: middle + long + font * 0.4, y: base, "font-size": small, fill: palette.roles.output, "data-changed": `${s} ${t}` });
      }
      cells.forEach((/** @type {any} */ cell, /** @type {number} */ c) => {
        const log10 = influence(s, c, t);
        const colour = palette.cells[cell.name];
        const place = y + (row - cells.length * pitch) / 2 + c * pitch + (pitch - thick) / 2;
        svg("rect", { x: left, y: place, width: length(log10), height: thick, fill: colour, "data-influence": `${s} ${c} ${t}` }, picture);
        if (!numbered(t)) return;
        const label = text(picture, t === first[0] && !beside ? `${cell.title} ${sayPower(log10)}` : sayPower(log10), { x: left + Number(length(log10)) + font * 0.4, y: place + thick / 2 + small * 0.34, "font-size": small, fill: colour, "data-size": `${s} ${c} ${t}` });
        const end = beside ? middle : width;
        if (Number(label.getAttribute("x")) + label.getComputedTextLength() > end) set(label, { x: end - font * 0.3, "text-anchor": "end", stroke: palette.ground, "stroke-width": font * 0.25, "paint-order": "stroke" }); // over the bar's end
      });
    });
    set(picture, { "aria-label": said });
  }

  /** @param {number} s @param {number} y */
  function wordsAt(s, y) {
    const { words, asked } = message.header.sentences[s];
    const t = halves[s].tops.filter((top) => top <= y).length;
    if (t < 1 || t >= asked) return "";
    const each = message.header.cells.map((/** @type {any} */ { title }, /** @type {number} */ c) => `${title} ${sayPower(influence(s, c, t))}`);
    const without = message.header.left ? ` Without it its probability changes by ${sayChange(change(s, t))}.` : "";
    return `How much “${words[asked - 1]}” depends on “${words[t - 1]}”: ${each.join(", ")}.${without}`;
  }

  takeHome(stage, reach.tools, {
    name: "long-range",
    picture: () => sideBySide(halves.filter(({ host }) => !host.hidden).map(({ picture }) => picture), /** @type {Scene} */ (stage.scene)),
    words: () => message.header.sentences.map((/** @type {any} */ { said }) => [[said, stage.scene?.palette.text]]),
    rows() {
      const { sentences, cells } = message.header;
      /** @param {any} sentence @param {number} s */
      const rowsOf = ({ words }, s) => words.flatMap((/** @type {string} */ word, /** @type {number} */ k) => cells.map((/** @type {any} */ { name }, /** @type {number} */ c) => [s + 1, k + 1, word, name, influence(s, c, k + 1), ...(message.header.left ? [change(s, k + 1)] : [])]));
      return [["sentence", "step", "word", "cell", "log10 |d log p / dx|", ...(message.header.left ? ["change of p without it"] : [])], ...sentences.flatMap(rowsOf)];
    },
  });

  return {
    receive(given) {
      message = given;
    },
    draw(scene) {
      halves.forEach(({ host }, s) => (host.hidden = s >= message.header.sentences.length));
      if (scene.changed || scene.fresh) message.header.sentences.forEach((/** @type {any} */ sentence, /** @type {number} */ s) => build(scene, sentence, s));
    },
  };
}
