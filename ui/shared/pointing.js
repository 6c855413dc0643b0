// Pick a step anywhere, see it everywhere; hover says the value under the pointer in words.

import { showTip } from "./tip.js";

export function createPointing(stage) {
  stage.root.style.position = "relative";
  const hover = (event, words) => showTip(stage, event, words);

  // `pick(x, y)` on press and while held; `say(x, y)` gives the words under the pointer, or "".
  return function pointable(picture, pick, say, settled = () => {}) {
    let held = false;
    const at = (event) => {
      const box = picture.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    picture.addEventListener("pointerdown", (event) => {
      held = true;
      if (event.pointerType === "mouse") picture.setPointerCapture(event.pointerId);
      pick(...at(event));
    });
    picture.addEventListener("pointermove", (event) => {
      if (held) pick(...at(event));
      hover(event, say(...at(event)));
    });
    const release = () => {
      if (held) settled();
      held = false;
    };
    picture.addEventListener("pointerup", release);
    picture.addEventListener("pointercancel", release);
    picture.addEventListener("pointerleave", (event) => {
      release();
      hover(event, "");
    });
  };
}
