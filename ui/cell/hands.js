// What a visitor does to the pictures: hover says, a press chooses; keys do the same.

import { write } from "../kit/browser/elements.js";
import { touchable } from "../kit/browser/hands.js";
import { clamp } from "../kit/browser/paint.js";
import { playerKeys } from "../kit/browser/player.js";
import { readNumber, sayInFull, sayNumber } from "../kit/browser/words.js";
import { titleOf } from "./equation.js";
import { sayScaled } from "./run.js";

const MOST_IN_TIP = 8; // numbers of a vector

// `now()` gives the run and the scene; `go(t)` shows a whole step.
export function layHands(stage, parts, state, { circuit, highway, gates }, player, { go, onward, now }) {
  const { later } = stage;
  const run = () => now().run;
  const turn = (by) => go(clamp(state.t + by, 1, run().steps));

  function chooseUnit(unit) {
    state.unit = clamp(unit, 1, run().units);
    later();
  }
  parts.unit.oninput = () => {
    const { value, complaint } = readNumber(parts.unit.value, [1, run().units], "the unit");
    const whole = Number.isInteger(value);
    if (whole) chooseUnit(value);
    write(parts.unitSaid, complaint || (whole ? "" : `“${value}” is not a whole number.`));
  };
  parts.unit.onkeydown = ({ key }) => {
    if (key !== "ArrowUp" && key !== "ArrowDown") return;
    chooseUnit(state.unit + (key === "ArrowUp" ? 1 : -1));
    parts.unit.value = `${state.unit}`;
    write(parts.unitSaid, "");
  };
  parts.unit.onblur = () => {
    write(parts.unitSaid, "");
    later(); // what was no unit gives way to the one that is shown
  };
  function along(by) {
    const { inOrder } = run();
    const at = inOrder.indexOf(state.quantity.split(">")[0]);
    state.quantity = inOrder[(at + by + inOrder.length) % inOrder.length];
    later();
  }
  playerKeys(player, circuit.root, {
    Enter: ({ shiftKey }) => onward(shiftKey),
    ArrowUp: () => along(-1),
    ArrowDown: () => along(1),
    "+": () => chooseUnit(state.unit + 1),
    "-": () => chooseUnit(state.unit - 1),
  }, turn);
  for (const { root } of [highway, gates]) playerKeys(null, root, {}, turn);

  // A mark of vectors without their names cut: "f, forget gate [0.5, 0.2]".
  function tipOf({ quantity, unit }) {
    const [source, target] = quantity.split(">");
    const { t, backward } = state;
    const wire = target && run().leaving.get(source).find((one) => one.target === target);
    const values = !backward ? run().value(source, t) : wire ? run().sent(wire, t) : run().gradient(source, t);
    const said = (v) => (backward ? sayScaled(v, run().power(t)) : sayNumber(v));
    const what = `${backward ? (wire ? "sent back to " : "gradient of ") : ""}${titleOf(run(), quantity)}`;
    const one = unit ? `, unit ${unit}: ${backward ? said(values[unit - 1]) : sayInFull(values[unit - 1])}` : "";
    const list = Array.from(values.slice(0, MOST_IN_TIP), said).join(", ");
    return `${what}${one} [${list}${values.length > MOST_IN_TIP ? ", …" : ""}]`.replaceAll("_", "");
  }
  function hover(found) {
    const quantity = found?.quantity ?? "";
    if (state.hovered !== quantity) later();
    state.hovered = quantity;
  }
  touchable(circuit.root, {
    pick(x, y, held, event) {
      const found = !held && circuit.under(event, run());
      if (!found) return;
      if (player.playing) player.pause(); // who points wants to read
      state.quantity = found.quantity;
      if (found.unit) state.unit = found.unit;
      later();
    },
    say(x, y, event) {
      const found = circuit.under(event, run());
      hover(event.pointerType === "mouse" ? found : null);
      return found ? tipOf(found) : "";
    },
    left: () => hover(null),
    swipe: () => {}, // a finger that goes across pans
  });
  circuit.root.style.touchAction = "pan-x pan-y";
  const back = {
    remember: () => ({ ...player.remember(), whole: state.whole, unit: state.unit }),
    cancelled({ whole, unit, ...memory }) {
      player.restore(memory);
      Object.assign(state, { whole, unit });
    },
  };
  touchable(highway.root, {
    ...back,
    pick: (x) => go(highway.step(x, now().scene)),
    say: (x) => highway.words(now().scene, state, highway.step(x, now().scene)),
  });
  touchable(gates.root, {
    ...back,
    pick(x, y) {
      const place = gates.under(x, y, now().scene);
      if (!place) return;
      chooseUnit(place.unit);
      if (place.t) go(place.t);
    },
    say(x, y) {
      const place = gates.under(x, y, now().scene);
      return place ? gates.words(place, now().scene) : "";
    },
  });
}
