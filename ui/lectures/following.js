// How students follow: a code for their cameras, and the address to type, at this very scene.

import { element, press, write } from "../kit/browser/elements.js";
import { set, svg } from "../kit/browser/paint.js";

const QUIET = 4; // modules of white around a code, as its standard asks
const CLOSED = "Only this machine can open it. For a class start it with: make run ARGS=--server.address=0.0.0.0";

/** @param {Element} host */
export function createFollowing(host) {
  const button = press(host, "Follow", "A code and an address that open this scene on a phone", "quiet");
  const sheet = element(host, "div", "following");
  sheet.popover = "auto";
  button.popoverTargetElement = sheet;
  const code = svg("svg", { role: "img", "aria-label": "QR code of the address below" }, sheet);
  const dark = svg("path", { fill: "black" }, code);
  const words = element(sheet, "p", "address");

  return {
    /** @param {string} address @param {string[]} rows */
    draw(address, rows) {
      const size = rows.length + 2 * QUIET;
      set(code, { viewBox: `${-QUIET} ${-QUIET} ${size} ${size}` });
      set(dark, { d: rows.flatMap((row, y) => Array.from(row, (one, x) => (one === "1" ? `M${x} ${y}h1v1h-1z` : ""))).join("") });
      code.style.display = rows.length ? "" : "none";
      write(words, address || CLOSED);
    },
  };
}
