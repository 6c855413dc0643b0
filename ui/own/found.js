// What was found in a file: what enters, each layer with its tensors, and the heads, from left to right; every block of a
// tensor in the colour and with the letter of its gate. Of two files, one under the other.

import sheet from "./own.css";
import { element, legends, panel, write } from "../kit/browser/elements.js";
import { share, takeHome } from "../kit/browser/exports.js";
import { mountable } from "../kit/browser/stage.js";
import { pictureOf } from "./picture.js";
import { drawTensor } from "./tensors.js";

const HELP =
  "Each rectangle is one tensor of the file, as it lies there: PyTorch and ONNX stack the gates' blocks in rows, Keras in columns. Sides grow with the square root of their size.";
const COUNTED = "PyTorch has two biases a gate and Keras one, in a GRU that resets after the product two. Here each gate has one, and the candidate of that GRU two.";

const STAYS = "The link does not carry the network: whoever opens it sees the sample, and is told to drop the file again.";

/** @param {Element} host @param {string} words */
function folded(host, words) {
  const box = element(host, "details");
  element(box, "summary", "", words);
  return box;
}

/** @param {Stage} stage @param {Element} root @param {number} number */
function createFile(stage, root, number) {
  const parts = panel(root, { name: "found main", title: "What was found", help: HELP });
  const legend = legends(element(parts.aside, "span", "legends"));
  const said = element(parts.body, "p", "verdict");
  const flow = element(parts.body, "ol", "flow");
  const counts = element(parts.body, "p", "counts quiet-words aside-part");
  const more = element(parts.body, "div", "aside-part more");
  let file = /** @type {any} */ (null);
  takeHome(stage, parts.tools, { name: "tensors", picture: () => pictureOf(flow, stage.scene), words: () => [[[file.said, stage.scene?.palette.text]], file.gates.map(({ letter, label, role }) => [`${letter} ${label}`, stage.scene?.palette.roles[role]])], rows: () => [["tensor", "shape", "numbers", "what it is"], ...file.used.map(([name, shape, kind, role]) => [name, shape.join(" x "), kind, role])] });

  /** @param {string} title @param {string} words @param {string} [name] */
  function card(title, words, name = "") {
    const box = element(flow, "li", "card");
    element(box, "strong", "", title);
    element(box, "span", "quiet-words", words);
    const room = element(box, "div", "tensors");
    if (name) element(box, "span", "name quiet-words", name, name);
    return { box, room };
  }

  /** @param {any} scene @param {any} layer @param {number} largest */
  function drawLayer(scene, layer, largest) {
    const { box, room } = card(`${layer.number} · ${layer.title}`, `${layer.inputs} → ${layer.size}`, layer.name);
    if (!layer.run) {
      box.classList.add("resting");
      element(room, "p", "", `Not run: ${layer.problem}.`);
      return;
    }
    layer.ways.forEach((tensors, k) => {
      const row = element(room, "div", "way");
      if (layer.ways.length > 1) element(row, "span", "arrow quiet-words", k ? "←" : "→", k ? "Reads from the end" : "Reads from the start");
      for (const tensor of tensors) drawTensor(row, tensor, { scene, gates: layer.gates[k], largest, sideways: tensors.some(({ shape, blocks }) => shape.length === 2 && blocks[0]?.[1] === 1 && blocks.at(-1)[3] === shape[1]) });
    });
  }

  /** @param {any} scene */
  function rebuild(scene) {
    flow.replaceChildren();
    more.replaceChildren();
    const drawn = file.layers.flatMap(({ ways }) => ways.flat());
    const largest = Math.max(1, ...drawn.flatMap(({ shape }) => shape));
    const plain = (shape, role) => ({ name: "", shape, kind: "", role, letter: "", blocks: [] });
    const before = card(file.before.title, file.before.said, file.before.name);
    if (file.before.shape) drawTensor(before.room, plain(file.before.shape, "embedding"), { scene, gates: {}, largest, sideways: false, fill: "input" });
    for (const layer of file.layers) drawLayer(scene, layer, largest);
    if (file.more) card("…", `${file.more} more layers`);
    for (const head of file.heads) {
      const { box, room } = card("Head", head.said, head.name);
      box.classList.toggle("resting", !head.chosen);
      drawTensor(room, plain(head.shape, "output weights"), { scene, gates: {}, largest, sideways: false, fill: "output" });
    }
    drawMore();
  }

  function drawMore() {
    const left = file.left.reduce((count, { names, more: others }) => count + names.length + others, 0);
    if (left) {
      const list = element(folded(more, `Left out: ${left} ${left === 1 ? "tensor" : "tensors"}`), "dl");
      for (const { why, names, more: others } of file.left) {
        element(list, "dt", "", `${why[0].toUpperCase()}${why.slice(1)}`);
        element(list, "dd", "quiet-words", `${names.join(", ")}${others ? ` and ${others} more` : ""}`);
      }
    }
    const rows = folded(more, `Every tensor that is used: ${file.used.length}`);
    const table = element(element(rows, "div", "pan"), "table");
    for (const [name, shape, kind, role] of file.used) {
      const row = element(table, "tr");
      for (const words of [name, shape.join(" × "), kind, role]) element(row, "td", "", words);
    }
    const list = element(folded(more, "In words"), "ul");
    for (const sentence of file.sentences) element(list, "li", "", sentence);
  }

  /** @param {any} scene */
  return function draw(scene) {
    file = scene.header.files[number] ?? null;
    parts.box.hidden = !file;
    if (!file || !(scene.changed || scene.fresh)) return;
    parts.entitle(scene.header.files.length > 1 || file.refused ? file.name : `What was found in ${file.name}`);
    parts.box.classList.toggle("refused", Boolean(file.refused));
    for (const box of [flow, counts, more, parts.tools]) box.hidden = Boolean(file.refused);
    if (file.refused) {
      legend(scene, []);
      return write(said, `${file.refused[0].toUpperCase()}${file.refused.slice(1)}`);
    }
    write(said, file.said);
    legend(scene, file.gates.map(({ letter, label, role }) => ({ kind: "bar", colour: scene.palette.roles[role], words: `${letter} ${label}` })));
    rebuild(scene);
    const counted = Object.entries(file.counts).map(([name, count]) => `${name} ${count}`);
    write(counts, `Numbers that are learned: ${counted.join(" · ")}.`);
    counts.title = COUNTED;
  };
}

/** @param {Stage} stage @returns {Page} */
function create(stage) {
  const draws = [0, 1].map((number) => createFile(stage, stage.root, number));
  const foot = element(stage.root, "div", "status");
  share(stage, foot);
  const kept = element(stage.root, "p", "quiet-words aside-part", STAYS);
  let header = /** @type {any} */ (null);
  return {
    receive(message) {
      ({ header } = message);
    },
    draw(scene) {
      scene.header = header;
      for (const draw of draws) draw(scene);
      kept.hidden = !header.own || foot.hidden;
    },
  };
}

export const mountFound = mountable("own", create, sheet);
