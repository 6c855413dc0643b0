// A page of two panels on the kit: a player with its picture, and a picture of values. What the tests of the kit mount.

import { stepAxis } from "../../../ui/kit/browser/axes.js";
import { element, legends, panel, segments, write } from "../../../ui/kit/browser/elements.js";
import { share, takeHome } from "../../../ui/kit/browser/exports.js";
import { slider, touchable } from "../../../ui/kit/browser/hands.js";
import { createHeatmap, hairlines, minuses } from "../../../ui/kit/browser/heatmap.js";
import { part } from "../../../ui/kit/browser/message.js";
import { blank, clamp, set, svg } from "../../../ui/kit/browser/paint.js";
import { createPlayer, playerKeys, transport } from "../../../ui/kit/browser/player.js";
import { mountable } from "../../../ui/kit/browser/stage.js";
import { sayNumber } from "../../../ui/kit/browser/words.js";
import sheet from "./trial.css";

export default mountable("trial", createTrial, sheet);

/** @param {Stage} stage @returns {Page} */
function createTrial(stage) {
  const state = { t: 1, unit: 1, sort: "number", scale: 1, steps: 1 };
  /** @type {Message} */
  let message;

  const walk = panel(stage.root, { name: "walk main", title: "The walk", help: "A step at a time." });
  const verdict = element(walk.body, "p", "verdict");
  const line = svg("svg", { role: "slider", "aria-label": "Step", class: "line" }, walk.body);
  const player = createPlayer(stage, {
    length: () => state.steps,
    pace: (unit) => message.header.pace[unit % message.header.pace.length],
    hold: 1,
    loop: () => message.header.loop,
    first: () => 1,
    moved: () => (state.t = clamp(Math.ceil(player.at - 1e-9), 1, state.steps)),
  });
  const bar = transport(player, walk.aside, {
    buttons: ["Back", "Step", "Show all"],
    scrub: { host: walk.body, low: () => 1, at: () => state.t, say: () => `step ${state.t}` },
  });
  playerKeys(player, line, { ArrowUp: () => choose(state.unit + 1), ArrowDown: () => choose(state.unit - 1) });
  const scale = slider(walk.body, { label: "Scale", low: 0, high: 2, step: 0.05, say: sayNumber, input: (v) => change({ scale: v }), settle: (v) => stage.ask("scale", v) });

  const states = panel(stage.root, { name: "states main aside-part", title: "States", help: () => `${state.steps} steps.` });
  const legend = legends(element(states.aside, "span", "legends"));
  const sorts = segments(states.aside, "Order of the units", (sort) => change({ sort }));
  const map = createHeatmap(states.body);
  /** @type {any} */
  let layout = null;

  /** @param {Partial<typeof state>} changes */
  function change(changes) {
    Object.assign(state, changes);
    stage.later();
  }
  /** @param {number} unit */
  const choose = (unit) => change({ unit: clamp(unit, 1, message.header.units) });
  /** @param {number} x */
  const stepAt = (x) => clamp(Math.ceil((x - layout.left) / layout.pitch), 1, state.steps);

  for (const picture of [line, map.frame]) {
    touchable(picture, {
      remember: player.remember,
      pick: (x) => player.pick(stepAt(x)),
      say: (x) => `Step ${stepAt(x)}: ${sayNumber(part(message.arrays.h, stepAt(x))[state.unit - 1])}.`,
      cancelled: player.restore,
    });
  }
  const words = () => `${verdict.textContent} The state of unit ${state.unit}, at scale ${sayNumber(state.scale)}.`;
  takeHome(stage, walk.tools, { name: "walk", picture: () => line, words, rows: () => [["step", "word", "value"], ...rows()], html: { title: "The walk" } });
  takeHome(stage, states.tools, { name: "states", picture: map.picture, words: () => [[["state", stage.scene?.palette.roles.state], [words(), stage.scene?.palette.text]]] });
  share(stage, element(stage.root, "div", "status"));

  const rows = () => Array.from({ length: state.steps }, (_, k) => [k + 1, message.header.labels[k], part(message.arrays.h, k + 1)[0]]);

  /** @param {number} column @param {number} row */
  const shareAt = (column, row) => 0.5 + 0.5 * part(message.arrays.h, column + 1)[row];

  /** @param {Scene} scene */
  function build(scene) {
    const { width, font, palette } = scene;
    const [left, right] = [font * 3, font];
    const pitch = (width - left - right) / state.steps;
    const tall = stage.tallFor(map.frame, font * 16, font * 4);
    bar.place(left + pitch / 2, width - right - pitch / 2);
    blank(line, scene, width, font * 5);
    stepAxis(svg("g", {}, line), scene, { left, right: width - right, y: font * 2, last: state.steps, x: (t) => left + (t - 0.5) * pitch });
    blank(map.root, scene, width, tall + 4);
    const place = { left, top: 2, width: width - left - right, height: tall };
    map.tile().place(place);
    svg("path", { d: hairlines(place, state.steps, message.header.units), stroke: palette.ground }, map.root);
    minuses(svg("g", {}, map.root), scene, place, { columns: state.steps, rows: message.header.units, share: shareAt });
    layout = { left, pitch, dot: svg("circle", { r: 5, cy: font, fill: palette.roles.state }, line), cursor: svg("rect", { y: 2, height: tall, width: pitch, fill: "none", stroke: palette.text }, map.root) };
  }

  return {
    receive(given, { opened }) {
      message = given;
      state.steps = message.header.steps;
      if (!opened) return player.put(player.at);
      const { step, unit, sort } = stage.envelope.view;
      Object.assign(state, { unit, sort });
      if (step !== null) player.pick(Number(step));
      else if (player.reduced()) player.finish();
      else {
        player.rewind();
        player.play();
      }
    },
    draw(scene) {
      if (scene.changed || scene.fresh) build(scene);
      write(verdict, message.header.verdict);
      scale.show(state.scale);
      sorts([["number", "by number"], ["size", "by size"]], state.sort);
      legend(scene, [{ kind: "ramp", scale: scene.signed, low: -1, high: 1, words: "state" }]);
      if (scene.changed || scene.fresh) {
        map.tile().paint({ columns: state.steps, rows: message.header.units, scale: scene.signed, share: shareAt });
      }
      set(layout.dot, { cx: layout.left + (player.at - 0.5) * layout.pitch });
      set(layout.cursor, { x: layout.left + (state.t - 1) * layout.pitch });
      set(line, { "aria-valuenow": state.t, "aria-valuemin": 1, "aria-valuemax": state.steps });
      Object.assign(stage.root.dataset, { t: state.t, at: player.at, playing: player.playing, unit: state.unit, scale: state.scale, number: scene.number });
    },
    view: () => ({ step: player.touched ? state.t : null, unit: state.unit, sort: state.sort }),
  };
}
