// Inside the cell: everything is drawn from one message of engine results and one small state.

import { isDark, ramp } from "../shared/paint.js";
import { createRun, norm } from "./run.js";
import { element } from "../shared/elements.js";
import { createParts } from "./parts.js";
import { drawReading } from "./reading.js";
import { createCircuit } from "./circuit.js";
import { createClock } from "./clock.js";
import { createHighway } from "./highway.js";
import { createGates } from "./gates.js";
import { createExample } from "./example.js";
import { createTakeHome } from "./takehome.js";
import { followHands } from "./hands.js";

const mounted = new WeakMap();

export default function mount({ parentElement, data, saved }) {
  let page = mounted.get(parentElement);
  if (!page) {
    page = createInside(parentElement, saved);
    mounted.set(parentElement, page);
  }
  page.receive(data);
}

function createInside(parent, saved) {
  const parts = createParts(parent);
  const { root } = parts;
  const state = { t: 1, rank: 0, whole: true, backward: false, playing: false, speed: 1, unit: 1, quantity: "", single: false, byMemory: true, example: [[], [], []], hovered: "" };
  const page = {};
  let run = null;
  let scene = null;
  let example = null;
  let queued = 0;

  const later = () => {
    if (!queued) queued = requestAnimationFrame(draw);
  };
  const circuit = createCircuit(parts.pan);
  const highway = createHighway(parts.highway.body, element(parts.highway.aside, "span", "swatches"));
  const gates = createGates(parts.gates);
  const clock = createClock(state, () => run, later, () => root.isConnected);
  createTakeHome(parts, state, { circuit, highway, gates }, () => ({ ...scene, run, bytes: page.bytes }), Boolean(saved));

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
    scene.focused = state.hovered ? around(state.hovered) : null;
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
    circuit.draw(scene, state);
    drawReading(parts, scene, state);
    highway.draw(scene, state);
    gates.draw(scene, state);
    example.draw();
    if (state.playing) followActive();
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

  followHands(parts, state, { circuit, highway, gates, clock }, () => scene, later);

  // ---- what comes from the engine ----

  function open() {
    const { view } = run;
    Object.assign(state, { t: view.t ?? 1, unit: view.unit, backward: view.backward, example: view.example.map((row) => [...row]) });
    state.rank = state.backward ? run.ranks : 0;
    state.whole = true;
    clock.pause();
    example.build();
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
    circuit.root.classList.toggle("gliding", !first);
    clearTimeout(page.gliding);
    page.gliding = setTimeout(() => circuit.root.classList.remove("gliding"), 450);
    page.bytes = bytes;
    run = createRun(bytes);
    if (saved) Object.assign(run, { view: saved, presenter: false });
    example ??= createExample(parts.example.body, state, run.exampleRanges, later);
    run.usual = run.byName.has("c_now") ? "c_now" : run.nodes.find((node) => node.kind === "next state").takes[0];
    page.number = (page.number ?? 0) + 1;
    root.classList.toggle("presenter", run.presenter);
    parts.scrub.max = run.steps;
    parts.unit.max = run.units;
    const linked = JSON.stringify(run.linked);
    const opened = linked !== page.linked; // a link that was followed, or the browser's Back
    page.linked = linked;
    if (opened) open();
    else clock.pick(state.t); // another run: its whole step, so that a gate is seen to close
    const chosen = opened ? run.view.quantity : state.quantity.split(">").every((name) => run.byName.has(name)) && state.quantity;
    state.quantity = chosen || run.usual;
    Object.assign(state, { t: Math.min(state.t, run.steps), unit: Math.min(state.unit, run.units), rank: Math.min(state.rank, run.ranks) });
    draw();
  };
  parts.gates.instead = parts.gates.box.insertBefore(element(parts.gates.box, "p", "verdict"), parts.gates.body);
  new ResizeObserver(later).observe(root);
  return page;
}
