// What a picture stands in: a heading, an info mark, tools; and the room it is drawn into.

import { element } from "../shared/elements.js";
import { isDark, ramp } from "../shared/paint.js";

export function say(target, words) {
  if (target.textContent !== words) target.textContent = words;
}

// The ground of one component: its root, the words under the pointer, and the sheet that info marks open.
export function createGround(parent) {
  const root = element(parent, "div", "backward");
  const tip = element(root, "div", "tip");
  const help = element(root, "div", "help");
  help.popover = "auto";
  return { root, tip, help };
}

export function createPanel(ground, name, title, info) {
  const box = element(ground.root, "section", `panel ${name}`);
  const header = element(box, "header");
  const heading = element(header, "h3", "", title);
  const mark = element(header, "button", "info", "?", `About: ${title}`);
  const aside = element(header, "span", "aside");
  const tools = element(header, "span", "tools");
  mark.onclick = () => explain(ground.help, mark, info);
  return { box, heading, aside, tools, body: element(box, "div") };
}

function explain(help, button, words) {
  help.textContent = words;
  help.showPopover();
  const box = button.getBoundingClientRect();
  const below = box.bottom + 6 + help.offsetHeight <= window.innerHeight;
  help.style.left = `${Math.max(8, Math.min(window.innerWidth - help.offsetWidth - 8, box.left))}px`;
  help.style.top = `${below ? box.bottom + 6 : Math.max(8, box.top - help.offsetHeight - 6)}px`;
}

// Buttons of which one is pressed; `choose` gets the number of the one that a visitor presses.
export function createSegments(parent, label, choose) {
  const box = element(parent, "span", "segments");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", label);
  return (words, pressed) => {
    if (box.children.length !== words.length) {
      box.replaceChildren();
      words.forEach((_, k) => (element(box, "button").onclick = () => choose(k)));
    }
    words.forEach((word, k) => {
      say(box.children[k], word);
      box.children[k].setAttribute("aria-pressed", k === pressed);
    });
    return box;
  };
}

export function legend(box, low, colours, high) {
  box.replaceChildren();
  element(box, "span", "", low);
  element(box, "span", "bar").style.background = `linear-gradient(90deg, ${colours.join(",")})`;
  element(box, "span", "", high);
}

// The room of the moment: width, type, colours. `key` changes when pictures must be laid out anew.
export function roomOf(root, header, before) {
  const style = getComputedStyle(root);
  const font = parseFloat(style.fontSize);
  const width = Math.max(280, Math.floor(root.clientWidth));
  const dark = isDark(root);
  const key = [width, font, dark].join(" ");
  if (before?.key === key) return before;
  const palette = header.theme[dark ? "dark" : "light"];
  return { key, font, width, dark, palette, family: style.fontFamily, magnitude: ramp(palette.magnitude), signed: ramp(palette.signed) };
}

export function mountPicture(root, width, height, room) {
  root.replaceChildren();
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}`, "font-size": room.font, "font-family": room.family })) root.setAttribute(name, value);
}
