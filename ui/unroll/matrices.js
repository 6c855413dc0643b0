// The same step for all units at once: matrices and vectors of a small network, every weight to be typed over.

import { sayInFull, sayNumber } from "../kit/browser/words.js";
import { element, write } from "../kit/browser/elements.js";
import { AWAITED } from "./formulas.js";
import { createWeightField } from "./weights.js";

const LARGEST = { rows: 6, columns: 8 };

export function createMatrices(host, hand, say, touched, pickRow) {
  const root = element(host, "div", "eq-matrices");
  let key = "";
  let blocks = [];

  function makeBlock({ rows, columns, title, role, weights }) {
    const figure = element(root, "figure", `eq-block ${role}`);
    const caption = element(figure, "figcaption", "", title);
    const grid = element(figure, "div", "eq-grid");
    grid.style.gridTemplateColumns = `repeat(${columns}, auto)`;
    const cells = Array.from({ length: rows * columns }, (_, k) => {
      const cell = element(grid, "span", "eq-cell");
      cell.dataset.row = `${Math.floor(k / columns)}`;
      return { cell, field: weights ? createWeightField(cell, hand, say, touched) : null };
    });
    grid.onclick = (event) => {
      const cell = /** @type {HTMLElement} */ (event.target);
      if (rows > 1 && cell.matches(".eq-cell")) pickRow(Number(cell.dataset.row));
    };
    return { caption, cells, columns };
  }

  // `parts`: sign words, and {rows, columns, title, role, at(i, j), weights?: name, first row, made?: by this step, so
  // that it may be awaited}.
  function draw(parts, chosen, scene, awaited) {
    const small = parts && parts.every((part) => typeof part === "string" || (part.rows <= (part.stands ? LARGEST.rows : LARGEST.columns) && part.columns <= LARGEST.columns));
    root.hidden = !small;
    if (!small) return;
    const wanted = JSON.stringify(parts.map((part) => (typeof part === "string" ? part : [part.rows, part.columns, part.role, Boolean(part.weights)])));
    if (wanted !== key) {
      key = wanted;
      root.replaceChildren();
      blocks = parts.map((part) => (typeof part === "string" ? element(root, "span", "eq-sign", part) : makeBlock(part)));
    }
    parts.forEach((part, n) => {
      if (typeof part === "string") return;
      const { caption, cells, columns } = blocks[n];
      write(caption, part.title);
      caption.style.color = scene.palette.roles[part.role] ?? scene.palette.text;
      cells.forEach(({ cell, field }, k) => {
        const [i, j] = [Math.floor(k / columns), k % columns];
        cell.classList.toggle("chosen", part.stands && i === chosen);
        cell.classList.toggle("cold", part.cold?.(i, j) ?? false);
        if (field) field.draw({ name: part.weights.name, i: part.weights.first + i, j, value: part.at(i, j) }, "");
        else {
          const hidden = awaited && part.made;
          write(cell, hidden ? AWAITED : sayNumber(part.at(i, j)));
          cell.title = hidden ? "" : sayInFull(part.at(i, j));
        }
      });
    });
  }
  return { draw };
}
