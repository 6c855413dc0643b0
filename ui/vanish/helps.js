// What helps: one small picture per remedy, the error without it dashed and with it solid, all on the same axes.

import { logAxis } from "../kit/browser/axes.js";
import { element, explained, press, write } from "../kit/browser/elements.js";
import { takeHome } from "../kit/browser/exports.js";
import { touchable } from "../kit/browser/hands.js";
import { sideBySide } from "../kit/browser/heatmap.js";
import { part } from "../kit/browser/message.js";
import { blank, clamp, svg, text } from "../kit/browser/paint.js";
import { captioned } from "../kit/browser/save.js";
import { mountable } from "../kit/browser/stage.js";
import { sayPower } from "../kit/browser/words.js";
import { decadesOf, lineOf } from "./log_picture.js";
import sheet from "./deeper.css";

export default mountable("helps", createHelps, sheet);

/** @param {Stage} stage @returns {Page} */
function createHelps(stage) {
  const bar = element(stage.root, "header", "bar");
  const legend = element(bar, "span", "quiet-words");
  const grid = element(stage.root, "div", "tiles");
  const state = { back: null }; // steps back under the pointer
  let message;
  let tiles = [];

  function makeTile(k) {
    const box = element(grid, "section", "tile");
    const header = element(box, "header");
    const name = element(header, "h3");
    const end = element(header, "span");
    const use = press(end, "Use it", "", "use");
    const unusable = element(end, "span", "quiet-words");
    const picture = svg("svg", { role: "img", class: "spark" }, box);
    const numbers = element(box, "p", "numbers");
    const words = element(box, "p", "words");
    use.onclick = () => stage.ask("use", message.header.remedies[k].name);
    touchable(picture, {
      say(px) {
        const { left, right } = tiles[k].room;
        const last = message.header.steps - 1;
        state.back = clamp(Math.round((1 - (px - left) / (right - left)) * last), 0, last);
        stage.later();
        return "";
      },
      left() {
        state.back = null;
        stage.later();
      },
    });
    return { box, name, use, unusable, picture, numbers, words, room: { left: 0, right: 1 } };
  }

  function drawTile(tile, k, scene, span) {
    const { header, arrays } = message;
    const { palette, font } = scene;
    const { steps } = header;
    const remedy = header.remedies[k];
    const ran = remedy.cell !== null;
    write(tile.name, remedy.title);
    tile.use.hidden = !remedy.usable;
    tile.use.title = `Set the controls to: ${remedy.title}`;
    write(tile.unusable, remedy.unusable);
    tile.box.classList.toggle("idle", !ran);
    write(tile.words, [remedy.changed, remedy.kept].filter(Boolean).join(" "));
    const [width, height] = [Math.max(200, Math.floor(tile.box.clientWidth)), Math.round(font * 6.2)];
    const [left, right, top, bottom] = [Math.round(font * 3.3), width - Math.round(font * 0.5), Math.round(font * 0.6), height - Math.round(font * 1.4)];
    tile.room = { left, right };
    blank(tile.picture, scene, width, height);
    tile.picture.setAttribute("aria-label", `${remedy.title}: ${tile.words.textContent}`);
    const x = (t) => left + ((t - 1) / (steps - 1)) * (right - left);
    const y = logAxis(svg("g", {}, tile.picture), scene, { left, right, top, bottom, low: span[0], high: span[1] });
    const muted = { y: height - font * 0.25, fill: palette.muted, "font-size": scene.small };
    text(tile.picture, `${steps - 1} steps back`, { ...muted, x: left });
    text(tile.picture, "loss", { ...muted, x: right, "text-anchor": "end" });
    const [before, after] = [arrays.before.data, part(arrays.after, k)];
    const thick = scene.presenter ? 3 : 2.2;
    svg("path", { d: lineOf(before, x, y), fill: "none", stroke: palette.muted, "stroke-width": thick * 0.7, "stroke-dasharray": "5 3", "data-line": "before" }, tile.picture);
    if (ran) svg("path", { d: lineOf(after, x, y), fill: "none", stroke: palette.cells[remedy.cell], "stroke-width": thick, "stroke-linejoin": "round", "data-line": "after" }, tile.picture);
    const reading = state.back === null ? 1 : steps - state.back;
    if (state.back !== null) svg("line", { x1: x(reading), x2: x(reading), y1: top, y2: bottom, stroke: palette.muted }, tile.picture);
    const own = state.back === null && ran ? 1 + steps - remedy.steps : reading; // the remedy's own first step
    const pair = (from, to) => (ran ? `${from} → ${to}` : from);
    tile.numbers.replaceChildren();
    for (const [label, value] of [
      [state.back === null ? "at step 1" : `${state.back} back`, pair(sayPower(before[reading]), sayPower(after[own]))],
      ["gradient norm", pair(header.before.gradient, remedy.gradient)],
    ]) {
      const line = element(tile.numbers, "span");
      explained(line, `${label} `);
      element(line, "b", "", value);
    }
  }

  // All small pictures as one, with their names and numbers.
  const whole = () => sideBySide(
    tiles.map((tile) => captioned(tile.picture, [[[tile.name.textContent, stage.scene.palette.text]], [[tile.numbers.innerText, stage.scene.palette.muted]]], stage.scene)),
    stage.scene,
    3,
  );
  function rows() {
    const { header, arrays } = message;
    const back = Array.from({ length: header.steps }, (_, k) => k);
    const remedies = header.remedies.map((one, k) => (t) => (one.cell === null ? "" : part(arrays.after, k)[t]));
    const names = header.remedies.map(({ title }) => `${title}: log10 relative |dL/dh|`);
    return [
      ["steps back", `log10 relative |dL/dh| ${header.title}`, ...names],
      ...back.map((k) => [k, arrays.before.data[header.steps - k], ...remedies.map((at) => at(header.steps - k))]),
    ];
  }
  takeHome(stage, element(bar, "span", "tools"), { name: "what-helps", picture: whole, words: () => legend.textContent ?? "", rows });

  return {
    receive(given) {
      message = given;
    },
    draw(scene) {
      const { header, arrays } = message;
      write(legend, `‖dL/dh‖ relative to the last step. Dashed: the ${header.title} as it is. Solid: with the remedy.`);
      while (tiles.length < header.remedies.length) tiles = [...tiles, makeTile(tiles.length)];
      const span = decadesOf(arrays.before.data, arrays.after.data);
      tiles.forEach((tile, k) => drawTile(tile, k, scene, span));
    },
  };
}
