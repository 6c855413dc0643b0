// The gradient lab: every picture is drawn from one message of engine results and one small state.

import { openMessage } from "../shared/message.js";
import { sayPower } from "../shared/words.js";
import { createChain } from "./chain.js";
import { createCurves } from "./curves.js";
import { createGrowth, growthAt, growthInWords } from "./growth.js";
import { createHeatmap } from "./heatmap.js";
import { createLandscape } from "./landscape.js";
import { compose, wantedSpan } from "./scene.js";
import { createPlayback } from "./playback.js";
import { createStage } from "./stage.js";
import { createReadings } from "./readings.js";
import { createPointing } from "../shared/pointing.js";
import { createTakeHome } from "./takehome.js";

const mounted = new WeakMap();

export default function mount({ parentElement, data, setStateValue, setTriggerValue }) {
  let lab = mounted.get(parentElement);
  if (!lab) {
    lab = createLab(parentElement);
    mounted.set(parentElement, lab);
  }
  lab.report = setStateValue;
  lab.ask = setTriggerValue;
  lab.receive(data);
}

function createLab(parent) {
  const stage = createStage(parent);
  const { root } = stage;
  const state = {
    t: 1, clock: 1, steps: 1, scale: 0, focus: 0, absolute: false,
    playing: false, revealed: true, phase: "backward", forwardFirst: false, speed: 1, dragging: false,
  };
  const lab = { report: () => {}, ask: () => {} };
  let message = null;
  let scene = null;
  let span = null; // decades on the magnitude axis; eases to where the values are
  let queued = 0;

  const chain = createChain(stage.chainPicture);
  const curves = createCurves(stage.curves.body);
  const growth = createGrowth(stage.growthPicture);
  const heatmap = createHeatmap(stage.heat.body);
  const landscape = createLandscape(stage.land.body);
  const later = () => {
    if (!queued) queued = requestAnimationFrame(draw);
  };
  const playback = createPlayback(state, later, () => root.isConnected);
  const readings = createReadings(stage, (c) => {
    state.focus = c;
    later();
  });

  // ---- drawing: one idempotent pass over the state ----

  function draw() {
    queued = 0;
    if (!message || !root.isConnected || root.clientWidth === 0) return;
    const { header } = message;
    state.scale = Math.max(header.from, Math.min(header.from + header.runs - 1, state.scale));
    scene = compose(root, message, state, scene);
    const target = wantedSpan(scene, state);
    const settle = !span || playback.reduced();
    span = settle ? target : span.map((v, k) => (Math.abs(target[k] - v) < 0.02 * (target[1] - target[0]) ? target[k] : v + 0.3 * (target[k] - v)));
    scene.span = span;
    scene.description = scene.cells.map((cell) => `${cell.title}: ${cell.now.verdict}`).join(" ");

    stage.scale.value = state.scale;
    stage.scale.setAttribute("aria-valuetext", header.scales[state.scale]);
    stage.scaleValue.textContent = header.scales[state.scale].toFixed(2);
    stage.scrub.value = state.t;
    stage.play.textContent = state.playing ? "Pause" : "Play";
    if (scene.changed) {
      Object.assign(stage.scrub.style, { marginLeft: `${scene.axis.left - 6}px`, width: `${scene.axis.end - scene.axis.left + 12}px` });
    }
    readings.drawVerdicts(scene, state);
    chain.draw(scene, state);
    let settled = span[0] === target[0] && span[1] === target[1];
    if (!header.small) {
      stage.growth.heading.textContent = `Why here? The ${scene.cells[state.focus].title}, step by step`;
      stage.heat.heading.textContent = `Hidden states of the ${scene.cells[state.focus].title}`;
      stage.relative.setAttribute("aria-pressed", !state.absolute);
      stage.absolute.setAttribute("aria-pressed", state.absolute);
      readings.drawValues(scene, state);
      readings.drawGrowth(scene, state);
      readings.drawLegends(scene, state);
      curves.draw(scene, state);
      settled = growth.draw(scene, state, playback.reduced()) && settled;
      heatmap.draw(scene, state);
      landscape.draw(scene, state);
    }
    if (!settled) later();
  }

  // ---- what a visitor does ----

  const settleScale = () => {
    state.dragging = false;
    lab.report("scale", message.header.scales[state.scale]);
  };
  stage.scale.oninput = () => {
    state.scale = Number(stage.scale.value);
    state.dragging = true;
    later();
  };
  stage.scale.onchange = settleScale;
  stage.scrub.oninput = () => playback.pick(Number(stage.scrub.value));
  stage.play.onclick = () => {
    if (state.playing) playback.pause();
    else playback.play();
    later();
  };
  stage.step.onclick = () => playback.step();
  stage.all.onclick = () => playback.pick(state.t);
  stage.speed.onchange = () => (state.speed = Number(stage.speed.value));
  stage.forward.onchange = () => {
    state.forwardFirst = stage.forward.checked;
    playback.rewind(state.steps);
    playback.play();
  };
  for (const [button, absolute] of [[stage.relative, false], [stage.absolute, true]]) {
    button.onclick = () => {
      state.absolute = absolute;
      later();
    };
  }
  chain.root.onkeydown = (event) => {
    const to = { ArrowLeft: state.t - 1, ArrowRight: state.t + 1, Home: 1, End: state.steps, PageUp: state.t + 10, PageDown: state.t - 10 }[event.key];
    if (event.key === " ") stage.play.onclick();
    else if (to !== undefined) playback.pick(Math.max(1, Math.min(state.steps, to)));
    else return;
    event.preventDefault();
  };

  function inWords(c, t) {
    const cell = scene.cells[c];
    const symbol = scene.labels ? ` (“${scene.labels[t - 1]}”)` : "";
    const size = sayPower(scene.size(cell, t));
    return state.absolute
      ? `At step ${t}${symbol} the norm of dL/dh in the ${cell.title} is ${size}.`
      : `At step ${t}${symbol} the error in the ${cell.title} is ${size} times what it is at step ${state.steps}.`;
  }

  function growthSaid(t) {
    const cell = scene.cells[state.focus];
    const { saturation, weights, together } = growthInWords(growthAt(cell.now, t));
    return `From step ${t} to ${t - 1} the error in the ${cell.title}: saturation ${saturation}, weights ${weights}, together ${together}.`;
  }

  const pointable = createPointing(stage);
  const chainStep = (x) => Math.min(state.steps, chain.step(x, scene.axis));
  pointable(
    chain.root,
    (x) => playback.pick(chainStep(x)),
    (x, y) => inWords(chain.row(y), chainStep(x)),
  );
  pointable(
    curves.root,
    (x) => playback.pick(scene.axis.step(x)),
    (x, y) => inWords(curves.nearest(scene, scene.axis.step(x), y), scene.axis.step(x)),
  );
  pointable(
    growth.root,
    (x) => playback.pick(scene.axis.step(x)),
    (x) => growthSaid(scene.axis.step(x)),
  );
  pointable(
    heatmap.root,
    (x) => playback.pick(scene.axis.step(x)),
    (x, y) => heatmap.say(scene, state, scene.axis.step(x), y),
  );
  pointable(
    landscape.root,
    (x, y) => {
      const place = landscape.under(scene, x, y);
      if (!place) return;
      state.scale = place.scale;
      state.dragging = true;
      playback.pick(place.t);
    },
    (x, y) => {
      const place = landscape.under(scene, x, y);
      const dh = place && scene.cells[place.c].rows[place.scale - scene.from];
      if (!dh) return "";
      const size = sayPower(dh[place.t] - dh[state.steps]);
      return `${scene.cells[place.c].title} at scale ${scene.scales[place.scale]}: at step ${place.t} the error is ${size} times what it is at step ${state.steps}.`;
    },
    () => state.dragging && settleScale(),
  );

  createTakeHome(stage, state, { chain, curves, growth, heatmap, landscape }, () => ({ scene, header: message.header }));

  // ---- what comes from the engine ----

  function open(header) {
    state.absolute = header.view.absolute;
    state.focus = Math.max(0, header.cells.findIndex((cell) => cell.name === header.view.focus));
    state.t = Math.min(header.view.t ?? header.steps, header.steps);
    state.clock = state.t;
    if (header.view.t !== null || playback.reduced()) return;
    playback.rewind(header.steps);
    playback.play();
  }

  function follow(header, atEnd) {
    state.focus = Math.min(state.focus, header.cells.length - 1);
    state.t = atEnd ? state.steps : Math.min(state.t, state.steps);
    state.clock = state.revealed ? state.t : Math.min(state.clock, state.steps + 0.5);
  }

  lab.receive = (bytes) => {
    const first = message === null;
    const fresh = bytes && bytes !== lab.bytes;
    if (fresh) {
      lab.bytes = bytes;
      message = { ...openMessage(bytes), number: (message?.number ?? 0) + 1 };
      const { header } = message;
      const atEnd = state.revealed && state.t === state.steps;
      root.classList.toggle("presenter", header.presenter);
      root.classList.toggle("small", header.small);
      state.steps = header.steps;
      stage.scale.max = header.scales.length - 1;
      root.setAttribute("aria-busy", header.runs < header.scales.length); // a first look: the other scales follow
      stage.scrub.max = header.steps;
      stage.ends.replaceChildren(...[header.scales[0], header.scales.at(-1)].map((v) => Object.assign(document.createElement("span"), { textContent: v })));
      if (first || !(state.dragging || header.dragged)) state.scale = header.scale;
      if (first) open(header);
      else follow(header, atEnd);
    }
    if (fresh) draw(); // a new picture at once, before the browser turns to the rest of the page
    else later();
    if (message && message.header.runs < message.header.scales.length && message.asked !== message.number) {
      message.asked = message.number;
      requestAnimationFrame(() => setTimeout(() => lab.ask("whole", message.number))); // drawn first, asked then
    }
  };
  new ResizeObserver(later).observe(root);
  return lab;
}
