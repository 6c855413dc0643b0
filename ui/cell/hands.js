// What a visitor does: buttons, keys, the pointer on each picture. Hover says, click chooses.

import { sayNumber } from "../shared/words.js";
import { sayScaled } from "./run.js";
import { write } from "./parts.js";
import { titleOf } from "./equation.js";

const MOST_IN_TIP = 8; // numbers of a vector

export function followHands(parts, state, { circuit, highway, gates, clock }, scene, later) {
  const { root } = parts;
  const run = () => scene().run;

  parts.play.onclick = () => (state.playing ? clock.pause() : clock.play());
  parts.on.onclick = () => clock.step();
  parts.back.onclick = () => clock.step(true);
  parts.whole.onclick = () => clock.pick(state.t);
  parts.scrub.oninput = () => clock.pick(Number(parts.scrub.value));
  parts.forward.onclick = () => clock.turn(false);
  parts.backward.onclick = () => clock.turn(true);
  parts.speed.onchange = () => (state.speed = Number(parts.speed.value));
  parts.unit.oninput = () => {
    const wanted = Number(parts.unit.value);
    if (Number.isInteger(wanted) && wanted >= 1 && wanted <= run().units) chooseUnit(wanted);
  };
  const toggles = [[parts.together, "single", false], [parts.single, "single", true], [parts.byMemory, "byMemory", true], [parts.byNumber, "byMemory", false]];
  for (const [button, name, value] of toggles) {
    button.onclick = () => {
      state[name] = value;
      later();
    };
  }

  function chooseUnit(unit) {
    state.unit = Math.max(1, Math.min(run().units, unit));
    later();
  }

  circuit.root.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { t } = state;
    const to = { ArrowLeft: t - 1, ArrowRight: t + 1, Home: 1, End: run().steps, PageUp: t + 10, PageDown: t - 10 }[event.key];
    const along = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === " ") parts.play.onclick();
    else if (event.key === "Enter") clock.step(event.shiftKey);
    else if (event.key === "+" || event.key === "-") chooseUnit(state.unit + (event.key === "+" ? 1 : -1));
    else if (to !== undefined) clock.pick(to);
    else if (along) {
      const at = run().inOrder.indexOf(state.quantity.split(">")[0]);
      state.quantity = run().inOrder[(at + along + run().inOrder.length) % run().inOrder.length];
      later();
    } else return;
    event.preventDefault();
  };

  function tell(event, words) {
    const { tip } = parts;
    tip.style.display = words ? "block" : "none";
    if (!words) return;
    write(tip, words);
    const box = root.getBoundingClientRect();
    const x = event.clientX - box.left;
    tip.style.left = `${Math.max(0, Math.min(x + 14, box.width - tip.offsetWidth - 4))}px`;
    tip.style.top = `${event.clientY - box.top + 18}px`;
  }

  function tipOf({ quantity, unit }) {
    const [source, target] = quantity.split(">");
    const { t, backward } = state;
    const wire = target && run().leaving.get(source).find((one) => one.target === target);
    const values = !backward ? run().value(source, t) : wire ? run().sent(wire, t) : run().gradient(source, t);
    const said = (v) => (backward ? sayScaled(v, run().power(t)) : sayNumber(v));
    const what = `${backward ? (wire ? "sent back to " : "gradient of ") : ""}${titleOf(run(), quantity)}`;
    const one = unit ? `, unit ${unit}: ${said(values[unit - 1])}` : "";
    const list = Array.from(values.slice(0, MOST_IN_TIP), said).join(", ");
    return `${what}${one} [${list}${values.length > MOST_IN_TIP ? ", …" : ""}]`;
  }

  circuit.root.onpointermove = (event) => {
    const found = scene() && circuit.under(event, scene().run);
    const before = state.hovered;
    state.hovered = found && event.pointerType !== "touch" ? found.quantity : "";
    tell(event, state.hovered ? tipOf(found) : "");
    if (before !== state.hovered) later();
  };
  circuit.root.onpointerleave = () => {
    state.hovered = "";
    parts.tip.style.display = "none";
    later();
  };
  circuit.root.onclick = (event) => {
    const found = circuit.under(event, run());
    if (!found) return;
    if (state.playing) clock.pause(); // who points wants to read
    state.quantity = found.quantity;
    if (found.unit) state.unit = found.unit;
    later();
  };

  // Step, unit or words at a place of one of the pictures below.
  function pointable(picture, words, pick) {
    const place = (event) => {
      const box = picture.root.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    picture.root.onpointermove = (event) => tell(event, words(...place(event)));
    picture.root.onpointerleave = () => (parts.tip.style.display = "none");
    picture.root.onclick = (event) => pick(...place(event));
    picture.root.onkeydown = (event) => {
      const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!way) return;
      clock.pick(state.t + way);
      event.preventDefault();
    };
  }
  pointable(highway, (x) => highway.words(scene(), state, highway.step(x, scene())), (x) => clock.pick(highway.step(x, scene())));
  pointable(
    gates,
    (x, y) => {
      const place = gates.under(x, y, scene());
      return place ? gates.words(place, scene()) : "";
    },
    (x, y) => {
      const place = gates.under(x, y, scene());
      if (!place) return;
      chooseUnit(place.unit);
      if (place.t) clock.pick(place.t);
    },
  );
}
