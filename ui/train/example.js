// What each racer answers on a fixed example at the moment: classes, words and characters with their marks, numbers, a forecast.

import { element, segments, write } from "../kit/browser/elements.js";
import { clamp, svg, text } from "../kit/browser/paint.js";
import { isolated, sayNumber, shortened, visible } from "../kit/browser/words.js";
import { evaluationAt, heldBy } from "./history.js";
import { createSpoken } from "./spoken.js";
import { share } from "./verdicts.js";

const MOST_CLASSES = 8; // with a bar each
const NAMED = 36; // letters of an example's name
const TOP = 3; // answers of a step that are told

/** Ends of an axis of what is wanted and what is answered; answers far beyond stand at its ends. */
function spread([low, high], answers) {
  const far = high - low || 1;
  const near = answers.filter((v) => v >= low - far && v <= high + far);
  return [Math.min(low, ...near), Math.max(high, ...near)];
}

/** @param {Element} host @param {Stage} stage */
export function createExample(host, stage) {
  const box = element(host, "div", "example");
  const choice = segments(box, "Example", (value) => (choose({ which: Number(value), step: null }), (scrolled = -1)));
  const body = element(box, "div", "example-body");
  const spoken = createSpoken(box, stage);
  const state = { which: 0, step: /** @type {number | null} */ (null) };
  let scrolled = -1; // where a visitor has moved a long table; -1: at the place that is told
  let drawn = "";
  function choose(change) {
    Object.assign(state, change);
    stage.later();
  }

  /** @param {any} scene */
  function draw(scene) {
    const { header, history, at } = scene;
    const { example } = header;
    state.which = Math.min(state.which, example.count - 1);
    choice(Array.from({ length: example.count }, (_, k) => [`${k}`, nameOf(example, k)]), `${state.which}`);
    const held = history.racers.map((racer) => evaluationAt(racer, at));
    spoken.draw(scene, state.which);
    const wanted = JSON.stringify([scene.key, scene.number, state, held.map((one) => one?.update), scene.hidden]);
    if (wanted === drawn) return;
    drawn = wanted;
    body.replaceChildren();
    const answers = held.map((one) => answersOf(heldBy(one, "shown"), state.which));
    ({ classes, tokens, yes, value, series })[example.kind](scene, answers);
  }

  /** What a sequence is called: how it begins, or its number. */
  function nameOf({ inputs, source, entered: read }, k) {
    return inputs.length ? `${k + 1}` : shortened((source[k] ?? read[k]).join(" "), NAMED);
  }

  /** What one racer says of one sequence: (reading, output) -> number. */
  function answersOf(block, which) {
    if (!block) return null;
    const [readings, count, outputs] = block.shape;
    return { readings, outputs, at: (m, k) => block.data[(m * count + which) * outputs + k] };
  }

  /** A racer's name, and when its answers are of, where it has stopped since. */
  function titleOf({ header, shown, looked }, k) {
    const { title } = header.racers[k];
    return shown[k] && shown[k].update < looked ? `${title}, after update ${shown[k].update}` : title;
  }

  function row(scene, k) {
    const racer = scene.header.racers[k];
    const line = element(body, "div", "example-row");
    const name = element(line, "span", "name", titleOf(scene, k));
    name.style.color = scene.palette.cells[racer.cell];
    return element(line, "span", "answer");
  }

  /** What enters: numbers as a strip of bars, symbols as they are written. */
  function entered(scene, which = state.which) {
    const { header } = scene;
    const words = header.example.entered[which];
    const heard = header.example.source[which] ?? [];
    const line = element(body, "div", "example-row");
    element(line, "span", "name quiet-words", heard.length ? "hears" : "reads");
    const host = element(line, "span", "answer sequence");
    if (header.example.inputs.length) return strip(scene, host, which);
    for (const word of heard.length ? heard : words) element(host, "span", "token", visible(word));
    return line;
  }

  /** Numbers that enter, a row of bars for each input. */
  function strip(scene, host, which) {
    const { palette, font, small, header } = scene;
    const [steps, count, inputs] = stage.message?.arrays.x.shape ?? [0, 0, 0];
    const { data } = stage.message?.arrays.x ?? { data: [] };
    const names = font * 5;
    const width = Math.max(160, Math.min(scene.width - font * 11, names + steps * font * 1.4));
    const tall = font * 1.9;
    const root = svg("svg", { width, height: tall * inputs, viewBox: `0 0 ${width} ${tall * inputs}`, role: "img", "aria-label": `${steps} steps of ${header.example.inputs.join(", ")}`, "font-family": scene.family }, host);
    const wide = (width - names) / steps;
    for (let d = 0; d < inputs; d++) {
      const values = Array.from({ length: steps }, (_, t) => data[(t * count + which) * inputs + d]);
      const most = Math.max(...values.map(Math.abs), 1e-9);
      const zero = tall * (d + (values.some((v) => v < 0) ? 0.5 : 0.88));
      const high = tall * (values.some((v) => v < 0) ? 0.42 : 0.8);
      text(root, header.example.inputs[d], { x: 0, y: tall * d + tall * 0.7, "font-size": small, fill: palette.muted });
      svg("line", { x1: names, x2: width, y1: zero, y2: zero, stroke: palette.rule }, root);
      svg("path", { d: values.map((v, t) => `M${(names + (t + 0.15) * wide).toFixed(1)},${zero}h${(wide * 0.7).toFixed(1)}v${(-(v / most) * high).toFixed(1)}h${(-wide * 0.7).toFixed(1)}Z`).join(""), fill: palette.roles.input }, root);
    }
  }

  function classes(scene, answers) {
    const { header, palette } = scene;
    entered(scene);
    const [wanted] = header.example.wanted[state.which];
    answers.forEach((answer, k) => {
      const host = row(scene, k);
      const shown = header.example.outputs.map((name, j) => ({ name, p: answer ? answer.at(0, j) : NaN })).slice(0, MOST_CLASSES);
      for (const { name, p } of shown) {
        const bar = element(host, "span", `class${name === wanted ? " wanted" : ""}`);
        const fill = element(bar, "span", "fill");
        fill.style.width = `${100 * (p > 0 ? p : 0)}%`;
        fill.style.background = palette.cells[header.racers[k].cell];
        element(bar, "span", "words", `${isolated(name)}${name === wanted ? " ✓" : ""} ${Number.isNaN(p) ? "" : share(p)}`);
      }
    });
  }

  function tokens(scene, answers) {
    const { header, palette } = scene;
    const { example } = header;
    const [words, wanted, heard, counts] = [example.entered, example.wanted, example.source, example.counts].map((all) => all[state.which] ?? []);
    const chosen = state.step ?? counts.findLastIndex((count) => count > 0);
    if (heard.length || example.inputs.length) entered(scene);
    const pan = element(body, "div", "pan");
    pan.onpointerdown = pan.onwheel = () => (scrolled = pan.scrollLeft);
    pan.onscroll = () => (scrolled < 0 ? 0 : (scrolled = pan.scrollLeft));
    const table = element(pan, "table", "tokens");
    const line = (name, colour, cells) => {
      const tr = element(table, "tr");
      element(tr, "th", "", name).style.color = colour;
      cells.forEach((cell, m) => {
        const td = element(tr, "td", `${counts[m] > 0 ? "" : "uncounted"}${m === chosen ? " chosen" : ""} ${cell.mark ?? ""}`, visible(cell.words));
        td.onclick = () => choose({ step: m });
      });
    };
    const said = (one) => (example.binary ? (one > 0 ? example.outputs[0] : "–") : one); // of a yes or no: what it is a yes to
    if (!example.inputs.length) line(example.decodes ? "word before" : "reads", palette.muted, wanted.map((_, m) => ({ words: words[words.length - wanted.length + m] ?? "" })));
    line("wanted", palette.text, wanted.map((word) => ({ words: said(word) })));
    answers.forEach((answer, k) => {
      const racer = header.racers[k];
      const best = wanted.map((_, m) => (!answer ? null : example.binary ? `${Number(answer.at(m, 0) > 0.5)}` : example.outputs[topOf(answer, m, 1)[0].k]));
      line(titleOf(scene, k), palette.cells[racer.cell], best.map((one, m) => ({ words: one === null ? "·" : said(one), mark: one === null ? "" : one === wanted[m] ? "right" : counts[m] > 0 ? "wrong" : "" })));
    });
    const told = /** @type {HTMLElement | null} */ (table.querySelector(".chosen"));
    pan.scrollLeft = scrolled < 0 && told ? told.offsetLeft - pan.clientWidth * 0.8 : scrolled;
    if (chosen < 0 || example.binary) return;
    const top = element(body, "p", "top quiet-words", `Most likely at the marked place, where ${visible(isolated(wanted[chosen]))} is wanted:`);
    top.title = "Press another place";
    answers.forEach((answer, k) => {
      if (!answer) return;
      const host = row(scene, k);
      for (const { k: j, p } of topOf(answer, chosen, TOP)) element(host, "span", `guess${example.outputs[j] === wanted[chosen] ? " wanted" : ""}`, `${visible(isolated(example.outputs[j]))} ${share(p)}`);
    });
  }

  function topOf(answer, m, count) {
    return Array.from({ length: answer.outputs }, (_, k) => ({ k, p: answer.at(m, k) })).sort((one, other) => other.p - one.p).slice(0, count);
  }

  function yes(scene, answers) {
    const { header, palette } = scene;
    entered(scene);
    const wanted = header.example.wanted[state.which];
    answers.forEach((answer, k) => {
      const host = row(scene, k);
      const m = wanted.length - 1;
      const p = answer ? answer.at(m, 0) : NaN;
      const bar = element(host, "span", "class wanted");
      const fill = element(bar, "span", "fill");
      fill.style.width = `${100 * (p > 0 ? p : 0)}%`;
      fill.style.background = palette.cells[header.racers[k].cell];
      element(bar, "span", "words", `${isolated(header.example.outputs[0])}: ${Number.isNaN(p) ? "" : share(p)}, right is ${Number(wanted[m]) > 0 ? "yes" : "no"}`);
      bar.classList.toggle("miss", p > 0.5 !== Number(wanted[m]) > 0);
    });
  }

  function value(scene, answers) {
    const { header } = scene;
    entered(scene);
    const [wanted] = header.example.targets[state.which];
    answers.forEach((answer, k) => {
      const said = answer ? answer.at(0, 0) : NaN;
      write(row(scene, k), answer ? `${sayNumber(said)}, wanted ${sayNumber(wanted)}: off by ${sayNumber(Math.abs(said - wanted))}` : "");
    });
    const [low, high] = spread([0, 2 * Math.max(wanted, 0.5)], answers.map((answer) => (answer ? answer.at(0, 0) : wanted)));
    const { font, palette, small } = scene;
    const width = Math.min(scene.width, 640);
    const root = svg("svg", { width, height: font * 3.4, viewBox: `0 0 ${width} ${font * 3.4}`, role: "img", "aria-label": "The answers and what is wanted on a line", "font-family": scene.family }, body);
    const x = (v) => font + ((clamp(v, low, high) - low) / (high - low)) * (width - 2 * font);
    svg("line", { x1: x(low), x2: x(high), y1: font * 1.6, y2: font * 1.6, stroke: palette.rule }, root);
    svg("line", { x1: x(wanted), x2: x(wanted), y1: font * 0.7, y2: font * 2.5, stroke: palette.text, "stroke-width": 2 }, root);
    text(root, `wanted ${sayNumber(wanted)}`, { x: x(wanted), y: font * 3.3, "text-anchor": "middle", "font-size": small, fill: palette.text });
    answers.forEach((answer, k) => answer && !Number.isNaN(answer.at(0, 0)) && svg("circle", { cx: x(answer.at(0, 0)), cy: font * 1.6, r: font * 0.42, fill: palette.cells[header.racers[k].cell], stroke: palette.ground, "stroke-width": 1.5 }, root));
  }

  function series(scene, answers) {
    const { header, palette, font, small } = scene;
    const wanted = header.example.targets[state.which];
    const { width } = scene;
    const tall = font * 12;
    const [low, high] = spread([Math.min(...wanted), Math.max(...wanted)], answers.flatMap((answer) => (answer ? wanted.map((_, m) => answer.at(m, 0)) : [])));
    const root = svg("svg", { width, height: tall, viewBox: `0 0 ${width} ${tall}`, role: "img", "aria-label": "What is wanted, and the forecasts", "font-family": scene.family }, body);
    const x = (m) => font * 3 + (m / Math.max(1, wanted.length - 1)) * (width - font * 9);
    const y = (v) => tall - font * 1.5 - ((clamp(Number.isNaN(v) ? low : v, low, high) - low) / (high - low || 1)) * (tall - font * 3);
    const path = (values) => values.map((v, m) => `${m ? "L" : "M"}${x(m).toFixed(1)},${y(v).toFixed(1)}`).join("");
    const focus = answers[scene.focus];
    if (focus) svg("path", { d: wanted.map((v, m) => `M${x(m).toFixed(1)},${y(v).toFixed(1)}V${y(focus.at(m, 0)).toFixed(1)}`).join(""), stroke: palette.cells[header.racers[scene.focus].cell], "stroke-width": 1.4, "stroke-opacity": 0.55, fill: "none", "data-whiskers": "" }, root);
    svg("path", { d: path(wanted), fill: "none", stroke: palette.text, "stroke-width": 2 }, root);
    answers.forEach((answer, k) => answer && svg("path", { d: path(wanted.map((_, m) => answer.at(m, 0))), fill: "none", stroke: palette.cells[header.racers[k].cell], "stroke-width": 1.8, "stroke-dasharray": header.racers[k].dash }, root));
    text(root, sayNumber(high), { x: font * 2.6, y: y(high) + small * 0.34, "text-anchor": "end", "font-size": small, fill: palette.muted });
    text(root, sayNumber(low), { x: font * 2.6, y: y(low) + small * 0.34, "text-anchor": "end", "font-size": small, fill: palette.muted });
    const stopped = header.racers.map((_, k) => titleOf(scene, k)).filter((title, k) => title !== header.racers[k].title);
    text(root, ["uncoloured: what is wanted", "whiskers: how far the followed racer is off", ...stopped].join("; "), { x: font * 3, y: tall - font * 0.2, "font-size": small, fill: palette.muted });
  }

  /** One row for each reading of the example: what is wanted, and every output of each racer. @param {any} scene */
  function* rows({ header, history, at }) {
    const { example, racers } = header;
    const answers = history.racers.map((racer) => answersOf(heldBy(evaluationAt(racer, at), "shown"), state.which));
    const names = example.outputs;
    yield ["reading", "wanted", ...racers.flatMap(({ title }) => names.map((name) => `${title}: ${name}`))];
    const wanted = example.targets[state.which] ?? example.wanted[state.which];
    for (const [m, one] of wanted.entries()) yield [m + 1, one, ...answers.flatMap((answer) => names.map((_, k) => (answer && m < answer.readings ? answer.at(m, k) : null)))];
  }

  return { draw, rows, wanted: spoken.wanted };
}
