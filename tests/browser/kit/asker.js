// A stage that counts updates and asks for them piece by piece: what the tests of pieces mount.

import { createPieces } from "../../../ui/kit/browser/pieces.js";
import { mountable } from "../../../ui/kit/browser/stage.js";

export default mountable("asker", createAsker);

/** @param {Stage} stage @returns {Page} */
function createAsker(stage) {
  /** @type {string[]} */
  let wanted = [];
  const pieces = createPieces(stage, () => wanted.filter((name) => !stage.pieces.has(name)));
  Object.assign(window, { want: (/** @type {string[]} */ ...names) => ((wanted = names), pieces.look()) });
  return {
    keeps: (name, message, before) => message.header.kind === before.header.kind && name.startsWith("early"),
    receive() {
      pieces.answered();
    },
    draw() {
      stage.root.dataset.pieces = [...stage.pieces].map(([name, bytes]) => `${name}:${bytes.length}`).join(" ");
    },
  };
}
