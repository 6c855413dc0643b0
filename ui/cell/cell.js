// Inside the cell: everything is drawn from one message of engine results and one small state.

import { element, legends } from "../kit/browser/elements.js";
import { share } from "../kit/browser/exports.js";
import { pannable } from "../kit/browser/hands.js";
import { clamp } from "../kit/browser/paint.js";
import { createPlayer, transport } from "../kit/browser/player.js";
import { mountable } from "../kit/browser/stage.js";
import sheet from "./cell.css";
import { createCircuit } from "./circuit.js";
import { createExample } from "./example.js";
import { createGates } from "./gates.js";
import { layHands } from "./hands.js";
import { createHighway, partsOf } from "./highway.js";
import { offerHome } from "./home.js";
import { createParts } from "./parts.js";
import { drawReading, legendOf } from "./reading.js";
import { createRun, norm } from "./run.js";
import { HOLD, beginningOf, lengthOf, momentAt, paceOf } from "./timeline.js";

const NARROWEST = 720; // px of the circuit, which a narrower window pans over
const [LEAST, MOST] = [11.5, 16]; // type in the circuit, in its own units

export default mountable("cell", createCell, sheet);

/** @param {Stage} stage @returns {Page} */
function createCell(stage) {
  const { root } = stage;
  const state = { t: 1, rank: 0, whole: true, backward: false, unit: 1, quantity: "", single: false, byMemory: true, example: [[], [], []], hovered: "" };
  let run = null;
  let example = null;

  const choose = (name, on) => (value) => {
    state[name] = value === on;
    stage.later();
  };
  const parts = createParts(root, { way: (value) => turnRound(value === "backward"), whose: choose("single", "single"), order: choose("byMemory", "memory") });
  const circuit = createCircuit(parts.pan);
  const highway = createHighway(parts.highway.body);
  const gates = createGates(parts.gatesBody);
  const legend = legends(parts.legend);
  const swatches = legends(parts.swatches);
  const pan = pannable(parts.pan, stage);

  const player = createPlayer(stage, {
    length: () => (run ? lengthOf(run) : 0),
    pace: (unit) => paceOf(run, unit),
    hold: HOLD,
    loop: true,
    moved: () => run && Object.assign(state, momentAt(run, player.at, state.backward), { whole: false }),
  });
  // A whole step at once; playing on begins at its beginning.
  function go(t) {
    player.pick(beginningOf(run, t, state.backward));
    state.whole = true;
  }
  // One operation the way things flow, or against it.
  function onward(against = false) {
    if (!state.whole) return player.step(against ? -1 : 1);
    player.pick(player.at + (against ? run.ranks : 0));
  }
  // The other way of things, at the same step: whole where it was whole.
  function turnRound(backward) {
    if (state.backward === backward) return;
    const { t, whole } = state;
    state.backward = backward;
    player.put(beginningOf(run, t, backward));
    state.whole = whole;
  }
  transport(player, parts.bar, {
    buttons: [
      ["Back", "One operation back", () => onward(true)],
      ["On", "One operation on, in the order of computation", () => onward()],
      ["Whole step", "Stop, and show the whole step", () => go(state.t)],
    ],
    speeds: [0.5, 1, 2, 4],
    scrub: { host: parts.steps, low: () => 1, high: () => run.steps, at: () => state.t, pick: go },
  });
  layHands(stage, parts, state, { circuit, highway, gates }, player, { go, onward, now: () => ({ run, scene: stage.scene }) });
  offerHome(stage, parts, state, { circuit, highway, gates }, () => run);
  share(stage, element(root, "div", "status"));

  // ---- drawing: one idempotent pass over the state ----

  // A quantity with its wires and what they lead to; a wire with its two ends.
  function around(quantity) {
    const wires = run.wires.filter(({ source, target }) => `${source}>${target}` === quantity || source === quantity || target === quantity);
    return new Set([quantity, ...wires.flatMap(({ source, target }) => [source, target, `${source}>${target}`])]);
  }

  /** @param {Scene} scene */
  function draw(scene) {
    Object.assign(scene, { run, backward: state.backward, focused: state.hovered ? around(state.hovered) : null });
    if (state.backward) {
      const wires = run.wires.map((wire) => run.sent(wire, state.t));
      scene.largest = Math.max(...wires.map(norm));
      scene.largestEntry = Math.max(...wires.map((values) => Math.max(...values.map(Math.abs)))) || 1;
    }
    root.style.setProperty("--forget", scene.palette.roles["forget gate"]);
    root.style.setProperty("--memory", scene.palette.roles.memory);
    scene.spoken = `${run.title}, step ${state.t} of ${run.steps}. ${run.said[state.t - 1]}`;
    parts.way([["forward", "forward"], ["backward", "backward"]], state.backward ? "backward" : "forward");
    parts.whose([["all", "all units"], ["single", `unit ${state.unit}`]], state.single ? "single" : "all");
    parts.order([["memory", "longest memory first"], ["number", "by number"]], state.byMemory ? "memory" : "number");
    if (parts.unit !== /** @type {Document | ShadowRoot} */ (root.getRootNode()).activeElement) parts.unit.value = `${state.unit}`;
    const [wide, tall] = run.size;
    const room = stage.layout === "page" ? Infinity : (stage.tallFor(parts.pan, 900, 200) * wide) / tall;
    circuit.root.style.maxWidth = Number.isFinite(room) ? `${Math.round(room)}px` : "";
    scene.type = clamp(scene.small / (Math.min(room, Math.max(NARROWEST, parts.pan.clientWidth)) / wide), LEAST, MOST); // of its own units
    circuit.draw(scene, state);
    drawReading(parts, scene, state);
    legend(scene, legendOf(scene, state));
    parts.highway.box.hidden = !run.memory;
    if (run.memory) {
      highway.draw(scene, state);
      swatches(scene, partsOf(scene));
    }
    gates.draw(scene, state);
    example.draw();
    if (player.playing) revealActive();
  }

  // On a narrow screen the circuit is wider than its window: what is computed now comes into sight.
  function revealActive() {
    const here = run.nodes.filter((node) => node.rank === state.rank);
    if (!here.length || state.whole) return;
    const middle = here.reduce((sum, { box }) => sum + box[0] + box[2] / 2, 0) / here.length;
    pan.reveal((middle / run.size[0]) * parts.pan.scrollWidth);
  }

  // ---- what comes from the engine ----

  /** @param {any} view */
  function open({ t, hidden_unit: unit, way, order, quantity, example: byHand }) {
    Object.assign(state, { unit: Math.min(unit, run.units), backward: way === "backward", byMemory: order === "memory", example: byHand.split(";").map((row) => row.split(",").map(Number)) });
    example.build();
    state.quantity = quantity || run.usual;
    if (t !== null) return go(Math.min(t, run.steps));
    if (player.reduced()) {
      go(run.steps);
      player.touched = false; // nobody has chosen it
      return;
    }
    player.rewind();
    player.put(beginningOf(run, state.backward ? run.steps : Math.min(2, run.steps), state.backward)); // at step 1 there is nothing to keep or to forget yet
    player.play();
  }

  let gliding = 0;
  return {
    receive(message, { first, opened }) {
      const another = message.number !== run?.number;
      if (another) {
        circuit.root.classList.toggle("gliding", !first);
        clearTimeout(gliding);
        gliding = setTimeout(() => circuit.root.classList.remove("gliding"), 450);
        run = Object.assign(createRun(message), { number: message.number });
        run.usual = run.byName.has("c_now") ? "c_now" : run.nodes.find((node) => node.kind === "next state").takes[0];
        example ??= createExample(parts.example.body, state, run.exampleRanges, stage.later);
        state.unit = clamp(state.unit, 1, run.units);
        if (!state.quantity.split(">").every((name) => run.byName.has(name))) state.quantity = run.usual;
      }
      if (opened) open(stage.envelope.view);
      else if (another) go(Math.min(state.t, run.steps)); // another run: its whole step, so that a gate is seen to close
    },
    draw,
    view: () => ({
      t: player.touched ? state.t : null,
      hidden_unit: state.unit,
      way: state.backward ? "backward" : "forward",
      order: state.byMemory ? "memory" : "number",
      quantity: state.quantity === run.usual ? "" : state.quantity,
      example: state.example.map((row) => row.join(",")).join(";"),
    }),
  };
}
