// One weight nudged up and down: what the loss does, beside what backpropagation says it does.

import { openMessage } from "../shared/message.js";
import { decadeName, set, svg, text } from "../shared/paint.js";
import { createPointing } from "../shared/pointing.js";
import { sayNumber } from "../shared/words.js";
import { element } from "../shared/elements.js";
import { createPanel, mountPicture, roomOf, say } from "./panel.js";
import { placeName } from "./sums.js";
import { takeHome } from "./takehome.js";

const ABOUT_CHECK =
  "Is the gradient right? Make one weight a little larger and a little smaller, run the whole network again each time, and divide the change of the loss by the change of the weight. This needs no chain rule at all. The difference misses the derivative by about ε² (what the curve's bend leaves out) and by about 1e-16/ε (what rounding leaves): the line falls, then rises. Press a square of the update to choose another weight.";
const DIGITS = 12; // of a loss: its change is all that matters, and 3 digits would hide it
const ROWS = ["up", "down", "difference", "gradient", "relative"];

export function createCheck(ground) {
  const { root } = ground;
  const panel = createPanel(ground, "check", "Check it yourself: nudge one weight", ABOUT_CHECK);
  const check = { report: () => {} };
  const state = { k: 0, opened: null };
  let message = null;
  let room = null;
  let layout = null;

  const said = element(panel.body, "p", "said");
  const sizeRow = element(panel.body, "label", "rate");
  element(sizeRow, "span", "", "Nudge ε");
  const size = element(sizeRow, "input");
  Object.assign(size, { type: "range", min: 0, step: 1 });
  const sizeValue = element(sizeRow, "output");
  const both = element(panel.body, "div", "both");
  const list = element(both, "dl");
  const fields = Object.fromEntries(
    ROWS.map((name) => {
      const head = element(list, "dt");
      const value = element(list, "dd");
      value.dataset.field = name;
      return [name, { head, value }];
    }),
  );
  const root_ = svg("svg", { class: "agreement", role: "img" }, element(both, "div", "grow"));

  function build() {
    const { header, arrays } = message;
    const width = Math.max(260, Math.floor(root_.parentNode.clientWidth));
    const { font, palette } = room;
    const height = Math.round(font * 10.5);
    mountPicture(root_, width, height, room);
    const count = arrays.sizes.data.length;
    const left = font * 4;
    const right = width - font * 1.5;
    const [top, foot] = [font * 1.6, height - font * 1.8];
    const [low, high] = [-16, 0];
    const x = (k) => left + (k / (count - 1)) * (right - left);
    const y = (v) => foot - ((Math.max(low, Math.min(high, v)) - low) / (high - low)) * (foot - top);
    text(root_, "relative difference, by ε", { x: left, y: font * 0.9, fill: palette.text });
    for (const v of [0, -4, -8, -12, -16]) {
      svg("line", { x1: left, x2: right, y1: y(v), y2: y(v), stroke: palette.rule }, root_);
      text(root_, decadeName(v), { x: left - font * 0.5, y: y(v) + font * 0.3, "text-anchor": "end", "font-size": font * 0.82, fill: palette.muted });
    }
    arrays.sizes.data.forEach((value, k) => {
      if (k % 3 === 0) text(root_, decadeName(Math.round(Math.log10(value))), { x: x(k), y: height - font * 0.5, "text-anchor": "middle", "font-size": font * 0.82, fill: palette.muted });
    });
    const points = Array.from(arrays.relative.data, (v, k) => (Number.isFinite(v) ? `${x(k).toFixed(1)},${y(Math.log10(v)).toFixed(1)}` : null)).filter(Boolean);
    svg("path", { d: points.length ? `M${points.join("L")}` : "", fill: "none", stroke: palette.roles.gradient, "stroke-width": 2 }, root_);
    const dot = svg("circle", { r: font * 0.4, fill: palette.roles.gradient, stroke: palette.ground, "stroke-width": 1.5 }, root_);
    layout = { x, y, dot, left, right, count };
    set(root_, { "aria-label": header.said });
  }

  function draw() {
    if (!message || !root.isConnected || root.clientWidth === 0) return;
    const { header, arrays } = message;
    const now = roomOf(root, header, room);
    const key = `${now.key} ${message.number} ${root_.parentNode.clientWidth}`;
    room = now;
    if (state.built !== key) build();
    state.built = key;
    const at = (name) => arrays[name].data[state.k];
    const [weight, gradient] = arrays.exact.data;
    const [name, row, column] = header.weight;
    const place = placeName(name, [row - 1, column - 1], header.vector);
    say(said, `${place} of the ${header.title} is ${sayNumber(weight)}. ${header.said}`);
    say(sizeValue, sayNumber(at("sizes")));
    size.value = state.k;
    const long = (v) => (Number.isFinite(v) ? v.toPrecision(DIGITS) : sayNumber(v));
    const rows = {
      up: [`L(${place} + ε)`, long(at("up"))],
      down: [`L(${place} − ε)`, long(at("down"))],
      difference: ["their difference / 2ε", long(at("difference"))],
      gradient: [`backpropagated dL/d${place}`, long(gradient)],
      relative: ["relative difference", sayNumber(at("relative"))],
    };
    for (const [field, [head, value]] of Object.entries(rows)) {
      say(fields[field].head, head);
      say(fields[field].value, value);
    }
    const relative = at("relative");
    set(layout.dot, { cx: layout.x(state.k), cy: layout.y(Math.log10(relative)), visibility: Number.isFinite(relative) ? "visible" : "hidden" });
  }

  const choose = (k) => {
    state.k = k;
    draw();
  };
  const tell = () => check.report("picked", message.arrays.sizes.data[state.k]);
  size.oninput = () => choose(Number(size.value));
  size.onchange = tell;
  const under = (x) => Math.max(0, Math.min(layout.count - 1, Math.round(((x - layout.left) / (layout.right - layout.left)) * (layout.count - 1))));
  createPointing(ground)(
    root_,
    (x) => choose(under(x)),
    (x) => `ε = ${sayNumber(message.arrays.sizes.data[under(x)])}: relative difference ${sayNumber(message.arrays.relative.data[under(x)])}.`,
    tell,
  );
  takeHome(panel, "nudge", () => root_, () => [[[said.textContent, room.palette.text]]], () => {
    const { arrays } = message;
    return [["nudge", "loss up", "loss down", "difference quotient", "gradient", "relative difference"], ...Array.from(arrays.sizes.data, (v, k) => [v, arrays.up.data[k], arrays.down.data[k], arrays.difference.data[k], arrays.exact.data[1], arrays.relative.data[k]])];
  }, () => room);

  check.receive = (bytes) => {
    if (bytes && bytes !== check.bytes) {
      check.bytes = bytes;
      message = { ...openMessage(bytes), number: (message?.number ?? 0) + 1 };
      const { header, arrays } = message;
      root.classList.toggle("presenter", header.presenter);
      size.max = arrays.sizes.data.length - 1;
      if (header.view.serial !== state.opened) state.k = Math.max(0, arrays.sizes.data.indexOf(header.view.size));
      state.opened = header.view.serial;
    }
    draw();
  };
  new ResizeObserver(draw).observe(root);
  return check;
}
