// The backward pass of one study: the error's way back with each step's part, the update, the table and its paths.

import { openMessage } from "../shared/message.js";
import { set, svg, timeAxis } from "../shared/paint.js";
import { sayNumber, sayPower } from "../shared/words.js";
import { createDiagram, diagramHeight, shade } from "./diagram.js";
import { createHands } from "./hands.js";
import { createLanes, laneHeight } from "./lanes.js";
import { createMatrices } from "./matrices.js";
import { legend, mountPicture, roomOf, say } from "./panel.js";
import { createPath, pathVerdict } from "./path.js";
import { createReverse } from "./reverse.js";
import { createFlowStage } from "./stage.js";
import { percent, placeName, termsOf, verdictOf } from "./sums.js";
import { createTable } from "./table.js";
import { takeFlowHome } from "./takeflow.js";

const LANES = ["V", "W", "U", "b"];

export function createFlow(ground) {
  const { root } = ground;
  const stage = createFlowStage(ground);
  const state = { c: 0, array: "W", entry: [1, 2], single: false, t: 1, clock: 1, steps: 1, rate: 0, path: [1, 1], playing: false, speed: 1 };
  const flow = { report: () => {} };
  let message = null;
  let scene = null;
  let queued = 0;

  const later = () => {
    if (!queued) queued = requestAnimationFrame(draw);
  };
  const picture = svg("svg", { role: "slider", tabindex: 0, class: "reverse" }, stage.picture);
  const diagram = createDiagram();
  const lanes = createLanes();
  const playback = createReverse(state, later, () => root.isConnected);
  const matrices = createMatrices(stage.matrices, (by, [rows, columns]) => {
    const within = (v, most) => Math.max(0, Math.min(most - 1, v));
    pickWeight(state.array, within(state.entry[0] + by[0], rows), within(state.entry[1] + by[1], columns));
  });
  const table = createTable(stage.table, ([down, right]) => {
    const k = Math.max(1, Math.min(state.steps, state.path[0] + down));
    pickPath(state.c, k, Math.max(1, Math.min(k, state.path[1] + right)));
  });
  const path = createPath(stage.path);

  // ---- what is drawn: engine results of the network in focus ----

  const arraysOf = () => message.header.cells[state.c].arrays;
  const shapeOf = (name) => arraysOf().find((array) => array.name === name);
  const titleNow = () => message.header.cells[state.c].title;
  const labelOf = (name) => placeName(name, state.single && name === state.array ? state.entry : null, shapeOf(name).columns === 1 && !["U", "W", "V"].includes(name));

  function compose() {
    const room = roomOf(root, message.header, scene?.room);
    const { header, arrays } = message;
    const names = LANES.includes(state.array) ? LANES : [...LANES, state.array];
    const at = (name) => arrays[`${state.c}.${name}`].data;
    return {
      ...scene, ...room, room, header, arrays, number: message.number, span: header.span,
      axis: timeAxis(room.width, header.steps, room.font),
      lanes: names.map((name) => ({ ...termsOf(message, state.c, name, state.single && name === state.array ? state.entry : null), label: labelOf(name) })),
      now: { dh: at("dh"), local: at("local"), carried: at("carried"), rms: at("rms") },
    };
  }

  function draw() {
    queued = 0;
    if (!message || !root.isConnected || root.clientWidth === 0) return;
    const terms = [message.number, state.c, state.array, state.single, state.entry].join(" ");
    const room = roomOf(root, message.header, scene?.room);
    if (!scene || scene.terms !== terms || scene.room !== room) scene = { ...compose(), terms };
    const key = [scene.key, message.number, ...scene.lanes.map(({ name }) => name)].join(" ");
    if (scene.pictureFor !== key) {
      const top = diagramHeight(scene.font);
      mountPicture(picture, scene.width, top + scene.lanes.length * laneHeight(scene.font), scene);
      scene.cursor = svg("rect", { y: 0, width: scene.axis.pitch, height: picture.getAttribute("height"), fill: scene.palette.rule, opacity: 0.4, rx: 4 }, picture);
      diagram.build(picture, scene);
      lanes.build(picture, scene, top);
      scene.pictureFor = key;
    }
    if (scene.scrubFor !== scene.key) {
      const { left, end } = scene.axis;
      Object.assign(stage.scrub.style, { marginLeft: `${left + scene.axis.pitch / 2 - 8}px`, width: `${end - left - scene.axis.pitch + 16}px` });
      scene.scrubFor = scene.key;
    }
    set(scene.cursor, { x: scene.axis.x(state.t) - scene.axis.pitch / 2 });
    diagram.draw(scene, state);
    lanes.draw(scene, state);
    stage.scrub.value = state.steps + 1 - state.t;
    say(stage.play, state.playing ? "Pause" : "Play");
    speak();
    matrices.draw(scene, state);
    table.draw(scene, state);
    path.draw(scene, state);
  }

  function speak() {
    const { header } = message;
    stage.cells(header.cells.map(({ title }) => title), state.c).hidden = header.cells.length < 2;
    stage.whole([`all of ${state.array}`, labelled()], Number(state.single));
    const found = scene.lanes.find(({ name }) => name === state.array);
    const what = found.label;
    say(stage.verdict, verdictOf(found, titleNow(), what, state.steps));
    const { t } = state;
    const together = found.total === 0 || !Number.isFinite(found.total) ? "" : ` · steps ${t} to ${state.steps} together: ${percent(found.share(found.since[t]))}`;
    const added = found.entry ? `to dL/d${what}` : `along dL/d${what} (norm ${sayNumber(found.own[t - 1])})`;
    say(stage.reading, `step ${t}: ‖dL/dh‖ = ${sayPower(scene.now.dh[t])} · adds ${sayNumber(found.at(t))} ${added}${together}`);
    set(picture, { "aria-label": stage.verdict.textContent, "aria-valuemin": 1, "aria-valuemax": state.steps, "aria-valuenow": t, "aria-valuetext": stage.reading.textContent });
    stage.array(arraysOf().map(({ name }) => name), arraysOf().findIndex(({ name }) => name === state.array));
    stage.rate.value = state.rate;
    say(stage.rateValue, sayNumber(header.rates[state.rate]));
    say(stage.updateSaid, header.cells[state.c].said[state.rate]);
    say(stage.tableSaid, table.compared(scene, state.path));
    say(stage.pathSaid, pathVerdict(scene, state.c, ...state.path));
    const key = `${scene.key} ${message.number}`;
    if (stage.legendFor === key) return;
    stage.legendFor = key;
    const [low, high] = table.limits(scene.span);
    legend(stage.tableLegend, low, scene.palette.magnitude, high);
    legend(stage.flowLegend, low, Array.from({ length: 8 }, (_, k) => shade(scene, k / 7)), high.replace("dLₖ/dhₜ", "dL/dh"));
  }

  const labelled = () => placeName(state.array, state.entry, shapeOf(state.array).columns === 1 && !["U", "W", "V"].includes(state.array));

  // ---- what a visitor does ----

  const report = () => flow.report("picked", { cell: message.header.cells[state.c].name, weight: [state.array, state.entry[0] + 1, state.entry[1] + 1].join(".") });

  function pickCell(c, told = true) {
    if (c === state.c) return;
    state.c = c;
    keepPlace();
    if (told) report();
    later();
  }

  function pickWeight(name, row, column) {
    Object.assign(state, { array: name, entry: [row, column] });
    keepPlace();
    report();
    later();
  }

  function pickPath(c, k, t) {
    state.path = [k, t];
    pickCell(c);
    later();
  }

  // The array and weight, moved to ones that the network in focus has.
  function keepPlace() {
    if (!shapeOf(state.array)) state.array = "W";
    const { rows, columns } = shapeOf(state.array);
    state.entry = [Math.min(state.entry[0], rows - 1), Math.min(state.entry[1], columns - 1)];
  }

  stage.scrub.oninput = () => playback.pick(state.steps + 1 - Number(stage.scrub.value));
  stage.play.onclick = () => {
    if (state.playing) playback.pause();
    else playback.play();
    later();
  };
  stage.step.onclick = () => playback.step();
  stage.all.onclick = () => playback.pick(1);
  stage.speed.onchange = () => (state.speed = Number(stage.speed.value));
  stage.onCell((c) => pickCell(c));
  stage.onWhole((k) => {
    state.single = k === 1;
    later();
  });
  stage.onArray((k) => pickWeight(arraysOf()[k].name, state.entry[0], state.entry[1]));
  stage.rate.oninput = () => {
    state.rate = Number(stage.rate.value);
    later();
  };
  picture.onkeydown = (event) => {
    const to = { ArrowLeft: state.t - 1, ArrowRight: state.t + 1, Home: 1, End: state.steps }[event.key];
    if (event.key === " ") stage.play.onclick();
    else if (to !== undefined) playback.pick(Math.max(1, Math.min(state.steps, to)));
    else return;
    event.preventDefault();
  };

  createHands(ground, state, { picture, lanes, matrices, table, path }, { playback, pickWeight, pickPath, later }, () => ({ scene, message, title: titleNow() }));
  takeFlowHome(stage, state, { flow: picture, update: matrices.root, table: table.root, path: path.root }, () => ({ scene, message, title: titleNow(), array: shapeOf(state.array) }));

  // ---- what comes from the engine ----

  function open({ view, cells, rates, steps: T }) {
    state.c = Math.max(0, cells.findIndex(({ name }) => name === view.cell));
    Object.assign(state, { array: view.weight[0], entry: [view.weight[1] - 1, view.weight[2] - 1], single: view.single });
    state.rate = Math.max(0, rates.indexOf(view.rate));
    state.path = view.path ?? [T, 1];
    state.opened = view.serial;
    if (view.step !== null) playback.pick(Math.min(view.step, T));
    else if (playback.reduced()) playback.pick(1);
    else {
      playback.put(T + 0.5);
      playback.play();
    }
  }

  // Another study under the same view: everything stays where it was, as far as that exists.
  function follow({ steps: T, cells }, before) {
    const name = before.cells[state.c].name;
    state.c = Math.max(0, cells.findIndex((cell) => cell.name === name));
    const atEnd = before.steps !== T && state.path[0] === before.steps;
    const k = atEnd ? T : Math.min(state.path[0], T);
    state.path = [k, Math.min(state.path[1], k)];
    playback.put(Math.min(state.clock, T + 0.5));
  }

  flow.receive = (bytes) => {
    if (!bytes || bytes === flow.bytes) return later();
    flow.bytes = bytes;
    const before = message;
    message = { ...openMessage(bytes), number: (before?.number ?? 0) + 1 };
    const { header } = message;
    root.classList.toggle("presenter", header.presenter);
    state.steps = header.steps;
    stage.scrub.max = header.steps;
    stage.rate.max = header.rates.length - 1;
    if (header.view.serial !== state.opened) open(header);
    else follow(header, before.header);
    keepPlace();
    draw();
  };
  new ResizeObserver(later).observe(root);
  return flow;
}
