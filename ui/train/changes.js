// Rate, clip and batch from the present update on: the race goes on with another value, nothing is lost.

import { element, press, write } from "../kit/browser/elements.js";
import { readNumber, sayNumber } from "../kit/browser/words.js";

/** @param {Element} host @param {Stage} stage @param {{ at: () => number }} state */
export function createChanges(host, stage, { at }) {
  const box = element(host, "div", "changes aside-part");
  const from = element(box, "span", "quiet-words");
  const fields = /** @type {Map<string, any>} */ (new Map());
  const wrong = element(null, "span", "wrong");
  const made = element(null, "span", "made");
  let shown = "";
  let header = /** @type {any} */ (null);

  function fieldOf(way) {
    const label = element(box, "label", "", way.label);
    const input = element(label, "input");
    Object.assign(input, { type: "text", inputMode: "decimal", size: 7, ariaLabel: `${way.label} from here on` });
    input.onchange = () => {
      const { value, complaint } = readNumber(input.value, way.ends, way.label);
      const whole = way.whole && !complaint ? Math.round(value) : value;
      write(wrong, complaint);
      if (!complaint) tell([...header.changes.filter(([update, name]) => !(update === at() && name === way.field)), [at(), way.field, whole]]);
    };
    return { input, way };
  }
  const tell = (changes) => stage.ask("changes", changes.map((each) => (each[3] ? each : each.slice(0, 3)).join("_")).join("~"));

  /** The value of a field once `update` updates are done. */
  const valueAt = (way, update) => header.changes.findLast(([when, name]) => name === way.field && when <= update)?.[2] ?? way.value;

  /** @param {any} scene */
  return function draw(scene) {
    ({ header } = scene);
    box.hidden = Boolean(stage.envelope.saved) || scene.hidden;
    for (const way of header.ways) {
      if (!fields.has(way.field)) fields.set(way.field, fieldOf(way));
      const one = fields.get(way.field);
      one.way = way;
      const value = valueAt(way, at());
      const words = value === null ? "" : sayNumber(Number(value));
      one.input.placeholder = value === null ? "each its own" : "";
      if (one.said !== words && document.activeElement !== one.input && one.input.getRootNode().activeElement !== one.input) one.input.value = words;
      one.said = words;
    }
    if (!wrong.parentElement) box.append(made, wrong);
    write(from, `From update ${at() + 1} on`);
    const wanted = JSON.stringify(header.changes);
    if (wanted === shown) return;
    shown = wanted;
    write(wrong, "");
    made.replaceChildren();
    header.changes.forEach(([update, name, value], k) => {
      const undo = press(made, `${name} ${sayNumber(Number(value))} from ${update + 1} ×`, "Take this change back", "round");
      undo.onclick = () => tell(header.changes.filter((_, j) => j !== k));
    });
  };
}
