// The highway by hand: one lane per number, c_t = f × c_t−1 + what is written, as it is typed.

import { readNumber, sayNumber } from "../kit/browser/words.js";
import { element } from "../kit/browser/elements.js";
import { spell } from "./symbols.js";

const ROWS = ["c_t−1", "f", "written"];
const SPOKEN = ["held before", "forget gate", "written"];
const MOST_LANES = 6;

export function createExample(host, state, ranges, changed) {
  const table = element(host, "div", "lanes");
  const below = element(host, "div", "lane-tools");
  const sum = element(below, "output", "lane-sum");
  const add = element(below, "button", "round", "Add a lane");
  const less = element(below, "button", "round", "Remove the last");
  const again = element(below, "button", "round", "As in the lecture");
  const complaint = element(host, "p", "complaint");
  complaint.setAttribute("role", "status");
  let rows = [];
  const usual = [[5, 6, 7], [1, 0, 1], [0, 0, 0]];

  function build() {
    table.replaceChildren();
    for (const name of ["c_t−1", "× f", "= kept", "+ written", "= c_t"]) spell(element(table, "span", "lane-head"), name);
    rows = state.example[0].map((_, k) => {
      const fields = ROWS.map((name, j) => {
        const field = document.createElement("input");
        Object.assign(field, { type: "text", inputMode: ranges[j][0] < 0 ? "text" : "decimal", value: state.example[j][k] }); // a telephone's number pad has no minus
        field.setAttribute("aria-label", `lane ${k + 1}, ${SPOKEN[j]}`);
        field.oninput = () => {
          const { value, complaint: wrong } = readNumber(field.value, ranges[j], `“${SPOKEN[j]}”`);
          field.classList.toggle("wrong", Boolean(wrong));
          field.setCustomValidity(wrong);
          complaint.textContent = /** @type {HTMLInputElement | null} */ (table.querySelector("input:invalid"))?.validationMessage ?? "";
          if (wrong) return;
          state.example[j][k] = value;
          draw();
          changed();
        };
        return field;
      });
      const cell = (...children) => element(table, "span", "lane-cell").append(...children);
      const [kept, after] = ["lane-kept", "lane-after"].map((name) => Object.assign(document.createElement("output"), { className: name }));
      const gate = Object.assign(document.createElement("span"), { className: "valve" });
      const open = element(gate, "i");
      cell(fields[0]);
      cell(gate, fields[1]);
      const flow = Object.assign(document.createElement("span"), { className: "lane-flow" });
      const through = element(flow, "i");
      cell(flow, kept);
      cell(fields[2]);
      cell(after);
      return { kept, after, open, through };
    });
  }

  // Products and sums as floats give them; what was typed is never rounded before.
  function draw() {
    if (rows.length !== state.example[0].length) build();
    const [held, gate, written] = state.example;
    const largest = Math.max(...held.map(Math.abs), 1e-300);
    rows.forEach(({ kept, after, open, through }, k) => {
      kept.textContent = sayNumber(gate[k] * held[k]);
      after.textContent = sayNumber(gate[k] * held[k] + written[k]);
      open.style.height = `${100 * gate[k]}%`;
      through.style.height = `${Math.max(gate[k] * held[k] === 0 ? 0 : 4, (100 * Math.abs(gate[k] * held[k])) / largest)}%`;
    });
    const list = (values) => `[${values.map(sayNumber).join(", ")}]`;
    const last = written.some((v) => v !== 0) ? ` + ${list(written)} = ${list(held.map((v, k) => gate[k] * v + written[k]))}` : "";
    sum.textContent = `${list(held)} × ${list(gate)} = ${list(held.map((v, k) => gate[k] * v))}${last}`;
    add.disabled = held.length >= MOST_LANES;
    less.disabled = held.length <= 1;
  }

  const renew = (example) => {
    state.example = example.map((row) => [...row]);
    complaint.textContent = "";
    build();
    draw();
    changed();
  };
  add.onclick = () => renew(state.example.map((row, j) => [...row, [1, 1, 0][j]]));
  less.onclick = () => renew(state.example.map((row) => row.slice(0, -1)));
  again.onclick = () => renew(usual);
  return { draw, build };
}
