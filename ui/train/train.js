// Train: a race over its updates. Every picture is drawn from the history that has come so far and one small state.

import { element, legends, panel, segments, write } from "../kit/browser/elements.js";
import { share as shareLink, takeHome } from "../kit/browser/exports.js";
import { touchable } from "../kit/browser/hands.js";
import { clamp } from "../kit/browser/paint.js";
import { createPieces } from "../kit/browser/pieces.js";
import { createPlayer, playerKeys, transport } from "../kit/browser/player.js";
import { mountable } from "../kit/browser/stage.js";
import { sayNumber, sayPower } from "../kit/browser/words.js";
import { createBallot } from "./ballot.js";
import { createChanges } from "./changes.js";
import { createDoors } from "./doors.js";
import { createExample } from "./example.js";
import { add, columnOf, createHistory, evaluationAt, spanOf, stepName } from "./history.js";
import { createLanes, mapSpan } from "./lanes.js";
import { SPEEDS, createPace } from "./pace.js";
import { PHASES, createPhases } from "./phases.js";
import { WEIGHT_END, createSpread } from "./spread.js";
import { curveRows, spreadRows } from "./tables.js";
import sheet from "./train.css";
import { createVerdicts, share, verdict } from "./verdicts.js";

export default mountable("train", createTrain, sheet);

const FRAMES = 20; // a second, while it plays: the rest of a core is for training
const MOST_MOMENTS = 24; // and texts, that are kept
const ANOTHER = 0.4; // seconds that a moment stands while the race runs on
const LARGEST_SEED = 1_000_000; // as the control rolls it
const HELP = "Above, what each racer has learned; below it, why: the maps show how large the gradient of the loss is at every timestep, step T at the top, at every update from left to right. Where a map is pale towards the bottom, what happened early in the sequence teaches nothing. Loss on a log axis; the dashed lines are what guessing reaches and what counts as learned.";

/** @param {Stage} stage @returns {Page} */
function createTrain(stage) {
  const state = { focus: 0, speed: "full", until: Infinity, predict: false, revealed: true, votes: /** @type {any} */ (null) };
  let header = /** @type {any} */ (null);
  let history = /** @type {any} */ (null);
  const inSight = new Set(); // of the parts below the race
  let heard = -Infinity; // when the last moment came
  let begun = 0; // when this race was first asked for
  let scene = /** @type {any} */ (null);
  const pace = createPace();

  const verdicts = createVerdicts(stage.root, (focus) => change({ focus }));
  const race = panel(stage.root, { name: "race main", title: "The race", help: HELP });
  const legend = legends(element(race.aside, "span", "legends"));
  const predict = segments(race.aside, "Predict first", (value) => {
    change({ predict: value === "predict", revealed: value !== "predict", votes: null });
    ballot.clear();
    stage.ask("predict", value === "predict" ? "1" : "0");
    if (value === "predict") player.rewind(), player.pause();
  });
  const ballot = createBallot(race.body, (votes) => {
    change({ votes, revealed: true });
    stage.ask("predict", "revealed");
    begin();
  });
  const lanes = createLanes(race.body, stage);
  const bar = element(race.body, "div", "bar");
  const player = createPlayer(stage, {
    length: () => header?.total ?? 1,
    frames: FRAMES,
    unnamed: true,
    reach: () => Math.min(history?.known ?? 0, state.until),
    pace: () => pace.shown(state.speed, player.at, history.known, header.total),
    stop: (at, way) => (way > 0 ? Math.floor(at + 1e-9) + (stage.reduced() && player.playing ? Math.max(1, Math.round(pace.rate() / 2)) : 1) : Math.ceil(at - 1e-9) - 1),
    moved() {
      if (player.playing && player.at >= Math.min(state.until, header.total) - 1e-9) rest();
    },
  });
  const controls = transport(player, bar, {
    buttons: [
      ["One update", "Train one update on, and stop", () => run(Math.floor(player.at + 1e-9) + 1)],
      ["Ten", "Train ten updates on, and stop", () => run(Math.floor(player.at + 1e-9) + 10)],
      ["To the end", "Train to the last update of the race", () => run(header.total)],
      ["Rewind", "Back to the same start, and stop", () => (state.until = Infinity, player.pick(0))],
      ["Another seed", "Other weights and other batches; what was changed on the way stays", () => stage.ask("seed", Math.floor(Math.random() * (LARGEST_SEED + 1)))],
    ],
    speeds: [1],
    scrub: { host: race.body, label: "Updates done", pick: (at) => (state.until = Infinity, player.pick(at)), high: () => header?.total ?? 1, say: () => sayAt() },
  });
  const speed = segments(bar, "Speed", (value) => change({ speed: value }));
  const told = element(bar, "output");
  const changes = createChanges(race.body, stage, { at: () => Math.floor(player.at + 1e-9) });
  const doors = createDoors(race.body, stage);

  const exampleWords = "The same few sequences all along, which no racer trains on; each answer is the racer's at the moment of the time axis.";
  const example = panel(stage.root, { name: "now aside-part", title: "An example now", help: exampleWords });
  const answers = createExample(example.body, stage);

  const phases = panel(stage.root, { name: "told aside-part", title: "One update, told", help: "What an update does, with the numbers of the first sequence of its batch. At the slow speed the four phases light up one after the other." });
  const behind = element(phases.aside, "span", "quiet-words");
  const telling = createPhases(phases.body);
  const sight = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) inSight[isIntersecting ? "add" : "delete"](target);
    stage.later();
  });
  for (const part of [phases.body, example.body]) sight.observe(part);

  const spread = panel(stage.root, { name: "spread aside-part", title: "Gates and weights", help: "At each evaluation all values of a gate, over units and steps of the examples, and all weights, are counted: the darker, the more of them." });
  const spreads = createSpread(spread.body, stage, (update) => player.pick(update));
  shareLink(stage, element(stage.root, "div", "status"));

  const pieces = createPieces(stage, () => {
    if (!header || hidden()) return [];
    const flying = pieces.flying().filter((name) => name.startsWith("piece."));
    const end = flying.reduce((most, name) => Math.max(most, spanOf(name)[1]), history.known);
    const wish = player.playing ? pace.wish(end, Math.min(pace.ahead(state.speed, player.at, header.total), state.until)) : [];
    const moment = momentName();
    const spoken = inSight.has(example.body) && !stage.envelope.saved ? answers.wanted(history, player.at, !player.playing) : [];
    return [...wish, ...(moment && !stage.pieces.has(moment) ? [moment] : []), ...spoken];
  });

  /** @param {Partial<typeof state>} changed */
  function change(changed) {
    Object.assign(state, changed);
    stage.later();
  }
  const hidden = () => state.predict && !state.revealed;
  const sayAt = () => `update ${Math.floor(player.at + 1e-9).toLocaleString("en")} of ${header.total.toLocaleString("en")}`;

  /** The race goes on to an update and rests there. @param {number} update */
  function run(update) {
    player.touched = true;
    state.until = Math.min(update, header.total);
    if (player.at < state.until - 1e-9) player.play();
  }
  function rest() {
    state.until = Infinity;
    player.pause();
  }
  function begin() {
    state.until = Infinity;
    player.rewind();
    if (!hidden()) player.play();
  }
  // A press of Play is no end of a run that was asked for before.
  controls.play.addEventListener("click", () => (state.until = Infinity));

  /** The update whose phases are told: the one on its way, or the last that the followed racer made. */
  const toldUpdate = () => clamp(Math.ceil(player.at + (state.speed === "slow" && player.playing ? 1e-9 : -1e-9)), 1, Math.max(1, Math.min(header.total, history.racers[state.focus].end)));
  /** What is to be asked for: while the race runs on, the newest position, once the moment before has come and stood. */
  function momentName() {
    const still = state.speed === "slow" || !player.playing || !lastMoment();
    const due = still || (!pieces.flying().some((name) => name.startsWith("moment.")) && stage.clock.now() >= heard + 1000 * ANOTHER);
    const update = toldUpdate();
    return inSight.has(phases.body) && due && update <= history.known && !stage.envelope.saved ? `moment.${state.focus}.${update}` : "";
  }
  /** The moment that is told: the wanted one, or what came last of this racer. */
  function lastMoment() {
    const names = [...stage.pieces.keys()].filter((name) => name.startsWith(`moment.${state.focus}.`));
    const wanted = `moment.${state.focus}.${toldUpdate()}`;
    return names.includes(wanted) ? wanted : (names[names.length - 1] ?? "");
  }

  // ---- words and hands ----

  playerKeys(player, lanes.root);
  touchable(lanes.root, {
    remember: () => player.remember(),
    cancelled: (memory) => player.restore(memory),
    pick: (x) => (state.until = Infinity, player.pick(lanes.update(x))),
    say: sayUnder,
  });
  function sayUnder(x, y) {
    const update = lanes.update(x);
    const place = lanes.under(scene, y);
    if (update < 1 || update > history.known || !place.name) return "";
    if (place.name === "map") {
      const racer = history.racers[place.racer];
      const column = columnOf(history, update - 1);
      const value = racer.map[column * history.steps + place.t - 1];
      return racer.filled[column] ? `${header.racers[place.racer].title}, about update ${update}, ${stepName(header, place.t)}: ${Number.isNaN(value) ? "no sequence is so long" : `‖dL/dh‖ ${sayPower(value)}`}` : "";
    }
    const each = history.racers.map((racer, k) => {
      const now = evaluationAt(racer, update);
      const value = { loss: sayNumber(racer.loss[update - 1]), accuracy: now ? share(now.accuracy) : "", norm: sayPower(racer.norm[update - 1]) + (racer.clip[update - 1] < 0 ? ", clipped" : "") }[place.name];
      return `${header.racers[k].title} ${value}`;
    });
    return `update ${update}: ${each.join("; ")}`;
  }

  // ---- to take home ----

  const span = () => mapSpan(history);
  const words = () => [header.racers.map((racer) => [racer.title, scene.palette.cells[racer.cell]]), [[`${header.task.title}, seed ${header.seed}, ${sayAt()}. ${verdictWords()}`, scene.palette.text]], [["Maps: ‖dL/dh‖ at each timestep, step T at the top.", scene.palette.text]]];
  const verdictWords = () => header.racers.map((racer, k) => `${racer.title}: ${verdict(scene, k)}`).join(" ");
  takeHome(stage, race.tools, { name: "race", picture: lanes.picture, words, rows: () => curveRows(scene), html: { name: "race" } });
  takeHome(stage, example.tools, { name: "train-example", rows: () => answers.rows(scene) });
  takeHome(stage, phases.tools, { name: "train-update", picture: () => telling.picture(scene), words: telling.words, rows: telling.rows });
  takeHome(stage, spread.tools, {
    name: "gates-and-weights", picture: () => spreads.picture(scene), rows: () => spreadRows(scene, state.focus, WEIGHT_END),
    words: () => [[[`How the values of the ${header.racers[state.focus].title} are spread over ${header.total} updates: the darker, the more.`, scene.palette.text]]],
  });

  // ---- drawing ----

  /** @param {Scene} now */
  function draw(now) {
    const [low, high] = span();
    scene = Object.assign(now, { header, history, at: player.at, focus: state.focus, hidden: hidden() });
    scene.shown = history.racers.map((racer) => evaluationAt(racer, player.at));
    scene.beginning = player.playing && !history.known ? "Beginning: its first update is on its way." : "";
    scene.description = `The race over ${header.total} updates: ${hidden() ? "to be predicted" : verdictWords()}`;
    stage.root.dataset.known = `${history.known}`;
    stage.root.dataset.at = `${player.at}`;
    stage.root.classList.toggle("hushed", hidden());
    verdicts(scene, state);
    ballot.draw(scene);
    predict([["race", "race"], ["predict", "predict first"]], state.predict ? "predict" : "race");
    legend(scene, hidden() ? [] : [{ kind: "ramp", words: "‖dL/dh‖", scale: scene.magnitude, low: `≤ ${sayPower(low)}`, high: `${high === 3 ? "≥ " : ""}${sayPower(high)}` }]);
    speed(SPEEDS, state.speed);
    write(told, progress());
    if (hidden()) return;
    lanes.draw(scene);
    const place = lanes.place();
    if (place) controls.place(place[0], place[1]);
    changes(scene);
    doors(scene, Math.min(Math.floor(player.at + 1e-9), history.racers[state.focus].end));
    if (stage.layout === "frame") return;
    scene.looked = Math.max(0, ...scene.shown.map((one) => one?.update ?? 0));
    example.entitle(`An example after update ${scene.looked}`);
    answers.draw(scene);
    const slow = state.speed === "slow" && player.playing;
    const name = lastMoment();
    const update = Number(name.split(".")[2] ?? toldUpdate());
    const late = update !== toldUpdate();
    phases.entitle(`Update ${update} of the ${header.racers[state.focus].title}, told`);
    phases.body.classList.toggle("late", late);
    write(behind, !late ? "" : player.playing ? `the race is at ${Math.floor(player.at + 1e-9)}; pause to have that update told` : `update ${toldUpdate()} is on its way`);
    telling.draw(scene, stage.pieces.get(name), slow ? Math.min(PHASES.length - 1, Math.floor((player.at - Math.floor(player.at + 1e-9)) * PHASES.length)) : null);
    spread.entitle(`Gates and weights of the ${header.racers[state.focus].title}`);
    spreads.draw(scene);
  }

  function progress() {
    const rate = pace.rate();
    const growing = player.playing && history.known < header.total;
    const speedSaid = growing && rate ? ` · ${sayNumber(Number(rate.toPrecision(2)))} updates/s` : "";
    const left = state.speed === "full" && growing && rate ? ` · ${sayLeft((Math.min(header.total, state.until) - history.known) / rate)} left` : "";
    const at = sayAt().replace("update ", "");
    if (pieces.waiting()) return `${at} · waiting for the server`;
    if (scene.beginning) return `beginning · ${Math.round((stage.clock.now() - begun) / 1000)} s so far`;
    if (history.racers.every(({ stopped, end }) => stopped && end <= player.at + 1e-9)) return `${at} · all have stopped`;
    return `${at}${speedSaid}${left}`;
  }
  const sayLeft = (seconds) => (seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`);

  // ---- what comes from the engine ----

  /** Up to which update two races are one: all of it, or where they were changed differently; 0 of another race. */
  function agree(one, other) {
    if (one.base !== other.base) return 0;
    const [a, b] = [one, other].map(({ changes: all }) => all.map((each) => JSON.stringify(each)));
    const differ = [...one.changes.filter((each) => !b.includes(JSON.stringify(each))), ...other.changes.filter((each) => !a.includes(JSON.stringify(each)))];
    return Math.min(one.total, other.total, ...differ.map(([update]) => update));
  }

  return {
    keeps(name, message, before) {
      const most = agree(message.header, before.header);
      const [kind, , update] = name.split(".");
      return kind === "piece" ? spanOf(name)[1] <= most : Number(update) <= most;
    },
    receive(message, { opened, before, pieces: came }) {
      ({ header } = message);
      const another = history === null || message.number !== before?.number;
      if (another) (history = createHistory(header)), (begun = stage.clock.now());
      const known = history.known;
      for (const name of came) if (name.startsWith("piece.")) add(history, /** @type {Uint8Array} */ (stage.pieces.get(name)));
      if (came.some((name) => name.startsWith("moment."))) heard = stage.clock.now();
      const moments = [...stage.pieces.keys()].filter((name) => !name.startsWith("piece."));
      for (const name of moments.slice(0, -MOST_MOMENTS)) stage.pieces.delete(name);
      state.focus = Math.min(state.focus, header.racers.length - 1);
      if (pieces.answered() && !another) pace.answered(history.known - known, pieces.took(), Object.keys(stage.envelope.late ?? {}).some((name) => name.startsWith("piece.")));
      if (opened) return openAt();
      if (!another) return stage.later();
      const same = before !== null && agree(header, before.header) > 0;
      if (same) {
        player.put(player.at);
        if (!hidden() && !player.playing && player.at >= history.known) player.play();
      } else begin();
    },
    draw,
    view: () => ({ update: player.touched && !player.playing ? Math.floor(player.at + 1e-9) : null, follow: state.focus + 1, predict: state.predict }),
  };

  function openAt() {
    const { update = null, follow = 1, predict: first = false } = stage.envelope.view;
    Object.assign(state, { focus: Math.min(Number(follow), header.racers.length) - 1, predict: Boolean(first), revealed: !first, votes: null, until: Infinity });
    if (stage.envelope.saved) return player.pick(update === null ? history.known : Number(update));
    player.rewind();
    if (hidden()) return player.pause();
    if (update === null) player.play();
    else if (Number(update) > 0) run(Number(update));
    else player.pick(0);
  }
}
