// A weight that can be set by hand: a number to type over. All weights set by hand go to the server as one text.

import { readNumber, sayNumber } from "../kit/browser/words.js";
import { element } from "../kit/browser/elements.js";

// What is set by hand so far, and how it changes; the text is that of a link: U1_1_2_0.5;V_3_1_-2.
export function createHand(edit, editable) {
  let model = null;
  const key = (name, i, j) => `${name}_${i + 1}_${j + 1}`;
  const all = () => new Map(model.header.edits.map(([name, row, column]) => [key(name, row - 1, column - 1), model.named(name).at(row - 1, column - 1)]));
  const send = (edits) => edit(Array.from(edits, ([place, value]) => `${place}_${value}`).join(";"));
  return {
    use: (found) => (model = found),
    editable,
    isSet: ({ name, i, j }) => model.header.edits.some(([other, row, column]) => other === name && row === i + 1 && column === j + 1),
    count: () => model.header.edits.length,
    set({ name, i, j }, value) {
      const edits = all();
      edits.delete(key(name, i, j));
      send(edits.set(key(name, i, j), value));
    },
    restore({ name, i, j }) {
      const edits = all();
      edits.delete(key(name, i, j));
      send(edits);
    },
    restoreAll: () => edit(""),
    // What a typed word sets a weight to, or why it is none.
    read(word, known) {
      const { weight, edits } = model.header.limits;
      const found = readNumber(word, [-weight, weight], "a weight");
      return found.complaint || known || model.header.edits.length < edits ? found : { ...found, complaint: `At most ${edits} weights can be set by hand; restore one first.` };
    },
  };
}

// One field. `say` hears complaints; `touched` is called when a visitor begins to type.
export function createWeightField(parent, hand, say, touched) {
  const field = element(parent, "input", "weight");
  Object.assign(field, { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false });
  let weight = null;
  let dirty = false;
  const shown = () => (field.matches(":focus") ? `${weight.value}` : sayNumber(weight.value));
  const refresh = () => {
    if (weight && !dirty && field.value !== shown()) field.value = shown();
  };
  function submit() {
    if (!dirty) return;
    const { value, complaint } = hand.read(field.value, hand.isSet(weight));
    say(complaint);
    field.setAttribute("aria-invalid", `${complaint !== ""}`);
    if (complaint) return;
    dirty = false;
    if (value === weight.value) return;
    hand.set(weight, value);
    weight = { ...weight, value }; // shown until the engine's answer is here
  }
  field.addEventListener("focus", () => {
    touched();
    refresh();
    field.select();
  });
  field.addEventListener("input", () => (dirty = true));
  field.addEventListener("keydown", (event) => {
    event.stopPropagation(); // arrows and Space belong to the number here, not to the walk
    if (event.key === "Enter") submit();
    if (event.key === "Escape") {
      dirty = false;
      say("");
      refresh();
    }
  });
  field.addEventListener("blur", () => {
    submit();
    dirty = false;
    field.removeAttribute("aria-invalid");
    refresh();
  });
  return {
    field,
    draw(found, name) {
      if (weight && (weight.name !== found.name || weight.i !== found.i || weight.j !== found.j)) dirty = false;
      weight = found;
      const place = `${found.name}[${found.i + 1}, ${found.j + 1}]`;
      field.setAttribute("aria-label", name ? `${place}, ${name}` : place);
      field.title = `${place} = ${found.value}. Type another number and press Enter.`;
      field.readOnly = !hand.editable();
      field.classList.toggle("set", hand.isSet(found));
      refresh();
    },
  };
}
