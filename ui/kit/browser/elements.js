// What stands around pictures: elements, buttons, panels with their "?", choices, legends. Words are text, never markup.
//
//   panel(root, { name, title, help })   a section: heading (h2), aside (legends, choices), tools (exports), body
//   segments(parent, label, choose)      -> offer(options, chosen): up to 3 buttons, more become a list
//   prose(host, words)                   a sentence whose words of the field can be pressed
//   legends(host)                        -> show(scene, items): marks with words; drawn anew only where they change
//   readings(host)                       the same, for values beside a picture

import { GLOSSARY, TERMS } from "./glossary.js";
import { sayNumber } from "./words.js";
import { svg } from "./paint.js";

const MOST_BUTTONS = 3; // beside each other

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Element | null} parent
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [content]
 * @param {string} [title]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(parent, tag, className, content, title) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (content !== undefined) made.textContent = content;
  if (title) made.title = title;
  if (parent) parent.append(made);
  return made;
}

/**
 * A button.
 * @param {Element | null} parent
 * @param {string} words
 * @param {string} [title]
 * @param {string} [className]
 */
export function press(parent, words, title, className) {
  const made = element(parent, "button", className, words, title);
  made.type = "button";
  return made;
}

/**
 * Text that is drawn anew only where it changed: nothing flickers, a selection stays.
 * @param {Node} target
 * @param {string} words
 */
export function write(target, words) {
  if (target.textContent !== words) target.textContent = words;
}

/**
 * Words in the sheet of the stage, beside the button that asked for them.
 * @param {HTMLElement} button
 * @param {string} words
 */
export function explain(button, words) {
  const sheet = /** @type {HTMLElement | null | undefined} */ (button.closest(".stage")?.querySelector(":scope > .help"));
  if (!sheet) return;
  sheet.textContent = words;
  sheet.showPopover();
  const box = button.getBoundingClientRect();
  const below = box.bottom + 6 + sheet.offsetHeight <= window.innerHeight;
  sheet.style.left = `${Math.max(8, Math.min(window.innerWidth - sheet.offsetWidth - 8, box.left))}px`;
  sheet.style.top = `${below ? box.bottom + 6 : Math.max(8, box.top - sheet.offsetHeight - 6)}px`;
}

/**
 * A "?" that explains something, and is named for it.
 * @param {Element} parent
 * @param {string} about
 * @param {string | (() => string)} words
 */
export function mark(parent, about, words) {
  const made = press(parent, "?", "", "info");
  made.ariaLabel = `About: ${about}`;
  made.onclick = () => explain(made, typeof words === "string" ? words : words());
  return made;
}

/**
 * A sentence whose words of the field can be pressed, each where it stands first: `glossary.js` explains them.
 * @param {Element} host
 * @param {string} words are added
 */
export function explained(host, words) {
  let at = 0;
  const seen = new Set();
  for (const { 0: term, index } of words.matchAll(TERMS)) {
    if (seen.has(term)) continue;
    seen.add(term);
    host.append(words.slice(at, index));
    const made = press(host, term, "", "term");
    made.ariaLabel = `About: ${term}`;
    made.onclick = () => explain(made, GLOSSARY[term]);
    at = index + term.length;
  }
  host.append(words.slice(at));
}

/**
 * The same, drawn anew only where it changed.
 * @param {Element} host
 * @param {string} words
 */
export function prose(host, words) {
  if (host.textContent === words) return;
  host.replaceChildren();
  explained(host, words);
}

/**
 * A part of the page. `name` becomes a class; add "main" for what is presented, "aside-part" for what a frame leaves out.
 * @param {Element} root
 * @param {{ name: string, title: string, help?: string | (() => string), level?: "h2" | "h3" }} what
 * @returns {Panel}
 */
export function panel(root, { name, title, help, level = "h2" }) {
  const box = element(root, "section", `panel ${name}`);
  const header = element(box, "header");
  const heading = element(header, level, "", title);
  const about = help ? mark(header, title, help) : null;
  const aside = element(header, "span", "aside");
  const tools = element(header, "span", "tools");
  /** @param {string} another */
  const entitle = (another) => {
    write(heading, another);
    if (about) about.ariaLabel = `About: ${another}`;
  };
  return { box, heading, aside, tools, body: element(box, "div", "body"), entitle };
}

/**
 * Options of which one is chosen; `choose(value)` on a choice. Offer them at every draw: they are built where they change.
 * @param {Element} parent
 * @param {string} label
 * @param {(value: string) => void} choose
 */
export function segments(parent, label, choose) {
  const group = element(parent, "span", "segments");
  group.setAttribute("role", "group");
  group.ariaLabel = label;
  let shown = "";
  /** @type {HTMLSelectElement | null} */
  let list = null;

  /** @param {[string, string][]} options */
  function build(options) {
    group.replaceChildren();
    const made = options.length > MOST_BUTTONS ? element(group, "select") : null;
    list = made;
    if (made) {
      made.ariaLabel = label;
      made.onchange = () => choose(made.value);
    }
    for (const [value, words] of options) {
      if (made) element(made, "option", "", words).value = value;
      else Object.assign(press(group, words), { onclick: () => choose(value) }).dataset.value = value;
    }
  }

  /**
   * @param {[string, string][]} options value and words of each
   * @param {string} chosen
   * @returns {HTMLElement}
   */
  return function offer(options, chosen) {
    const wanted = JSON.stringify(options);
    if (wanted !== shown) build(options);
    shown = wanted;
    group.hidden = options.length < 2;
    if (list) list.value = chosen;
    else for (const button of group.children) button.setAttribute("aria-pressed", `${/** @type {HTMLElement} */ (button).dataset.value === chosen}`);
    return group;
  };
}

/** @param {number | string | undefined} end */
const sayEnd = (end) => (typeof end === "number" ? sayNumber(end) : (end ?? ""));

/**
 * @param {Element} host
 * @param {Legend} item
 */
function markOf(host, item) {
  const { kind, colour = "currentColor", dash = "none", wide = 2.4, tall } = item;
  if (kind === "ramp") {
    const colours = item.colours ?? Array.from({ length: 9 }, (_, k) => item.scale?.css(k / 8) ?? "");
    element(host, "span", "", sayEnd(item.low));
    element(host, "span", "ramp").style.background = `linear-gradient(to right, ${colours.join(", ")})`;
    element(host, "span", "", sayEnd(item.high));
  } else if (kind === "line") {
    const sample = svg("svg", { width: 22, height: 8, "aria-hidden": "true" }, host);
    svg("line", { x1: 0, x2: 22, y1: 4, y2: 4, stroke: colour, "stroke-width": wide, "stroke-dasharray": dash }, sample);
  } else if (kind !== "words") {
    const sample = element(host, "span", `${kind}-mark`);
    sample.style.background = colour;
    if (tall) sample.style.height = `${tall}px`;
  }
}

/**
 * @param {Element} host
 * @param {string} className
 */
function marked(host, className) {
  let shown = "";
  /** @type {HTMLElement[]} */
  let words = [];
  /**
   * @param {Scene} scene
   * @param {Legend[]} items
   */
  return function draw(scene, items) {
    const wanted = JSON.stringify([scene.key, items], (name, value) => (name === "words" || name === "scale" ? undefined : value));
    if (wanted !== shown) {
      host.replaceChildren();
      words = items.map((item) => {
        const box = element(host, "span", className, undefined, item.title);
        const before = item.kind === "ramp" ? element(box, "span", "said") : null;
        markOf(box, item);
        return before ?? element(box, "span", "said");
      });
    }
    shown = wanted;
    items.forEach((item, k) => prose(words[k], item.words ?? ""));
  };
}

/** @param {Element} host */
export const legends = (host) => marked(host, "legend");
/** @param {Element} host */
export const readings = (host) => marked(host, "reading");
