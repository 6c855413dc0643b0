// One step of gradient descent: the weights before, minus the rate times their gradient, after, and what it does to the loss.

import { element, panel, segments, write } from "../kit/browser/elements.js";
import { takeHome } from "../kit/browser/exports.js";
import { slider, touchable } from "../kit/browser/hands.js";
import { clamp } from "../kit/browser/paint.js";
import { playerKeys } from "../kit/browser/player.js";
import { mountable } from "../kit/browser/stage.js";
import { sayNumber } from "../kit/browser/words.js";
import sheet from "./backward.css";
import { createLook, placeName } from "./look.js";
import { createMatrices } from "./matrices.js";

const ABOUT =
  "One step of gradient descent: every weight minus the learning rate times its gradient. The three squares share one colour scale, centred on 0. The loss after the step comes from running the network again with all new weights, at each rate; press the curve to choose one. Press a square to look at that weight alone, above and in the check below.";
const MATRICES = ["Before", "Rate times gradient", "After"];

export const mountUpdate = mountable("backward-update", createUpdate, sheet);

/** @param {Stage} stage @returns {Page} */
function createUpdate(stage) {
  const look = createLook(stage);
  let r = 0; // which of the rates
  /** @type {Message} */
  let message;
  /** @type {Spot} */
  let spot;

  const update = panel(stage.root, { name: "update", title: "The update", help: ABOUT });
  const arrays = segments(update.aside, "Array of weights", (name) => look.pick({ weight: [name, spot.row + 1, spot.column + 1] }));
  const rate = slider(update.body, { label: "Learning rate", whole: true, className: "wide rate", say: (k) => sayNumber(message.header.rates[k]), input: chooseRate });
  const said = element(update.body, "p", "said");
  const matrices = createMatrices(update.body);

  /** @param {number} k */
  function chooseRate(k) {
    r = k;
    stage.later();
  }
  /** @param {number} down @param {number} right */
  function move(down, right) {
    const { array, row, column, shape } = spot;
    look.pick({ weight: [array, clamp(row + down, 0, shape.rows - 1) + 1, clamp(column + right, 0, shape.columns - 1) + 1] });
  }
  playerKeys(null, /** @type {any} */ (matrices.root), { ArrowLeft: () => move(0, -1), ArrowRight: () => move(0, 1), ArrowUp: () => move(-1, 0), ArrowDown: () => move(1, 0) }, () => {});

  touchable(matrices.root, {
    remember: () => ({ r, look: look.now() }),
    pick(x, y) {
      const picked = matrices.rateUnder(x, y, message.header.rates.length);
      const square = matrices.under(x, y);
      if (picked !== null) chooseRate(picked);
      else if (square) look.turn({ weight: [spot.array, square.row + 1, square.column + 1] });
    },
    settled: look.tell,
    cancelled(memory) {
      chooseRate(memory.r);
      look.turn(memory.look);
    },
    say(x, y) {
      const square = matrices.under(x, y);
      return square ? `${MATRICES[square.k]}: ${placeName(spot.array, square.row, square.column, spot.shape.vector)} ${sayNumber(square.value)}.` : "";
    },
  });
  takeHome(stage, update.tools, {
    name: "update",
    picture: () => matrices.root,
    words: () => `${spot.title}. ${said.textContent}`,
    rows() {
      const gradient = message.arrays[`${spot.c}.gradient.${spot.array}`].data;
      const by = message.header.rates[r];
      const { columns } = spot.shape;
      /** @param {number} w @param {number} n */
      const row = (w, n) => [spot.array, Math.floor(n / columns) + 1, (n % columns) + 1, w, gradient[n], by, w - by * gradient[n]];
      return [["array", "row", "column", "before", "gradient", "rate", "after"], ...Array.from(message.arrays[`${spot.c}.weight.${spot.array}`].data, row)];
    },
  });

  return {
    receive(given, { opened }) {
      message = given;
      const { rates } = message.header;
      rate.range(0, rates.length - 1);
      look.follow(message.header);
      if (opened) r = Math.max(0, rates.indexOf(stage.envelope.view.rate));
    },
    draw(scene) {
      spot = look.at(message.header);
      const { arrays: shapes, said: verdicts } = message.header.cells[spot.c];
      arrays(shapes.map((/** @type {Shape} */ { name }) => [name, name]), spot.array);
      rate.show(r);
      write(said, verdicts[r]);
      matrices.draw(scene, spot, r, message);
    },
    view: () => ({ rate: message.header.rates[r] }),
  };
}
