// The equations of one step with the numbers filled in, for the unit or the output that is picked.

import { element } from "./elements.js";

export function createEquations(host, { pick, edit }) {
  const root = element(host, "section", "equations");
  return { root, draw(model, state, scene) {} };
}
