// One update told in four phases, with the numbers of one sequence of its batch: forward, loss, backward, update.

import { element, press, readings, write } from "../kit/browser/elements.js";
import { openMessage } from "../kit/browser/message.js";
import { blank, clamp, svg, text } from "../kit/browser/paint.js";
import { createHeatmap, sideBySide } from "../kit/browser/heatmap.js";
import { decadeName, powerTicks } from "../kit/browser/axes.js";
import { isolated, sayNumber, sayPower, sayProbability, visible } from "../kit/browser/words.js";
import { share } from "./verdicts.js";

const LOG2 = Math.log10(2);
const FIRST = 8; // blocks of weights that are listed at once
export const PHASES = ["Forward", "Loss", "Backward", "Update"];
const OPTIMISERS = { sgd: "SGD", momentum: "momentum", nesterov: "Nesterov momentum", rmsprop: "RMSprop", adagrad: "Adagrad", adam: "Adam", adamw: "AdamW" };
const power = (log2) => (log2 === null ? "0" : sayPower(log2 * LOG2));

/** @param {Element} host */
export function createPhases(host) {
  const grid = element(host, "div", "phases");
  const cards = PHASES.map((name, k) => {
    const card = element(grid, "div", "phase");
    element(card, "h3", "", `${k + 1}  ${name}`);
    return { card, said: element(card, "p"), body: element(card, "div", "picture") };
  });
  const map = createHeatmap(cards[0].body, "states");
  const bars = svg("svg", { role: "img" }, cards[2].body);
  const blocks = readings(element(cards[3].body, "div", "readings"));
  const more = press(cards[3].body, "", "", "quiet");
  more.onclick = () => {
    every = !every;
    update(drawnFor);
  };
  let every = false; // whether all blocks are listed
  let drawnFor = /** @type {any} */ (null);
  let drawn = "";
  let opened = /** @type {any} */ ({ bytes: null });

  /**
   * @param {any} scene
   * @param {Uint8Array | undefined} bytes of the moment; undefined: on its way
   * @param {number | null} lit the phase that is told; null: all
   */
  function draw(scene, bytes, lit) {
    cards.forEach(({ card }, k) => card.classList.toggle("dim", lit !== null && lit !== k));
    grid.ariaBusy = `${!bytes}`;
    grid.style.visibility = bytes ? "" : "hidden"; // it keeps its place: what stands below does not jump
    if (!bytes) return;
    if (opened.bytes !== bytes) opened = { bytes, ...openMessage(bytes) };
    const wanted = `${scene.key} ${opened.header.racer} ${opened.header.update} ${scene.number} ${cards.map(({ body }) => body.clientWidth)}`;
    if (wanted === drawn) return;
    drawn = wanted;
    forward(scene);
    loss();
    backward(scene);
    update(scene);
  }

  function forward(scene) {
    const { header, arrays } = opened;
    const [steps, units] = arrays.h.shape;
    const { data } = arrays.h;
    write(cards[0].said, `One of ${header.batch} sequences is read, step 1 to ${steps}: the states of ${units} units.`);
    const width = Math.max(120, cards[0].body.clientWidth);
    const tall = Math.round(scene.font * 6.5);
    blank(map.root, scene, width, tall + scene.small * 1.4);
    map.tile().place({ left: 0, top: 0, width, height: tall });
    map.tile().paint({ columns: steps, rows: units, scale: scene.signed, share: (column, row) => 0.5 + data[column * units + row] / 2 });
    ends(map.root, scene, width, tall, steps);
    map.root.setAttribute("aria-label", `States of ${units} units over ${steps} steps`);
  }

  function ends(root, scene, width, y, steps) {
    const muted = { "font-size": scene.small, fill: scene.palette.muted, y: y + scene.small * 1.15 };
    text(root, 1, { ...muted, x: 0 });
    if (steps > 1) text(root, steps, { ...muted, x: width, "text-anchor": "end" });
    text(root, "step t", { ...muted, x: width / 2, "text-anchor": "middle" });
  }

  function loss() {
    const { header, arrays } = opened;
    const { outputs } = arrays;
    const K = outputs.shape[1];
    const said = Array.from(outputs.data.subarray(header.reading * K, (header.reading + 1) * K));
    const host = cards[1].body;
    host.replaceChildren();
    const line = (words, className = "") => element(host, "p", className, words);
    if (header.numbers) {
      line(`says ${sayNumber(said[0])}, wanted ${sayNumber(header.target[0])}`);
      line(`(${sayNumber(said[0])} − ${sayNumber(header.target[0])})² = ${sayNumber((said[0] - header.target[0]) ** 2)}`, "sum");
    } else if (header.binary) {
      const p = header.target[0] > 0.5 ? said[0] : 1 - said[0];
      line(`right is ${isolated(header.wanted)}; it gives that ${share(p)}`);
      line(`−ln ${sayProbability(p)} = ${sayNumber(-Math.log(p))}`, "sum");
    } else {
      const p = said[header.target[0]];
      const best = said.indexOf(Math.max(...said));
      line(`wanted ${visible(isolated(header.wanted))}, which it gives ${share(p)}${best === header.target[0] ? "" : `; it says ${visible(isolated(header.names[best]))}, ${share(said[best])}`}`);
      line(`−ln ${sayProbability(p)} = ${sayNumber(-Math.log(p))}`, "sum");
    }
    write(cards[1].said, "Its last answer that counts is compared with what is wanted.");
    line(`on average over the batch: ${sayNumber(header.loss)}`, "quiet-words");
  }

  function backward(scene) {
    const { arrays } = opened;
    const rows = Array.from(arrays.log2_dh.data, (v) => v * LOG2);
    const steps = rows.length;
    const { palette, font, small } = scene;
    const width = Math.max(120, cards[2].body.clientWidth);
    const tall = Math.round(font * 6.5);
    const left = font * 3;
    const finite = rows.filter(Number.isFinite);
    const [low, high] = finite.length ? [Math.floor(Math.min(...finite) - 0.2), Math.ceil(Math.max(...finite) + 0.05)] : [-1, 0];
    const y = (v) => tall - ((v - low) / (high - low)) * (tall - 4);
    blank(bars, scene, width, tall + small * 1.4);
    for (const v of powerTicks(low, high, tall, small)) {
      svg("line", { x1: left, x2: width, y1: y(v), y2: y(v), stroke: palette.rule }, bars);
      if (y(v) > small * 0.5) text(bars, decadeName(v), { x: left - font * 0.4, y: y(v) + small * 0.34, "text-anchor": "end", "font-size": small, fill: palette.muted });
    }
    const wide = (width - left) / steps;
    const d = rows.map((v, t) => (Number.isFinite(v) ? `M${(left + t * wide + wide * 0.12).toFixed(2)},${tall}V${y(v).toFixed(1)}h${(wide * 0.76).toFixed(2)}V${tall}Z` : "")).join("");
    svg("path", { d, fill: palette.roles.gradient }, bars);
    const muted = { "font-size": small, fill: palette.muted, y: tall + small * 1.15 };
    text(bars, 1, { ...muted, x: left });
    if (steps > 1) text(bars, steps, { ...muted, x: width, "text-anchor": "end" });
    text(bars, "← step t", { ...muted, x: (left + width) / 2, "text-anchor": "middle" });
    const [first, last] = [rows[0], rows[steps - 1]];
    write(cards[2].said, `The error goes back, step ${steps} to 1: ‖dL/dh‖ is ${sayPower(last)} at step ${steps}, ${sayPower(first)} at step 1.`);
    bars.setAttribute("aria-label", "The size of the gradient at each step");
  }

  function update(scene) {
    const { header } = opened;
    drawnFor = scene;
    more.hidden = header.blocks.length <= FIRST;
    write(more, every ? "Show the first only" : `${header.blocks.length - FIRST} more`);
    const clipped = header.log2_factor < 0;
    const by = header.clip ? (clipped ? `clipped to ${header.clip_by === "norm" ? sayNumber(header.clip) : "entries of at most " + sayNumber(header.clip)} (× ${power(header.log2_factor)})` : `below the clip at ${sayNumber(header.clip)}`) : "not clipped";
    write(cards[3].said, `Gradient ${power(header.log2_norm)}, ${by}; ${OPTIMISERS[header.optimiser]} at rate ${sayNumber(header.rate)} moves the weights by ${power(header.log2_change)}, ${power(header.log2_change - header.log2_weights)} of their size.`);
    const { palette } = scene;
    const most = Math.max(...header.blocks.map(({ log2_change: change }) => change ?? -Infinity));
    blocks(scene, header.blocks.slice(0, every ? undefined : FIRST).map((block) => ({
      kind: "bar", colour: palette.roles.weights, tall: Math.round(clamp(scene.font * (1 + ((block.log2_change ?? -99) - most) / 10), 2, scene.font)),
      words: `${block.name}: ${power(block.log2_change)}`, title: `${block.count.toLocaleString("en")} numbers, gradient ${power(block.log2_gradient)}, size ${power(block.log2_weights)}`,
    })));
  }

  /** One row for each block of weights; sizes as log10, empty for 0. */
  function* rows() {
    yield ["block", "numbers", "log10 ‖gradient‖", "log10 ‖update‖", "log10 ‖weights‖"];
    const log10 = (/** @type {number | null} */ log2) => (log2 === null ? null : log2 * LOG2);
    for (const one of opened.header?.blocks ?? []) yield [one.name, one.count, log10(one.log2_gradient), log10(one.log2_change), log10(one.log2_weights)];
  }

  return {
    draw, rows,
    picture: (/** @type {Scene} */ scene) => sideBySide([map.picture(), bars], scene),
    words: () => cards.map(({ said }) => said.textContent).join(" "),
  };
}
