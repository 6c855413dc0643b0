// This moment on the pages that look into networks: a link names the training and the update, and opens it there.

import { element } from "../kit/browser/elements.js";

const PAGES = /** @type {[string, string, string][]} */ ([
  ["unroll", "unroll", "Unroll"],
  ["cell", "inside_the_cell", "Inside the cell"],
  ["backward", "backward", "Backward"],
  ["vanish", "vanish_and_explode", "Vanish & explode"],
]);

/** @param {Element} host @param {Stage} stage */
export function createDoors(host, stage) {
  const box = element(host, "p", "doors aside-part quiet-words");
  let shown = "";

  /** @param {any} scene @param {number} update */
  return function draw(scene, update) {
    const racer = scene.header.racers[scene.focus];
    const open = PAGES.filter(([name]) => racer.doors[name]);
    box.hidden = Boolean(stage.envelope.saved);
    const wanted = JSON.stringify([racer.title, racer.refused, open, update, scene.number]);
    if (wanted === shown) return;
    shown = wanted;
    box.replaceChildren();
    if (!open.length) {
      box.append(racer.refused);
      return;
    }
    box.append(`The ${racer.title} as it is now, in `);
    open.forEach(([name, path, title], k) => {
      if (k) box.append(k === open.length - 1 ? " or " : ", ");
      const url = new URL(path, window.location.href);
      url.search = new URLSearchParams({ trained: `${racer.doors[name]}@${update}` }).toString();
      element(box, "a", "", title).href = url.href;
    });
  };
}
