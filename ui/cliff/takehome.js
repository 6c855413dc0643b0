// Pictures, numbers and the link to this view.

import { sayNumber } from "../shared/words.js";
import { svg } from "../shared/paint.js";
import { captioned, copyText, saveCsv, savePng, saveSvg } from "../shared/save.js";
import { element } from "../shared/elements.js";
import { LATCH_STEPS } from "./latch.js";
import { runLatch } from "./unit.js";

// The address of a drop: what differs from the default, by its short names.
export function queryOf(drop, { keys, default: usual }) {
  const found = {};
  for (const [key, name] of Object.entries(keys)) if (`${drop[name]}` !== `${usual[name]}`) found[key] = `${drop[name]}`;
  return found;
}

export function createTakeHome(screen, state, pictures, now) {
  const plainWords = (words) => [[words, now().scene.palette.text]];
  const settings = () => {
    const { rate, threshold, momentum, count, steps, w, b } = state.drop;
    const { target, start } = state.drop;
    return [
      `Dropped at w = ${sayNumber(w)}, b = ${sayNumber(b)}; T = ${steps}, target ${sayNumber(target)}, start ${sayNumber(start)}.`,
      `Rate ${sayNumber(rate)}, clip at ${sayNumber(threshold)}, momentum ${sayNumber(momentum)}, ${count} updates.`,
    ].map(plainWords);
  };
  const names = () => [["without clipping", now().scene.palette.balls.free], ["with clipping", now().scene.palette.balls.clipped]];
  const point = () => `At w = ${sayNumber(now().scene.point.w)}, b = ${sayNumber(now().scene.point.b)}, T = ${state.drop.steps}.`;
  const latch = () => `x = tanh(${sayNumber(state.drop.latch_w)} x + ${sayNumber(state.drop.latch_u)}) from ${sayNumber(state.drop.latch_start)}.`;

  // The landscape is a canvas; in a file it stands inside an SVG.
  function hill() {
    const { canvas } = pictures.hill;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const { scene } = now();
    const root = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "font-size": scene.font, "font-family": scene.family });
    svg("image", { width, height, href: canvas.toDataURL() }, root);
    return root;
  }

  // The three pictures of the latch as they stand on the page.
  function latchWhole() {
    const { region, runs } = pictures.latch;
    const below = pictures.latchProduct.root;
    const [width, height] = ["width", "height"].map((name) => (one) => Number(one.getAttribute(name)));
    const side = below.getBoundingClientRect().width >= width(region) + width(runs) - 2;
    const places = side ? [[region, 0, 0], [runs, width(region), 0], [below, 0, height(region)]] : [[region, 0, 0], [runs, 0, height(region)], [below, 0, height(region) + height(runs)]];
    const [wide, tall] = [Math.max(...places.map(([one, x]) => x + width(one))), Math.max(...places.map(([one, , y]) => y + height(one)))];
    const root = svg("svg", { width: wide, height: tall, viewBox: `0 0 ${wide} ${tall}`, "font-size": now().scene.font, "font-family": now().scene.family });
    for (const [one, x, y] of places) {
      const copy = one.cloneNode(true);
      copy.setAttribute("x", x);
      copy.setAttribute("y", y);
      root.append(copy);
    }
    return root;
  }

  const descents = () => {
    const columns = ["w", "b", "error", "norm"];
    const header = ["update", ...["without", "with"].flatMap((how) => columns.map((name) => `${name === "norm" ? "gradient norm" : name} ${how} clipping`))];
    const row = (_, k) => [k, ...state.paths.flatMap((path) => columns.map((name) => path[name][k]))];
    return [header, ...Array.from({ length: state.drop.count + 1 }, row)];
  };
  const factors = (run, steps) => [
    ["step", "x", "factor to the next step", "log10 |dx_T/dx|"],
    ...Array.from(run.x, (x, t) => [t, x, t < steps ? run.factors[t] : "", run.product[t]]),
  ];
  const latchRun = () => runLatch(state.drop.latch_w, state.drop.latch_u, LATCH_STEPS, state.drop.latch_start);

  for (const [panel, name, picture, lines, table] of [
    [screen.map, "cliff-map", () => pictures.map.picture(), () => [names(), ...settings()], descents],
    [screen.hill, "cliff-landscape", hill, () => [names(), ...settings()]],
    [screen.far, "cliff-to-scale", () => pictures.far.root, () => [names(), ...settings()]],
    [screen.cause, "cliff-resting-places", () => pictures.resting.root, () => [plainWords(`Solid: attracts; dashed: repels. ${point()}`)]],
    [screen.product, "cliff-product", () => pictures.product.root, () => [plainWords(`Bars: each factor; line: their product from step T back. ${point()}`)], () => factors(now().run, state.drop.steps)],
    [screen.latch, "latch", latchWhole, () => [plainWords(latch())], () => factors(latchRun(), LATCH_STEPS)],
  ]) {
    const ready = () => captioned(picture(), lines(), now().scene.font);
    const ground = () => now().scene.palette.ground;
    const button = (label, title, save) => (element(panel.tools, "button", "", label, title).onclick = save);
    if (table) button("CSV", "Save the numbers, unrounded", () => saveCsv(table(), name));
    button("PNG", "Save this picture as PNG", () => savePng(ready(), ground(), name));
    button("SVG", "Save this picture as SVG", () => saveSvg(ready(), ground(), name));
  }

  screen.copy.onclick = async () => {
    const url = new URL(window.location.href);
    const query = queryOf(state.drop, now().header);
    const put = (name, value, usual) => value !== usual && (query[name] = `${value}`);
    put("map", state.colour, "error");
    put("ball", state.focus ? "clipped" : "free", "free");
    put("point", state.look === "start" ? "drop" : "steepest", "steepest");
    if (!state.revealed && !state.playing) put("update", Math.floor(state.clock + 1e-9));
    for (const key of ["preset", "map", "ball", "point", "update", ...Object.keys(now().header.keys)]) url.searchParams.delete(key);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    if (await copyText(url.href)) {
      screen.status.textContent = " copied.";
      return;
    }
    screen.status.replaceChildren();
    const field = element(screen.status, "input");
    Object.assign(field, { value: url.href, readOnly: true, ariaLabel: "Link to this view" });
    field.select();
  };
}
