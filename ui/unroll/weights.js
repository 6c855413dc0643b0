// A weight that can be set by hand: a number to type over. All weights set by hand go to the server as one text.

import { readNumber, sayNumber } from "../kit/browser/words.js";
import { element } from "../kit/browser/elements.js";

const SOON = 500; // ms that a typed number stands while its answer is awaited

// What is set by hand so far, and how it changes; the text is that of a link: U1_1_2_0.5;V_3_1_-2.
export function createHand(edit, editable) {
  let model = null;
  let sent = null; // what was sent since the model came: the next change comes on top of it
  const key = (name, i, j) => `${name}_${i + 1}_${j + 1}`;
  const computed = () => new Map(model.header.edits.map(([name, row, column]) => [key(name, row - 1, column - 1), model.named(name).at(row - 1, column - 1)]));
  const all = () => sent ?? computed();
  function send(edits) {
    sent = edits;
    edit(Array.from(edits, ([place, value]) => `${place}_${value}`).join(";"));
  }
  return {
    // Whether it is another one.
    use(found) {
      if (found === model) return false;
      [model, sent] = [found, null];
      return true;
    },
    model: () => model,
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
    restoreAll: () => send(new Map()),
    // What a typed word sets a weight to, or why it is none.
    read(word, known) {
      const { weight, edits } = model.header.limits;
      const found = readNumber(word, [-weight, weight], "a weight");
      return found.complaint || known || all().size < edits ? found : { ...found, complaint: `At most ${edits} weights can be set by hand; restore one first.` };
    },
  };
}

// One field. `say` hears complaints; `touched` is called when a visitor begins to type.
export function createWeightField(parent, hand, say, touched) {
  const field = element(parent, "input", "weight");
  Object.assign(field, { type: "text", autocomplete: "off", spellcheck: false });
  let weight = null;
  let dirty = false;
  let awaited = null; // the model whose number a typed one is to replace
  const shown = () => (field.matches(":focus") ? `${weight.value}` : sayNumber(weight.value));
  const refresh = () => {
    if (weight && !dirty && awaited !== hand.model() && field.value !== shown()) field.value = shown();
  };
  function submit() {
    if (!dirty) return;
    const { value, complaint } = hand.read(field.value, hand.isSet(weight));
    say(complaint);
    field.setAttribute("aria-invalid", `${complaint !== ""}`);
    if (complaint) return;
    dirty = false;
    if (value === weight.value) return;
    const before = (awaited = hand.model());
    hand.set(weight, value);
    // What stands beside it was computed with another number: unless the answer comes at once, that one comes back.
    setTimeout(() => {
      if (awaited !== before || before !== hand.model()) return;
      say(`${value} is sent, and is filled in once its answer has come.`);
      awaited = null;
      refresh();
    }, SOON);
  }
  field.addEventListener("focus", () => {
    touched();
    refresh();
    field.select();
  });
  field.addEventListener("input", () => {
    dirty = true;
    say(""); // it was about another word
  });
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
      if (weight && (weight.name !== found.name || weight.i !== found.i || weight.j !== found.j)) [dirty, awaited] = [false, null];
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
