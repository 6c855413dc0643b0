// Every loss at every state, and the way of the chosen one, factor by factor.

import { timeAxis } from "../kit/browser/axes.js";
import { element, legends, panel, prose, write } from "../kit/browser/elements.js";
import { takeHome } from "../kit/browser/exports.js";
import { touchable } from "../kit/browser/hands.js";
import { part } from "../kit/browser/message.js";
import { clamp } from "../kit/browser/paint.js";
import { playerKeys } from "../kit/browser/player.js";
import { mountable } from "../kit/browser/stage.js";
import { sayPower } from "../kit/browser/words.js";
import sheet from "./backward.css";
import { createLook } from "./look.js";
import { createPath, factorsOf, pathVerdict } from "./path.js";
import { comparedOf, createTriangles, sumWordsOf, wordsOf } from "./triangles.js";

const ABOUT_ITEMS =
  "Row k, column t: how large the error of the loss at step k alone is when it has come back to the state of step t, ‖dLₖ/dhₜ‖. The colours mean the same in every table and for every setting. Beside each row stands that loss; brackets: it is not counted now. The last line is the error of all counted losses together, which is the sum of their errors as vectors, so that it may be smaller than its largest part. Press a square to see how it came about.";
const ABOUT_WAY =
  "The running product of the chain rule for the chosen loss and state. From each step to the one before, the error is multiplied by what saturation leaves of it (the slopes of the activations; in cells with gates the gates too), and then by the recurrent weights. Each line is one factor; the dots are the norms after it. Of an LSTM the norm is that of h and c together.";

export const mountTable = mountable("backward-table", createTable, sheet);

/** @param {Stage} stage @returns {Page} */
function createTable(stage) {
  const look = createLook(stage);
  /** @type {[number, number]} loss and state */
  let place = [1, 1];
  let steps = 1;
  /** @type {Message} */
  let message;
  /** @type {Spot} */
  let spot;

  const items = panel(stage.root, { name: "items", title: "Every loss at every state", help: ABOUT_ITEMS });
  const legend = legends(element(items.aside, "span", "legends"));
  const compared = element(items.body, "p", "said");
  const triangles = createTriangles(items.body);
  const way = panel(stage.root, { name: "way", title: "One loss on its way, factor by factor", help: ABOUT_WAY });
  const said = element(way.body, "p", "said");
  const path = createPath(way.body);

  // The nearest loss that there is, which of a trained network may be one alone, and a state that it reaches.
  /** @param {number} k @param {number} t @returns {[number, number]} */
  function placeOf(k, t) {
    const rows = /** @type {number[]} */ (message.header.rows);
    const away = rows.indexOf(place[0]) >= 0 && k !== place[0] ? rows.filter((row) => row > place[0] === k > place[0] && row !== place[0]) : rows;
    const loss = (away.length ? away : rows).reduce((best, row) => (Math.abs(row - k) < Math.abs(best - k) ? row : best));
    return [loss, clamp(t, 1, loss)];
  }
  /** @param {number} k @param {number} t @param {string} [cell] */
  function pick(k, t, cell = spot.cell) {
    place = placeOf(k, t);
    look.turn({ cell });
    stage.later();
  }
  /** @param {number} down @param {number} right */
  const move = (down, right) => pick(place[0] + down, place[1] + right);
  playerKeys(null, /** @type {any} */ (triangles.root), { ArrowLeft: () => move(0, -1), ArrowRight: () => move(0, 1), ArrowUp: () => move(-1, 0), ArrowDown: () => move(1, 0) }, () => {});

  touchable(triangles.root, {
    remember: () => /** @type {[number, number, string]} */ ([...place, spot.cell]),
    pick(x, y) {
      const found = triangles.under(message, x, y);
      if (found && found.k <= steps) pick(found.k, found.t, message.header.cells[found.c].name);
    },
    settled: look.tell,
    cancelled: ([k, t, cell]) => pick(k, t, cell),
    say(x, y) {
      const found = triangles.under(message, x, y);
      if (!found) return "";
      return found.k > steps ? sumWordsOf(message, found.c, found.t) : wordsOf(message, found.c, found.k, found.t);
    },
  });
  touchable(path.root, { say: (x) => path.wordsAt(/** @type {Scene} */ (stage.scene).axis, message.header.cells[spot.c], x) });

  takeHome(stage, items.tools, {
    name: "losses-by-state",
    picture: () => triangles.root,
    words: () => `‖dLₖ/dhₜ‖, colours from ${message.header.span.map(sayPower).join(" to ")}.`,
    rows() {
      const { header, arrays } = message;
      const every = Array.from({ length: steps }, (_, k) => k + 1);
      const { rows: losses } = header;
      const cells = header.cells.flatMap((/** @type {any} */ { name }, /** @type {number} */ c) => losses.flatMap((/** @type {number} */ k) => every.slice(0, k).map((t) => [name, k, t, part(arrays[`${c}.table`], k - 1)[t]])));
      return [["cell", "loss k", "state t", "log10 |dL_k/dh_t|"], ...cells];
    },
  });
  takeHome(stage, way.tools, {
    name: "path",
    picture: () => path.root,
    words: () => `${said.textContent}`,
    rows: () => [
      ["step", "factor", "log10 of the factor", "log10 of the norm behind it"],
      ...factorsOf(message, spot.c, ...place).map(({ at, step, kind, factor, log10 }) => [step ?? at, kind, step ? factor : "", log10]),
    ],
  });

  return {
    receive(given, { opened, before }) {
      message = given;
      steps = message.header.steps;
      look.follow(message.header);
      if (opened) place = /** @type {[number, number]} */ (stage.envelope.view.path ?? [steps, 1]);
      const atEnd = !opened && before?.header.steps === place[0];
      place = placeOf(atEnd ? steps : place[0], place[1]);
    },
    draw(scene) {
      spot = look.at(message.header);
      scene.axis ??= timeAxis(scene.width, steps, scene.font);
      const [low, high] = message.header.span.map(sayPower);
      legend(scene, [{ kind: "ramp", low: `≤ ${low}`, high: `≥ ${high} ‖dLₖ/dhₜ‖`, scale: scene.magnitude }]);
      write(compared, comparedOf(message, place));
      triangles.draw(scene, message, spot.c, place);
      prose(said, pathVerdict(message, spot.c, ...place));
      path.draw(scene, message, spot.c, place);
    },
    view: () => ({ path: place[0] === message.header.rows.at(-1) && place[1] === 1 ? null : place }),
  };
}
