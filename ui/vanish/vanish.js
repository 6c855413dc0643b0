// Vanish & explode: every picture is drawn from one message of engine results and one small state.

import { element, legends, panel, readings, segments } from "../kit/browser/elements.js";
import { share, takeHome } from "../kit/browser/exports.js";
import { slider, touchable } from "../kit/browser/hands.js";
import { clamp } from "../kit/browser/paint.js";
import { createPlayer, nextMiddle, playerKeys, transport } from "../kit/browser/player.js";
import { mountable } from "../kit/browser/stage.js";
import { createChain } from "./chain.js";
import { createCurves } from "./curves.js";
import { createGrowth } from "./growth.js";
import { createLandscape } from "./landscape.js";
import { easing, endName, inSight, look, spanOf } from "./networks.js";
import { createVerdicts, errorWords, factorsOf, growthWords, mapWords, rampsOf, valuesOf, whyWords } from "./readings.js";
import { createStates } from "./states.js";
import { curveRows, growthRows } from "./tables.js";
import sheet from "./vanish.css";

export default mountable("vanish", createVanish, sheet);

const HOLD = 1.6; // seconds the finished picture stands before it plays again
const AGAIN = 3000; // ms until what was asked for may be asked for again
const NORMS = /** @type {[string, string][]} */ ([["relative", "relative to step T"], ["absolute", "absolute"]]);

/** @param {Stage} stage @returns {Page} */
function createVanish(stage) {
  const state = { t: 1, steps: 1, scale: 0, focus: 0, absolute: false, dragging: false, forwardFirst: false, clock: 1, phase: "backward", revealed: false, shape: "" };
  const asked = { whole: [0, -AGAIN], seeds: [0, -AGAIN] }; // of which answer, and when
  let mapsInSight = false;
  /** @type {Message} */
  let message;
  /** @type {any} */
  let scene = null;

  const scale = slider(stage.root, {
    label: "Recurrent scale", name: "scale", title: "Every recurrent weight matrix W is multiplied by this number. Drag it.",
    whole: true, ends: true, className: "wide main", say: (k) => message?.header.scales[k]?.toFixed(2) ?? "",
    input: (k) => drag(aim(k)), settle: () => letGo(),
  });
  const verdicts = createVerdicts(stage.root, (c) => change({ focus: c }));

  const chainPanel = panel(stage.root, { name: "chain-panel main", title: "Error flowing back" });
  const chain = createChain(chainPanel.body);
  const player = createPlayer(stage, {
    length: () => state.steps * (state.forwardFirst ? 2 : 1),
    pace: () => Math.max(6, state.steps / 7),
    hold: HOLD, loop: true, stop: nextMiddle, moved: follow,
  });
  const bar = transport(player, chainPanel.aside, {
    buttons: ["Step", ["Show all", "Stop, and show the whole chain", () => pick(state.t)]],
    titles: { Step: "One step the way things flow" },
    scrub: { host: chainPanel.body, label: "Selected step", low: () => 1, high: () => state.steps, at: () => state.t, pick },
  });
  const forward = element(element(bar.root, "label", "", "forward first"), "input");
  forward.type = "checkbox";
  forward.onchange = () => {
    state.forwardFirst = forward.checked;
    player.rewind();
    player.play();
  };
  const chainLegend = legends(element(chainPanel.aside, "span", "legends"));

  const curvePanel = panel(stage.root, { name: "curve main", title: "How large the error is at each step" });
  const norms = segments(curvePanel.aside, "Norms", (name) => change({ absolute: name === "absolute" }));
  const values = readings(element(curvePanel.body, "div", "readings"));
  const curves = createCurves(curvePanel.body, stage);

  const whyPanel = panel(stage.root, { name: "why aside-part", title: "Why here?", help: () => whyWords(scene, scene.cells[state.focus]) });
  const factors = readings(element(whyPanel.body, "div", "readings"));
  const growth = createGrowth(whyPanel.body, stage);

  const heatPanel = panel(stage.root, { name: "heat aside-part", title: "Hidden states" });
  const heatLegend = legends(element(heatPanel.aside, "span", "legends"));
  const states = createStates(heatPanel.body);

  const mapsPanel = panel(stage.root, { name: "land aside-part", title: "Every scale at once" });
  const mapsLegend = legends(element(mapsPanel.aside, "span", "legends"));
  const maps = createLandscape(mapsPanel.body);
  share(stage, element(stage.root, "div", "status"));

  const eased = easing(stage);

  /** @param {Partial<typeof state>} changes */
  function change(changes) {
    Object.assign(state, changes);
    stage.later();
  }

  // ---- the steps: the player's position is the way that the states, if wanted, and the error have come ----

  function follow() {
    const way = state.forwardFirst ? player.at - state.steps : player.at;
    state.phase = way < 0 ? "forward" : "backward";
    state.clock = way < 0 ? player.at + 0.5 : state.steps + 0.5 - way;
    state.t = clamp(Math.round(state.clock), 1, state.steps);
    state.revealed = player.finished;
  }
  /** @param {number} t */
  function stand(t) {
    state.t = state.clock = clamp(t, 1, state.steps);
    stage.later();
  }
  /** @param {number} t */
  function pick(t) {
    player.pick(player.length);
    stand(t);
  }
  /** @param {number} by */
  const turn = (by) => pick(state.t + by);
  playerKeys(player, chain.root, { PageUp: () => turn(10), PageDown: () => turn(-10) }, turn);

  // ---- the scale: a drag through it needs every scale, which is asked for once a hand is on it ----

  /** @param {"whole" | "seeds"} wish */
  function want(wish) {
    const [number, when] = asked[wish];
    if (number === message.number && performance.now() - when < AGAIN) return;
    asked[wish] = [message.number, performance.now()];
    requestAnimationFrame(() => setTimeout(() => stage.ask(wish, message.number))); // what is due is drawn first
    stage.later();
  }
  const grasp = () => scene && !scene.whole && want("whole");
  let byKey = false;
  for (const event of ["pointerdown", "keydown"]) {
    scale.input.addEventListener(event, () => {
      byKey = event === "keydown";
      grasp();
    });
  }
  new IntersectionObserver((seen) => {
    mapsInSight = seen[seen.length - 1].isIntersecting;
    if (mapsInSight) grasp();
  }).observe(mapsPanel.body);

  // Until every scale is there the slider stays put: each key then goes on from where the last one led.
  /** @param {number} k */
  const aim = (k) => (byKey && !scene.whole ? clamp(state.scale + k - scene.scale, 0, message.header.scales.length - 1) : k);
  /** @param {number} k */
  function drag(k) {
    change({ scale: k, dragging: true });
    const value = message.header.scales[k];
    stage.envelope.moved = { scale: value };
    stage.envelope.query = { scale: value === 1 ? null : `${value}` };
  }
  function letGo() {
    state.dragging = false;
    stage.ask("scale", message.header.scales[state.scale]);
  }

  // ---- words and hands ----

  const stepAt = (/** @type {number} */ x) => scene.axis.step(x);
  const chainStep = (/** @type {number} */ x) => Math.min(state.steps, chain.step(x, scene.axis));
  const back = {
    remember: () => ({ at: player.at, playing: player.playing, t: state.t, scale: state.scale }),
    cancelled(/** @type {any} */ { at, playing, t, scale }) {
      player.put(at);
      stand(t);
      change({ scale, dragging: false });
      if (playing) player.play();
    },
  };
  touchable(chain.root, { ...back, pick: (x) => pick(chainStep(x)), say: (x, y) => errorWords(scene, chain.row(y), chainStep(x)) });
  touchable(curves.root, { ...back, pick: (x) => pick(stepAt(x)), say: (x, y) => errorWords(scene, curves.nearest(scene, stepAt(x), y), stepAt(x)) });
  touchable(growth.root, { ...back, pick: (x) => pick(stepAt(x)), say: (x) => growthWords(scene.cells[state.focus], stepAt(x)) });
  touchable(states.root, { ...back, pick: (x) => pick(stepAt(x)), say: (x, y) => states.say(scene, state, stepAt(x), y) });
  touchable(maps.root, {
    ...back,
    say: (x, y) => mapWords(scene, maps.under(scene, x, y)),
    pick(x, y) {
      const place = maps.under(scene, x, y);
      if (!place) return;
      drag(place.scale);
      pick(place.t);
    },
    settled: () => state.dragging && letGo(),
  });

  // ---- to take home ----

  const atScale = () => `recurrent scale ${scene.scales[scene.scale]}`;
  const shownSize = () => (state.absolute ? "‖dL/dh‖" : `size of the error relative to step ${state.steps}`);
  /** @param {number[]} span */
  const decadesOf = (span) => span.map(endName).join(" to ");
  /** @param {string} words @returns {[string, string]} */
  const plain = (words) => [words, scene.palette.text];
  const names = () => scene.cells.map((/** @type {any} */ cell) => [cell.title, scene.palette.cells[cell.name]]);
  const focused = () => scene.cells[state.focus].title;
  const band = () => (scene.spread ? ` Bands: 10 to 90 % of ${scene.seeds.count} other seeds.` : "");
  takeHome(stage, chainPanel.tools, {
    name: "chain", picture: () => chain.root,
    words: () => [names(), [plain(`Width and colour: ${shownSize()}, ${decadesOf(scene.flowSpan)}; ${atScale()}.`)]],
  });
  takeHome(stage, curvePanel.tools, {
    name: "gradient-norms", picture: () => curves.root, rows: () => curveRows(scene),
    words: () => [names(), [plain(`Solid: ${shownSize()}. Dashed: the same of the cell state. Dotted: bound.${band()} At ${atScale()}.`)]],
  });
  takeHome(stage, whyPanel.tools, {
    name: "growth-per-step", picture: () => growth.root, rows: () => growthRows(scene),
    words: () => [
      [["saturation", scene.palette.roles.saturation], ["weights", scene.palette.roles.weights], plain("line: together")],
      [plain(`What each step back multiplies the error of the ${focused()} by; ${atScale()}.`)],
    ],
  });
  takeHome(stage, heatPanel.tools, {
    name: "hidden-states", picture: states.picture,
    words: () => {
      const { high, words } = scene.states(state.focus).colours;
      return [[plain(`Hidden states of the ${focused()}, ±${high}${words}; ${atScale()}.`)]];
    },
  });
  takeHome(stage, mapsPanel.tools, {
    name: "every-scale", picture: maps.picture,
    words: () => [names(), [plain(`Steps across, recurrent scale up; colour: error relative to step ${state.steps}, ${decadesOf(scene.landSpan)}.`)]],
  });

  // ---- what comes from the engine ----

  /** @param {any} header */
  function openAt(header) {
    const { t = null, focus = null, norms = "relative" } = stage.envelope.view;
    state.focus = Math.max(0, header.cells.findIndex((/** @type {any} */ cell) => cell.name === focus));
    state.absolute = norms === "absolute";
    state.dragging = false;
    if (t !== null) pick(Number(t));
    else if (player.reduced()) {
      player.finish();
      stand(state.steps);
    } else {
      player.rewind();
      player.play();
    }
  }

  return {
    receive(given, { first, opened, before }) {
      message = given;
      const { header } = given;
      const was = first || opened ? Number(stage.envelope.moved?.scale ?? 1) : before?.header.scales[state.scale];
      state.scale = nearest(header.scales, was);
      scale.range(0, header.scales.length - 1);
      const [stood, atEnd] = [state.revealed, state.t === state.steps];
      const { t } = state;
      state.steps = header.steps;
      if (opened) return openAt(header);
      state.focus = Math.min(state.focus, header.cells.length - 1);
      player.put(stood ? player.length : player.at);
      if (stood) stand(atEnd ? state.steps : t);
    },
    draw(now) {
      const { header } = message;
      scene = look(now, message, state);
      scene.span = eased(spanOf(scene), scene);
      scene.flowSpan = inSight(scene.span);
      stage.root.classList.toggle("small", header.small);
      stage.root.setAttribute("aria-busy", `${!scene.whole && asked.whole[0] === message.number}`);
      stage.root.dataset.whole = `${scene.whole}`; // whether a drag needs nothing more
      scale.show(scene.scale);
      verdicts(scene, state);
      chain.draw(scene, state);
      if (scene.laid) bar.place(scene.axis.x(1), scene.axis.x(state.steps));
      const ramps = rampsOf(scene, state);
      chainLegend(scene, ramps.chain);
      if (header.small) return;
      const { title } = scene.cells[state.focus];
      whyPanel.entitle(`Why here? The ${title}, step by step`);
      heatPanel.entitle(`Hidden states of the ${title}`);
      norms(NORMS, state.absolute ? "absolute" : "relative");
      values(scene, valuesOf(scene, state));
      factors(scene, factorsOf(scene, state));
      curves.draw(scene, state);
      growth.draw(scene, state);
      states.draw(scene, state);
      maps.draw(scene, state);
      heatLegend(scene, ramps.states);
      mapsLegend(scene, ramps.maps);
      if (header.seeds && !message.arrays.spread) want("seeds");
      if (mapsInSight) grasp();
    },
    view: () => ({
      t: player.touched && state.t < state.steps ? state.t : null,
      focus: state.focus ? message.header.cells[state.focus].name : null,
      norms: state.absolute ? "absolute" : "relative",
    }),
  };
}

/**
 * The place of the scale that is nearest to a value.
 * @param {number[]} scales
 * @param {number} value
 */
function nearest(scales, value) {
  return scales.reduce((best, scale, k) => (Math.abs(scale - value) < Math.abs(scales[best] - value) ? k : best), 0);
}
