// What a hand does to a picture: it picks, and what lies under it is said; a slider is drawn the same way everywhere.
//
// A mouse picks on press and while it is held. A finger picks when it lifts, or once it clearly moves sideways; while it
// scrolls the page it picks nothing, and a touch that the browser takes over for scrolling is taken back.

import { element } from "./elements.js";
import { clamp } from "./paint.js";

const TAP = 7; // px that a finger may move and still mean one place
const LOWER = 16; // px that words stand below the pointer
const READ = 1800; // ms that words stand after a tap
const NOTCHES = 400; // of a slider on a logarithmic scale
const REST = 4000; // ms after which a picture that was panned by hand may be moved again

/**
 * Words beside the pointer, on the side where there is room and inside the stage; none hides them.
 * @param {Element} picture
 * @param {{ clientX: number, clientY: number }} event
 * @param {string} words
 */
export function showTip(picture, { clientX, clientY }, words) {
  const root = picture.closest(".stage");
  const tip = /** @type {HTMLElement | null | undefined} */ (root?.querySelector(":scope > .tip"));
  if (!root || !tip) return;
  tip.style.display = words ? "block" : "none";
  if (!words) return;
  tip.style.left = "0px"; // its full width, before it is measured
  tip.textContent = words;
  const box = root.getBoundingClientRect();
  const left = clientX - box.left + 14;
  const right = box.width - tip.offsetWidth;
  tip.style.left = `${clamp(left <= right ? left : left - tip.offsetWidth - 28, 0, Math.max(0, right))}px`;
  tip.style.top = `${clientY - box.top + LOWER}px`;
}

/**
 * A picture that answers to hands. Places are pixels from its upper left corner.
 * @param {HTMLElement | SVGElement} picture
 * @param {object} hands
 * @param {(x: number, y: number, held: boolean, event: PointerEvent) => void} [hands.pick] `held`: the hand moves on from where it picked
 * @param {(x: number, y: number, event: PointerEvent) => string} [hands.say] what is there, or ""
 * @param {() => void} [hands.settled] the hand has let go of what it picked
 * @param {() => any} [hands.remember] before the first pick: what `cancelled` is to bring back
 * @param {(memory: any) => void} [hands.cancelled] the browser took the touch over: all is to be as it was
 * @param {(px: number, began: boolean) => void} [hands.swipe] a finger's way across, where that means something else than picking
 * @param {() => void} [hands.left] the pointer has left the picture
 */
export function touchable(picture, { pick = () => {}, say = () => "", settled = () => {}, remember = () => null, cancelled = () => {}, swipe, left = () => {} }) {
  /** @type {{ x: number, y: number, mouse: boolean, picked: boolean, memory: any } | null} */
  let held = null;
  let hiding = 0;
  picture.style.touchAction = "pan-y";
  /** @param {PointerEvent} event @returns {[number, number]} */
  const at = (event) => {
    const box = picture.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  /** @param {PointerEvent} event @param {string} words */
  const tell = (event, words) => {
    clearTimeout(hiding);
    showTip(picture, event, words);
  };
  /** @param {PointerEvent} event */
  function down(event) {
    if (event.button > 0 || !event.isPrimary) return;
    const mouse = event.pointerType === "mouse";
    held = { x: event.clientX, y: event.clientY, mouse, picked: mouse, memory: remember() };
    if (!mouse) return;
    picture.setPointerCapture(event.pointerId);
    pick(...at(event), false, event);
    tell(event, say(...at(event), event));
  }
  /** @param {PointerEvent} event */
  function move(event) {
    if (!event.isPrimary) return;
    const mouse = event.pointerType === "mouse";
    if (held && !held.mouse) {
      const [across, along] = [event.clientX - held.x, event.clientY - held.y];
      const begins = !held.picked && Math.abs(across) > TAP && Math.abs(across) > Math.abs(along);
      if (!held.picked && !begins) return;
      held.picked = true;
      if (swipe) swipe(begins ? 0 : across, begins);
      else pick(...at(event), !begins, event);
    } else if (held) pick(...at(event), true, event);
    if (mouse || !swipe) tell(event, say(...at(event), event));
  }
  /** @param {PointerEvent} event */
  function up(event) {
    if (!held || !event.isPrimary) return;
    const { mouse, picked } = held;
    held = null;
    if (!picked) pick(...at(event), false, event);
    if (!mouse && !(picked && swipe)) {
      tell(event, say(...at(event), event));
      hiding = window.setTimeout(() => {
        showTip(picture, event, "");
        left();
      }, READ);
    }
    settled();
  }
  /** @param {PointerEvent} event */
  function cancel(event) {
    if (held?.picked) cancelled(held.memory);
    held = null;
    tell(event, "");
    left();
  }
  /** @param {PointerEvent} event */
  function leave(event) {
    if (held || event.pointerType !== "mouse") return;
    tell(event, "");
    left();
  }
  const listen = /** @type {[string, (event: PointerEvent) => void][]} */ ([["down", down], ["move", move], ["up", up], ["cancel", cancel], ["leave", leave]]);
  for (const [name, heard] of listen) picture.addEventListener(`pointer${name}`, /** @type {EventListener} */ (heard));
}

/**
 * An input of type range under the same rule: a finger changes it when it lifts or moves sideways, a cancelled touch nothing.
 * @param {HTMLInputElement} input
 * @param {(value: number) => void} moved while it is held
 * @param {(value: number) => void} settled once it has been let go of
 */
export function slidable(input, moved, settled = () => {}) {
  /** @type {{ x: number, y: number, value: string, known: boolean } | null} */
  let finger = null;
  let taken = ""; // what a cancelled touch brings back, until another begins
  input.style.touchAction = "pan-y";
  input.addEventListener("pointerdown", (event) => {
    taken = "";
    finger = event.pointerType === "mouse" ? null : { x: event.clientX, y: event.clientY, value: input.value, known: false };
  });
  input.addEventListener("pointermove", (event) => {
    if (!finger || finger.known) return;
    const [across, along] = [Math.abs(event.clientX - finger.x), Math.abs(event.clientY - finger.y)];
    finger.known = across > TAP && across > along;
    if (finger.known && input.value !== finger.value) moved(Number(input.value));
  });
  input.addEventListener("pointerup", () => {
    const changed = finger && !finger.known && input.value !== finger.value;
    finger = null;
    if (changed) moved(Number(input.value));
  });
  input.addEventListener("pointercancel", () => {
    if (!finger) return;
    const { value, known } = finger;
    finger = null;
    taken = input.value = value;
    if (known) moved(Number(value));
  });
  input.addEventListener("input", () => {
    if (taken) input.value = taken;
    else if (!finger || finger.known) moved(Number(input.value));
  });
  input.addEventListener("change", () => {
    if (taken) input.value = taken;
    else settled(Number(input.value));
  });
  input.addEventListener("keydown", () => (taken = ""));
}

/**
 * A slider with its name and its value. `log`: even steps in the logarithm, values of 3 digits; `whole`: whole numbers.
 * Call `range(low, high)` when the ends change and `show(value)` at every draw.
 * @param {Element} parent
 * @param {{ label: string, name?: string, title?: string, low?: number, high?: number, step?: number, log?: boolean, whole?: boolean, ends?: boolean, className?: string,
 *   say?: (value: number) => string, input: (value: number) => void, settle?: (value: number) => void }} what
 */
export function slider(parent, { label, name = "", title = "", low = 0, high = 1, step = 0.01, log = false, whole = false, ends = false, className = "", say = String, input: moved, settle = () => {} }) {
  const row = element(parent, "label", `slider ${className}`, undefined, title);
  element(row, "span", "name", label);
  const input = element(row, "input");
  Object.assign(input, { type: "range", name });
  const output = element(row, "output");
  const edges = ends ? element(row, "span", "ends") : null;
  const stride = whole ? 1 : step;
  /** @param {number} at @returns {number} */
  const valueAt = (at) => (log ? Number((low * (high / low) ** (at / NOTCHES)).toPrecision(3)) : Number((low + Math.round((at - low) / stride) * stride).toPrecision(12)));
  /** @param {number} from @param {number} to */
  function range(from, to) {
    [low, high] = [from, to];
    Object.assign(input, { min: `${log ? 0 : low}`, max: `${log ? NOTCHES : high}`, step: `${log ? 1 : stride}` });
    edges?.replaceChildren(...[low, high].map((edge) => element(null, "span", "", say(edge))));
  }
  /** @param {number} value */
  function show(value) {
    const at = log ? Math.round((Math.log(value / low) / Math.log(high / low)) * NOTCHES) : value;
    if (Number(input.value) !== at) input.value = `${at}`;
    const words = say(value);
    if (output.textContent !== words) output.textContent = words;
    input.setAttribute("aria-valuetext", words);
  }
  range(low, high);
  slidable(input, (at) => moved(valueAt(at)), (at) => settle(valueAt(at)));
  return { root: row, input, output, range, show, value: () => valueAt(Number(input.value)) };
}

/**
 * A window onto a picture that is wider than it. `reveal(x)` scrolls until x is in its middle, unless a hand has moved
 * it: what a visitor pans is not snatched back.
 * @param {HTMLElement} pan
 * @param {Stage} stage
 */
export function pannable(pan, stage) {
  let moved = -Infinity;
  let down = false;
  /** @param {boolean} begins */
  const touch = (begins) => {
    down = begins;
    moved = performance.now();
  };
  pan.addEventListener("pointerdown", () => touch(true), { passive: true });
  for (const name of ["pointerup", "pointercancel", "wheel", "touchmove"]) pan.addEventListener(name, () => touch(name === "touchmove"), { passive: true });
  pan.addEventListener("touchend", () => touch(false), { passive: true });
  return {
    /** @param {number} x */
    reveal(x) {
      if (down || performance.now() - moved < REST || pan.scrollWidth <= pan.clientWidth) return;
      const left = clamp(x - pan.clientWidth / 2, 0, pan.scrollWidth - pan.clientWidth);
      if (Math.abs(left - pan.scrollLeft) > 1) pan.scrollTo({ left, behavior: stage.reduced() ? "auto" : "smooth" });
    },
  };
}
