// The error's way back from the loss, step by step, with what each step adds to the gradients of the shared weights.

import { timeAxis } from "../kit/browser/axes.js";
import { element, legends, panel, segments, write } from "../kit/browser/elements.js";
import { share, takeHome } from "../kit/browser/exports.js";
import { touchable } from "../kit/browser/hands.js";
import { blank, clamp, set, svg } from "../kit/browser/paint.js";
import { createPlayer, playerKeys, transport } from "../kit/browser/player.js";
import { mountable } from "../kit/browser/stage.js";
import { sayNumber, sayPower } from "../kit/browser/words.js";
import sheet from "./backward.css";
import { createDiagram, DIAGRAM, shade } from "./diagram.js";
import { createLanes, LANE } from "./lanes.js";
import { createLook } from "./look.js";
import { percent, termsOf, verdictOf } from "./sums.js";

const FLUSHED = -300; // log10: what an error below it adds may be 0 in float64, and is not
const equals = (/** @type {string} */ words) => (words.startsWith("below") ? words : `= ${words}`);
const ABOUT =
  "The loss sends its error back: into the last state through V, from each state to the one before through W, and at every state it meets the input through U. All steps share the same weights, so each step adds its own part to the gradient of each array: dL/dW = Σ daₜ hₜ₋₁ᵀ, dL/dU = Σ daₜ xₜᵀ, dL/db = Σ daₜ, dL/dV = Σ (dL/doₜ) hₜᵀ. In a lane, each bar begins where the sum of the later steps ends; hollow bars point the other way. Of a whole array, a bar is the part of the step's contribution along the total gradient, C·G / ‖G‖: these parts add up to the total's norm exactly. Of one weight it is the contribution itself. Width and colour of the arrows are ‖dL/dh‖ on a log scale.";
const LANES = ["V", "W", "U", "b"];
const PACE = 1.9; // steps a second, more for long sequences
const LONGEST = 9; // seconds of one way back
const HOLD = 3.5; // seconds that the finished picture stands

export const mountFlow = mountable("backward-flow", createFlow, sheet);

/** @param {Stage} stage @returns {Page} */
function createFlow(stage) {
  const state = { t: 1, clock: 1, steps: 1, single: false };
  const look = createLook(stage);
  const diagram = createDiagram();
  const lanes = createLanes();
  /** @type {Message} */
  let message;
  /** @type {Spot} */
  let spot;
  /** @type {SVGElement} */
  let cursor;

  const way = panel(stage.root, { name: "flow main", title: "The error on its way back", help: ABOUT });
  const verdict = element(way.body, "p", "verdict");
  const host = element(way.body, "div");
  const picture = svg("svg", { class: "reverse", role: "slider" }, host);
  // The player's position is how many steps the error has come back; the clock counts them down from T + 1/2 to 1/2.
  const player = createPlayer(stage, {
    length: () => state.steps,
    pace: () => Math.max(PACE, state.steps / LONGEST),
    hold: HOLD,
    loop: true,
    first: () => 1,
    moved() {
      state.clock = state.steps + 0.5 - player.at;
      state.t = clamp(Math.round(state.clock), 1, state.steps);
    },
  });
  const bar = transport(player, way.aside, {
    buttons: ["Step", "Show all"],
    speeds: [0.5, 1, 2, 4],
    titles: { Step: "One step back in time", "Show all": "Stop, and show the whole way" },
    scrub: { host: way.body, label: "How far back the error has come", low: () => 1, at: () => state.steps + 1 - state.t, mirrored: true, say: () => `step ${state.t}` },
  });
  const cells = segments(way.aside, "Network", (cell) => look.pick({ cell }));
  const whole = segments(way.aside, "Contributions", (chosen) => {
    state.single = chosen === "single";
    stage.later();
  });
  const under = element(way.body, "div", "under");
  const reading = element(under, "p", "reading");
  const legend = legends(element(under, "span", "legends"));
  share(stage, element(way.body, "div", "status"));

  /** @param {number} t */
  const pickStep = (t) => player.pick(state.steps + 1 - clamp(t, 1, state.steps));
  playerKeys(player, picture, {}, (by) => pickStep(state.t + by));

  touchable(picture, {
    remember: () => ({ at: player.at, touched: player.touched, playing: player.playing, look: look.now() }),
    pick(x, y, held) {
      pickStep(/** @type {Scene} */ (stage.scene).axis.step(x));
      const { name } = /** @type {Scene} */ (stage.scene).lanes[lanes.under(y)];
      if (!held && !lanes.above(y) && name !== spot.array) look.turn({ weight: [name, spot.row + 1, spot.column + 1] });
    },
    settled: look.tell,
    cancelled(memory) {
      look.turn(memory.look);
      player.put(memory.at);
      player.touched = memory.touched;
      if (memory.playing) player.play();
    },
    say(x, y) {
      const scene = /** @type {Scene} */ (stage.scene);
      const t = scene.axis.step(x);
      if (lanes.above(y)) return `The error at the state of step ${t} in the ${spot.title}: ‖dL/dh‖ ${equals(sayPower(scene.now.dh[t]))}.`;
      /** @type {Terms} */
      const found = scene.lanes[lanes.under(y)];
      const norm = found.single ? "" : ` (its norm: ${sayNumber(found.own[t - 1])})`;
      const part = found.total === 0 || !Number.isFinite(found.total) ? "" : `, ${percent(found.share(found.at(t)))} of the total ${sayNumber(found.total)}`;
      return `Step ${t} adds ${sayNumber(found.at(t))} ${found.single ? "to" : "along"} dL/d${found.label}${part}${norm}.`;
    },
  });

  takeHome(stage, way.tools, {
    name: "backward-pass",
    picture: () => picture,
    words: () => `${spot.title}. ${verdict.textContent}`,
    rows() {
      const scene = /** @type {Scene} */ (stage.scene);
      /** @type {Terms[]} */
      const every = scene.lanes;
      const head = every.flatMap(({ label, single }) => (single ? [`contribution to dL/d${label}`] : [`contribution along dL/d${label}`, `norm of contribution to dL/d${label}`]));
      /** @param {number} t */
      const row = (t) => every.flatMap((found) => (found.single ? [found.at(t)] : [found.at(t), found.own[t - 1]]));
      return [["step", "log10 |dL/dh|", ...head], ...Array.from({ length: state.steps }, (_, k) => [k + 1, scene.now.dh[k + 1], ...row(k + 1)])];
    },
  });

  /** What is drawn: the engine's results for the network in focus. @param {Scene} scene */
  function compose(scene) {
    const terms = [spot.c, spot.named, state.single].join(" ");
    if (scene.terms === terms) return;
    const { header, arrays } = message;
    /** @param {string} name */
    const values = (name) => arrays[`${spot.c}.${name}`].data;
    const names = LANES.includes(spot.array) ? LANES : [...LANES, spot.array];
    const shapes = names.map((name) => header.cells[spot.c].arrays.find((/** @type {Shape} */ shape) => shape.name === name)).filter(Boolean); // a network without a head has no V
    Object.assign(scene, {
      terms, header,
      span: header.span,
      axis: timeAxis(scene.width, header.steps, scene.font),
      lanes: shapes.map((shape) => termsOf(message, spot, shape, state.single && shape.name === spot.array)),
      now: { dh: values("dh"), local: values("local"), carried: values("carried"), rms: values("rms") },
    });
    if (scene.names !== names.join()) build(scene);
    scene.names = names.join();
  }

  /** @param {Scene} scene */
  function build(scene) {
    const usual = scene.font * (DIAGRAM + scene.lanes.length * LANE);
    const tall = stage.tallFor(host, usual, usual * 0.6);
    const rise = (scene.font * tall) / usual; // what the picture's heights are measured in
    blank(picture, scene, scene.width, Math.round(tall));
    cursor = svg("rect", { y: 0, width: scene.axis.pitch, height: Math.round(tall), fill: scene.palette.rule, opacity: 0.4, rx: 4 }, picture);
    diagram.build(picture, scene, rise);
    lanes.build(picture, scene, rise * DIAGRAM, rise * LANE);
    bar.place(scene.axis.x(1), scene.axis.x(state.steps));
  }

  /** @param {Scene} scene */
  function speak(scene) {
    const { t } = state;
    /** @type {Terms} */
    const found = scene.lanes.find((/** @type {Terms} */ { name }) => name === spot.array);
    const faint = scene.now.dh.some((/** @type {number} */ size) => size > -Infinity && size < FLUSHED);
    write(verdict, verdictOf(found, spot.title, state.steps, faint));
    const together = found.total === 0 || !Number.isFinite(found.total) ? "" : ` · steps ${t} to ${state.steps} together: ${percent(found.share(found.since[t]))}`;
    const added = found.single ? `to dL/d${found.label}` : `along dL/d${found.label} (norm ${sayNumber(found.own[t - 1])})`;
    write(reading, `step ${t}: ‖dL/dh‖ ${equals(sayPower(scene.now.dh[t]))} · adds ${sayNumber(found.at(t))} ${added}${together}`);
    set(picture, { "aria-label": verdict.textContent, "aria-valuemin": 1, "aria-valuemax": state.steps, "aria-valuenow": t, "aria-valuetext": reading.textContent });
  }

  return {
    receive(given, { opened, before }) {
      message = given;
      const left = (before?.header.steps ?? 0) - player.at; // of the way
      state.steps = message.header.steps;
      look.follow(message.header);
      if (!opened) return player.put(state.steps - left);
      const { step, single } = stage.envelope.view;
      state.single = single === true;
      if (step !== null) pickStep(Number(step));
      else if (player.reduced()) player.finish();
      else {
        player.rewind();
        player.play();
      }
    },
    draw(scene) {
      spot = look.at(message.header);
      compose(scene);
      set(cursor, { x: scene.axis.x(state.t) - scene.axis.pitch / 2 });
      diagram.draw(scene, state);
      lanes.draw(scene, state.clock, spot.array);
      cells(message.header.cells.map((/** @type {any} */ { name, title }) => [name, title]), spot.cell);
      whole([["all", `all of ${spot.array}`], ["single", spot.named]], state.single ? "single" : "all");
      const [low, high] = scene.span.map(sayPower);
      legend(scene, [{ kind: "ramp", low: `≤ ${low}`, high: `≥ ${high} ‖dL/dh‖`, colours: Array.from({ length: 8 }, (_, k) => shade(scene, k / 7)) }]);
      speak(scene);
    },
    view: () => ({ cell: spot.c === 0 ? null : spot.cell, weight: [spot.array, spot.row + 1, spot.column + 1], single: state.single, step: player.touched ? state.t : null }),
  };
}
