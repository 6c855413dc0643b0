// What buttons, keys, fingers and the wheel do to the walk.

import { clamp } from "./elements.js";
import { hintOf } from "./sentence.js";

const REST = 150; // ms without a turn of the wheel after which the window settles on whole columns
const SWIPE = 60; // px of a finger's way for a step, at most

// `now()` gives model and room of the moment.
export function layHands({ stage, state, clock, diagram, touchable, pick, later, now }) {
  function toggle() {
    state.touched = true;
    if (state.playing) clock.pause();
    else clock.play();
    later();
  }
  // On from a step that is only half computed is its end.
  const turn = (by) => clock.pick(state.t + by - (by > 0 && state.clock < state.t ? 1 : 0));
  function scrollTo(column) {
    const { model, room } = now();
    state.goal = clamp(column, 1, Math.max(1, model.steps - room.shown + 1));
    later();
  }

  stage.play.onclick = toggle;
  stage.back.onclick = () => turn(-1);
  stage.step.onclick = () => turn(1);
  stage.speed.onchange = () => (state.speed = Number(stage.speed.value));
  stage.scrub.oninput = () => clock.pick(Number(stage.scrub.value));

  diagram.root.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { steps, hidden } = now().model;
    const turns = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -steps, End: steps };
    const units = { ArrowUp: -1, ArrowDown: 1 };
    if (event.key === " ") toggle();
    else if (event.key in turns) turn(turns[event.key]);
    else if (event.key in units) {
      const at = state.order.indexOf(state.pick.unit ?? 0) + units[event.key];
      pick({ kind: "unit", unit: state.order[clamp(at, 0, hidden - 1)] });
    } else return;
    event.preventDefault();
  };

  const within = (x, y) => diagram.under(now().model, now().room, state, x, y);
  let swiped = 1;
  touchable(diagram.root, {
    pick(x, y, held) {
      const place = within(x, y);
      if (place.kind !== "turn") pick(held ? { t: place.t } : place);
      else if (!held) scrollTo(Math.round(state.goal) + place.by * now().room.shown);
    },
    say: (x, y) => hintOf(now().model, { row: state.row, ...within(x, y) }),
    swipe(across, began) {
      if (began) swiped = state.t;
      else clock.pick(swiped - Math.round(across / Math.min(now().room.pitch, SWIPE)));
    },
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
}
