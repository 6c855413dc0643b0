// What keys, fingers and the wheel do to the diagram.

import { touchable } from "../kit/browser/hands.js";
import { clamp } from "../kit/browser/paint.js";
import { playerKeys } from "../kit/browser/player.js";
import { hintOf } from "./sentence.js";
import { seenUntil } from "./timeline.js";

const REST = 150; // ms without a turn of the wheel after which the window settles on whole columns
const SWIPE = 60; // px of a finger's way for a step, at most

// `now()` gives model and room of the moment, and how many steps there are in all; `go(t)` shows a column, `pick(place)`
// what stands there; `back` is what brings a cancelled touch back.
export function layHands(diagram, state, player, { go, pick, back, later, now }) {
  const turn = (by) => go(clamp(state.t + by - (by > 0 && player.at < state.t ? 1 : 0), 1, now().steps)); // on from a half-computed step is its end
  const along = (by) => {
    const at = state.order.indexOf(state.pick.unit ?? 0) + by;
    pick({ kind: "unit", unit: state.order[clamp(at, 0, now().model.hidden - 1)] });
  };
  playerKeys(player, diagram.root, { ArrowUp: () => along(-1), ArrowDown: () => along(1) }, turn);

  function scrollTo(column) {
    const { steps, room } = now();
    state.goal = clamp(column, 1, Math.max(1, steps - room.shown + 1));
    later();
  }
  const within = (x, y) => diagram.under(now().model, now().room, state, x, y);
  let swiped = 1;
  touchable(diagram.root, {
    pick(x, y, held) {
      const place = within(x, y);
      if (place.kind !== "turn") pick(held ? { t: place.t } : place);
      else if (!held) scrollTo(Math.round(state.goal) + place.by * now().room.shown);
    },
    say(x, y) {
      const place = within(x, y);
      return hintOf(now().model, { row: state.row, ...place }, place.kind === "gradient" ? seenUntil(state) : state.clock);
    },
    swipe(across, began) {
      if (began) swiped = state.t;
      else go(clamp(swiped - Math.round(across / Math.min(now().room.pitch, SWIPE)), 1, now().steps));
    },
    ...back,
  });

  let settling = 0;
  const settle = () => scrollTo(Math.round(state.goal));
  const wheel = (event) => {
    const { room } = now();
    if (!room.windowed || Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
    event.preventDefault();
    scrollTo(state.goal + event.deltaX / room.pitch);
    clearTimeout(settling);
    settling = setTimeout(settle, REST);
  };
  diagram.root.addEventListener("wheel", wheel, { passive: false });
  return { turn };
}
