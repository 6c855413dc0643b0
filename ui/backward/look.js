// What all stages of this page look at together: a network and one of its weights. A press in one picture turns the others
// at once; the server is told for the check, which it computes.
//
// The wish is kept, and what is shown is the nearest that the networks at hand have: a weight that a smaller network
// lacks comes back with the larger one. figures/backward and the server move it by the same rule.

import { clamp } from "../kit/browser/paint.js";

const MOST = 8; // looks that are kept

/** @typedef {{ cell: string | null, weight: [string, number, number] }} Wish rows and columns from 1 */

/** @type {Map<string, { wish: Wish, told: string }>} by page and serial: all stages share the look of what was opened */
const looks = new Map();
/** @type {Set<Stage>} */
const stages = new Set();

/**
 * @param {string} name
 * @param {number | null} row
 * @param {number} column
 * @param {boolean} vector
 */
export const placeName = (name, row, column, vector) => (row === null ? name : `${name}[${row + 1}${vector ? "" : `,${column + 1}`}]`);

/** @param {Stage} stage */
export function createLook(stage) {
  /** @type {{ wish: Wish, told: string }} */
  let look = { wish: { cell: null, weight: ["W", 1, 1] }, told: "" };

  /** A message has come: to the look of what was opened last. @param {any} header */
  function follow({ cells }) {
    const { page, serial, view } = stage.envelope;
    const key = `${page} ${serial}`;
    const wish = /** @type {Wish} */ ({ cell: view.cell ?? cells[0].name, weight: view.weight });
    look = looks.get(key) ?? { wish, told: JSON.stringify(wish) };
    looks.delete(key);
    looks.set(key, look);
    if (looks.size > MOST) looks.delete(looks.keys().next().value ?? "");
    stages.add(stage);
  }

  /** @param {any} header @returns {Spot} */
  function at({ cells }) {
    const c = Math.max(0, cells.findIndex((/** @type {any} */ cell) => cell.name === look.wish.cell));
    /** @type {{ name: string, title: string, arrays: Shape[] }} */
    const { name, title, arrays } = cells[c];
    const [wished, ...place] = look.wish.weight;
    const shape = arrays.find((one) => one.name === wished) ?? /** @type {Shape} */ (arrays.find((one) => one.name === "W"));
    const [row, column] = [clamp(place[0], 1, shape.rows) - 1, clamp(place[1], 1, shape.columns) - 1];
    return { c, cell: name, title, array: shape.name, shape, row, column, named: placeName(shape.name, row, column, shape.vector) };
  }

  /** Look somewhere else; `tell` the server once that is settled. @param {Partial<Wish>} changes */
  function turn(changes) {
    Object.assign(look.wish, changes);
    for (const one of stages) {
      if (one.alive()) one.later();
      else stages.delete(one);
    }
  }
  function tell() {
    const words = JSON.stringify(look.wish);
    if (words === look.told) return;
    look.told = words;
    const { cell, weight } = look.wish;
    stage.ask("look", { cell, weight: weight.join(".") });
  }
  return {
    follow, at, turn, tell,
    /** @param {Partial<Wish>} changes */
    pick(changes) {
      turn(changes);
      tell();
    },
    /** What `turn` brings back. @returns {Wish} */
    now: () => ({ ...look.wish }),
  };
}
