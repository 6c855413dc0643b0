// The numbers of a scene: each exact, and below it the lecture's, where it has written one, and why they differ.

import { element } from "../kit/browser/elements.js";

/** @typedef {{ label: string, exact: string, lecture: string, because: string }} Row */

/** @param {Element} host */
export function createNumbers(host) {
  const root = element(host, "dl", "numbers");
  let drawn = "";

  return {
    root,
    /** @param {Row[]} rows @param {boolean} altered the lecture's figures stand for other numbers then */
    draw(rows, altered) {
      const key = JSON.stringify([rows, altered]);
      if (key === drawn) return;
      drawn = key;
      root.replaceChildren();
      for (const { label, exact, lecture, because } of rows) {
        const row = element(root, "div", "number");
        element(row, "dt", "", label);
        element(row, "dd", "exact", exact);
        if (altered || !(lecture || because)) continue;
        const beside = element(row, "dd", "lecture");
        if (lecture === exact) beside.append("The lecture has the same. ");
        else if (lecture) {
          beside.append("The lecture: ");
          element(beside, "s", "", lecture);
          beside.append(". ");
        }
        beside.append(because);
      }
    },
  };
}
