// The unrolled network: every picture is drawn from one message of engine results and one small state.

import { sayNumber, sayPower } from "../shared/words.js";
import { element } from "../shared/elements.js";
import { clamp, write } from "./elements.js";
import { openWalk } from "./model.js";
import { roomFor } from "./room.js";
import { compose } from "./scene.js";
import { createClock, lastTime } from "./clock.js";
import { createDiagram } from "./diagram.js";
import { createHeatmaps } from "./heatmaps.js";
import { createOutputs } from "./outputs.js";
import { createGestures } from "./gestures.js";
import { layHands } from "./hands.js";
import { ease } from "./motion.js";
import { createStage, panel, segments } from "./stage.js";
import { createLegends } from "./legends.js";
import { hintOf, progressOf, sentenceOf } from "./sentence.js";
import { createEquations } from "./equations.js";
import { createCounting } from "./counting.js";
import { createTakeHome } from "./takehome.js";

const mounted = new WeakMap();
const QUIET = 400; // ms without a change before the view is reported

export default function mount({ parentElement, data, setStateValue, setTriggerValue = () => {} }) {
  let walk = mounted.get(parentElement);
  if (!walk) {
    walk = createWalk(parentElement);
    mounted.set(parentElement, walk);
  }
  Object.assign(walk, { report: setStateValue, ask: setTriggerValue });
  walk.receive(data);
}

function createWalk(parent) {
  const stage = createStage(parent);
  const { root } = stage;
  const state = {
    t: 1, clock: 0, row: 0, pick: { kind: "unit", unit: 0 }, sort: "index", order: [], speed: 1,
    rolled: false, unfolded: 1, morph: 1, from: 1, goal: 1, followed: "", chasing: false, swept: 0, playing: false, touched: false,
  };
  const walk = { report: () => {}, ask: () => {} };
  let model = null;
  let scene = null;
  let room = null;
  let axis = null;
  let queued = 0;
  let before = 0;

  const later = () => {
    if (!queued) queued = requestAnimationFrame(draw);
  };
  const clock = createClock(state, later, () => root.isConnected);

  function pick({ t = state.t, row = state.row, ...pick }) {
    Object.assign(state, { row, pick: pick.kind === "unit" || pick.kind === "output" ? pick : state.pick });
    clock.pick(t);
  }

  const diagram = createDiagram(stage.picture);
  const equations = createEquations(stage.equations, { pick, edit: (edits) => walk.ask("edits", edits) });
  const counting = createCounting(stage.counting);
  const touchable = createGestures(stage);
  const legends = createLegends(stage.legends);
  const rolling = segments(stage.morph, "Rolled or unrolled", (value) => {
    state.rolled = value === "rolled";
    later();
  });
  const chains = segments(element(stage.shared, "span", "choice", "Shown below"), "Layer and direction", (value) => {
    state.row = Number(value);
    later();
  });
  const sorts = segments(element(stage.shared, "span", "choice", "Units sorted by"), "Order of the units", (value) => {
    state.sort = value;
    later();
  });
  const answers = panel(stage.maps, "map outputs", "");
  const outputs = createOutputs(answers);
  const takeHome = createTakeHome(stage.press, () => ({ model, scene, state, bytes: walk.bytes, view: viewNow() }));
  const maps = createHeatmaps(stage.maps, (view) => {
    view.legend = createLegends(view.aside);
    const at = (x, y) => view.under(model, state, axis, x, y);
    touchable(view.frame, {
      pick: (x, y, held) => pick({ kind: "unit", ...at(x, y), ...(held && state.pick.kind === "unit" && { unit: state.pick.unit }) }),
      say(x, y) {
        const { t, unit } = at(x, y);
        return hintOf(model, { kind: "value", name: view.map.title, t, unit, value: view.map.read(state.row, t)[unit] });
      },
    });
    takeHome.offer(view.tools, () => `unroll-${view.map.name}`, () => view.picture(), () => `${view.map.title}: ${model.title(state.row, state.t)}; units down, steps across; from ${sayNumber(view.map.low)} to ${sayNumber(view.map.high)}.`, ["PNG", "SVG"]);
  });

  // ---- drawing: one idempotent pass over the state ----

  function draw(now = performance.now()) {
    queued = 0;
    if (!model || !root.isConnected || root.clientWidth === 0) return;
    scene = compose(root, model, scene);
    if (scene.changed || !room) {
      room = roomFor(model, scene.width, scene.font);
      axis = room.windowed ? { left: room.left, pitch: (scene.width - room.left - room.right) / model.steps } : { left: room.start, pitch: room.pitch };
      Object.assign(axis, { windowed: room.windowed, shown: room.shown });
      const end = Math.min(scene.width, axis.left + axis.pitch * model.steps + 6); // its knob's middle lies on the step
      Object.assign(stage.scrub.style, { marginLeft: `${axis.left - 6}px`, width: `${end - axis.left + 6}px` });
    }
    const moving = ease(state, model, room, clock.reduced(), Math.min(0.1, (now - before) / 1000));
    before = now;
    state.order = model.order(state.row, state.sort);
    diagram.draw(model, room, scene, state);
    const words = sentenceOf(model, state);
    write(stage.sentence, words);
    stage.sentence.setAttribute("aria-live", state.playing ? "off" : "polite");
    diagram.root.setAttribute("aria-valuenow", state.t);
    diagram.root.setAttribute("aria-valuetext", words);
    diagram.root.setAttribute("aria-label", `${model.header.cell.title}, ${state.rolled ? "rolled up" : "unrolled"}; ${progressOf(model, state)}`);
    write(stage.play, state.playing ? "Pause" : "Play");
    stage.scrub.value = state.t;
    root.dataset.t = state.t;
    rolling([["unrolled", "Unrolled"], ["rolled", "Rolled"]], state.rolled ? "rolled" : "unrolled");
    chains(Array.from({ length: model.rows }, (_, row) => [`${row}`, rowName(row)]), `${state.row}`);
    stage.shared.firstChild.hidden = model.rows < 2;
    sorts([["index", "number"], ["similarity", "similarity"], ["variance", "variance"]], state.sort);
    equations.draw(model, state, scene);
    maps.draw(model, scene, state, axis, (view, scale) => view.legend.draw(scene, [{ kind: "scale", scale, low: view.map.low, high: view.map.high }]));
    outputs.draw(model, scene, state, axis);
    counting.draw(model, scene, state);
    legends.draw(scene, legendsNow());
    if (moving) later();
    tell();
  }

  const rowName = (row) => [model.layers > 1 ? `layer ${Math.floor(row / model.ways) + 1}` : "", model.both ? (model.isReverse(row) ? "from the end" : "from the start") : ""].filter(Boolean).join(", ");
  function legendsNow() {
    const extent = model.extent("h");
    const [low, high] = model.span;
    const widest = `widest arrow: ${sayNumber(model.strongest.inward)} in, ${sayNumber(model.strongest.outward)} out`;
    const ends = [...new Set([low, high].map(sayPower))].join(" to ");
    const span = low <= high ? `‖dL/dh‖: ${ends}, log scale` : "‖dL/dh‖ is 0";
    return [
      { kind: "scale", scale: scene.signed, low: -extent, high: extent, words: "state", said: `Colours: state from ${sayNumber(-extent)} to ${sayNumber(extent)}` },
      { kind: "width", words: widest, said: widest, colour: scene.palette.roles.state, tall: room.thick },
      { kind: "bar", words: span, said: span, colour: scene.palette.roles.gradient },
    ];
  }

  // ---- what a visitor does ----

  const viewNow = () => ({ t: state.touched ? state.t : null, unit: (state.pick.unit ?? 0) + 1, chain: state.row + 1, sort: state.sort, rolled: state.rolled });
  let told = "";
  let timer = 0;
  function tell() {
    const words = JSON.stringify(viewNow());
    if (state.playing || words === told) return;
    told = words;
    clearTimeout(timer);
    timer = setTimeout(() => walk.report("view", JSON.parse(words)), QUIET);
  }

  layHands({ stage, state, clock, diagram, touchable, pick, later, now: () => ({ model, room }) });
  touchable(answers.body.querySelector(".heatmap"), {
    pick: (x, y, held) => pick(held ? { t: outputs.under(model, axis, x, y).t } : outputs.under(model, axis, x, y)),
    say: (x, y) => hintOf(model, outputs.under(model, axis, x, y)),
  });

  takeHome.offer(stage.tools, () => "unrolled", () => diagram.root, () => `${sentenceOf(model, state)} ${legendsNow().map((legend) => legend.said).join(", ")}.`);
  takeHome.offer(answers.tools, () => "unroll-outputs", () => outputs.picture(), () => "Outputs: symbols down, steps across; a dot where the target is.", ["PNG", "SVG"]);
  const page = stage.press(stage.tools, "HTML", "The whole walk as one file that plays without a server");
  page.onclick = () => takeHome.savePage(root);

  // ---- what comes from the engine ----

  function look({ t, unit, chain, sort, rolled }) {
    Object.assign(state, { row: clamp(chain - 1, 0, model.rows - 1), sort, rolled, pick: { kind: "unit", unit: clamp(unit - 1, 0, model.hidden - 1) }, unfolded: rolled ? 0 : 1 });
    if (t !== null) clock.pick(t);
    else if (clock.reduced()) clock.finish();
    else {
      Object.assign(state, { clock: 0, touched: false });
      clock.play();
    }
    // The server knows the view that it sent. To report it would ask for a rerun, which a visitor who follows the menu
    // meanwhile would lose that press to.
    clearTimeout(timer);
    told = JSON.stringify(viewNow());
  }

  function follow(another) {
    Object.assign(state, { row: Math.min(state.row, model.rows - 1) });
    const { kind, unit, k } = state.pick;
    state.pick = kind === "output" && k < model.K ? state.pick : { kind: "unit", unit: Math.min(unit ?? 0, model.hidden - 1) };
    state.t = Math.min(state.t, model.steps);
    state.clock = Math.min(state.clock, lastTime(model));
    if (!another || state.touched) return;
    if (clock.reduced()) clock.finish();
    else Object.assign(state, { clock: 0 }), clock.play();
  }

  const same = (a, b) => a === b || (a && a.length === b.length && a.every((byte, k) => byte === b[k]));
  walk.receive = (bytes) => {
    if (!bytes || same(walk.bytes, bytes)) return void later(); // the theme may be another
    const [last, sequence] = [JSON.stringify(model?.header.view), model?.sequence];
    walk.bytes = bytes;
    model = openWalk(bytes, (model?.number ?? 0) + 1);
    room = null;
    clock.use(model);
    root.classList.toggle("presenter", model.header.presenter);
    page.hidden = !model.header.editable; // a saved page has no server to fetch itself from
    stage.scrub.max = model.steps;
    stage.scrub.hidden = model.steps < 2;
    Object.assign(diagram.root, { ariaValueMin: 1, ariaValueMax: model.steps });
    write(stage.verdict, model.header.verdict ?? model.header.loss.says);
    write(stage.origin, model.header.origin);
    if (JSON.stringify(model.header.view) !== last) look(model.header.view);
    else follow(model.sequence !== sequence);
    draw();
  };
  new ResizeObserver(later).observe(root);
  return walk;
}
