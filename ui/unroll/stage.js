// What stands on the page: made once, filled by every draw.

import { element } from "../shared/elements.js";

export function panel(root, name, title) {
  const box = element(root, "section", `panel ${name}`);
  const header = element(box, "header");
  const heading = element(header, "h3", "", title);
  const aside = element(header, "span", "aside");
  const tools = element(header, "span", "tools");
  return { box, heading, aside, tools, body: element(box, "div", "body") };
}

const MOST_BUTTONS = 3; // beside each other; more options are a list to choose from

// Options of which one is chosen, as buttons or as a list; `choose(value)` on a choice.
export function segments(parent, label, choose) {
  const group = element(parent, "span", "segments");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", label);
  let shown = "";
  let list = null;

  function build(options) {
    group.replaceChildren();
    list = options.length > MOST_BUTTONS ? element(group, "select") : null;
    if (list) {
      list.setAttribute("aria-label", label);
      list.onchange = () => choose(list.value);
    }
    for (const [value, words] of options) {
      const option = element(list ?? group, list ? "option" : "button", "", words);
      if (list) option.value = value;
      else Object.assign(option, { type: "button", onclick: () => choose(value) }).dataset.value = value;
    }
  }

  return function offer(options, chosen) {
    const wanted = JSON.stringify(options);
    if (wanted !== shown) build(options);
    shown = wanted;
    group.hidden = options.length < 2;
    if (list) list.value = chosen;
    else for (const button of group.children) button.setAttribute("aria-pressed", button.dataset.value === `${chosen}`);
  };
}

export function createStage(parent) {
  const root = element(parent, "div", "unroll");
  const press = (host, words, title, className) => {
    const made = element(host, "button", className, words, title);
    made.type = "button";
    return made;
  };

  const walk = element(root, "section", "walk");
  const bar = element(walk, "div", "head");
  const transport = element(bar, "span", "transport");
  const play = press(transport, "Play", "Space, while the diagram has the focus", "play");
  const back = press(transport, "Back", "One step back: arrow left", "round");
  const step = press(transport, "Step", "One step on: arrow right", "round");
  const speed = element(transport, "select");
  speed.setAttribute("aria-label", "Speed");
  for (const factor of [0.25, 0.5, 1, 2, 4, 8]) {
    const option = element(speed, "option", "", `${factor}×`);
    option.value = factor;
    option.selected = factor === 1;
  }
  const morph = element(bar, "span", "morph");
  const tools = element(bar, "span", "tools");
  const sentence = element(walk, "p", "sentence");
  const picture = element(walk, "div", "picture");
  const scrub = element(walk, "input", "scrub");
  Object.assign(scrub, { type: "range", min: 1, step: 1 });
  scrub.setAttribute("aria-label", "Step");

  const legends = element(walk, "div", "legends");
  const verdict = element(walk, "p", "verdict");
  const origin = element(walk, "p", "origin");

  const equations = element(root, "section", "panel equations");
  const shared = element(root, "div", "choices");
  const maps = element(root, "div", "maps");
  const counting = element(root, "section", "panel counting");
  const tip = element(root, "div", "tip");
  return { root, walk, play, back, step, speed, morph, legends, tools, sentence, picture, scrub, verdict, origin, equations, shared, maps, counting, tip, press };
}
