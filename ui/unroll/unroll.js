// The unrolled network: every picture is drawn from one message of engine results and one small state.

import { openWalk } from "./model.js";
import { isDark, ramp } from "../lab/paint.js";
import { element } from "./elements.js";
import { roomFor } from "./room.js";
import { createClock } from "./clock.js";
import { createDiagram } from "./diagram.js";
import { createEquations } from "./equations.js";

const mounted = new WeakMap();

export default function mount({ parentElement, data, setStateValue }) {
  let walk = mounted.get(parentElement);
  if (!walk) {
    walk = createWalk(parentElement);
    mounted.set(parentElement, walk);
  }
  walk.report = setStateValue;
  walk.receive(data);
}

function createWalk(parent) {
  const root = element(parent, "div", "walk");
  const state = { t: 1, clock: 0, row: 0, pick: { kind: "unit", unit: 0 }, morph: 1, from: 1, playing: false, speed: 1, touched: false };
  const walk = { report: () => {} };
  let model = null;
  const diagram = createDiagram(element(root, "div"));
  const equations = createEquations(element(root, "div"), {
    pick(found) {
      const { row = state.row, ...pick } = found;
      Object.assign(state, { row, pick });
      draw();
    },
    edit: (text) => walk.report("edits", text),
  });
  const clock = createClock(state, draw, () => root.isConnected);

  function draw() {
    if (!model || root.clientWidth === 0) return;
    const palette = model.header.theme[isDark(root) ? "dark" : "light"];
    const font = model.header.presenter ? 21 : 14;
    const scene = { key: `${isDark(root)} ${root.clientWidth} ${font}`, palette, font, family: getComputedStyle(root).fontFamily, signed: ramp(palette.signed) };
    diagram.draw(model, roomFor(model, root.clientWidth, font), scene, state);
    equations.draw(model, state, scene);
  }

  walk.receive = (bytes) => {
    if (bytes && bytes !== walk.bytes) {
      walk.bytes = bytes;
      const first = model === null;
      model = openWalk(bytes, (model?.number ?? 0) + 1);
      clock.use(model);
      if (first) clock.play();
    }
    draw();
  };
  new ResizeObserver(draw).observe(root);
  return walk;
}
