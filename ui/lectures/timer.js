// How long the lecture has taken, beside how long it is meant to take. A press stops it and lets it go on. Each lecture has
// a time of its own, which outlives a reload; what nobody has looked at for a while does not go on by itself.

import { press, write } from "../kit/browser/elements.js";

const LONGEST = 20 * 60_000; // ms without a look, after which a time stands where it was seen last

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
  let lecture = "";
  const place = () => `unrolled.timer.${lecture}`;

  const seconds = () => (gone + (since === null ? 0 : Date.now() - since)) / 1000;
  function keep() {
    try {
      sessionStorage.setItem(place(), JSON.stringify({ gone, since, seen: Date.now() }));
    } catch {
      // a frame without a memory of its own: the time is lost with a reload
    }
  }
  function recall() {
    ({ gone, since } = { gone: 0, since: null });
    try {
      const kept = JSON.parse(sessionStorage.getItem(place()) ?? "null");
      gone = Number(kept?.gone) || 0;
      if (!Number.isFinite(kept?.since) || kept.since === null) return;
      if (Date.now() - kept.seen < LONGEST) since = kept.since;
      else gone += kept.seen - kept.since || 0;
    } catch {
      // what stands there is not ours
    }
  }
  function show() {
    if (lecture && (since !== null || gone)) keep();
    write(button, `${clock(seconds())} / ${Math.round(minutes)} min`);
    button.classList.toggle("resting", since === null);
    clearTimeout(ticking);
    if (since !== null && stage.alive()) ticking = window.setTimeout(show, 1000 - ((seconds() * 1000) % 1000));
  }
  function begin() {
    since ??= Date.now();
    show();
  }
  function stop() {
    gone = seconds() * 1000;
    since = null;
    show();
  }
  button.onclick = () => {
    if (since === null) begin();
    else stop();
  };

  return {
    begin,
    /** @param {string} letter @param {number} planned */
    draw(letter, planned) {
      if (letter !== lecture) {
        if (since !== null) stop(); // the lecture that is left
        lecture = letter;
        recall();
      }
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
