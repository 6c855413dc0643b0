// How long the lecture has taken, beside how long it is meant to take. A press stops it and lets it go on.

import { press, write } from "../kit/browser/elements.js";

/** @param {number} seconds */
const clock = (seconds) => `${Math.floor(seconds / 60)}:${`${Math.floor(seconds % 60)}`.padStart(2, "0")}`;

/**
 * @param {Element} host
 * @param {Stage} stage
 */
export function createTimer(host, stage) {
  const button = press(host, "", "How long it has taken; press to stop it or let it go on", "timer quiet");
  let gone = 0; // ms, until it was stopped last
  let since = /** @type {number | null} */ (null); // when it began to run, by the wall clock that all windows share
  let minutes = 0;
  let ticking = 0;

  const seconds = () => (gone + (since === null ? 0 : Date.now() - since)) / 1000;
  function show() {
    write(button, `${clock(seconds())} / ${Math.round(minutes)} min`);
    button.classList.toggle("resting", since === null);
    clearTimeout(ticking);
    if (since !== null && stage.alive()) ticking = window.setTimeout(show, 1000 - ((seconds() * 1000) % 1000));
  }
  function begin() {
    since ??= Date.now();
    show();
  }
  button.onclick = () => {
    if (since === null) return begin();
    gone = seconds() * 1000;
    since = null;
    show();
  };

  return {
    begin,
    /** @param {number} planned */
    draw(planned) {
      minutes = planned;
      show();
    },
    /** What another window needs to show the same. */
    state: () => ({ gone, since }),
    /** @param {{ gone: number, since: number | null }} other */
    follow(other) {
      ({ gone, since } = other);
      show();
    },
  };
}
