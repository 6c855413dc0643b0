// Inside the cell: everything is drawn from one message of engine results and one small state.

import { sayNumber } from "../lab/words.js";
import { isDark, ramp } from "../lab/paint.js";
import { createRun, norm, sayScaled } from "./run.js";
import { createParts, element, write } from "./parts.js";
import { equationLines, titleOf } from "./equation.js";
import { createCircuit } from "./circuit.js";
import { createClock } from "./clock.js";
import { createHighway } from "./highway.js";
import { createGates } from "./gates.js";
import { createExample } from "./example.js";
import { createTakeHome } from "./takehome.js";

const MOST_IN_TIP = 8; // numbers of a vector
const mounted = new WeakMap();

export default function mount({ parentElement, data }) {
  let page = mounted.get(parentElement);
  if (!page) {
    page = createInside(parentElement);
    mounted.set(parentElement, page);
  }
  page.receive(data);
}

function createInside(parent) {
  const parts = createParts(parent);
  const { root } = parts;
  const state = { t: 1, rank: 0, whole: true, backward: false, playing: false, speed: 1, unit: 1, quantity: "", single: false, byMemory: true, example: [[], [], []] };
  const page = {};
  let run = null;
  let scene = null;
  let hovered = null;
  let example = null;
  let queued = 0;

  const later = () => {
    if (!queued) queued = requestAnimationFrame(draw);
  };
  const circuit = createCircuit(parts.pan);
  const highway = createHighway(parts.highway.body, element(parts.highway.aside, "span", "swatches"));
  const gates = createGates(parts.gates.body);
  const clock = createClock(state, () => run, later, () => root.isConnected);
  createTakeHome(parts, state, { circuit, highway, gates }, () => ({ ...scene, run }));

  // ---- drawing: one idempotent pass over the state ----

  function compose() {
    const style = getComputedStyle(root);
    const font = parseFloat(style.fontSize);
    const width = Math.max(280, Math.floor(parts.highway.box.parentNode.clientWidth));
    const dark = isDark(root);
    const key = [width, font, dark].join(" ");
    if (scene?.key === key && scene.number === page.number) {
      scene.changed = false;
    } else {
      const palette = run.theme[dark ? "dark" : "light"];
      scene = { key, number: page.number, changed: true, run, font, width, dark, palette, family: style.fontFamily, signed: ramp(palette.signed) };
    }
    scene.backward = state.backward;
    if (state.backward) {
      const wires = run.wires.map((wire) => run.sent(wire, state.t));
      scene.largest = Math.max(...wires.map(norm));
      scene.largestEntry = Math.max(...wires.map((values) => Math.max(...values.map(Math.abs)))) || 1;
    }
    root.style.setProperty("--forget", scene.palette.roles["forget gate"]);
    root.style.setProperty("--memory", scene.palette.roles.memory);
    scene.focused = hovered ? around(hovered.quantity) : null;
  }

  // A quantity with its wires and what they lead to; a wire with its two ends.
  function around(quantity) {
    const wires = run.wires.filter(({ source, target }) => `${source}>${target}` === quantity || source === quantity || target === quantity);
    return new Set([quantity, ...wires.flatMap(({ source, target }) => [source, target, `${source}>${target}`])]);
  }

  function draw() {
    queued = 0;
    if (!run || !root.isConnected || root.clientWidth === 0) return;
    compose();
    const { t } = state;
    scene.spoken = `${run.title}, step ${t} of ${run.steps}. ${run.said[t - 1]}`;
    write(parts.said, state.backward ? backwardSaid(t) : run.said[t - 1]);
    parts.play.textContent = state.playing ? "Pause" : "Play";
    parts.forward.setAttribute("aria-pressed", !state.backward);
    parts.backward.setAttribute("aria-pressed", state.backward);
    parts.single.setAttribute("aria-pressed", state.single);
    parts.together.setAttribute("aria-pressed", !state.single);
    parts.byMemory.setAttribute("aria-pressed", state.byMemory);
    parts.byNumber.setAttribute("aria-pressed", !state.byMemory);
    parts.single.textContent = `unit ${state.unit}`;
    if (parts.unit !== parts.root.getRootNode().activeElement) parts.unit.value = state.unit;
    parts.scrub.value = t;
    const read = run.symbolOf(t);
    parts.stepWords.textContent = `step ${t} of ${run.steps}${read ? `, reads ${read}` : ""}`;
    circuit.draw(scene, state);
    drawLegend();
    drawEquation();
    highway.draw(scene, state);
    gates.draw(scene, state);
    example.draw();
    write(parts.gates.instead, run.instead || run.verdict);
    if (state.playing) followActive();
  }

  function backwardSaid(t) {
    const size = (name) => sayScaled(norm(run.gradient(name, t)), run.power(t));
    const kept = run.nodes.find((node) => node.kind === "memory");
    const along = kept ? ` and ${size(kept.name)} along the highway to c_${t - 1}` : "";
    return `At step ${t}, a gradient of size ${size(run.nodes.find((node) => node.kind === "next state").name)} arrives at h_${t}; ${size("h")} goes on to h_${t - 1}${along}.`;
  }

  function drawLegend() {
    const key = `${scene.key} ${scene.number} ${state.backward ? `${state.t}` : ""}`;
    if (parts.legend.dataset.key === key) return;
    parts.legend.dataset.key = key;
    parts.legend.replaceChildren();
    const end = state.backward ? sayScaled(scene.largestEntry, run.power(state.t)) : sayNumber(run.extent);
    const stops = Array.from({ length: 7 }, (_, k) => scene.signed.css(k / 6));
    element(parts.legend, "span", "", `−${end}`);
    element(parts.legend, "span", "bar").style.background = `linear-gradient(to right, ${stops.join(", ")})`;
    element(parts.legend, "span", "", `+${end}`);
    const rest = state.backward
      ? "one cell per unit; the wider a wire, the larger the gradient’s norm, over four decades"
      : "one cell per unit; bars stand for gates, 0 to 1; the wider a wire, the more flows";
    element(parts.legend, "span", "", rest);
  }

  function drawEquation() {
    const key = [scene.number, state.t, state.unit, state.quantity, state.backward].join(" ");
    if (parts.equation.dataset.key === key) return;
    parts.equation.dataset.key = key;
    parts.equation.replaceChildren();
    write(element(parts.equation, "h3"), titleOf(run, state.quantity));
    for (const line of equationLines(run, state)) write(element(parts.equation, "p", "line"), line);
  }

  // On a narrow screen the circuit is wider than its window: what is computed now stays in sight.
  function followActive() {
    const { pan } = parts;
    if (pan.scrollWidth <= pan.clientWidth) return;
    const here = run.nodes.filter((node) => node.rank === state.rank);
    if (!here.length || state.whole) return;
    const middle = here.reduce((sum, { box }) => sum + box[0] + box[2] / 2, 0) / here.length;
    pan.scrollTo({ left: (middle / run.size[0]) * pan.scrollWidth - pan.clientWidth / 2, behavior: clock.reduced() ? "auto" : "smooth" });
  }

  // ---- what a visitor does ----

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
    if (Number.isInteger(wanted) && wanted >= 1 && wanted <= run.units) chooseUnit(wanted);
  };
  const toggles = [[parts.together, "single", false], [parts.single, "single", true], [parts.byMemory, "byMemory", true], [parts.byNumber, "byMemory", false]];
  for (const [button, name, value] of toggles) {
    button.onclick = () => {
      state[name] = value;
      later();
    };
  }

  function chooseUnit(unit) {
    state.unit = Math.max(1, Math.min(run.units, unit));
    later();
  }

  circuit.root.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { t } = state;
    const to = { ArrowLeft: t - 1, ArrowRight: t + 1, Home: 1, End: run.steps, PageUp: t + 10, PageDown: t - 10 }[event.key];
    const along = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === " ") parts.play.onclick();
    else if (event.key === "Enter") clock.step(event.shiftKey);
    else if (event.key === "+" || event.key === "-") chooseUnit(state.unit + (event.key === "+" ? 1 : -1));
    else if (to !== undefined) clock.pick(to);
    else if (along) {
      const at = run.inOrder.indexOf(state.quantity.split(">")[0]);
      state.quantity = run.inOrder[(at + along + run.inOrder.length) % run.inOrder.length];
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
    const node = run.byName.get(source);
    const { t, backward } = state;
    const wire = target && run.leaving.get(source).find((one) => one.target === target);
    const values = !backward ? run.value(source, t) : wire ? run.sent(wire, t) : run.gradient(source, t);
    const said = (v) => (backward ? sayScaled(v, run.power(t)) : sayNumber(v));
    const what = `${backward ? (wire ? "sent back to " : "gradient of ") : ""}${titleOf(run, quantity)}`;
    const one = unit ? `, unit ${unit}: ${said(values[unit - 1])}` : "";
    const list = Array.from(values.slice(0, MOST_IN_TIP), said).join(", ");
    return `${what}${one} [${list}${values.length > MOST_IN_TIP ? ", …" : ""}]`;
  }

  circuit.root.onpointermove = (event) => {
    const found = run && circuit.under(event, run);
    const before = hovered?.quantity;
    hovered = found && event.pointerType !== "touch" ? found : null;
    tell(event, hovered ? tipOf(hovered) : "");
    if (before !== hovered?.quantity) later();
  };
  circuit.root.onpointerleave = () => {
    hovered = null;
    parts.tip.style.display = "none";
    later();
  };
  circuit.root.onclick = (event) => {
    const found = circuit.under(event, run);
    if (!found) return;
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
  pointable(highway, (x) => highway.words(scene, state, highway.step(x, scene)), (x) => clock.pick(highway.step(x, scene)));
  pointable(
    gates,
    (x, y) => {
      const place = gates.under(x, y, scene);
      return place ? gates.words(place, scene) : "";
    },
    (x, y) => {
      const place = gates.under(x, y, scene);
      if (!place) return;
      chooseUnit(place.unit);
      if (place.t) clock.pick(place.t);
    },
  );

  // ---- what comes from the engine ----

  function open() {
    const { view } = run;
    Object.assign(state, { t: view.t ?? 1, unit: view.unit, backward: view.backward, example: view.example.map((row) => [...row]) });
    state.rank = state.backward ? run.ranks : 0;
    example = createExample(parts.example.body, state, run.exampleRanges, later);
    if (view.t !== null || clock.reduced()) {
      if (view.t === null) state.t = run.steps;
      return;
    }
    state.t = Math.min(2, run.steps); // at step 1 there is nothing to keep or to forget yet
    clock.play();
  }

  page.receive = (bytes) => {
    if (!bytes || bytes === page.bytes) return later();
    const first = run === null;
    page.bytes = bytes;
    run = createRun(bytes);
    run.usual = run.byName.has("c_now") ? "c_now" : run.nodes.find((node) => node.kind === "next state").takes[0];
    page.number = (page.number ?? 0) + 1;
    root.classList.toggle("presenter", run.presenter);
    parts.scrub.max = run.steps;
    parts.unit.max = run.units;
    if (first) open();
    const chosen = first ? run.view.quantity : state.quantity.split(">").every((name) => run.byName.has(name)) && state.quantity;
    state.quantity = chosen || run.usual;
    Object.assign(state, { t: Math.min(state.t, run.steps), unit: Math.min(state.unit, run.units), rank: Math.min(state.rank, run.ranks) });
    draw();
  };
  parts.gates.instead = parts.gates.box.insertBefore(element(parts.gates.box, "p", "verdict"), parts.gates.body);
  new ResizeObserver(later).observe(root);
  return page;
}
