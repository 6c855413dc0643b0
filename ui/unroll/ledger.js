// The ledger of one sum: each weight, what it is multiplied by, and how far that pushes, largest effects in sight.

import { sizeOf10 } from "../kit/browser/far.js";
import { sayInFull, sayNumber } from "../kit/browser/words.js";
import { element, write } from "../kit/browser/elements.js";
import { AWAITED } from "./formulas.js";
import { total } from "./terms.js";
import { createWeightField } from "./weights.js";

const LEDGER_ROWS = 9; // rows before the smallest are put together

export function createLedger(host, hand, say, touched) {
  const root = element(host, "div", "eq-ledger");
  const body = element(root, "div", "eq-rows");
  const more = element(root, "button", "quiet");
  more.type = "button";
  const lines = [];
  let open = false;
  let again = () => {};
  more.onclick = () => {
    open = !open;
    again();
  };

  function makeRow() {
    const row = element(body, "div", "eq-row");
    const name = element(row, "span", "eq-name");
    const sum = element(row, "span", "eq-product");
    const field = createWeightField(sum, hand, say, touched);
    const values = element(sum, "span", "eq-values");
    const restore = element(sum, "button", "quiet", "restore");
    restore.type = "button";
    const result = element(row, "span", "eq-result");
    const track = element(row, "span", "eq-track");
    const bar = element(track, "span", "eq-bar");
    return { row, name, field, values, restore, result, bar };
  }

  function drawBar(bar, value, most, colour) {
    const found = 10 ** (sizeOf10(value) - most); // not a number where all are 0
    const share = found >= 0 ? Math.min(1, found) * 50 : 0;
    Object.assign(bar.style, { width: `${share.toFixed(2)}%`, left: `${(value < 0 ? 50 - share : 50).toFixed(2)}%`, background: colour });
  }

  // `sum` is the engine's own sum, `ends` the words for it; while it is awaited, only weights and what entered are told.
  function draw(terms, sum, ends, scene, awaited) {
    again = () => draw(terms, sum, ends, scene, awaited);
    const [tell, inFull] = awaited ? [() => AWAITED, () => ""] : [sayNumber, sayInFull];
    const sorted = terms.map((term, k) => [sizeOf10(term.product), k]).sort((a, b) => (a[0] === b[0] ? a[1] - b[1] : b[0] - a[0]));
    const kept = new Set(sorted.slice(0, open || terms.length <= LEDGER_ROWS ? terms.length : LEDGER_ROWS - 1).map(([, k]) => k));
    const seen = terms.filter((_, k) => kept.has(k));
    const rest = terms.filter((_, k) => !kept.has(k));
    const colours = { input: scene.palette.roles.input, state: scene.palette.roles.state, bias: scene.palette.muted };
    const others = total(rest);
    const most = Math.max(...seen.map(({ product }) => sizeOf10(product)), sizeOf10(others));
    while (lines.length < seen.length) lines.push(makeRow());
    lines.forEach((line, n) => {
      line.row.hidden = n >= seen.length;
      if (n >= seen.length) return;
      const { role, label, weight, values, product, made } = seen[n];
      const hidden = awaited && made;
      write(line.name, label);
      line.name.style.color = colours[role];
      line.field.draw(weight, label);
      write(line.values, values.map((value) => ` × ${hidden ? AWAITED : value < 0 ? `(${sayNumber(value)})` : sayNumber(value)}`).join(""));
      line.restore.hidden = !hand.isSet(weight) || !hand.editable();
      line.restore.onclick = () => hand.restore(weight);
      line.values.title = hidden ? "" : values.map(sayInFull).join(" × ");
      write(line.result, tell(product));
      line.result.title = inFull(product);
      drawBar(line.bar, awaited ? 0 : product, most, colours[role]);
    });
    more.hidden = terms.length <= LEDGER_ROWS;
    write(more, open ? "Show the largest only" : `${rest.length} others together ${tell(others)}: show them`);
    write(end, `${ends} ${tell(sum)}`);
    end.title = inFull(sum);
  }
  const end = element(root, "div", "eq-end");
  root.append(more, end);
  return { draw };
}
