// What a visitor does: drop, drag, turn, play; keys and fingers do the same.

import { sayNumber } from "../shared/words.js";
import { createPointing } from "../shared/pointing.js";
import { slopeAt } from "./descent.js";
import { sayPlaces } from "./resting.js";
import { outside } from "./sentence.js";

const HELP = {
  map: "One unit repeats x ← w σ(x) + b, T times from x₀; its error is E = (σ(x) − target)². Every point of the map is one choice of w and b: the colour says how steep the error is there, or how large. Press anywhere to drop both balls; hold and move to see where each place leads. Dotted: between these lines the unit has two resting places that attract. Pascanu, Mikolov and Bengio (2013), figure 6.",
  cause: "All x with x = w σ(x) + b, over b, at the w of the point. Solid places attract the unit, the dashed one repels it. At the open circles two of them meet and vanish. The unit starts at x₀: where the repelling place passes x₀, a tiny step of b decides whether it ends high or low. There stands the wall. Dots: the unit's own steps. Press to choose another b.",
  product: "dx at one step over dx at the step before is w σ′(x): one bar per step. The line, on a log scale, is their product from step T back: what the error at the end is multiplied by on its way to step t. At the wall the unit lingers at the place that repels, where the factors are above 1, and their product explodes; at rest they are below 1, and it vanishes.",
  latch: "A tanh unit with one weight and a constant input, from x₀. For w > 1 and a small input two states attract: the unit stores one bit, the sign. But attract means that differences shrink, and so does the error on its way back. Shaded: all (w, u) that store. Bengio, Simard and Frasconi (1994).",
};
const STEP = 0.01; // of the map, for one press of an arrow key
const FAR = 0.1; // the same with Shift

export function createHands(screen, state, pictures, { now, set, settle, later, clock, latchRun }) {
  const { map, hill, resting, product, latch, latchProduct } = pictures;
  const pointable = createPointing(screen);
  const within = (value, [low, high]) => Math.max(low, Math.min(high, value));
  const short = (value, span) => Number(value.toFixed(Math.max(0, 4 - Math.floor(Math.log10(span)))));

  function place(w, b) {
    const [wFrom, wTo, bFrom, bTo] = state.drop.window;
    const { ranges } = now().header;
    return { w: within(short(w, wTo - wFrom), ranges.w), b: within(short(b, bTo - bFrom), ranges.b) };
  }

  // ---- sliders ----
  for (const [name, { input, value }] of Object.entries(screen.sliders)) {
    input.oninput = () => set({ [name]: value() });
    input.onchange = settle;
  }

  // ---- the map ----
  const found = [0, 0, 0];
  let held = false;
  // A finger that goes on to scroll the page has dropped nothing: what it touched is taken back.
  for (const picture of [map.root, resting.root, latch.region]) {
    let before = null;
    picture.addEventListener("pointerdown", () => (before = { ...state.drop }));
    picture.addEventListener("pointercancel", () => {
      held = false;
      set(before);
    });
  }
  const drop = () => {
    if (!held) return;
    held = false;
    set({}, true);
    settle();
  };
  pointable(
    map.root,
    (x, y) => {
      const at = map.under(x, y);
      if (!at) return;
      held = true;
      clock.pause();
      set(place(at.w, at.b));
    },
    (x, y) => {
      const at = map.under(x, y);
      if (!at) return "";
      slopeAt(at.w, at.b, state.drop, found);
      return `w ${sayNumber(at.w)}, b ${sayNumber(at.b)}: error ${sayNumber(found[0])}, gradient norm ${sayNumber(Math.hypot(found[1], found[2]))}`;
    },
    drop,
  );
  map.root.onkeydown = (event) => {
    const [wFrom, wTo, bFrom, bTo] = state.drop.window;
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    const size = event.shiftKey ? FAR : STEP;
    if (way) {
      clock.pause();
      set(place(state.drop.w + way[0] * size * (wTo - wFrom), state.drop.b + way[1] * size * (bTo - bFrom)));
    } else if (event.key === "Enter") set({}, true);
    else if (event.key === " ") screen.play.onclick();
    else return;
    event.preventDefault();
  };
  map.root.onkeyup = (event) => {
    if (event.key.startsWith("Arrow")) settle();
  };

  function look(window) {
    const [low, high] = now().header.edges;
    const cut = window.map((edge) => within(Number(edge.toPrecision(6)), [low, high]));
    if (!(cut[1] - cut[0] >= 1e-3 && cut[3] - cut[2] >= 1e-3)) return;
    set({ window: cut });
    settle();
  }
  const around = (times) => {
    const { w, b, window: [wFrom, wTo, bFrom, bTo] } = state.drop;
    const inside = !outside(w, b, state.drop.window);
    const [cw, cb] = inside && times < 1 ? [w, b] : [(wFrom + wTo) / 2, (bFrom + bTo) / 2];
    const [across, up] = [((wTo - wFrom) / 2) * times, ((bTo - bFrom) / 2) * times];
    return [cw - across, cw + across, cb - up, cb + up];
  };
  screen.closer.onclick = () => look(around(0.5));
  screen.farther.onclick = () => look(around(2));
  screen.paper.onclick = () => look(now().header.paper);
  screen.whole.onclick = () => {
    const [low, high] = now().header.edges;
    const [wFrom, wTo, bFrom, bTo] = now().header.paper;
    let box = [wFrom, wTo, bFrom, bTo];
    for (const path of state.paths) {
      path.w.forEach((w, k) => {
        const b = path.b[k];
        if (Number.isFinite(w) && Number.isFinite(b)) box = [Math.min(box[0], w), Math.max(box[1], w), Math.min(box[2], b), Math.max(box[3], b)];
      });
    }
    const [across, up] = [0.06 * (box[1] - box[0]), 0.06 * (box[3] - box[2])];
    look([box[0] - across, box[1] + across, box[2] - up, box[3] + up].map((edge) => within(edge, [low, high])));
  };

  // ---- time ----
  screen.play.onclick = () => {
    if (state.playing) clock.pause();
    else clock.play();
    later();
  };
  screen.step.onclick = () => clock.step();
  screen.all.onclick = () => clock.showAll();
  screen.scrub.oninput = () => clock.pick(Number(screen.scrub.value));
  screen.balls.forEach(({ name }, k) => {
    name.onclick = () => {
      state.focus = k;
      later();
    };
  });
  for (const [button, change] of [
    [screen.byNorm, { colour: "norm" }],
    [screen.byError, { colour: "error" }],
    [screen.atSteepest, { look: "steepest" }],
    [screen.atStart, { look: "start" }],
  ]) {
    button.onclick = () => {
      Object.assign(state, change);
      if (change.look) clock.showAll();
      later();
    };
  }

  // ---- the landscape ----
  let grip = null;
  const { canvas } = hill;
  canvas.onpointerdown = (event) => {
    grip = [event.clientX, event.clientY];
    if (event.pointerType === "mouse") canvas.setPointerCapture(event.pointerId);
  };
  canvas.onpointermove = (event) => {
    if (!grip) return;
    hill.turn((event.clientX - grip[0]) * 0.008, (event.clientY - grip[1]) * 0.006);
    grip = [event.clientX, event.clientY];
    later();
  };
  canvas.onpointerup = canvas.onpointercancel = canvas.onpointerleave = () => (grip = null);
  canvas.onkeydown = (event) => {
    const way = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.08], ArrowDown: [0, 0.08] }[event.key];
    if (!way) return;
    hill.turn(...way);
    later();
    event.preventDefault();
  };

  // ---- the cause ----
  pointable(
    resting.root,
    (x) => {
      const b = resting.under(x, now().scene);
      if (b === null) return;
      held = true;
      const { w } = now().scene.point;
      Object.assign(state, { look: "start" });
      clock.pause();
      set(place(w, b));
    },
    (x) => {
      const b = resting.under(x, now().scene);
      return b === null ? "" : sayPlaces(now().scene.point.w, b);
    },
    () => {
      if (held) settle();
      held = false;
    },
  );
  pointable(product.root, () => {}, (x) => product.say(now().run, state.drop.steps, product.step(x)));
  pointable(latchProduct.root, () => {}, (x) => latchProduct.say(latchRun(), latchRun().factors.length, latchProduct.step(x)));

  // ---- the latch ----
  const move = (at) => {
    const { ranges } = now().header;
    set({ latch_w: within(Math.round(at.latch_w * 100) / 100, ranges.latch_w), latch_u: within(Math.round(at.latch_u * 100) / 100, ranges.latch_u) });
  };
  pointable(
    latch.region,
    (x, y) => move(latch.under(x, y, now().header.ranges)),
    (x, y) => {
      const { latch_w: w, latch_u: u } = latch.under(x, y, now().header.ranges);
      return `w ${sayNumber(w)}, u ${sayNumber(u)}`;
    },
    settle,
  );
  latch.region.onkeydown = (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (!way) return;
    const size = event.shiftKey ? 0.1 : 0.01;
    move({ latch_w: state.drop.latch_w + way[0] * size, latch_u: state.drop.latch_u + way[1] * size });
    event.preventDefault();
  };
  latch.region.onkeyup = (event) => {
    if (event.key.startsWith("Arrow")) settle();
  };

  // ---- explanations ----
  for (const name of Object.keys(HELP)) {
    const button = screen[`${name}Help`];
    button.onclick = () => {
      screen.help.textContent = HELP[name];
      screen.help.showPopover();
      const box = button.getBoundingClientRect();
      const below = box.bottom + 6 + screen.help.offsetHeight <= window.innerHeight;
      screen.help.style.left = `${Math.max(8, Math.min(window.innerWidth - screen.help.offsetWidth - 8, box.left))}px`;
      screen.help.style.top = `${below ? box.bottom + 6 : box.top - screen.help.offsetHeight - 6}px`;
    };
  }
}
