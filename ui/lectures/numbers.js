// The numbers of a scene: the lecture's beside the exact ones, and why they differ.

import { element } from "../kit/browser/elements.js";

/** @typedef {{ label: string, exact: string, lecture: string, because: string }} Row */

/** @param {Element} host */
export function createNumbers(host) {
  const root = element(host, "table", "numbers");
  let drawn = "";

  return {
    root,
    /** @param {Row[]} rows @param {boolean} altered the lecture's stand for other numbers then */
    draw(rows, altered) {
      const key = JSON.stringify([rows, altered]);
      if (key === drawn) return;
      drawn = key;
      root.replaceChildren();
      const compared = !altered && rows.some(({ lecture }) => lecture);
      if (compared) {
        const top = element(element(root, "thead"), "tr");
        for (const words of ["", "lecture", "exact"]) element(top, "th", "", words).scope = "col";
      }
      const body = element(root, "tbody");
      for (const { label, exact, lecture, because } of rows) {
        const line = element(body, "tr");
        element(line, "th", "", label).scope = "row";
        if (compared) element(line, "td", lecture && lecture !== exact ? "slip" : "", lecture || "–");
        element(line, "td", "exact", exact);
        if (!because || altered) continue;
        const why = element(element(body, "tr", "why"), "td", "", because);
        why.colSpan = compared ? 3 : 2;
      }
    },
  };
}
