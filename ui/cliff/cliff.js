// The cliff: every picture is drawn from one message of engine results and one small state.

import { element, explained, legends } from "../kit/browser/elements.js";
import { share } from "../kit/browser/exports.js";
import { clamp } from "../kit/browser/paint.js";
import { createPlayer, transport } from "../kit/browser/player.js";
import { mountable } from "../kit/browser/stage.js";
import { sayPower } from "../kit/browser/words.js";
import { paceOf } from "./balls.js";
import sheet from "./cliff.css";
import { slopeAt } from "./descent.js";
import { createFar } from "./far.js";
import { layHands } from "./hands.js";
import { createHill } from "./hill.js";
import { offerHome, queryOf } from "./home.js";
import { createLatch, LATCH_STEPS, sayLatch } from "./latch.js";
import { createMap } from "./map.js";
import { createParts } from "./parts.js";
import { createProduct, sayProduct, saySum } from "./product.js";
import { createResting, sayResting } from "./resting.js";
import { NORMS, bothPaths, gridOf, movesBalls, pointOf, sameSurface, shadeOf } from "./scene.js";
import { sayClipped, sayFree } from "./sentence.js";
import { OF_BALLS, OF_LATCH, createSliders } from "./sliders.js";
import { runLatch, runUnit } from "./unit.js";

export default mountable("cliff", createCliff, sheet);

/** @param {Stage} stage @returns {Page} */
function createCliff(stage) {
  const { root } = stage;
  const state = { drop: null, paths: null, clock: 0, revealed: true, focus: 0, look: "steepest", colour: "error" };
  let message = null;
  let grid = null;
  let run = null;
  const slope = /** @type {[number, number, number]} */ ([0, 0, 0]); // E, dE/dw, dE/db at the point

  const player = createPlayer(stage, {
    length: () => state.drop?.count ?? 1,
    pace: (k) => paceOf(state, k),
    wrap: true,
    moved: () => Object.assign(state, { clock: player.at, revealed: player.finished }),
  });
  const parts = createParts(root, {
    colour: (colour) => choose({ colour }),
    point(point) {
      player.finish();
      choose({ look: point === "drop" ? "start" : "steepest" });
    },
  });
  function choose(change) {
    Object.assign(state, change);
    stage.later();
  }
  const { hosts } = parts;
  const map = createMap(hosts.map);
  const hill = createHill(hosts.hill);
  const far = createFar(hosts.far);
  const resting = createResting(hosts.resting);
  const product = createProduct(hosts.product, "product");
  const latch = createLatch(hosts.latch);
  const latchProduct = createProduct(hosts.latchProduct, "latch-product");
  const pictures = { map, hill, far, resting, product, latch, latchProduct };
  transport(player, parts.transport, {
    buttons: ["Step", "Show all"],
    titles: { Step: "One update", "Show all": "Both whole paths; the ring marks the steepest update" },
    speeds: [1],
    scrub: { host: parts.transport, label: "Update" },
  });
  const at = element(parts.transport, "output");
  const legend = legends(parts.legend);

  // ---- drawing: one idempotent pass over the state ----

  const say = (target, words) => {
    if (target.textContent === words) return;
    target.replaceChildren();
    words.split(/(\S*e-\d\S*)/).forEach((word, k) => (k % 2 ? element(target, "span", "whole", word) : explained(target, word))); // no line ends within 1e-9
  };

  /** @param {Scene} scene */
  function draw(scene) {
    const { drop, paths } = state;
    scene.widths = Object.fromEntries(Object.entries(hosts).map(([name, host]) => [name, Math.max(200, Math.floor(host.clientWidth))])); // read before anything is written
    const usual = Math.round(clamp(scene.widths.map * 0.66, 270, 390));
    grid = gridOf(drop, message, grid);
    Object.assign(scene, shadeOf(state, grid), {
      grid,
      room: `${scene.key} ${Object.values(scene.widths)}`,
      tall: stage.tallFor(hosts.map, usual, 150),
      halo: { stroke: scene.palette.ground, "stroke-width": scene.font * 0.25, "paint-order": "stroke", "stroke-linejoin": "round" }, // of words over lines
      ramp: scene.magnitude,
      colour: state.colour,
      window: drop.window,
      ranges: message.header.ranges,
      point: pointOf(state),
    });
    const said = [sayFree(paths[0], drop), sayClipped(paths[1], drop)];
    scene.description = `Without clipping: ${said[0]} With clipping: ${said[1]}`;
    parts.balls.forEach(({ name, key, said: line }, k) => {
      name.setAttribute("aria-pressed", `${state.focus === k}`);
      name.style.color = key.style.background = Object.values(scene.palette.balls)[k];
      say(line, said[k]);
    });
    for (const name of Object.keys(sliders)) sliders[name].show(drop[name]);
    say(at, `update ${Math.floor(state.clock + 1e-9)} of ${drop.count}`);
    parts.colour([["error", "error E"], ["norm", "gradient norm"]], state.colour);
    parts.point([["steepest", "steepest update"], ["drop", "where dropped"]], state.look === "start" ? "drop" : "steepest");
    legend(scene, [{ kind: "ramp", scale: scene.magnitude, ...(state.colour === "error" ? { low: 0, high: scene.most } : { low: sayPower(NORMS[0]), high: sayPower(NORMS[1]) }) }]);
    map.draw(scene, state);
    if (stage.layout === "frame") return; // nothing else is shown there
    hill.draw(scene, state);
    drawCauses(scene);
  }

  function drawCauses(scene) {
    const { drop } = state;
    far.draw(scene, state);
    const { w, b } = scene.point;
    run = runUnit(w, b, drop.steps, drop.start);
    scene.restingSaid = sayResting(scene.point, drop);
    say(parts.causeSaid, scene.restingSaid);
    resting.draw(scene, state);
    slopeAt(w, b, drop, slope);
    const multiplied = `${sayProduct(run, drop.steps)} ${saySum(run, drop, slope)}`;
    say(parts.productSaid, multiplied);
    product.draw(scene, run, drop.steps, { width: scene.widths.product, height: Math.round(scene.font * 17), said: multiplied });
    scene.latchSaid = sayLatch(drop);
    for (const [name, words] of Object.entries(scene.latchSaid)) say(parts.latchSaid[name], words);
    latch.draw(scene, state);
    latchProduct.draw(scene, latchRun(), LATCH_STEPS, { width: scene.widths.latchProduct, height: Math.round(scene.font * 15), said: scene.latchSaid.forgets });
  }

  // ---- what changes the drop ----

  const latchRun = () => runLatch(state.drop.latch_w, state.drop.latch_u, LATCH_STEPS, state.drop.latch_start);
  // Both paths again, in this frame. What moves no ball leaves them where they are.
  function set(changes) {
    Object.assign(state.drop, changes);
    stage.later();
    if (!Object.keys(changes).some(movesBalls)) return;
    state.paths = bothPaths(state.drop, message);
    if (player.playing) player.put(player.at);
    else player.finish();
  }
  function drop() {
    player.rewind();
    if (player.reduced()) player.finish();
    else player.play();
  }
  // The link and the surface follow once nothing is held any more.
  function settle() {
    const query = queryOf(state.drop, message.header);
    stage.ask("drop", query);
    stage.envelope.query = { preset: null, ...Object.fromEntries(Object.keys(message.header.keys).map((key) => [key, query[key] ?? null])) };
  }

  const sliders = { ...createSliders(parts.sliders, OF_BALLS, { set, settle }), ...createSliders(parts.latchSliders, OF_LATCH, { set, settle }) };
  parts.balls.forEach(({ name }, focus) => (name.onclick = () => choose({ focus })));
  layHands(stage, parts, state, pictures, player, { set, drop, settle, run: () => run, latchRun });
  offerHome(stage, parts, state, pictures, { run: () => run, latchRun });
  share(stage, element(root, "div", "status"));

  // ---- what comes from the engine ----

  /** @param {View} view */
  function open({ seen, follow, point, update }) {
    Object.assign(state, { drop: { ...message.header.drop }, colour: seen, focus: follow === "clipped" ? 1 : 0, look: point === "drop" ? "start" : "steepest" });
    state.paths = bothPaths(state.drop, message);
    if (update === null) drop();
    else player.pick(Math.min(Number(update), state.drop.count));
  }

  return {
    receive(given, { first, opened }) {
      const stale = state.drop && !opened && !sameSurface(state.drop, given.header.drop) && message && sameSurface(state.drop, message.header.drop);
      if (!stale) message = given; // the surface of a slider that has moved on meanwhile
      if (first) for (const [name, { range }] of Object.entries(sliders)) range(...message.header.ranges[name]);
      if (opened) open(stage.envelope.view);
    },
    draw,
    view: () => ({ seen: state.colour, follow: state.focus ? "clipped" : "free", point: state.look === "start" ? "drop" : "steepest", update: player.touched && !player.playing ? Math.floor(state.clock + 1e-9) : null }),
  };
}
