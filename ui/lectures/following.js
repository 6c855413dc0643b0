// How students follow: a code for their cameras, and the address to type, at this very scene.

import { element, press } from "../kit/browser/elements.js";
import { svg } from "../kit/browser/paint.js";

const QUIET = 4; // modules of white around a code, as its standard asks
const CLOSED = "Only this machine can open it. For a class start it with: make run ARGS=--server.address=0.0.0.0";

/** @param {Element} host */
export function createFollowing(host) {
  const button = press(host, "Follow", "A code and an address that open this scene on a phone", "quiet");
  const sheet = element(host, "div", "following");
  sheet.popover = "auto";
  button.popoverTargetElement = sheet;
  let now = { address: "", rows: /** @type {string[]} */ ([]) };

  function fill() {
    sheet.replaceChildren();
    const { address, rows } = now;
    const size = rows.length + 2 * QUIET;
    if (rows.length) {
      const code = svg("svg", { role: "img", "aria-label": "QR code of the address below", viewBox: `${-QUIET} ${-QUIET} ${size} ${size}` }, sheet);
      const d = rows.flatMap((row, y) => Array.from(row, (one, x) => (one === "1" ? `M${x} ${y}h1v1h-1z` : ""))).join("");
      svg("path", { fill: "black", d }, code);
    }
    element(sheet, "p", "address", address || CLOSED);
  }
  sheet.addEventListener("beforetoggle", fill);

  return {
    /** @param {string} address @param {string[]} rows */
    draw(address, rows) {
      if (now.address === address) return;
      now = { address, rows };
      if (sheet.matches(":popover-open")) fill();
    },
  };
}
