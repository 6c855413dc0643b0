// The gradient lab: every picture is drawn from one message of engine results and one small state.

import { openMessage, part } from "./message.js";
import { sayNumber, sayPower } from "./words.js";
import { ramp, isDark, svg, decades, decadeName, timeAxis } from "./paint.js";
import { createChain } from "./chain.js";
import { createCurves } from "./curves.js";
import { createHeatmap } from "./heatmap.js";
import { saveSvg, savePng, saveCsv, copyText } from "./save.js";
import { createPlayback } from "./playback.js";

const HELP = {
  halfLife: "How many steps back it takes, on average over the whole sequence, until the error has halved (or doubled): (T − 1) / log2 of the change from step T to step 1.",
  radius: "The largest |eigenvalue| of the recurrent weights W (of the largest gate's, where there are several). It rules the long run of a linear network; alone it bounds nothing at finite distance.",
  singular: "‖W‖, the largest singular value of the recurrent weights (of the largest gate's): the most that one multiplication by W can stretch an error.",
  saturation: "1 − the mean of f′(a) / max f′ over all steps and units: 0 means every activation works where it is steepest, 1 means all are flat and let no error through.",
  loss: "The loss L that sends the error back, summed over the steps that have one.",
  gradient: "The norm of the gradients of all parameters together: what gradient clipping looks at. Clipping multiplies every gradient by one factor: it bounds the step, but revives nothing that has vanished.",
};

const mounted = new WeakMap();

export default function mount({ parentElement, data, setStateValue }) {
  let lab = mounted.get(parentElement);
  if (!lab) {
    lab = createLab(parentElement);
    mounted.set(parentElement, lab);
  }
  lab.report = (name, value) => setStateValue(name, value);
  lab.receive(data);
}

function element(parent, tag, className, content, title) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (content !== undefined) made.textContent = content;
  if (title) made.title = title;
  parent.append(made);
  return made;
}

function createLab(parent) {
  const root = element(parent, "div", "lab");
  const state = { t: 1, clock: 1, scale: 0, focus: 0, absolute: false, speed: 1, steps: 1, playing: false, revealed: true, phase: "backward", forwardFirst: false, dragging: false };
  const lab = { report: () => {} };
  let scene = null;
  let message = null;
  let span = null;
  let queued = 0;

  // ---- what stands on the page, made once ----
  const scaleRow = element(root, "div", "scale");
  const scaleLabel = element(scaleRow, "label", "", "Recurrent scale");
  const scale = element(scaleRow, "input");
  Object.assign(scale, { type: "range", min: 0, step: 1, id: "scale" });
  scaleLabel.htmlFor = "scale";
  scaleLabel.title = "Every recurrent weight matrix W is multiplied by this number. Drag it.";
  const scaleValue = element(scaleRow, "output");
  const ends = element(scaleRow, "div", "ends");

  const verdicts = element(root, "div", "verdicts");
  verdicts.setAttribute("aria-live", "off");

  const chainPanel = panel("chain-panel", "Error flowing back");
  const transport = element(chainPanel.header, "span", "transport");
  const magnitudeLegend = element(chainPanel.header, "span", "legend");
  chainPanel.header.append(chainPanel.tools);
  const chain = createChain(chainPanel.body);
  const scrub = element(chainPanel.body, "input", "scrub");
  Object.assign(scrub, { type: "range", min: 1, step: 1 });
  scrub.setAttribute("aria-label", "Selected step");

  const playButton = element(transport, "button", "play", "Play");
  const stepButton = element(transport, "button", "round", "Step");
  stepButton.title = "One step the way things flow";
  const allButton = element(transport, "button", "round", "Show all");
  allButton.title = "Stop, and show the whole chain";
  const speedLabel = element(transport, "label");
  const speed = element(speedLabel, "select");
  for (const factor of [0.25, 0.5, 1, 2, 4]) {
    const option = element(speed, "option", "", `${factor}×`);
    option.value = factor;
    option.selected = factor === 1;
  }
  speed.setAttribute("aria-label", "Speed");
  const forwardLabel = element(transport, "label");
  const forward = element(forwardLabel, "input");
  forward.type = "checkbox";
  forwardLabel.append("forward first");

  const curvePanel = panel("curve", "How large the error is at each step");
  const segments = element(curvePanel.header, "span", "segments");
  curvePanel.header.insertBefore(segments, curvePanel.tools);
  const relativeButton = element(segments, "button", "", "relative to step T");
  const absoluteButton = element(segments, "button", "", "absolute");
  const readings = element(curvePanel.body, "div", "readings");
  const curves = createCurves(curvePanel.body);
  const heatPanel = panel("heat", "Hidden states");
  const signedLegend = element(heatPanel.header, "span", "legend");
  heatPanel.header.insertBefore(signedLegend, heatPanel.tools);
  const heatmap = createHeatmap(heatPanel.body);

  const foot = element(root, "div", "status");
  const copy = element(foot, "button", "quiet", "Copy link to this view");
  const status = element(foot, "span", "", "");
  status.setAttribute("role", "status");
  const tip = element(root, "div", "tip");
  const help = element(root, "div", "help");
  help.popover = "auto";

  function panel(name, title) {
    const box = element(root, "section", `panel ${name}`);
    const header = element(box, "header");
    const heading = element(header, "h3", "", title);
    const tools = element(header, "span", "tools");
    return { box, header, heading, tools, body: element(box, "div") };
  }

  // ---- drawing: one idempotent pass over the state ----
  function current() {
    const { header, arrays } = message;
    return header.cells.map((cell, c) => {
      const at = (name) => part(arrays[name], c, state.scale);
      const gradient = at("gradient")[0];
      return {
        ...cell,
        now: {
          dh: at("dh"), dc: at("dc"), rms: at("rms"), bound: at("bound")[0], gradient,
          radius: at("radius")[0], singular: at("singular")[0], saturation: at("saturation")[0], loss: at("loss")[0],
          cut: header.clip > 0 ? Math.min(0, Math.log10(header.clip) - gradient) : 0,
        },
      };
    });
  }

  function wantedSpan(cells) {
    let low = 0;
    let high = 0;
    for (const { now } of cells) {
      const shift = state.absolute ? 0 : -now.dh[state.steps];
      for (let t = 1; t <= state.steps; t++) {
        const v = now.dh[t] + shift;
        if (Number.isFinite(v)) [low, high] = [Math.min(low, v), Math.max(high, v)];
        if (!Number.isNaN(now.dc[t])) {
          const w = now.dc[t] - (state.absolute ? 0 : now.dc[state.steps]);
          if (Number.isFinite(w)) [low, high] = [Math.min(low, w), Math.max(high, w)];
        }
      }
      if (state.absolute && now.cut < 0 && Number.isFinite(now.dh[1])) low = Math.min(low, now.dh[1] + now.cut);
    }
    return decades(Math.min(low, -1), high);
  }

  function statesOf(focus) {
    const { header, arrays } = message;
    const whole = header.statesAt === null;
    const h = part(arrays.h, focus, whole ? state.scale : 0);
    let extent = 1;
    if (!header.cells[focus].bounded) for (const v of h) if (Number.isFinite(v)) extent = Math.max(extent, Math.abs(v));
    return { h, extent, key: `${whole ? state.scale : header.statesAt} ${message.number}`, stale: !whole && header.statesAt !== state.scale };
  }

  function compose() {
    const { header, arrays } = message;
    const style = getComputedStyle(root);
    const font = parseFloat(style.fontSize);
    const width = Math.max(280, Math.floor(root.clientWidth));
    const dark = isDark(root);
    const key = `${message.number} ${width} ${font} ${dark}`;
    const palette = header.theme[dark ? "dark" : "light"];
    scene = {
      changed: !scene || scene.key !== key,
      key, font, dark, palette,
      family: style.fontFamily,
      magnitude: ramp(palette.magnitude),
      signed: ramp(palette.signed),
      axis: timeAxis(width, state.steps, font),
      steps: state.steps,
      units: arrays.h.shape[3],
      labels: header.labels,
      lastLossOnly: header.lastLossOnly,
      float32: header.float32,
      presenter: header.presenter,
      states: statesOf,
    };
  }

  function draw() {
    queued = 0;
    if (!message || !root.isConnected || root.clientWidth === 0) return;
    const { header } = message;
    const key = `${message.number} ${Math.max(280, Math.floor(root.clientWidth))} ${getComputedStyle(root).fontSize} ${isDark(root)}`;
    if (!scene || scene.key !== key) compose();
    else scene.changed = false;
    scene.cells = current();
    scene.absolute = state.absolute;
    const target = wantedSpan(scene.cells);
    const jump = !span || playback.reduced();
    span = jump ? target : span.map((v, k) => (Math.abs(target[k] - v) < 0.02 * (target[1] - target[0]) ? target[k] : v + 0.3 * (target[k] - v)));
    scene.span = span;
    scene.description = scene.cells.map((cell) => `${cell.title}: ${cell.verdicts[state.scale]}`).join(" ");

    scale.value = state.scale;
    scaleValue.textContent = header.scales[state.scale].toFixed(2);
    scale.setAttribute("aria-valuetext", `${header.scales[state.scale]}`);
    drawVerdicts();
    chain.draw(scene, state);
    scrub.value = state.t;
    playButton.textContent = state.playing ? "Pause" : "Play";
    if (!header.small) {
      drawReadings();
      curves.draw(scene, state);
      heatPanel.heading.textContent = `Hidden states of the ${scene.cells[state.focus].title}`;
      heatmap.draw(scene, state);
      drawLegends();
      relativeButton.setAttribute("aria-pressed", !state.absolute);
      absoluteButton.setAttribute("aria-pressed", state.absolute);
    }
    if (scene.changed) {
      Object.assign(scrub.style, { marginLeft: `${scene.axis.left - 6}px`, width: `${scene.axis.end - scene.axis.left + 12}px` });
    }
    if (span[0] !== target[0] || span[1] !== target[1]) later();
  }

  const later = () => {
    if (!queued) queued = requestAnimationFrame(draw);
  };
  const playback = createPlayback(state, later, () => root.isConnected);

  let verdictKey = "";
  function drawVerdicts() {
    const { header } = message;
    const key = `${scene.key}`;
    if (key !== verdictKey) {
      verdictKey = key;
      verdicts.replaceChildren();
      header.cells.forEach((cell, c) => {
        const row = element(verdicts, "div", "verdict");
        const name = element(row, "button", "name", cell.title);
        name.style.color = scene.palette.cells[cell.name];
        name.title = "Show this network's hidden states";
        name.onclick = () => {
          state.focus = c;
          later();
        };
        element(row, "div", "said");
        const metrics = element(row, "div", "metrics");
        for (const [metric, words] of Object.entries(HELP)) {
          const button = element(metrics, "button");
          button.dataset.metric = metric;
          button.onclick = () => explain(button, words);
        }
      });
    }
    scene.cells.forEach((cell, c) => {
      const row = verdicts.children[c];
      const { now } = cell;
      const say = (selector, words) => {
        const target = row.querySelector(selector);
        if (target.textContent !== words) target.textContent = words;
      };
      row.querySelector(".name").setAttribute("aria-pressed", c === state.focus);
      row.classList.toggle("focused", c === state.focus);
      say(".said", cell.verdicts[state.scale]);
      say('[data-metric="halfLife"]', cell.halfLives[state.scale]);
      say('[data-metric="radius"]', `spectral radius ${sayNumber(now.radius)}`);
      say('[data-metric="singular"]', `largest singular value ${sayNumber(now.singular)}`);
      say('[data-metric="saturation"]', `saturation ${sayNumber(now.saturation)}`);
      say('[data-metric="loss"]', `loss ${sayNumber(now.loss)}`);
      const clipped = header.clipped[c][state.scale];
      say('[data-metric="gradient"]', `gradient norm ${sayPower(now.gradient)}${clipped ? ` (${clipped})` : ""}`);
    });
  }

  function explain(button, words) {
    help.textContent = words;
    help.showPopover();
    const box = button.getBoundingClientRect();
    help.style.left = `${Math.max(8, Math.min(window.innerWidth - help.offsetWidth - 8, box.left))}px`;
    help.style.top = `${box.bottom + 6 + help.offsetHeight > window.innerHeight ? box.top - help.offsetHeight - 6 : box.bottom + 6}px`;
  }

  const valueAt = (cell, t) => cell.now.dh[t] - (state.absolute ? 0 : cell.now.dh[state.steps]);

  function drawReadings() {
    if (scene.changed || readings.children.length !== scene.cells.length + 1) {
      readings.replaceChildren();
      element(readings, "span", "reading");
      for (const cell of scene.cells) {
        const reading = element(readings, "span", "reading");
        const colour = scene.palette.cells[cell.name];
        const mark = svg("svg", { width: 22, height: 8 }, reading);
        svg("line", { x1: 0, x2: 22, y1: 4, y2: 4, stroke: colour, "stroke-width": 3 }, mark);
        element(reading, "span");
        if (!Number.isNaN(cell.now.dc[state.steps])) {
          const dashed = svg("svg", { width: 22, height: 8 }, reading);
          svg("line", { x1: 0, x2: 22, y1: 4, y2: 4, stroke: colour, "stroke-width": 2, "stroke-dasharray": "6 4" }, dashed);
          element(reading, "span");
        }
      }
    }
    readings.children[0].textContent = `t = ${state.t}`;
    scene.cells.forEach((cell, c) => {
      const [first, second] = readings.children[c + 1].querySelectorAll("span");
      first.textContent = `${cell.title} ${sayPower(valueAt(cell, state.t))}`;
      if (second) second.textContent = `its cell state ${sayPower(cell.now.dc[state.t] - (state.absolute ? 0 : cell.now.dc[state.steps]))}`;
    });
  }

  let legendKey = "";
  function drawLegends() {
    const extent = statesOf(state.focus).extent;
    const key = `${scene.key} ${span} ${extent} ${state.absolute}`;
    if (key === legendKey) return;
    legendKey = key;
    const gradient = (colours) => `linear-gradient(90deg, ${colours.join(",")})`;
    magnitudeLegend.replaceChildren();
    element(magnitudeLegend, "span", "", decadeName(Math.round(span[0])));
    element(magnitudeLegend, "span", "bar").style.background = gradient(Array.from({ length: 8 }, (_, k) => scene.magnitude.css(0.18 + (0.82 * k) / 7)));
    element(magnitudeLegend, "span", "", `${decadeName(Math.round(span[1]))}  ${state.absolute ? "‖dL/dhₜ‖" : "of the error at step T"}`);
    signedLegend.replaceChildren();
    element(signedLegend, "span", "", sayNumber(-extent));
    element(signedLegend, "span", "bar").style.background = gradient(scene.palette.signed);
    element(signedLegend, "span", "", `${sayNumber(extent)}${statesOf(state.focus).stale ? "  (follows when you let go)" : ""}`);
  }

  // ---- what a visitor does ----
  scale.oninput = () => {
    state.scale = Number(scale.value);
    state.dragging = true;
    later();
  };
  scale.onchange = () => {
    state.dragging = false;
    lab.report("scale", message.header.scales[state.scale]);
  };
  scrub.oninput = () => playback.pick(Number(scrub.value));
  playButton.onclick = () => {
    if (state.playing) playback.pause();
    else playback.play();
    later();
  };
  stepButton.onclick = () => playback.step();
  allButton.onclick = () => playback.pick(state.t);
  speed.onchange = () => (state.speed = Number(speed.value));
  forward.onchange = () => {
    state.forwardFirst = forward.checked;
    playback.rewind(state.steps);
    playback.play();
  };
  relativeButton.onclick = () => ((state.absolute = false), later());
  absoluteButton.onclick = () => ((state.absolute = true), later());

  chain.root.onkeydown = (event) => {
    const to = { ArrowLeft: state.t - 1, ArrowRight: state.t + 1, Home: 1, End: state.steps, PageUp: state.t + 10, PageDown: state.t - 10 }[event.key];
    if (event.key === " ") playButton.onclick();
    else if (to !== undefined) playback.pick(Math.max(1, Math.min(state.steps, to)));
    else return;
    event.preventDefault();
  };

  const stepUnder = (picture, event) => {
    const x = event.clientX - picture.getBoundingClientRect().left;
    return picture === chain.root ? Math.min(state.steps, chain.step(x, scene.axis)) : scene.axis.step(x);
  };

  function pickable(picture, say) {
    let held = false;
    picture.addEventListener("pointerdown", (event) => {
      held = true;
      if (event.pointerType === "mouse") picture.setPointerCapture(event.pointerId);
      playback.pick(stepUnder(picture, event));
    });
    picture.addEventListener("pointermove", (event) => {
      const t = stepUnder(picture, event);
      if (held) playback.pick(t);
      const box = root.getBoundingClientRect();
      const y = event.clientY - picture.getBoundingClientRect().top;
      tip.textContent = say(t, y);
      tip.style.display = "block";
      const left = event.clientX - box.left + 14;
      tip.style.left = `${left + tip.offsetWidth > box.width ? Math.max(0, left - tip.offsetWidth - 28) : left}px`;
      tip.style.top = `${event.clientY - box.top + 16}px`;
    });
    picture.addEventListener("pointerup", () => (held = false));
    picture.addEventListener("pointercancel", () => (held = false));
    picture.addEventListener("pointerleave", () => {
      held = false;
      tip.style.display = "none";
    });
  }

  const inWords = (c, t) => {
    const cell = scene.cells[c];
    const symbol = scene.labels ? ` (“${scene.labels[t - 1]}”)` : "";
    const size = sayPower(valueAt(cell, t));
    return state.absolute
      ? `At step ${t}${symbol} the norm of dL/dh in the ${cell.title} is ${size}.`
      : `At step ${t}${symbol} the error in the ${cell.title} is ${size} times what it is at step ${state.steps}.`;
  };
  root.style.position = "relative";
  pickable(chain.root, (t, y) => inWords(Math.max(0, Math.min(scene.cells.length - 1, Math.floor(y / (chain.root.clientHeight / scene.cells.length)))), t));
  pickable(curves.root, (t, y) => inWords(curves.nearest(scene, t, y), t));
  pickable(heatmap.root, (t, y) => heatmap.say(scene, state, t, y));

  const pictures = [
    [chainPanel, "chain", () => chain.root],
    [curvePanel, "gradient-norms", () => curves.root],
    [heatPanel, "hidden-states", () => heatmap.picture()],
  ];
  element(curvePanel.tools, "button", "", "CSV", "Save the curves at this scale, unrounded").onclick = () => saveCsv(curveTable(), "gradient-norms");
  for (const [box, name, picture] of pictures) {
    element(box.tools, "button", "", "PNG", `Save this picture as PNG`).onclick = () => savePng(picture(), scene.palette.ground, name);
    element(box.tools, "button", "", "SVG", `Save this picture as SVG`).onclick = () => saveSvg(picture(), scene.palette.ground, name);
  }

  // log10 of every norm, because float64 cannot hold all the norms themselves.
  function curveTable() {
    const columns = scene.cells.flatMap((cell) => {
      const { dh, dc, bound } = cell.now;
      const named = [[`log10 |dL/dh| ${cell.title}`, dh]];
      if (!Number.isNaN(dc[state.steps])) named.push([`log10 |dL/dc| ${cell.title}`, dc]);
      if (!Number.isNaN(bound)) named.push([`log10 bound ${cell.title}`, dh.map((_, t) => dh[state.steps] + bound * (state.steps - t))]);
      return named;
    });
    const rows = [["step", "recurrent scale", ...columns.map(([name]) => name)]];
    for (let t = 1; t <= state.steps; t++) rows.push([t, message.header.scales[state.scale], ...columns.map(([, values]) => values[t])]);
    return rows;
  }

  copy.onclick = async () => {
    const url = new URL(window.location.href);
    const { header } = message;
    const put = (name, value, usual) => (value === usual ? url.searchParams.delete(name) : url.searchParams.set(name, value));
    put("scale", `${header.scales[state.scale]}`, "1");
    put("step", `${state.t}`, `${state.steps}`);
    put("focus", header.cells[state.focus].name, header.cells[0].name);
    put("norms", state.absolute ? "absolute" : "relative", "relative");
    status.replaceChildren();
    if (await copyText(url.href)) status.textContent = " copied.";
    else {
      const field = element(status, "input");
      field.value = url.href;
      field.readOnly = true;
      field.setAttribute("aria-label", "Link to this view");
      field.select();
    }
  };

  // ---- what comes from the engine ----
  lab.receive = (bytes) => {
    if (bytes && bytes !== lab.bytes) {
      lab.bytes = bytes;
      const opened = openMessage(bytes);
      const first = message === null;
      message = { ...opened, number: (message?.number ?? 0) + 1 };
      const { header } = message;
      root.classList.toggle("presenter", header.presenter);
      root.classList.toggle("small", header.small);
      const whole = state.t === state.steps && state.revealed;
      state.steps = header.steps;
      scale.max = header.scales.length - 1;
      scrub.max = header.steps;
      ends.replaceChildren(...[header.scales[0], header.scales.at(-1)].map((v) => Object.assign(document.createElement("span"), { textContent: v })));
      if (!state.dragging) state.scale = header.scale;
      state.scale = Math.min(state.scale, header.scales.length - 1);
      if (first) {
        state.absolute = header.view.absolute;
        state.focus = Math.max(0, header.cells.findIndex((cell) => cell.name === header.view.focus));
        state.t = Math.min(header.view.t ?? header.steps, header.steps);
        state.clock = state.t;
        if (header.view.t === null && !playback.reduced()) {
          playback.rewind(header.steps);
          playback.play();
        }
      } else {
        state.focus = Math.min(state.focus, header.cells.length - 1);
        state.t = whole ? state.steps : Math.min(state.t, state.steps);
        state.clock = Math.min(state.clock, state.steps + 0.5);
      }
    }
    scene = null;
    if (span === null) draw(); // the first picture at once, before the browser turns to the rest of the page
    else later();
  };
  new ResizeObserver(later).observe(root);
  return lab;
}
