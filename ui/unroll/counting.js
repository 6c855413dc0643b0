// Shapes, how many numbers the network learns, and what a network without a loop would need.

import { element } from "./elements.js";

export function createCounting(host) {
  const root = element(host, "section", "counting");
  return { root, draw(model, scene) {} };
}
