// Where two texts end: both states and outputs side by side, and how often each symbol is counted in either.

import { blank, set, svg, text } from "../kit/browser/paint.js";
import { fitting, sayNumber } from "../kit/browser/words.js";
import { cellsIn, holdNumbers } from "./room.js";
import { lastTime } from "./timeline.js";

const LIKELIEST = 3; // symbols of each text's last output
const COUNTED = 8; // symbols whose counts stand one by one

export function createComparing(host) {
  const root = svg("svg", { role: "img", class: "comparing" }, host);
  let drawn = "";

  // `clock`: how far the walk has come; a text's end stands here once it is computed.
  function draw(models, scene, width, clock) {
    const ready = models.map((model) => clock >= lastTime(model));
    const key = `${scene.key} ${scene.number} ${width} ${ready}`;
    if (key === drawn) return;
    drawn = key;
    const { font, small, palette } = scene;
    const { compared } = models[0].header;
    const left = Math.round(Math.min(font * 6.4, width * 0.32));
    const pitch = Math.min((width - left) / 2, font * 7.4);
    const wide = pitch - font * 0.6;
    const x = (n) => left + n * pitch;
    blank(root, scene, width, 10);
    const name = (words, y, more = {}) => text(root, words, { x: left - font * 0.6, y, "text-anchor": "end", "font-size": small, fill: palette.muted, ...more });
    text(root, "At the end", { x: 3, y: font * 0.9, "font-weight": 650, "font-size": font * 0.9 });
    models.forEach((_, n) => text(root, `${n + 1}`, { x: x(n) + wide / 2, y: font * 0.9, "text-anchor": "middle", "font-weight": 650, "font-size": font * 0.9 }));
    let y = font * 1.4;
    y = states(y);
    y = outputs(y);
    y = counts(y);
    set(root, { fill: palette.text, height: Math.ceil(y), viewBox: `0 0 ${width} ${Math.ceil(y)}`, "aria-label": compared.said });

    function states(top) {
      const ends = models.map((model) => model.top(model.header.output.at.at(-1)).map(({ value }) => value));
      const H = ends[0].length;
      const tall = Math.max(font * 3.2, Math.min(H * font * 1.15, font * 6.4));
      const cells = cellsIn(H, wide, tall);
      const scale = models[0].scaleOf("h");
      name("state h", top + tall / 2 + font * 0.3, { fill: palette.roles.state });
      ends.forEach((h, n) => {
        svg("rect", { x: x(n), y: top, width: wide, height: tall, rx: 3, fill: palette.surface, stroke: palette.roles.state }, root);
        if (!ready[n]) return;
        h.forEach((value, k) => {
          const place = { x: x(n) + Math.floor(k / cells.down) * cells.wide, y: top + (k % cells.down) * cells.tall };
          const share = scale.share(value);
          svg("rect", { ...place, width: Math.max(0.6, cells.wide - 0.7), height: Math.max(0.6, cells.tall - 0.7), rx: 2, fill: Number.isNaN(value) ? palette.muted : scene.signed.css(share) }, root);
          if (!holdNumbers(cells, font)) return;
          text(root, sayNumber(value), { x: place.x + cells.wide / 2, y: place.y + cells.tall / 2 + font * 0.29, "text-anchor": "middle", "font-size": small, fill: scene.inkOn(share), "data-end": `${n} ${k}` });
        });
      });
      return top + tall + font * 0.5;
    }

    function outputs(top) {
      const { kind } = models[0].header.output;
      const last = models.map((model) => model.outputs(model.header.output.at.at(-1)));
      const best = kind === "softmax" ? [...new Set(models.flatMap((model) => model.likeliest(model.header.output.at.at(-1), LIKELIEST)))] : [0];
      const tall = font * 1.25;
      best.forEach((k, row) => {
        const y = top + row * tall;
        name(kind === "softmax" ? fitting(models[0].header.vocabulary[k], left - font, small) : "output y", y + font * 0.93, { fill: palette.roles.output });
        last.forEach((values, n) => {
          svg("rect", { x: x(n), y: y + 1, width: wide, height: tall - 2, fill: palette.surface, rx: 2 }, root);
          if (!ready[n]) return;
          svg("rect", { x: x(n), y: y + 1, width: Math.max(0, Math.min(1, values[k])) * wide, height: tall - 2, fill: palette.roles.output, "fill-opacity": 0.26, rx: 2 }, root);
          text(root, sayNumber(values[k]), { x: x(n) + wide - 3, y: y + font * 0.93, "text-anchor": "end", "font-size": small, "data-output": `${n} ${k}` });
        });
      });
      return top + best.length * tall + font * 0.6;
    }

    function counts(top) {
      text(root, "counted without order", { x: 3, y: top + font * 0.9, "font-size": small, "font-weight": 650 });
      let y = top + font * 2.1;
      for (const [symbol, ...times] of compared.counts.slice(0, COUNTED)) {
        const own = times[0] === times[1] ? { fill: palette.muted } : { fill: palette.text, "font-weight": 700 };
        name(fitting(symbol, left - font, small), y, own);
        times.forEach((count, n) => text(root, `${count}`, { x: x(n) + wide / 2, y, "text-anchor": "middle", "font-size": small, ...own, "data-count": `${n} ${symbol}` }));
        y += small * 1.35;
      }
      const more = compared.counts.length - COUNTED;
      if (more > 0) name(`${more} more`, y);
      return y + (more > 0 ? font * 0.4 : -font * 0.6);
    }
  }
  return { root, draw };
}
