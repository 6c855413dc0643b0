// Rate, clip and batch from the present update on, of all racers or of one: the race goes on, nothing is lost. Batches
// are the same for all, or what a racer learns could be the luck of what it was shown.

import { element, press, write } from "../kit/browser/elements.js";
import { readNumber, sayNumber } from "../kit/browser/words.js";

/** @param {Element} host @param {Stage} stage @param {{ at: () => number }} state */
export function createChanges(host, stage, { at }) {
  const box = element(host, "div", "changes aside-part");
  const from = element(box, "span", "quiet-words");
  const whose = element(box, "select");
  whose.ariaLabel = "Whose, from here on";
  whose.onchange = () => (write(wrong, ""), stage.later());
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
      if (!complaint) field.said = null; // what stands there is the visitor's: it gives way to what is true
      const here = ([update, name, , of]) => update === at() && name === way.field && (of === racer() || !racer());
      if (!complaint) tell([...header.changes.filter((each) => !here(each)), [at(), way.field, whole, racer()]]);
    };
    const field = { input, way, said: /** @type {string | null} */ ("") };
    return field;
  }
  const tell = (changes) => stage.ask("changes", changes.map((each) => (each[3] ? each : each.slice(0, 3)).join("_")).join("~"));

  /** From 1 on; 0: all of them. */
  const racer = () => Number(whose.value);

  /** The value of a field once `update` updates are done: of one racer, or where all have the same; else null. */
  function valueAt(way, update) {
    const of = (number) => header.changes.findLast(([when, name, , one]) => name === way.field && when <= update && (!one || one === number))?.[2] ?? way.values[number - 1];
    const each = racer() ? [of(racer())] : way.values.map((_, k) => of(k + 1));
    return each.every((value) => value === each[0]) ? each[0] : null;
  }

  function offer() {
    const names = ["of all", ...header.racers.map(({ title }) => `of the ${title}`)];
    if (names.join() === Array.from(whose.options, ({ text }) => text).join()) return;
    const before = whose.value;
    whose.replaceChildren(...names.map((name, k) => new Option(name, `${k}`)));
    whose.value = Number(before) < names.length ? before || "0" : "0";
    whose.hidden = names.length < 3;
  }

  /** @param {any} scene */
  return function draw(scene) {
    ({ header } = scene);
    box.hidden = Boolean(stage.envelope.saved) || scene.hidden;
    offer();
    for (const way of header.ways) {
      if (!fields.has(way.field)) fields.set(way.field, fieldOf(way));
      const one = fields.get(way.field);
      one.way = way;
      const value = valueAt(way, at());
      const words = value === null ? "" : sayNumber(Number(value));
      one.input.placeholder = value === null ? "each its own" : "";
      if (one.said !== words && document.activeElement !== one.input && one.input.getRootNode().activeElement !== one.input) one.input.value = one.said = words;
      one.input.disabled = way.whole && racer() > 0;
      one.input.title = one.input.disabled ? "All racers learn from the same batches" : "";
    }
    if (!wrong.parentElement) box.append(made, wrong);
    write(from, `From update ${at() + 1} on`);
    const wanted = JSON.stringify([header.changes, header.racers.map(({ title }) => title)]);
    if (wanted === shown) return;
    shown = wanted;
    write(wrong, "");
    made.replaceChildren();
    header.changes.forEach(([update, name, value, of], k) => {
      const own = of && header.racers[of - 1] ? `${header.racers[of - 1].title}: ` : "";
      const undo = press(made, `${own}${name} ${sayNumber(Number(value))} from ${update + 1} ×`, "Take this change back", "round");
      undo.onclick = () => tell(header.changes.filter((_, j) => j !== k));
    });
  };
}
