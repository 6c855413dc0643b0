// What a visitor does to the pictures: drop, drag, turn, look closer; keys and fingers do the same.

import { touchable } from "../kit/browser/hands.js";
import { clamp } from "../kit/browser/paint.js";
import { playerKeys } from "../kit/browser/player.js";
import { sayNumber } from "../kit/browser/words.js";
import { slopeAt } from "./descent.js";
import { sayPlaces } from "./resting.js";
import { boundsOf } from "./scene.js";
import { outside } from "./sentence.js";

const STEP = 0.01; // of the map, for one press of an arrow key
const FAR = 0.1; // the same with Shift
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };

// `drop()` lets both balls roll; `set(changes)` moves them at once; `settle()` tells the server.
export function layHands(stage, parts, state, { map, hill, resting, product, latch, latchProduct }, player, { set, drop, settle, run, latchRun }) {
  /** @returns {{ ranges: Record<string, [number, number]>, edges: [number, number], paper: number[] }} */
  const header = () => stage.message.header;
  const short = (value, span) => Number(value.toFixed(Math.max(0, 4 - Math.floor(Math.log10(span)))));
  function place(w, b) {
    const [wFrom, wTo, bFrom, bTo] = state.drop.window;
    const { ranges } = header();
    return { w: clamp(short(w, wTo - wFrom), ...ranges.w), b: clamp(short(b, bTo - bFrom), ...ranges.b) };
  }
  let held = false; // a ball, by the hand
  const hold = (on) => {
    if (on !== held) Object.assign(parts.verdicts.style, { height: on ? `${parts.verdicts.offsetHeight}px` : "", overflow: on ? "hidden" : "" }); // a line more or less would move the map
    held = on;
  };
  // What a touch that goes on to scroll the page has moved is taken back.
  const undone = {
    remember: () => ({ drop: { ...state.drop }, look: state.look, player: player.remember() }),
    cancelled(before) {
      hold(false);
      state.look = before.look;
      set(before.drop);
      player.restore(before.player);
    },
  };
  const arrows = (move) => Object.fromEntries(Object.entries(ARROWS).map(([key, way]) => [key, (event) => move(way, event)]));
  const settleAfter = (picture) => picture.addEventListener("keyup", (event) => event.key in ARROWS && settle());

  // ---- the map ----
  const found = [0, 0, 0];
  touchable(map.root, {
    ...undone,
    pick(x, y) {
      const at = map.under(x, y);
      if (!at) return;
      hold(true);
      player.pause();
      set(place(at.w, at.b));
    },
    say(x, y) {
      const at = map.under(x, y);
      if (!at) return "";
      slopeAt(at.w, at.b, state.drop, found);
      return `w ${sayNumber(at.w)}, b ${sayNumber(at.b)}: error ${sayNumber(found[0])}, gradient norm ${sayNumber(Math.hypot(found[1], found[2]))}`;
    },
    settled() {
      if (!held) return;
      hold(false);
      drop();
      settle();
    },
  });
  const move = ([across, up], { shiftKey }) => {
    const [wFrom, wTo, bFrom, bTo] = state.drop.window;
    const size = shiftKey ? FAR : STEP;
    player.pause();
    set(place(state.drop.w + across * size * (wTo - wFrom), state.drop.b + up * size * (bTo - bFrom)));
  };
  playerKeys(player, map.root, { ...arrows(move), Enter: drop });
  settleAfter(map.root);

  function look(window) {
    const [low, high] = header().edges;
    const cut = window.map((edge) => clamp(Number(edge.toPrecision(6)), low, high));
    if (!(cut[1] - cut[0] >= 1e-3 && cut[3] - cut[2] >= 1e-3)) return;
    set({ window: cut });
    settle();
  }
  const around = (times) => {
    const { w, b, window: [wFrom, wTo, bFrom, bTo] } = state.drop;
    const [cw, cb] = !outside(w, b, state.drop.window) && times < 1 ? [w, b] : [(wFrom + wTo) / 2, (bFrom + bTo) / 2];
    const [across, up] = [((wTo - wFrom) / 2) * times, ((bTo - bFrom) / 2) * times];
    return [cw - across, cw + across, cb - up, cb + up];
  };
  parts.closer.onclick = () => look(around(0.5));
  parts.farther.onclick = () => look(around(2));
  parts.paper.onclick = () => look(header().paper);
  parts.whole.onclick = () => {
    const [low, high] = header().edges;
    const box = boundsOf(state.paths, header().paper, Infinity);
    const [across, up] = [0.06 * (box[1] - box[0]), 0.06 * (box[3] - box[2])];
    look([box[0] - across, box[1] + across, box[2] - up, box[3] + up].map((edge) => clamp(edge, low, high)));
  };

  // ---- the landscape ----
  let grip = null;
  touchable(hill.canvas, {
    pick(x, y, moving) {
      if (moving && grip) hill.turn((x - grip[0]) * 0.008, (y - grip[1]) * 0.006);
      grip = [x, y];
      stage.later();
    },
    settled: () => (grip = null),
  });
  const turn = ([across, up]) => {
    hill.turn(across * 0.1, -up * 0.08);
    stage.later();
  };
  playerKeys(null, hill.canvas, arrows(turn));

  // ---- the cause ----
  touchable(resting.root, {
    ...undone,
    pick(x) {
      const b = resting.under(x);
      if (b === null) return;
      hold(true);
      state.look = "start";
      player.pause();
      set(place(stage.scene.point.w, b));
    },
    say(x) {
      const b = resting.under(x);
      return b === null ? "" : sayPlaces(stage.scene.point.w, b);
    },
    settled() {
      if (held) settle();
      hold(false);
    },
  });
  touchable(product.root, { say: (x) => product.say(run(), state.drop.steps, product.step(x)) });
  touchable(latchProduct.root, { say: (x) => latchProduct.say(latchRun(), latchRun().factors.length, latchProduct.step(x)) });

  // ---- the latch ----
  const shift = (at) => {
    const { ranges } = header();
    set({ latch_w: clamp(Math.round(at.latch_w * 100) / 100, ...ranges.latch_w), latch_u: clamp(Math.round(at.latch_u * 100) / 100, ...ranges.latch_u) });
  };
  touchable(latch.region, {
    ...undone,
    pick: (x, y) => shift(latch.under(x, y, header().ranges)),
    say(x, y) {
      const { latch_w: w, latch_u: u } = latch.under(x, y, header().ranges);
      return `w ${sayNumber(w)}, u ${sayNumber(u)}`;
    },
    settled: settle,
  });
  const nudge = ([across, up], { shiftKey }) => {
    const size = shiftKey ? FAR : STEP;
    shift({ latch_w: state.drop.latch_w + across * size, latch_u: state.drop.latch_u + up * size });
  };
  playerKeys(null, latch.region, arrows(nudge));
  settleAfter(latch.region);
}
