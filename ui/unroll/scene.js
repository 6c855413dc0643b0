// The scene: the room, the theme and the type that every picture is drawn with.

import { isDark, ramp } from "../shared/paint.js";

// The light that a colour gives off, 0 to 1, as contrast is defined on it (WCAG 2).
function luminance(rgb) {
  const [r, g, b] = Array.from(rgb.slice(0, 3), (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// Which of some inks stands out most on a colour.
function legibleOn(rgb, inks) {
  const ground = luminance(rgb);
  const contrast = (ink) => {
    const light = luminance([1, 3, 5].map((at) => parseInt(ink.slice(at, at + 2), 16)));
    return (Math.max(light, ground) + 0.05) / (Math.min(light, ground) + 0.05);
  };
  return inks.reduce((best, ink) => (contrast(ink) > contrast(best) ? ink : best));
}

export function compose(root, model, before) {
  const style = getComputedStyle(root);
  const font = parseFloat(style.fontSize);
  const width = Math.max(280, Math.floor(root.clientWidth));
  const dark = isDark(root);
  const key = [width, font, dark, model.number].join(" ");
  if (before?.key === key) return Object.assign(before, { changed: false });
  const palette = model.header.theme[dark ? "dark" : "light"];
  const signed = ramp(palette.signed);
  return {
    key, font, width, dark, palette,
    changed: true,
    family: style.fontFamily,
    narrow: width < 560,
    presenter: model.header.presenter,
    signed,
    inkOn: (share) => legibleOn(signed.table.subarray(3 * signed.index(share)), [palette.text, palette.ground]),
    // From 0 to a degree, in the colour of what it is the degree of.
    degree: (role = palette.text) => ramp([palette.surface, role]),
  };
}
