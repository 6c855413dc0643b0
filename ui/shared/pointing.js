// Pick a step anywhere, see it everywhere; hover says the value under the pointer in words.

export function createPointing(stage) {
  const { root, tip } = stage;
  root.style.position = "relative";

  function hover(event, words) {
    tip.style.display = words ? "block" : "none";
    if (!words) return;
    tip.textContent = words;
    const box = root.getBoundingClientRect();
    const left = event.clientX - box.left + 14;
    const fits = left + tip.offsetWidth <= box.width;
    tip.style.left = `${fits ? left : Math.max(0, left - tip.offsetWidth - 28)}px`;
    tip.style.top = `${event.clientY - box.top + 16}px`;
  }

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
    picture.addEventListener("pointerleave", () => {
      release();
      tip.style.display = "none";
    });
  };
}
