// Hands on the pictures: a press picks, a drag scrubs, a finger that swipes turns steps; hover says what is there.

import { showTip } from "../shared/tip.js";

const TAP = 7; // px that a finger may move and still mean one place

export function createGestures(stage) {
  const hover = (event, words) => showTip(stage, event, words);

  // `pick(x, y, held)` on a press and while a mouse is held; `say(x, y)` gives the words; `swipe(px, began)` follows a
  // finger across, where that means something else than picking.
  return function touchable(picture, { pick, say, swipe }) {
    let held = null;
    const at = (event) => {
      const box = picture.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const mouse = (event) => event.pointerType === "mouse" || !swipe;
    picture.addEventListener("pointerdown", (event) => {
      if (event.button > 0) return;
      held = { x: event.clientX, y: event.clientY, moved: false };
      if (!mouse(event)) return;
      picture.setPointerCapture(event.pointerId);
      pick(...at(event), false);
    });
    picture.addEventListener("pointermove", (event) => {
      if (held && mouse(event)) pick(...at(event), true);
      else if (held) {
        const across = event.clientX - held.x;
        if (!held.moved && Math.abs(across) > TAP) {
          held.moved = true;
          swipe(0, true);
        }
        if (held.moved) swipe(across, false);
        return;
      }
      hover(event, event.pointerType === "mouse" ? say(...at(event)) : "");
    });
    picture.addEventListener("pointerup", (event) => {
      if (held && !mouse(event) && !held.moved) {
        pick(...at(event), false);
        hover(event, say(...at(event)));
        setTimeout(() => hover(event, ""), 1800);
      }
      held = null;
    });
    const leave = (event) => {
      held = null;
      if (event.pointerType === "mouse") hover(event, "");
    };
    picture.addEventListener("pointercancel", leave);
    picture.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && !held && leave(event));
  };
}
