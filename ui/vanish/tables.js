// The numbers behind the pictures, unrounded: one row per step. Norms as log10, because float64 cannot hold them all.

import { growthAt } from "./growth.js";

const MEDIAN = "median (of an even number the geometric mean of the middle two)";
const RANKS = ["10th percentile", MEDIAN, "90th percentile"];

/** What a rank is called, by the share that lies below. @param {number} share */
export const rankName = (share) => ({ 0: "smallest", 0.5: MEDIAN, 1: "largest" })[share] ?? `${100 * share} % below`;

// Columns [name, value at step t] as a table.
function byStep(scene, columns) {
  const rows = [["step", "recurrent scale", ...columns.map(([name]) => name)]];
  for (let t = 1; t <= scene.steps; t++) rows.push([t, scene.scales[scene.scale], ...columns.map(([, at]) => at(t))]);
  return rows;
}

export function curveRows(scene) {
  return byStep(scene, scene.cells.flatMap((cell, c) => {
    const { dh, dc, bound, hasMemory } = cell.now;
    const named = [[`log10 |dL/dh| ${cell.title}`, (t) => dh[t]]];
    if (hasMemory) named.push([`log10 |dL/dc| ${cell.title}`, (t) => dc[t]]);
    if (!Number.isNaN(bound)) named.push([`log10 bound ${cell.title}`, (t) => dh[scene.steps] + bound * (scene.steps - t)]);
    if (!scene.spread) return named;
    return named.concat(RANKS.map((rank, k) => [`log10 |dL/dh| ${cell.title}, ${rank} of ${scene.seeds.count} other seeds`, (t) => scene.spread(c, k, true)[t]]));
  }));
}

export function growthRows(scene) {
  return byStep(scene, scene.cells.flatMap((cell) =>
    ["saturation", "weights", "together"].map((part) => [`log10 growth by ${part} ${cell.title}`, (t) => growthAt(cell.now, t)[part]]),
  ));
}
