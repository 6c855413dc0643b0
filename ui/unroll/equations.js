// The equations of one step with the numbers filled in, for the unit or the output that is picked.

import { sizeOf10 } from "../kit/browser/far.js";
import { quoted, sayNumber } from "../kit/browser/words.js";
import { element, panel, press, segments, write } from "../kit/browser/elements.js";
import { AWAITED, awaiting, colourOfRole, lineParts, drawLine, gateLine, outputLines } from "./formulas.js";
import { createLedger } from "./ledger.js";
import { createMatrices } from "./matrices.js";
import { gateMatrices, outputMatrices } from "./systems.js";
import { termsOfGate, termsOfOutput, total } from "./terms.js";
import { FILLED, SAID, reached, timeOf, timeOfOutput } from "./timeline.js";
import { createHand } from "./weights.js";

const gateName = ({ name, shares }) => (shares ? `${name} gate` : name);
const NAMED = 3; // contributions that are named in the sentence

export function createEquations(host, { pick, edit, editable }) {
  const { box, aside, tools, body: root } = panel(host, { name: "equations", title: "The equations, filled in" });
  root.classList.add("eq");
  const choose = element(aside, "span", "eq-choose");
  const back = press(aside, "", "", "quiet eq-restore");
  const said = element(root, "p", "eq-said");
  const lines = element(root, "div", "eq-lines");
  const two = element(root, "div", "eq-two");
  const complaint = element(root, "p", "eq-complaint");
  complaint.setAttribute("role", "status");

  let [model, state, scene] = [null, null, null];
  let gate = 0;
  let drawn = "";
  let awaited = false; // whether what is explained is still to be computed
  const filled = []; // the lines so far
  const hand = createHand(edit, editable);
  const say = (words) => write(complaint, words);
  const stay = () => state && pick({ ...state.pick, row: state.row, t: state.t });
  const offerKind = segments(choose, "State or output", (kind) => pick(kind === "output" ? { kind, k: model.likeliest(state.t, 1)[0] ?? 0 } : { kind, unit: 0 }));
  const selector = (chosen) => {
    const made = element(element(choose, "label", "eq-which"), "select");
    made.onchange = () => pick(chosen(Number(made.value)));
    made.onkeydown = (event) => event.stopPropagation();
    return made;
  };
  const rows = selector((row) => ({ ...picked(), row }));
  const which = selector((k) => (state.pick.kind === "output" ? { kind: "output", k } : { kind: "unit", unit: k }));
  back.onclick = () => hand.restoreAll();
  const ledger = createLedger(two, hand, say, stay);
  const matrices = createMatrices(two, hand, say, stay, (k) => pick(picked().kind === "output" ? { kind: "output", k } : { kind: "unit", unit: k }));

  // What can be explained here: an output only where there is one.
  function picked() {
    if (state.pick.kind === "output" && model.outputAt.has(state.t)) return { kind: "output", k: Math.min(state.pick.k, model.K - 1) };
    return { kind: "unit", unit: Math.min(state.pick.unit ?? 0, model.hidden - 1) };
  }

  function offer(select, names, chosen, label) {
    select.parentElement.hidden = names.length < 2;
    const wanted = JSON.stringify(names);
    if (select.dataset.offers !== wanted) {
      select.dataset.offers = wanted;
      select.replaceChildren(...names.map((name, k) => Object.assign(document.createElement("option"), { value: k, textContent: name })));
    }
    select.setAttribute("aria-label", label);
    select.value = chosen;
  }

  function offerAll(found) {
    const output = found.kind === "output";
    offerKind(model.outputAt.has(state.t) ? [["unit", "state"], ["output", "output"]] : [["unit", "state"]], found.kind);
    const titles = Array.from({ length: model.rows }, (_, row) => model.title(row, state.t).replace(/^(encoder|decoder), /, ""));
    offer(rows, output ? [] : titles, state.row, "Which layer and direction");
    if (output) offer(which, model.header.output.kind === "softmax" ? model.header.vocabulary.slice(0, model.K) : [], found.k, "Which output");
    else offer(which, Array.from({ length: model.hidden }, (_, k) => `unit ${k + 1}`), found.unit, "Which unit");
  }

  // The largest contributions by name.
  function pushes(terms, subject) {
    const largest = [...terms].filter(({ product }) => product !== 0).sort((a, b) => sizeOf10(b.product) - sizeOf10(a.product)).slice(0, NAMED);
    if (!largest.length) return `Nothing pushes ${subject}: every contribution is 0.`;
    const words = largest.map(({ label: name, product }, n) => `${name === "bias" ? "the bias" : name}${n ? "" : ` pushes ${subject}`} by ${sayNumber(product)}`);
    const all = words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words[0];
    return `${all.charAt(0).toUpperCase()}${all.slice(1)}.`;
  }

  function drawUnit(unit) {
    const cell = model.cell(state.row);
    gate = Math.min(gate, cell.gates.length - 1);
    const many = cell.gates.length > 1;
    const shown = cell.gates.map((_, g) => gateLine(model, state, g, unit)).concat(cell.lines.filter(([, body]) => /[^a-z_]/.test(body) || !many).flatMap((line) => lineParts(model, state, line, unit)));
    const rules = cell.rules.map(([name, rule]) => ({ left: `${name}(a)`, role: "", right: [[rule, ""]], known: true }));
    drawLines(shown.concat(rules), many);
    const terms = termsOfGate(model, state, gate, unit);
    const letter = cell.gates[gate].letter;
    ledger.draw(terms, model.sum(state.row, state.t, gate)[unit], `Together${many ? `, the sum of ${letter}` : ""}:`, scene, awaited);
    matrices.draw(gateMatrices(model, state, gate), unit, scene, awaited);
    write(said, awaited ? AWAITED : pushes(terms, many ? `unit ${unit + 1}'s ${gateName(cell.gates[gate])}` : "this unit"));
  }

  function drawOutputs(k) {
    drawLines(outputLines(model, state.t, k), false);
    const terms = termsOfOutput(model, state.t, k);
    ledger.draw(terms, total(terms), "Together:", scene, awaited);
    matrices.draw(outputMatrices(model, state.t), k, scene, awaited);
    const name = model.header.output.kind === "softmax" ? quoted(model.header.vocabulary[k]) : "the output";
    write(said, awaited ? AWAITED : pushes(terms, name));
  }

  function drawLines(shown, choice) {
    while (filled.length < shown.length) {
      const line = element(lines, "div", "eq-line");
      filled.push({ line, left: press(line, "", "", "eq-left"), right: element(line, "span", "eq-right") });
    }
    filled.forEach(({ line, left, right }, n) => {
      line.hidden = n >= shown.length;
      if (line.hidden) return;
      const isGate = choice && n < model.cell(state.row).gates.length;
      left.disabled = !isGate;
      line.classList.toggle("open", isGate && n === gate);
      left.title = isGate ? `What the sum of ${shown[n].left} is made of` : "";
      left.onclick = () => {
        gate = n;
        drawn = "";
        redraw();
      };
      if (isGate) left.setAttribute("aria-pressed", `${n === gate}`);
      else left.removeAttribute("aria-pressed");
      write(left, shown[n].left);
      left.style.color = colourOfRole(scene.palette, shown[n].role);
      drawLine(right, awaited && !shown[n].known ? awaiting(shown[n].right) : shown[n].right, scene.palette);
    });
  }

  function redraw() {
    const found = picked();
    awaited = !(found.kind === "output" ? reached(state.clock, timeOfOutput(model, state.t), SAID) : reached(state.clock, timeOf(model, state.row, state.t), FILLED));
    const key = `${scene.stamp} ${state.t} ${state.row} ${JSON.stringify(found)} ${gate} ${awaited}`;
    if (key === drawn) return;
    drawn = key;
    root.style.minHeight = awaited ? `${root.getBoundingClientRect().height}px` : ""; // what stands below does not jump
    root.classList.toggle("narrow", scene.narrow);
    if (hand.use(model)) say("");
    offerAll(found);
    back.hidden = hand.count() === 0 || !hand.editable();
    write(back, hand.count() === 1 ? "Restore the weight set by hand" : `Restore all ${hand.count()} weights set by hand`);
    if (found.kind === "output") drawOutputs(found.k);
    else drawUnit(found.unit);
  }

  return {
    root: box,
    tools,
    draw(...given) {
      [model, state, scene] = given;
      redraw();
    },
  };
}
