// The map of a lecture: a mark for each scene, and all titles where it is pressed.

import { element, press, write } from "../kit/browser/elements.js";

/**
 * @param {Element} host
 * @param {(scene: number) => void} go
 */
export function createMap(host, go) {
  const button = press(host, "", "All scenes", "place");
  const marks = element(host, "span", "marks");
  const list = element(host, "ol", "titles");
  list.popover = "auto";
  button.popoverTargetElement = list;
  list.addEventListener("beforetoggle", () => {
    const { left, bottom } = button.getBoundingClientRect();
    Object.assign(list.style, { left: `${left}px`, top: `${bottom + 6}px`, maxHeight: `calc(96vh - ${bottom}px)` });
  });

  return {
    /** @param {{ title: string, ids: string[] }[]} scenes @param {number} at */
    draw(scenes, at) {
      write(button, `${at} of ${scenes.length}`);
      if (marks.childElementCount !== scenes.length) {
        marks.replaceChildren(...scenes.map(() => Object.assign(press(null, "", "", "mark"), { tabIndex: -1 })));
        list.replaceChildren(...scenes.map(() => element(null, "li")));
        for (const item of list.children) press(item, "", "", "title");
      }
      scenes.forEach(({ title, ids }, k) => {
        const mark = /** @type {HTMLButtonElement} */ (marks.children[k]);
        const entry = /** @type {HTMLButtonElement} */ (list.children[k].firstElementChild);
        mark.title = mark.ariaLabel = `${k + 1}. ${title}`;
        write(entry, `${title} (${ids.join(", ")})`);
        for (const one of [mark, entry]) {
          one.classList.toggle("past", k + 1 < at);
          if (k + 1 === at) one.setAttribute("aria-current", "step");
          else one.removeAttribute("aria-current");
        }
        mark.onclick = () => go(k + 1);
        entry.onclick = () => {
          list.hidePopover();
          go(k + 1);
        };
      });
    },
  };
}
