// What stands around the pictures and needs the browser: a page that comes back after sleep, a cut or a restart,
// and its number fields under a finger and the arrow keys.
//
// A server that has started again, or forgotten a visitor who slept, knows none of the page's controls, and drops what
// they tell. So whenever the connection has been lost, the page asks for a whole run; what a visitor does until that is
// done is held, and what was told since the last run ended, which may have gone nowhere, is told again. Streamlit sends
// the values of its fields with every run; presses and what pictures ask (`unrolled-ask`, from stage.js) stand here.

import { clamp } from "./paint.js";
import { numeral } from "./words.js";

const BUTTONS = '[data-testid="stButton"] button, [data-testid="stPageLink"] a';
const FILE = '[data-testid="stDownloadButton"] button';
const CONNECTION = "data-test-connection-state";
const SCRIPT = "data-test-script-state";
const AGAIN = 1000; // ms until something is tried again
const SETTLES = 150; // ms until what a run has sent stands
const STEPS = /** @type {Record<string, number>} */ ({ ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 });

/** @type {Map<string, () => void>} what may not have reached the server, by what it is: each tells it again */
const told = new Map();
/** @type {"settled" | "cut" | "asked"} whether the server knows this page; a whole run is needed; it is on its way */
let phase = "settled";
// A field that is set while the whole run is on its way tells a part of the page that the server does not know yet, which
// drops it. The field keeps its value, and another whole run brings it along.
let touched = false;
let ask = () => {};
/** @type {Set<string>} buttons for files that were pressed within a run: it gives each a new address for its file */
const files = new Set();
/** @type {Record<string, [number, number | null, number | null]>} of number fields: a step, and both ends */
let stepped = {};

/** Whether something may be told now; else it is told later. @param {string} what @param {() => void} tell */
function mayTell(what, tell) {
  told.delete(what);
  told.set(what, tell);
  return phase === "settled";
}

/** @param {Event} event */
function onPress(event) {
  const button = event.isTrusted && event.target instanceof Element ? event.target.closest(`${BUTTONS}, ${FILE}`) : null;
  if (!(button instanceof HTMLElement)) return;
  const place = button.closest('[class*="st-key-"]')?.className.match(/st-key-[^ ]+/)?.[0];
  if (button.matches(FILE)) {
    if (phase === "settled" && !document.querySelector(`[${SCRIPT}="running"]`)) return;
    files.add(`.${CSS.escape(place ?? "")} button`);
    event.preventDefault();
    return event.stopPropagation();
  }
  const name = button instanceof HTMLAnchorElement ? `a[href="${CSS.escape(button.getAttribute("href") ?? "")}"]` : `.${CSS.escape(place ?? "")} button`;
  const again = () => (button.isConnected ? button : /** @type {HTMLElement | null} */ (document.querySelector(name)))?.click();
  if (mayTell(name, again)) return;
  event.preventDefault();
  event.stopPropagation();
}

/** Number fields are fields of words, which say what they cannot read; a telephone shows its numbers there. @param {Event} event */
function onTouch({ target }) {
  const field = target instanceof Element && target.closest('[class*="st-key-steps_"]:not([class*="steps_signed"]) input');
  if (field instanceof HTMLInputElement) field.inputMode = "decimal";
}

/** Up and down move the number in a field by a step, Page up and down by ten; letting go tells it. @param {KeyboardEvent} event */
function onStep(event) {
  const field = event.target instanceof Element ? event.target.closest('[class*="st-key-steps_"] input') : null;
  const by = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey ? 0 : STEPS[event.key];
  if (!by || !(field instanceof HTMLInputElement)) return;
  const place = field.closest('[class*="st-key-steps_"]')?.className.match(/st-key-steps_(?:signed_)?(\S+)/)?.[1] ?? "";
  const { value } = numeral(field.value);
  if (!(place in stepped) || Number.isNaN(value)) return;
  event.preventDefault();
  if (event.type === "keyup") return void field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", bubbles: true }));
  const [step, low, high] = stepped[place];
  const next = clamp(value + by * step, low ?? -Infinity, high ?? Infinity);
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, `${Number(next.toPrecision(12))}`); // React keeps its own
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {Event} event */
function onAsk(event) {
  const { what, tell } = /** @type {CustomEvent} */ (event).detail;
  const [picture] = what.split(" ");
  if (!mayTell(what, tell)) return event.preventDefault();
  // Of all that a picture asks before a run begins Streamlit keeps what came last, so the rest is told along with that.
  const all = [...told].slice(0, -1);
  for (const [, again] of all.slice(all.findLastIndex(([other]) => !other.startsWith(`${picture} `)) + 1)) again();
}

/** @param {Element} app @param {MutationRecord[]} records */
function onState(app, records) {
  const ended = app.getAttribute(SCRIPT) === "notRunning" && records.some(({ attributeName, oldValue }) => attributeName === SCRIPT && oldValue === "running");
  if (app.getAttribute(CONNECTION) !== "CONNECTED") phase = "cut";
  else if (phase === "cut") {
    phase = "asked";
    touched = false;
    setTimeout(() => ask()); // once Streamlit has seen that it is connected
  } else if (ended && phase === "asked" && touched) {
    touched = false;
    setTimeout(() => ask());
  } else if (ended) {
    const again = phase === "asked" ? [...told.values()] : [];
    phase = "settled";
    told.clear();
    for (const tell of again) tell();
    if (files.size) setTimeout(pressForFiles, SETTLES);
  }
}

/** What was pressed within a run, once another one does not follow at once. */
function pressForFiles() {
  if (phase !== "settled" || document.querySelector(`[${SCRIPT}="running"]`)) return; // its end asks again
  const pressed = [...files];
  files.clear();
  for (const name of pressed) /** @type {HTMLElement | null} */ (document.querySelector(name))?.click();
}

/** A script of Streamlit's own that did not come stays away until the page is read anew: that is tried once. */
function onMissing() {
  const read = /** @type {PerformanceNavigationTiming} */ (performance.getEntriesByType("navigation")[0]);
  if (read.type === "reload") return;
  if (navigator.onLine) setTimeout(() => window.location.reload(), AGAIN);
  else window.addEventListener("online", () => window.location.reload(), { once: true });
}

/** One that did not come before this one did left a box behind. */
function lookForMissing() {
  const boxes = document.querySelectorAll('[data-testid="stAlertContentError"]');
  if (Array.from(boxes).some(({ textContent }) => /import.*module/i.test(textContent))) onMissing();
}

function watch() {
  const app = document.querySelector(`[${CONNECTION}]`);
  if (!app) return;
  const states = new MutationObserver((records) => onState(app, records));
  states.observe(app, { attributeFilter: [CONNECTION, SCRIPT], attributeOldValue: true });
  document.addEventListener("click", onPress, true);
  document.addEventListener("click", onLink);
  document.addEventListener("pointerdown", onTouch, true);
  document.addEventListener("unrolled-ask", onAsk);
  for (const kind of ["input", "change", "keydown", "pointerup"]) document.addEventListener(kind, () => (touched = true), true);
  document.addEventListener("keydown", onKey);
  for (const kind of /** @type {const} */ (["keydown", "keyup"])) document.addEventListener(kind, onStep);
  let due = 0;
  const gather = () => {
    due = 0;
    if (document.querySelectorAll(".st-key-presets button:not([tabindex='-1'])").length > 1) gatherPresets();
  };
  const made = new MutationObserver(() => (due ||= requestAnimationFrame(gather)));
  made.observe(app, { childList: true, subtree: true });
  gather();
  window.addEventListener("vite:preloadError", onMissing);
  setTimeout(lookForMissing, AGAIN);
}

/** Links within the page: they leave the address as it is. @param {Event} event */
function onLink(event) {
  const link = event.target instanceof Element ? event.target.closest("a.jump") : null;
  const place = link && document.querySelector(`.st-key-${link.getAttribute("href")?.slice(1)}`);
  if (!(place instanceof HTMLElement)) return;
  event.preventDefault();
  const folded = place.closest("details:not([open])")?.querySelector("summary");
  folded?.click();
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "start" });
}

/** The presets are one stop of the Tab key, and arrows lead from one to the next. @param {Element | null} chosen */
function gatherPresets(chosen = null) {
  const row = document.querySelector('.st-key-presets [data-testid="stHorizontalBlock"]');
  const buttons = row ? Array.from(row.querySelectorAll("button")) : [];
  const stop = buttons.find((one) => one === chosen) ?? buttons.find((one) => one.tabIndex === 0) ?? buttons[0];
  row?.setAttribute("role", "toolbar");
  row?.setAttribute("aria-label", "Presets");
  for (const one of buttons) one.tabIndex = one === stop ? 0 : -1;
  return buttons;
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const button = event.target instanceof Element ? event.target.closest(".st-key-presets button") : null;
  if (!way || !(button instanceof HTMLButtonElement)) return;
  const buttons = gatherPresets();
  const next = buttons[(buttons.indexOf(button) + way + buttons.length) % buttons.length];
  gatherPresets(next);
  next?.focus();
  event.preventDefault();
}

let watching = false;

/** @param {Mounted} mounted */
export default function mount({ setTriggerValue, data }) {
  if (data?.length) stepped = JSON.parse(new TextDecoder().decode(data));
  ask = () => setTriggerValue?.("again", true);
  if (!watching) watch();
  watching = true;
}
