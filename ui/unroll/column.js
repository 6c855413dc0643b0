// The marks of one column: what enters, the boxes above it, what comes out. They are made once; filling.js moves them.

import { svg, text } from "../kit/browser/paint.js";
import { holdNumbers } from "./room.js";

const FINEST = 12; // up to so many inputs have a cell each with a line around it

// An arrow whose width is the size of what flows, and over it how far the flow has come.
function makeFlow(parent, fill, palette) {
  const bed = svg("path", { class: "bed", stroke: palette.muted }, parent);
  return { bed, body: svg("path", { fill, stroke: fill }, parent) };
}

function makeRow(g, model, room, palette, box, row) {
  const { font, small, boxWide, boxTall, cells } = room;
  const x = box.dx - boxWide / 2;
  const label = (letter, fill, anchor) => text(g, letter, { "font-weight": 700, "font-size": small, fill, "text-anchor": anchor });
  const U = makeFlow(g, palette.roles.input, palette);
  const W = makeFlow(g, palette.roles.state, palette);
  const merge = row % room.ways ? "" : model.merge(row / room.ways - 1); // what becomes of both directions below
  const strip = Array.from({ length: model.hidden }, () => svg("rect", { width: font * 0.6, stroke: palette.roles.state, "stroke-width": 0.4, visibility: "hidden" }, g));
  const start = text(g, "", { "text-anchor": "end", "font-size": small, fill: palette.muted });
  const ring = svg("path", { fill: "none", "stroke-linecap": "round" }, g);
  const tip = svg("path", {}, g);
  const frame = svg("rect", { x, y: box.top, width: boxWide, height: boxTall, rx: 4, fill: palette.surface, stroke: palette.roles.state }, g);
  const gap = (size) => (size > 4 ? 0.7 : 0);
  const units = Array.from({ length: model.hidden }, (_, k) =>
    svg("rect", {
      x: x + 1.5 + Math.floor(k / cells.down) * cells.wide, y: box.top + 1.5 + (k % cells.down) * cells.tall,
      width: Math.max(0.6, cells.wide - gap(cells.wide)), height: Math.max(0.6, cells.tall - gap(cells.tall)), rx: Math.min(2, cells.tall / 4), fill: palette.surface, "data-unit": `${row} ${k}`,
    }, g),
  );
  const legible = holdNumbers(cells, font);
  const values = legible ? units.map((_, k) => text(g, "", { x: box.dx, y: box.top + 1.5 + (k + 0.5) * cells.tall + font * 0.29, "text-anchor": "middle", "font-size": small, "data-value": `${row} ${k}` })) : [];
  const chosen = svg("rect", { fill: "none", stroke: palette.text, "stroke-width": 2, rx: 2, width: cells.wide, height: cells.tall, visibility: "hidden" }, g);
  return { box, x, U, W, strip, start, ring, tip, frame, units, values, chosen, nameU: label(`U${merge}`, palette.roles.input, "end"), nameW: label("W", palette.roles.state, "middle") };
}

function makeInput(g, model, room, palette) {
  const wide = Math.min(room.pitch - 8, Math.max(room.boxWide, room.font * 1.6));
  const { inTop: y, inTall: height, font } = room;
  const vector = svg("rect", { x: -wide / 2, y, width: wide, height, fill: palette.surface, stroke: palette.roles.input, rx: 2 }, g);
  const hot = svg("path", { fill: palette.roles.input, "data-enters": "" }, g);
  const D = model.numeric ? model.entering(1).length : Math.max(...model.parts.map(({ vocabulary }) => vocabulary.length));
  const line = (share, strong) => svg("line", { x1: (share - 0.5) * wide, x2: (share - 0.5) * wide, y1: y, y2: y + height, stroke: palette.roles.input, "stroke-width": strong ? 1 : 0.6 }, g);
  if (model.numeric) for (let k = 0; k < D; k++) line((k + 0.5) / D, true);
  else if (D <= FINEST) for (let k = 1; k < D; k++) line(k / D, false);
  const symbol = text(g, "", { y: room.name, "text-anchor": "middle", "font-size": font * (model.numeric ? 0.9 : 1.2), "font-weight": 600, fill: palette.roles.input, class: "tabular enters" });
  return { wide, vector, hot, symbol };
}

function makeOutput(g, model, room, palette) {
  const { font, small, ways, lines, outTop } = room;
  const wide = Math.min(room.pitch - 6, font * 7.4);
  const V = Array.from({ length: ways }, () => makeFlow(g, palette.roles.output, palette));
  const nameV = text(g, `V${model.merge(model.layers - 1)}`, { "font-weight": 700, "font-size": room.small, fill: palette.roles.output, "text-anchor": "end" });
  const tall = font * 1.25;
  const named = Array.from({ length: lines }, (_, n) => {
    const y = outTop + n * tall;
    return {
      ground: svg("rect", { x: -wide / 2, y: y + 1, width: wide, height: tall - 2, fill: palette.surface, rx: 2 }, g),
      bar: svg("rect", { x: -wide / 2, y: y + 1, height: tall - 2, fill: palette.roles.output, "fill-opacity": 0.26, stroke: palette.roles.output, rx: 2 }, g),
      name: text(g, "", { x: -wide / 2 + 4, y: y + font * 0.93, "font-size": small, fill: palette.text, "font-weight": n ? 400 : 650, "data-rank": n + 1 }),
      value: text(g, "", { x: wide / 2 - 3, y: y + font * 0.93, "font-size": small, fill: palette.text, "text-anchor": "end", "data-chance": n + 1 }),
    };
  });
  const wanted = text(g, "", { y: outTop - font * 0.4, "text-anchor": "middle", "font-size": small, fill: palette.roles.gradient, class: "wanted" });
  return { wide, V, nameV, named, wanted };
}

export function makeColumn(root, model, room, palette) {
  const g = svg("g", { class: "column", fill: palette.rule }, root);
  const body = svg("g", {}, g); // fades where it is still to come; what stands in letters does not
  const rows = room.boxes.map((box, row) => makeRow(body, model, room, palette, box, row));
  const output = makeOutput(svg("g", { class: "out" }, body), model, room, palette);
  const input = makeInput(svg("g", { class: "in" }, body), model, room, palette);
  g.append(input.symbol);
  const gradient = svg("rect", { x: -room.pitch * 0.32, width: room.pitch * 0.64, fill: palette.roles.gradient, rx: 1, class: "gradient" }, g);
  const step = text(g, "", { y: room.gradTop + room.gradTall + room.font * 1.15, "text-anchor": "middle", "font-size": room.small, fill: palette.muted });
  return { g, body, rows, output, input, gradient, step };
}
