// The cliff: every picture is drawn from one message of engine results and one small state.

import { openMessage } from "../shared/message.js";
import { sayNumber, sayPower } from "../shared/words.js";
import { createHands } from "./hands.js";
import { createClock } from "./balls.js";
import { slopeAt } from "./descent.js";
import { createFar } from "./far.js";
import { createHill } from "./hill.js";
import { createLatch, LATCH_STEPS, sayLatch } from "./latch.js";
import { createMap } from "./map.js";
import { createProduct, sayProduct, saySum } from "./product.js";
import { createResting, sayResting } from "./resting.js";
import { NORMS, bothPaths, compose, gridOf, sameSurface } from "./scene.js";
import { element } from "../shared/elements.js";
import { createScreen } from "./screen.js";
import { sayClipped, sayFree } from "./sentence.js";
import { createTakeHome, queryOf } from "./takehome.js";
import { runLatch, runUnit } from "./unit.js";

const mounted = new WeakMap();

export default function mount({ parentElement, data, setStateValue }) {
  let cliff = mounted.get(parentElement);
  if (!cliff) {
    cliff = createCliff(parentElement);
    mounted.set(parentElement, cliff);
  }
  cliff.report = setStateValue;
  cliff.receive(data);
}

function createCliff(parent) {
  const screen = createScreen(parent, sayNumber);
  const { root } = screen;
  const state = {
    drop: null, paths: null, clock: 0, playing: false, revealed: true, focus: 0, look: "steepest", colour: "error",
  };
  const cliff = { report: () => {} };
  let message = null;
  let scene = null;
  let grid = null;
  let run = null;
  let queued = 0;
  const slope = [0, 0, 0]; // E, dE/dw, dE/db at the point

  const map = createMap(screen.mapPicture);
  const hill = createHill(screen.hill.body);
  const far = createFar(screen.far.body);
  const resting = createResting(screen.causePicture);
  const product = createProduct(screen.productPicture, "product");
  const latch = createLatch(screen.latchPicture);
  const latchProduct = createProduct(screen.latchProduct, "latch-product");
  const hosts = { map: screen.mapPicture, hill: screen.hill.body, far: screen.far.body, resting: screen.causePicture, product: screen.productPicture, latch: screen.latchPicture, latchProduct: screen.latchProduct };
  const later = () => {
    if (!queued) queued = requestAnimationFrame(draw);
  };
  const clock = createClock(state, later, () => root.isConnected);

  // ---- drawing: one idempotent pass over the state ----

  const say = (target, words) => {
    if (target.textContent === words) return;
    target.replaceChildren();
    words.split(/(\S*e-\d\S*)/).forEach((part, k) => (k % 2 ? (element(target, "span", "", part).style.whiteSpace = "nowrap") : target.append(part))); // no line ends within 1e-9
  };
  const press = (button, on) => button.setAttribute("aria-pressed", on);

  function draw() {
    queued = 0;
    if (!message || !root.isConnected || root.clientWidth === 0) return;
    const widths = {}; // read before anything is written: a layout a frame at most
    for (const [name, host] of Object.entries(hosts)) widths[name] = Math.max(200, Math.floor(host.clientWidth));
    grid = gridOf(state.drop, message, grid);
    scene = compose(root, message, state, grid, widths, scene);
    const { drop, paths } = state;
    const said = [sayFree(paths[0], drop), sayClipped(paths[1], drop)];
    scene.description = `Without clipping: ${said[0]} With clipping: ${said[1]}`;
    screen.balls.forEach(({ name, said: line }, k) => {
      press(name, state.focus === k);
      name.style.color = name.firstChild.style.background = Object.values(scene.palette.balls)[k];
      say(line, said[k]);
    });
    for (const name of Object.keys(screen.sliders)) screen.sliders[name].show(drop[name]);
    drawTransport();
    drawLegend();
    map.draw(scene, state);
    hill.draw(scene, state);
    far.draw(scene, state);
    const { w, b } = scene.point;
    run = runUnit(w, b, drop.steps, drop.start);
    scene.restingSaid = sayResting(scene.point, drop);
    say(screen.causeSaid, scene.restingSaid);
    resting.draw(scene, state);
    slopeAt(w, b, drop, slope);
    const multiplied = `${sayProduct(run, drop.steps)} ${saySum(run, drop, slope)}`;
    say(screen.productSaid, multiplied);
    press(screen.atSteepest, state.look === "steepest");
    press(screen.atStart, state.look === "start");
    product.draw(scene, run, drop.steps, { width: scene.widths.product, height: Math.round(scene.font * 17), said: multiplied });
    scene.latchSaid = sayLatch(drop);
    for (const [name, words] of Object.entries(scene.latchSaid)) say(screen.latchSaid[name], words);
    latch.draw(scene, state);
    const kept = runLatch(drop.latch_w, drop.latch_u, LATCH_STEPS, drop.latch_start);
    latchProduct.draw(scene, kept, LATCH_STEPS, { width: scene.widths.latchProduct, height: Math.round(scene.font * 15), said: scene.latchSaid.forgets });
  }

  function drawTransport() {
    const { drop } = state;
    screen.scrub.max = drop.count;
    const k = state.revealed ? drop.count : Math.floor(state.clock + 1e-9);
    screen.scrub.value = k;
    say(screen.play, state.playing ? "Pause" : "Play");
    say(screen.at, `update ${k} of ${drop.count}`);
  }

  function drawLegend() {
    press(screen.byNorm, state.colour === "norm");
    press(screen.byError, state.colour === "error");
    const now = `${scene.key} ${state.colour} ${scene.most}`;
    if (screen.legend.dataset.now === now) return;
    screen.legend.dataset.now = now;
    const ends = state.colour === "error" ? ["0", sayNumber(scene.most)] : NORMS.map((v) => sayPower(v));
    const stops = Array.from({ length: 9 }, (_, k) => scene.ramp.css(k / 8));
    const [low, bar, high] = ["span", "span", "span"].map((tag) => document.createElement(tag));
    low.textContent = ends[0];
    high.textContent = ends[1];
    bar.className = "bar";
    bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
    screen.legend.replaceChildren(low, bar, high);
  }

  // ---- what changes the drop ----

  // Both paths again, in this frame; `rolls`: from where they are dropped.
  function set(changes, rolls = false) {
    Object.assign(state.drop, changes);
    state.paths = bothPaths(state.drop, message);
    if (rolls) clock.drop();
    else if (state.playing) state.clock = Math.min(state.clock, state.drop.count);
    else clock.showAll();
    later();
  }

  // The link and the surface follow once nothing is held any more.
  const settle = () => cliff.report("drop", queryOf(state.drop, message.header));

  createHands(screen, state, { map, hill, resting, product, latch, latchProduct }, {
    now: () => ({ scene, run, header: message.header }),
    set, settle, later, clock,
    latchRun: () => runLatch(state.drop.latch_w, state.drop.latch_u, LATCH_STEPS, state.drop.latch_start),
  });
  createTakeHome(screen, state, { map, hill, far, resting, product, latch, latchProduct }, () => ({ scene, run, header: message.header }));

  // ---- what comes from the engine ----

  function open({ drop, view }, first) {
    Object.assign(state, { drop: { ...drop }, paths: bothPaths(drop, message) });
    if (first) {
      state.focus = view.follow === "clipped" ? 1 : 0;
      state.look = view.point === "drop" ? "start" : "steepest";
      state.colour = view.seen;
      if (view.update !== null) return clock.pick(Math.min(view.update, drop.count));
    }
    clock.drop();
  }

  cliff.receive = (bytes) => {
    const first = message === null;
    if (!bytes || bytes === cliff.bytes) return later();
    cliff.bytes = bytes;
    const turn = message?.header.turn;
    const before = message;
    message = openMessage(bytes);
    const { header } = message;
    root.classList.toggle("presenter", header.presenter);
    for (const [name, slider] of Object.entries(screen.sliders)) slider.range(...header.ranges[name]);
    if (first || header.turn !== turn) open(header, first);
    else if (!sameSurface(state.drop, header.drop) && sameSurface(state.drop, before.header.drop)) message = { ...before, header: { ...before.header, presenter: header.presenter } };
    draw(); // at once, before the browser turns to the rest of the page
  };
  new ResizeObserver(later).observe(root);
  return cliff;
}
