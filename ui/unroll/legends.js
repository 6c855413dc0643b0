// What colours, widths and bars mean, with their ends in numbers, beside the picture they belong to.

import { sayNumber } from "../shared/words.js";
import { element } from "../shared/elements.js";

function barOf(host, scale) {
  const bar = element(host, "span", "ramp");
  bar.style.background = `linear-gradient(to right, ${Array.from({ length: 9 }, (_, k) => scale.css(k / 8)).join(", ")})`;
}

export function createLegends(host) {
  let shown = "";
  // Each of `items`: {kind: "scale", scale, low, high, words?}, {kind: "width" or "bar", words, colour}.
  function draw(scene, items) {
    const wanted = JSON.stringify([scene.key, items.map(({ low, high, words, kind }) => [low, high, words, kind])]);
    if (wanted === shown) return;
    shown = wanted;
    host.replaceChildren();
    for (const item of items) {
      const legend = element(host, "span", "legend");
      if (item.kind === "scale") {
        if (item.words) element(legend, "span", "", item.words);
        element(legend, "span", "", sayNumber(item.low));
        barOf(legend, item.scale);
        element(legend, "span", "", sayNumber(item.high));
      } else {
        const mark = element(legend, "span", item.kind === "width" ? "wide-mark" : "bar-mark");
        mark.style.background = item.colour;
        if (item.tall) mark.style.height = `${item.tall}px`;
        element(legend, "span", "", item.words);
      }
    }
  }
  return { draw };
}
