// What a press in each picture of the backward pass does, and the words under the pointer.

import { createPointing } from "../shared/pointing.js";
import { sayNumber, sayPower } from "../shared/words.js";
import { percent, placeName } from "./sums.js";

const MATRICES = ["Before", "Rate times gradient", "After"];

// `pictures` and the `actions` that a press may take; `now()` gives the scene, the message and the network's title.
export function createHands(ground, state, { picture, lanes, matrices, table, path }, { playback, pickWeight, pickPath, later }, now) {
  const pointable = createPointing(ground);

  function pickStep(x, y) {
    const { scene } = now();
    playback.pick(scene.axis.step(x));
    const { name } = scene.lanes[lanes.under(y)];
    if (!lanes.above(y) && name !== state.array) pickWeight(name, ...state.entry);
  }

  function sayStep(x, y) {
    const { scene, title } = now();
    const t = scene.axis.step(x);
    if (lanes.above(y)) return `The error at the state of step ${t} in the ${title}: ‖dL/dh‖ = ${sayPower(scene.now.dh[t])}.`;
    const found = scene.lanes[lanes.under(y)];
    const norm = found.entry ? "" : ` (its norm: ${sayNumber(found.own[t - 1])})`;
    const share = found.total === 0 || !Number.isFinite(found.total) ? "" : `, ${percent(found.share(found.at(t)))} of the total ${sayNumber(found.total)}`;
    return `Step ${t} adds ${sayNumber(found.at(t))} ${found.entry ? "to" : "along"} dL/d${found.label}${share}${norm}.`;
  }

  function pickSquare(x, y) {
    const rate = matrices.rateUnder(x, y, now().message.header.rates.length);
    const square = matrices.under(x, y);
    if (rate !== null) state.rate = rate;
    else if (square && (square.row !== state.entry[0] || square.column !== state.entry[1])) pickWeight(state.array, square.row, square.column);
    later();
  }

  function saySquare(x, y) {
    const square = matrices.under(x, y);
    if (!square) return "";
    const vector = !["U", "W", "V"].includes(state.array);
    return `${MATRICES[square.k]}: ${placeName(state.array, [square.row, square.column], vector)} ${sayNumber(square.value)}.`;
  }

  function pickPlace(x, y) {
    const place = table.under(now().scene, x, y);
    if (place && place.k <= state.steps) pickPath(place.c, place.k, place.t);
  }

  function sayPlace(x, y) {
    const { scene } = now();
    const place = table.under(scene, x, y);
    if (!place) return "";
    return place.k > state.steps ? table.sumWords(scene, place.c, place.t) : table.words(scene, place.c, place.k, place.t);
  }

  pointable(picture, pickStep, sayStep);
  pointable(matrices.root, pickSquare, saySquare);
  pointable(table.root, pickPlace, sayPlace);
  pointable(path.root, () => {}, (x) => path.wordsAt(now().scene, state, x));
}
