// Where everything of the diagram stands: columns from left to right, rows from the inputs at the bottom to the outputs.

import { clamp } from "../kit/browser/paint.js";
import { graphemes } from "../kit/browser/words.js";

const STANDING = 8; // up to so many units stand in one column of cells, more fill a block
const FEW = 4; // units whose numbers are shown on every screen
const LEGIBLE = [2.6, 0.9]; // of the size of type: so wide and so tall a cell holds its number

// The places of H unit cells inside a box of some width and height, in columns from the left.
export function cellsIn(H, width, height) {
  const across = H <= STANDING ? 1 : clamp(Math.round(Math.sqrt((H * width) / height)), 1, H);
  const down = Math.ceil(H / across);
  return { across, down, wide: width / across, tall: height / down };
}

export const holdNumbers = (cells, font) => cells.wide >= font * LEGIBLE[0] && cells.tall >= font * LEGIBLE[1];

// `most(height)`: px that the whole diagram may be tall, if it would be `height`. One of two diagrams is flatter: it
// leaves out the gradients, and its arrows are short.
export function roomFor(model, width, font, small, most) {
  const pair = model.header.named !== "";
  const arrow = font * (pair ? 1.15 : 2);
  const headed = pair && !model.single ? font * 1.2 : 0; // a text's name, where wanted outputs leave it no room beside them
  const { header, rows, ways, steps, K } = model;
  const narrow = width < 560;
  const left = Math.round(font * (narrow ? 3.4 : 5.6));
  const begun = model.chains.some(({ reverse, start }) => reverse && start); // whose start stands on the right
  const right = Math.round(font * (begun ? 1.8 : narrow ? 0.3 : 1.2));
  const softmax = header.output.kind === "softmax";
  const longest = header.vocabulary.reduce((most, name) => Math.max(most, graphemes(name).length), 1);
  const least = font * clamp(longest * 0.75 + 1, narrow ? 3.5 : 3.9, narrow ? 4.6 : 6.8); // words need more room than letters
  const shown = Math.max(1, Math.min(steps, Math.floor((width - left - right) / least)));
  const pitch = Math.min((width - left - right) / shown, font * 15);
  const used = pitch * shown;
  const shift = ways === 2 ? pitch * 0.13 : 0;
  const boxWide = Math.min(pitch * (ways === 2 ? 0.4 : 0.52), font * (ways === 2 ? 4 : 6.2));
  const lines = softmax ? Math.min(3, K) : 1;
  const windowed = shown < steps;
  const outTop = Math.round(headed + font * (model.parts.length > 1 ? 2.9 : pair ? 1.3 : 1.5)); // above them what is wanted, and the names of two parts
  const outTall = Math.round(font * 1.25 * lines);
  const gap = Math.round(font * (rows > 3 ? 1.3 : 1.8));
  const within = Math.round(font * 0.5); // between the two directions of one layer
  const between = Math.ceil(rows / ways) * gap + (rows - Math.ceil(rows / ways)) * within;
  const others = outTop + outTall + arrow + between + font * (pair ? 3.2 : 6); // all but the boxes
  const usual = Math.round(font * (pair && rows === 1 ? 4.4 : rows === 1 ? 6.4 : rows === 2 ? 4.6 : rows === 3 ? 3.6 : 2.6));
  const numbered = model.hidden <= FEW && (pair || rows === 1);
  const held = pair ? font * model.hidden : Math.max(font * 1.7, Math.ceil(font * LEGIBLE[1] * model.hidden) + 2);
  const lowest = numbered ? held : font * 1.7;
  const boxTall = clamp(Math.floor((most(others + usual * rows) - others) / rows), Math.min(usual, lowest), usual);
  let y = outTop + outTall + Math.round(arrow);
  const boxes = [];
  for (let row = rows - 1; row >= 0; row--) {
    boxes[row] = { top: y, bottom: y + boxTall, middle: y + boxTall / 2, dx: model.isReverse(row) ? shift : -shift };
    y += boxTall + (row % ways === 0 ? gap : within);
  }
  const inTop = y - gap + Math.round(arrow);
  const inTall = Math.round(font * 0.85);
  const name = inTop + inTall + Math.round(font * 1.35);
  const gradTop = name + Math.round(font * (pair ? 0 : 0.55));
  const gradTall = Math.round(font * (pair ? 0 : 0.9));
  const height = gradTop + gradTall + Math.round(font * (windowed ? 2.7 : pair ? 1.42 : 1.45));
  return {
    width, height, font, narrow, pair, headed, left, right, shown, pitch, used, shift, boxWide, boxTall, lines, outTop, outTall, boxes, inTop,
    inTall, name, gradTop, gradTall, ways,
    start: left + Math.max(0, (width - left - right - used) / 2),
    cells: cellsIn(model.hidden, boxWide - 2, boxTall - 2),
    thick: font * 0.8,
    windowed,
    small,
    // In the middle where the network is rolled up (morph 0), at its own place where it is unrolled (morph 1).
    x(t, from, morph) {
      const own = this.start + (t - from + 0.5) * pitch;
      const centre = left + (width - left - right) / 2;
      return centre + (own - centre) * morph;
    },
  };
}

// The first column of the window so that column t is inside, with a few columns to each side where there are any.
export function windowFrom(room, steps, from, t) {
  if (!room.windowed) return 1;
  const beside = Math.min(2, Math.floor((room.shown - 1) / 3));
  const wanted = t < from + beside ? t - beside : t > from + room.shown - 1 - beside ? t - room.shown + 1 + beside : from;
  return clamp(wanted, 1, steps - room.shown + 1);
}
