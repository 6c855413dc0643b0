// Two sentences that differ in their first word and in one word eleven steps later: how much the later one hears.

import { openMessage } from "../shared/message.js";
import { set, svg, text } from "../shared/paint.js";
import { createPointing } from "../shared/pointing.js";
import { sayPower } from "../shared/words.js";
import { element } from "../shared/elements.js";
import { createPanel, mountPicture, roomOf, say } from "./panel.js";
import { takeHome } from "./takehome.js";

const ABOUT_REACH =
  "“Today … need” and “Last year … had”: only the first word decides which of the two must come. Each network, with its untrained weights of this seed, reads the sentence word by word and predicts the next one. A bar is ‖d log p(word) / dxₜ‖, how strongly the log-probability of the right word changes with the word read at step t: the gradient of that output to every word. Log scale, the same for both sentences. Words after the asked one have not been read: no gradient reaches them.";
const LOWEST = -6; // decades

export function createReach(ground) {
  const { root } = ground;
  const panel = createPanel(ground, "reach", "Long range: who remembers the first word?", ABOUT_REACH);
  const reach = { report: () => {} };
  const columns = element(panel.body, "div", "both");
  let message = null;
  let room = null;
  let halves = [];
  let built = "";

  function draw() {
    if (!message || !root.isConnected || root.clientWidth === 0) return;
    const { header } = message;
    room = roomOf(root, header, room);
    const key = `${room.key} ${message.number}`;
    if (key === built) return;
    built = key;
    if (halves.length !== header.sentences.length) {
      columns.replaceChildren();
      halves = header.sentences.map((sentence, s) => {
        const half = element(columns, "div", "grow");
        const said = element(half, "p", "said");
        const picture = svg("svg", { class: "sentence", role: "img" }, half);
        createPointing(ground)(picture, () => {}, (x, y) => words(s, y));
        return { said, picture };
      });
    }
    header.sentences.forEach((sentence, s) => sentenceOf(sentence, s));
  }

  function sentenceOf(sentence, s) {
    const { header, arrays } = message;
    const { font, palette } = room;
    const { picture, said } = halves[s];
    say(said, sentence.said);
    const width = Math.max(260, Math.floor(picture.parentNode.clientWidth));
    const count = header.cells.length;
    const thick = Math.max(4, font * 0.36);
    const numbered = (t) => sentence.first.includes(t) || t === sentence.asked - 1;
    const tall = (t) => (numbered(t) ? count * font * 0.95 + font * 0.5 : Math.max(font * 1.5, count * (thick + 1.5) + font * 0.35));
    const tops = [font * 1.8];
    for (let t = 1; t <= sentence.words.length; t++) tops.push(tops.at(-1) + tall(t));
    mountPicture(picture, width, Math.ceil(tops.at(-1) + font * 0.4), room);
    let at = 0;
    for (const cell of header.cells) {
      const name = text(picture, cell.title, { x: at, y: font * 0.9, fill: palette.cells[cell.name], "font-weight": 600, "font-size": font * 0.9 });
      at += Math.max(font * 4, name.getComputedTextLength() + font);
    }
    const left = font * 6.2;
    const right = width - font * 4;
    const length = (log10) => (Math.max(0, log10 - LOWEST) / -LOWEST) * (right - left);
    sentence.words.forEach((word, k) => {
      const t = k + 1;
      const [y, row] = [tops[k], tall(t)];
      const pitch = numbered(t) ? font * 0.95 : thick + 1.5;
      const asked = t === sentence.asked;
      const decides = sentence.first.includes(t);
      text(picture, asked ? `${word} ?` : word, { x: left - font * 0.6, y: y + row / 2 + font * 0.2, "text-anchor": "end", fill: asked ? palette.roles.output : t > sentence.asked ? palette.muted : decides ? palette.roles.input : palette.text, "font-weight": asked || decides ? 700 : 400 });
      if (asked) text(picture, "← predicted from the words above", { x: left, y: y + row / 2 + font * 0.2, fill: palette.roles.output, "font-size": font * 0.86 });
      if (t >= sentence.asked) return;
      header.cells.forEach((cell, c) => {
        const log10 = arrays[`${s}.${c}`].data[k];
        const place = y + (row - count * pitch) / 2 + c * pitch + (pitch - thick) / 2;
        svg("rect", { x: left, y: place, width: Math.max(0, length(log10)).toFixed(1), height: thick, fill: palette.cells[cell.name], "data-influence": `${s} ${c} ${t}` }, picture);
        if (numbered(t)) text(picture, sayPower(log10), { x: left + Math.max(0, length(log10)) + font * 0.4, y: place + thick / 2 + font * 0.28, "font-size": font * 0.82, fill: palette.cells[cell.name], "data-size": `${s} ${c} ${t}` });
      });
    });
    halves[s].tops = tops;
    set(picture, { "aria-label": sentence.said });
  }

  function words(s, y) {
    const { header, arrays } = message;
    const sentence = header.sentences[s];
    const t = halves[s].tops.filter((top) => top <= y).length;
    if (t < 1 || t >= sentence.asked) return "";
    const each = header.cells.map(({ title }, c) => `${title} ${sayPower(arrays[`${s}.${c}`].data[t - 1])}`);
    return `How much “${sentence.words[sentence.asked - 1]}” depends on “${sentence.words[t - 1]}”: ${each.join(", ")}.`;
  }

  const rows = () =>
    message.header.sentences.flatMap((sentence, s) =>
      sentence.words.flatMap((word, k) => message.header.cells.map(({ name }, c) => [s + 1, k + 1, word, name, message.arrays[`${s}.${c}`].data[k]])),
    );
  const side = () => {
    const sizes = halves.map(({ picture }) => ["width", "height"].map((name) => Number(picture.getAttribute(name))));
    const whole = svg("svg", {});
    mountPicture(whole, sizes[0][0] + sizes[1][0] + room.font * 2, Math.max(sizes[0][1], sizes[1][1]), room);
    halves.forEach(({ picture }, s) => {
      const copy = picture.cloneNode(true);
      set(copy, { x: s ? sizes[0][0] + room.font * 2 : 0, y: 0 });
      whole.appendChild(copy);
    });
    return whole;
  };
  takeHome(panel, "long-range", side, () => message.header.sentences.map(({ said }) => [[said, room.palette.text]]), () => [["sentence", "step", "word", "cell", "log10 |d log p / dx|"], ...rows()], () => room);

  reach.receive = (bytes) => {
    if (bytes && bytes !== reach.bytes) {
      reach.bytes = bytes;
      message = { ...openMessage(bytes), number: (message?.number ?? 0) + 1 };
      root.classList.toggle("presenter", message.header.presenter);
    }
    draw();
  };
  new ResizeObserver(draw).observe(root);
  return reach;
}
