// The scene: the room, the theme and the type that every picture is drawn with.

import { isDark, ramp } from "../lab/paint.js";

export function compose(root, model, before) {
  const style = getComputedStyle(root);
  const font = parseFloat(style.fontSize);
  const width = Math.max(280, Math.floor(root.clientWidth));
  const dark = isDark(root);
  const key = [width, font, dark, model.number].join(" ");
  if (before?.key === key) return Object.assign(before, { changed: false });
  const palette = model.header.theme[dark ? "dark" : "light"];
  return {
    key, font, width, dark, palette,
    changed: true,
    family: style.fontFamily,
    narrow: width < 560,
    presenter: model.header.presenter,
    signed: ramp(palette.signed),
    // From 0 to 1, in the colour of what it is the degree of.
    degree: (role) => ramp([palette.surface, palette.roles[role] ?? palette.text]),
  };
}
