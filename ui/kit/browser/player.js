// The one player: a position that runs from 0 to a length, and what a visitor moves it with.
//
// The page says what a position means. Unroll: columns that are computed. Backward: steps that the error has come back.
// Inside the cell: operations, step after step, whichever way they flow. The cliff: updates. Time comes from the stage's
// clock, so that a test can hold it. It plays in units: between two whole numbers the pace is the one of `pace(k)`.
//
//   const player = createPlayer(stage, { length: () => steps, pace: () => 2, hold: 1.6, loop: true, moved: () => { ... } });
//   transport(player, panel.aside, { speeds: [0.5, 1, 2], scrub: { host: panel.body } });
//   playerKeys(player, picture, { ArrowUp: () => ... });
//
// put(at): there it is, silently; it goes on playing. pick(at): a visitor chose this: it stops. play() from the end begins
// again; rewind() is put(0). `touched` is true once a visitor has moved it: only then the view names a position.

import { clamp, put } from "./paint.js";
import { element, press, write } from "./elements.js";
import { slidable } from "./hands.js";

const LONGEST = 0.1; // seconds that one frame may count: a page that was hidden does not leap
const STILL = 0.5; // seconds that each position stands, at least, where motion is to be reduced
const NEAR = 1e-9;

/**
 * @param {Stage} stage
 * @param {object} how
 * @param {() => number} how.length
 * @param {() => number} [how.reach] how far it may go now, where more is still to come: it waits there
 * @param {(at: number) => number} how.pace units a second at speed 1, in the unit that begins at `at`
 * @param {number} [how.hold] seconds that the end stands before it begins again, where it loops
 * @param {boolean | (() => boolean)} [how.loop] begin again at the end, else stop
 * @param {boolean} [how.wrap] a step on from the end leads to the first resting position; where it loops, usually
 * @param {(at: number, way: number) => number} [how.stop] the next resting position, way +1 or -1; usually whole numbers
 * @param {() => number} [how.first] the lowest resting position
 * @param {number} [how.frames] moves a second, at most: what is drawn leaves time for what is computed
 * @param {boolean} [how.unnamed] the view names no position while it plays, so that the address need not wait for its end
 * @param {() => void} [how.moved] after every change of the position, before the next draw
 * @returns {Player}
 */
export function createPlayer(stage, { length, reach = length, pace, hold = 0, loop = false, wrap, stop = nextWhole, first = () => 0, frames = Infinity, unnamed = false, moved = () => {} }) {
  const loops = typeof loop === "function" ? loop : () => loop;
  let at = 0;
  let playing = false;
  let frame = 0;
  let last = 0; // when the clock was looked at
  let held = 0; // seconds that the end has stood
  let spent = 0; // seconds of the present position, where motion is reduced

  /** @param {number} to */
  function set(to) {
    at = clamp(to, 0, Math.min(length(), reach()));
    moved();
    stage.later();
  }
  const ended = () => at >= length() - NEAR;
  /** @param {number} from @param {number} way */
  const rest = (from, way) => clamp(stop(from, way), way < 0 ? Math.min(first(), from) : 0, length());

  /** Time that is left after the end was reached waits there. @param {number} seconds */
  function flow(seconds) {
    let to = at;
    const last = Math.min(length(), reach());
    while (seconds > 0 && to < last - NEAR) {
      const unit = Math.floor(to + NEAR);
      const end = Math.min(unit + 1, last);
      const rate = pace(unit) * player.speed;
      const needed = (end - to) / rate;
      if (!(needed > seconds)) to = end;
      else to += seconds * rate;
      seconds -= Math.min(seconds, needed);
    }
    if (to !== at) set(to);
  }

  /** @param {number} seconds */
  function leap(seconds) {
    spent += seconds;
    if (spent < STILL / Math.min(1, player.speed)) return;
    spent = 0;
    set(rest(at, 1));
  }

  /** @param {number} now */
  function tick(now) {
    if (!playing || !stage.alive()) return;
    const passed = Math.max(0, (now - last) / 1000);
    if (passed < 1 / frames - NEAR) {
      frame = stage.clock.frame(tick);
      return;
    }
    last = now;
    if (ended() && loops()) {
      held += Math.min(passed, player.reduced() ? passed : LONGEST);
      if (held >= hold) {
        held = spent = 0;
        set(0);
      }
    } else if (player.reduced()) leap(passed);
    else flow(Math.min(passed, LONGEST));
    if (ended() && !loops()) playing = false;
    if (playing) frame = stage.clock.frame(tick);
    else stage.later();
  }

  /** @type {Player} */
  const player = {
    stage,
    touched: false,
    speed: 1,
    get at() {
      return at;
    },
    get playing() {
      return playing;
    },
    get length() {
      return length();
    },
    get finished() {
      return ended();
    },
    reduced: () => stage.reduced(),
    play() {
      if (ended()) set(0);
      playing = true;
      held = spent = 0;
      last = stage.clock.now();
      stage.clock.cancel(frame);
      frame = stage.clock.frame(tick);
      stage.later();
    },
    pause() {
      playing = false;
      stage.clock.cancel(frame);
      stage.later();
    },
    toggle() {
      player.touched = true;
      if (playing) player.pause();
      else player.play();
    },
    // So many resting positions on, or back; infinitely many lead to an end.
    step(way = 1) {
      const sign = Math.sign(way);
      let to = at;
      if (!Number.isFinite(way)) to = sign > 0 ? length() : first();
      else if (sign > 0 && ended() && (wrap ?? loops())) to = rest(0, 1);
      else for (let k = 0; k < Math.abs(way); k++) to = rest(to, sign);
      player.pick(to);
    },
    put(to) {
      held = spent = 0;
      set(to);
    },
    pick(to) {
      player.pause();
      player.touched = true;
      set(to);
    },
    finish() {
      player.pause();
      player.touched = false;
      set(length());
    },
    rewind() {
      player.touched = false;
      player.put(0);
    },
    remember: () => ({ at, touched: player.touched, playing }),
    restore(memory) {
      player.pause();
      player.put(memory.at);
      player.touched = memory.touched;
      if (memory.playing) player.play();
    },
  };
  stage.busy(() => playing && !unnamed);
  return player;
}

/**
 * For `stop`: rest in the middle of units, and at the end.
 * @param {number} at
 * @param {number} way
 */
export const nextMiddle = (at, way) => (way > 0 ? Math.floor(at + 0.5 + NEAR) + 0.5 : Math.ceil(at - 0.5 - NEAR) - 0.5);
/** @param {number} at @param {number} way */
const nextWhole = (at, way) => (way > 0 ? Math.floor(at + NEAR) + 1 : Math.ceil(at - NEAR) - 1);

/** @type {Record<string, [string, (player: Player) => void]>} */
const BUTTONS = {
  Back: ["One step back", (player) => player.step(-1)],
  Step: ["One step on", (player) => player.step(1)],
  "Show all": ["Stop, and show all of it", (player) => player.pick(player.length)],
};

/**
 * Buttons that move a player, its speed, and a slider through it; they draw themselves after the page.
 * @param {Player} player
 * @param {Element} host
 * @param {object} [how]
 * @param {(string | [string, string, () => void])[]} [how.buttons] besides Play: "Back", "Step", "Show all", or [words, title, what to do]
 * @param {number[]} [how.speeds]
 * @param {Record<string, string>} [how.titles] other titles of buttons, by their words
 * @param {object} [how.scrub] the slider; left out there is none
 * @param {Element} how.scrub.host
 * @param {string} [how.scrub.label] its name
 * @param {() => number} [how.scrub.low]
 * @param {() => number} [how.scrub.high]
 * @param {() => number} [how.scrub.at] its position, where that is not the player's
 * @param {(at: number) => void} [how.scrub.pick]
 * @param {() => string} [how.scrub.say] its value in words
 * @param {boolean} [how.scrub.mirrored] grows to the left
 */
export function transport(player, host, { buttons = ["Back", "Step"], speeds = [0.25, 0.5, 1, 2, 4], titles = {}, scrub } = {}) {
  const root = element(host, "span", "transport");
  const play = press(root, "Play", "Space, while the picture has the focus", "play");
  play.onclick = () => player.toggle();
  const pressed = buttons.map((given) => {
    const [words, title, act] = typeof given === "string" ? [given, ...BUTTONS[given]] : given;
    const made = press(root, words, titles[words] ?? title, "round");
    made.onclick = () => act(player);
    return made;
  });
  const speed = element(root, "select", "speed");
  speed.ariaLabel = "Speed";
  for (const factor of speeds) Object.assign(element(speed, "option", "", `${factor}×`), { value: factor, selected: factor === 1 });
  speed.hidden = speeds.length < 2;
  speed.onchange = () => (player.speed = Number(speed.value));
  const slide = scrub ? scrubber(player, scrub) : null;
  player.stage.follow(() => {
    write(play, player.playing ? "Pause" : "Play");
    slide?.draw();
  });
  return { root, play, buttons: pressed, speed, scrub: slide?.input ?? null, place: slide?.place ?? (() => {}) };
}

/**
 * @param {Player} player
 * @param {{ host: Element, label?: string, low?: () => number, high?: () => number, at?: () => number, pick?: (at: number) => void, say?: () => string, mirrored?: boolean }} how
 */
function scrubber(player, { host, label = "Step", low = () => 0, high = () => player.length, at = () => Math.floor(player.at + NEAR), pick = player.pick, say, mirrored = false }) {
  const input = element(host, "input", "scrub");
  Object.assign(input, { type: "range", step: "1", ariaLabel: label });
  if (mirrored) input.dir = "rtl";
  let ends = "";
  slidable(input, pick);
  return {
    input,
    draw() {
      const [from, to] = [low(), high()];
      if (ends !== `${from} ${to}`) Object.assign(input, { min: `${from}`, max: `${to}`, hidden: to <= from });
      ends = `${from} ${to}`;
      const now = `${at()}`;
      if (input.value !== now) input.value = now;
      if (say) put(input, { "aria-valuetext": say() });
    },
    // Its knob's middle over the places of its ends in the picture above.
    /** @param {number} left @param {number} right */
    place(left, right) {
      Object.assign(input.style, { marginLeft: `${left - 8}px`, width: `${right - left + 16}px` });
    },
  };
}

/**
 * Keys of a picture that has the focus: Space plays; arrows left and right turn by a step, PageUp by ten on and PageDown
 * by ten back, as on every slider; Home and End lead to the ends. `turn(by)` says what a step means where it is not the player's; `more` are keys of the page's
 * own, which may return false to leave a key to the browser. Tab and whatever is pressed with Ctrl, Alt or Meta stay the browser's.
 * @param {Player | null} player
 * @param {HTMLElement | SVGElement} picture
 * @param {Record<string, (event: KeyboardEvent) => unknown>} [more]
 * @param {(by: number) => void} [turn]
 */
export function playerKeys(player, picture, more = {}, turn = (by) => player?.step(by)) {
  /** @type {Record<string, number>} */
  const turns = { ArrowLeft: -1, ArrowRight: 1, PageUp: 10, PageDown: -10, Home: -Infinity, End: Infinity };
  if (picture.tabIndex < 0) picture.tabIndex = 0;
  picture.addEventListener("keydown", (given) => {
    const event = /** @type {KeyboardEvent} */ (given);
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab") return;
    const own = more[event.key];
    if (own) {
      if (own(event) === false) return;
    } else if (event.key === " " && player) player.toggle();
    else if (event.key in turns) turn(turns[event.key]);
    else return;
    event.preventDefault();
  });
}
