// The unrolled network: every picture is drawn from one message of engine results and one small state.

import { element, legends, panel, press, prose, segments, write } from "../kit/browser/elements.js";
import { share, takeHome } from "../kit/browser/exports.js";
import { touchable } from "../kit/browser/hands.js";
import { clamp } from "../kit/browser/paint.js";
import { createPlayer, transport } from "../kit/browser/player.js";
import { mountable } from "../kit/browser/stage.js";
import { FAINTEST, sayPower } from "../kit/browser/words.js";
import { sideBySide } from "../kit/browser/heatmap.js";
import { createComparing } from "./comparing.js";
import { createCounting } from "./counting.js";
import { createDiagram } from "./diagram.js";
import { createEquations } from "./equations.js";
import { layHands } from "./hands.js";
import { createMaps } from "./maps.js";
import { openWalks } from "./model.js";
import { ease } from "./motion.js";
import { createOutputs } from "./outputs.js";
import { createPins } from "./pins.js";
import { roomFor } from "./room.js";
import { hintOf, progressOf, sentenceOf } from "./sentence.js";
import { tableOf } from "./table.js";
import { columnAt, lastTime, paceOf, seenUntil } from "./timeline.js";
import sheet from "./unroll.css";

export default mountable("unroll", createWalk, sheet);

const LAID = /** @type {[string, string][]} */ ([["unrolled", "Unrolled"], ["rolled", "Rolled"]]);
const SORTS = /** @type {[string, string][]} */ ([["index", "number"], ["similarity", "similarity"], ["variance", "variance"]]); // orders of the units

/** @param {Stage} stage @returns {Page} */
function createWalk(stage) {
  const { root } = stage;
  const state = {
    t: 1, clock: 0, focus: 0, row: 0, pick: { kind: "unit", unit: 0 }, sort: "index", order: [],
    rolled: false, unfolded: 1, morph: 1, from: 1, goal: 1, followed: "", chasing: false, swept: 0, playing: false, touched: false,
  };
  let models = []; // of one text, or of two
  let model = null; // of the text that is looked at
  let longest = null;
  let room = null;
  let axis = null;
  let sequence = "";
  let laid = 0; // the text that the maps below are laid out for

  const player = createPlayer(stage, {
    length: () => (longest ? lastTime(longest) : 0),
    pace: () => paceOf(longest),
    first: () => 1,
    moved: () => Object.assign(state, { clock: player.at, t: columnAt(longest, player.at) }),
  });
  // A column, completely computed; in both directions that takes the whole run.
  function go(t) {
    player.pick(longest.sweeps ? lastTime(longest) : t);
    state.t = t;
  }
  function pick({ t = state.t, row = state.row, ...place }) {
    Object.assign(state, { row, pick: place.kind === "unit" || place.kind === "output" ? place : state.pick });
    go(t);
  }

  // The text that is looked at below.
  function attend(n) {
    state.focus = n;
    model = models[n];
    stage.later();
  }

  const back = {
    remember: () => ({ player: player.remember(), seen: { t: state.t, row: state.row, pick: state.pick, focus: state.focus } }),
    cancelled(memory) {
      player.restore(memory.player);
      Object.assign(state, memory.seen);
      attend(state.focus);
    },
  };

  const walk = panel(root, { name: "walk main", title: "The walk" });
  const bar = transport(player, walk.aside, {
    buttons: [["Back", "One step back: arrow left", () => turn(-1)], ["Step", "One step on: arrow right", () => turn(1)]],
    speeds: [0.25, 0.5, 1, 2, 4, 8],
    scrub: { host: walk.body, low: () => 1, high: () => longest.steps, at: () => state.t, pick: go },
  });
  const rolling = segments(walk.aside, "Rolled or unrolled", (value) => {
    state.rolled = value === "rolled";
    stage.later();
  });
  const sentence = element(walk.body, "p", "sentence");
  const picture = element(walk.body, "div", "picture");
  const texts = element(picture, "div");
  const diagrams = [0, 1].map(() => createDiagram(texts));
  const comparing = createComparing(picture);
  walk.body.append(bar.scrub); // under the picture
  const legend = legends(element(walk.body, "div", "legends"));
  const warning = element(walk.body, "p", "warning");
  const verdict = element(walk.body, "p", "verdict");
  const origin = element(walk.body, "p", "quiet-words aside-part");
  const [{ turn }] = diagrams.map((diagram, n) => {
    const attended = (place) => {
      attend(n);
      pick(place);
    };
    return layHands(diagram, state, player, { go, pick: attended, back, later: stage.later, now: () => ({ model: models[n], room, steps: longest.steps }) });
  });

  const equations = createEquations(root, { pick, edit: (edits) => stage.ask("edits", edits), editable: () => !stage.envelope.saved });
  const pins = createPins(root, stage.later);
  const pinner = press(equations.tools, "", "Keep its value in sight at every step, beside others", "quiet");
  pinner.onclick = () => pins.toggle(state);
  const choices = element(root, "div", "choices aside-part");
  const chosen = (about) => element(choices, "span", "choice", about); // no label: that would press its first button
  const shownBelow = chosen("Shown below");
  const chains = segments(shownBelow, "Layer and direction", (value) => {
    state.row = Number(value);
    stage.later();
  });
  const sorts = segments(chosen("Units sorted by"), "Order of the units", (value) => {
    state.sort = value;
    stage.later();
  });
  const mapsHost = element(root, "div", "maps");
  const answers = panel(mapsHost, { name: "map outputs aside-part", title: "" });
  const outputs = createOutputs(answers);
  const maps = createMaps(mapsHost, (view) => {
    const at = (x, y) => view.under(model, state, axis, x, y);
    touchable(view.frame, {
      ...back,
      pick: (x, y, held) => pick({ kind: "unit", ...at(x, y), ...(held && state.pick.kind === "unit" && { unit: state.pick.unit }) }),
      say(x, y) {
        const { t, unit } = at(x, y);
        return hintOf(model, { kind: "value", name: view.map.title, t, row: state.row, unit, value: view.map.read(state.row, t)[unit] }, seenUntil(state));
      },
    });
    const words = () => `${view.map.title}: ${model.title(state.row, state.t)}; units down, steps across; from ${view.map.low} to ${view.map.high}${view.map.words}.`;
    takeHome(stage, view.tools, { name: () => `unroll-${view.map.name}`, picture: view.picture, words });
  });
  const counting = createCounting(root, stage.later);
  touchable(outputs.frame, {
    ...back,
    pick: (x, y, held) => pick(held ? { t: outputs.under(model, axis, x, y).t } : outputs.under(model, axis, x, y)),
    say: (x, y) => hintOf(model, outputs.under(model, axis, x, y), seenUntil(state)),
  });
  const pictured = () => (models.length > 1 ? sideBySide([...diagrams, comparing].map(({ root: one }) => one), stage.scene, 1) : diagrams[0].root);
  const tabled = () => (models.length > 1 ? models.flatMap((one, n) => tableOf(one).slice(n).map((line, k) => [n || k ? n + 1 : "text", ...line])) : tableOf(model));
  const captionOf = () => `${sentenceOf(model, state)} ${legendsNow().map((item) => item.title).join(", ")}.`;
  takeHome(stage, walk.tools, { name: "unrolled", picture: pictured, words: captionOf, rows: tabled, html: { title: "Unrolled: step by step", view: (now) => ({ ...now, t: null }) } });
  takeHome(stage, answers.tools, { name: "unroll-outputs", picture: outputs.picture, words: () => "Outputs: symbols down, steps across; a dot where the target is." });
  takeHome(stage, pins.tools, { name: "unroll-pinned", picture: pins.picture, words: () => "Pinned values: one a row, steps across.", rows: () => pins.rows(model) });
  share(stage, element(root, "div", "status"));

  /** @returns {Legend[]} */
  function legendsNow() {
    const { signed, palette } = stage.scene;
    const colours = model.scaleOf("h");
    const [low, high] = model.span;
    const widest = `widest arrow: ${sayPower(model.strongest.inward)} in, ${sayPower(model.strongest.outward)} out`;
    const ends = [...new Set([low, high].map(sayPower))].join(" to ");
    const sure = model.header.output.kind === "linear" ? "" : `, as the ${model.header.output.kind} is sure`;
    const faint = high < FAINTEST ? `${sure}; bars over ${Math.round(high - low).toLocaleString("en")} decades` : "";
    const span = low <= high ? `‖dL/dh‖: ${ends}${faint || ", log scale"}` : "‖dL/dh‖ is 0";
    return [
      { kind: "ramp", scale: signed, low: colours.low, high: colours.high, words: `state${colours.words}`, title: `Colours: state from ${colours.low} to ${colours.high}${colours.words}` },
      { kind: "width", words: widest, title: widest, colour: palette.roles.state, tall: room.thick },
      ...(room.pair ? [] : [/** @type {Legend} */ ({ kind: "bar", words: span, title: span, colour: palette.roles.gradient })]),
    ];
  }
  const rowName = (row) => [model.layers > 1 ? `layer ${Math.floor(row / model.ways) + 1}` : "", model.sweeps ? model.whence(row) : ""].filter(Boolean).join(", ");

  function lay(scene) {
    const beside = models.length > 1 && scene.width > scene.font * 50; // the comparison stands beside the texts
    picture.classList.toggle("beside-texts", beside);
    const side = beside ? Math.round(scene.font * 19) : 0;
    room = roomFor(longest, scene.width - side, scene.font, scene.small, (tall) => stage.tallFor(texts, tall * models.length) / models.length);
    room.side = side || scene.width;
    axis = room.windowed ? { left: room.left, pitch: (scene.width - room.left - room.right) / longest.steps } : { left: room.start, pitch: room.pitch };
    Object.assign(axis, { windowed: room.windowed, shown: room.shown });
    bar.place(axis.left + 6, Math.min(scene.width - 16, axis.left + axis.pitch * longest.steps));
  }

  // A text that is over is looked at where it ends.
  const within = (one) => ({ ...state, t: Math.min(state.t, one.steps) });

  function drawDiagram({ root: picture, draw: drawn }, one, scene) {
    const seen = within(one);
    drawn(one, room, scene, seen);
    Object.assign(picture, { ariaValueMin: "1", ariaValueMax: `${one.steps}`, ariaValueNow: `${seen.t}`, ariaValueText: sentenceOf(one, seen) });
    picture.ariaLabel = `${[...new Set(one.header.cells.map(({ title }) => title))].join(" and ")}, ${state.rolled ? "rolled up" : "unrolled"}; ${progressOf(one, state)}`;
  }

  /** @param {Scene} scene */
  function draw(scene) {
    scene.stamp = `${scene.key} ${scene.number} ${state.focus}`;
    if (texts.childElementCount !== models.length) {
      texts.replaceChildren(...models.map((_, n) => diagrams[n].root));
      picture.replaceChildren(texts, ...(models.length > 1 ? [comparing.root] : []));
    }
    if (scene.changed || scene.fresh || !room || laid !== state.focus) lay(scene);
    laid = state.focus;
    Object.assign(state, { playing: player.playing, touched: player.touched });
    const moving = ease(state, longest, room, stage.reduced(), scene.seconds);
    state.order = model.order(state.row, state.sort);
    models.forEach((one, n) => drawDiagram(diagrams[n], one, scene));
    // A lecture asks first: what came out is said at the end, and of two texts by the comparison alone.
    const told = Boolean(stage.envelope.parts?.length);
    verdict.classList.toggle("left-out", told && models.length > 1);
    verdict.style.visibility = told && state.clock < lastTime(longest) ? "hidden" : "";
    if (models.length > 1) comparing.draw(models, scene, room.side, state.clock);
    const seen = within(model);
    const words = sentenceOf(model, seen);
    prose(sentence, words);
    sentence.setAttribute("aria-live", player.playing ? "off" : "polite");
    root.dataset.t = `${state.t}`;
    rolling(model.loops ? LAID : LAID.slice(0, 1), state.rolled ? "rolled" : "unrolled");
    chains(Array.from({ length: model.rows }, (_, row) => [`${row}`, rowName(row)]), `${state.row}`);
    shownBelow.hidden = model.rows < 2;
    sorts(SORTS, state.sort);
    equations.draw(model, seen, scene);
    write(pinner, pins.holds(seen) ? "Unpin" : "Pin");
    pins.draw(model, scene, seen, axis);
    maps.draw(model, scene, seen, axis);
    outputs.draw(model, scene, seen, axis);
    counting.draw(model, scene);
    legend(scene, legendsNow());
    if (moving) stage.later();
  }

  /** A link, a preset or Back leads to a view. @param {View} view */
  function open({ t, unit, chain, focus, sort, rolled, pins: pinned, large }) {
    counting.vocabulary.open(large);
    pins.open(/** @type {number[]} */ (pinned));
    attend(Number(focus) - 1);
    Object.assign(state, { row: clamp(Number(chain) - 1, 0, model.rows - 1), sort, rolled, pick: { kind: "unit", unit: clamp(Number(unit) - 1, 0, model.hidden - 1) }, unfolded: rolled ? 0 : 1 });
    if (t !== null) go(Math.min(Number(t), longest.steps));
    else begin();
  }
  function begin() {
    player.rewind();
    if (player.reduced()) player.finish();
    else player.play();
  }
  // Another study under the same eye: everything stays, as far as it exists; another sequence walks from its start.
  function follow(another) {
    state.row = Math.min(state.row, model.rows - 1);
    const { kind, unit, k } = state.pick;
    state.pick = kind === "output" && k < model.K ? state.pick : { kind: "unit", unit: Math.min(unit ?? 0, model.hidden - 1) };
    const t = Math.min(state.t, longest.steps);
    player.put(player.at);
    state.t = t;
    if (another && !player.touched) begin();
  }

  return {
    receive(message, { opened }) {
      const before = model;
      if (model?.number !== message.number) {
        models = openWalks(message);
        longest = models.reduce((most, one) => (one.steps > most.steps ? one : most));
        state.focus = Math.min(state.focus, models.length - 1);
        model = models[state.focus];
        room = null;
        const { header } = models[0];
        write(warning, header.warning);
        prose(verdict, header.compared?.said ?? header.verdict ?? header.loss.says);
        write(origin, header.origin);
      }
      const now = models.map((one) => one.sequence).join();
      if (opened) open(stage.envelope.view);
      else if (model !== before) follow(now !== sequence);
      sequence = now;
    },
    draw,
    view: () => ({ t: player.touched ? state.t : null, unit: (state.pick.unit ?? 0) + 1, chain: state.row + 1, focus: state.focus + 1, sort: state.sort, rolled: state.rolled, pins: pins.view(), large: counting.vocabulary.opened() }),
  };
}
