// What is told beside a scene's picture: the question, what the class predicts, the answer and the numbers; and the way
// through the lecture, by keys and by a presenter's clicker too.

import { reveal as uncover } from "../kit/browser/cover.js";
import { element, press, prose, write } from "../kit/browser/elements.js";
import { mountable } from "../kit/browser/stage.js";
import { followKeys } from "./keys.js";
import { createFollowing } from "./following.js";
import { createMap } from "./map.js";
import { createNotes } from "./notes.js";
import { createNumbers } from "./numbers.js";
import { createTimer } from "./timer.js";
import sheet from "./lectures.css";

export default mountable("lectures", createTelling, sheet);

/** @param {Stage} stage @returns {Page} */
function createTelling(stage) {
  const { root } = stage;
  const state = { revealed: false, notes: false, predicted: /** @type {number | null} */ (null) };
  /** @type {any} */
  let told = null;

  const header = element(root, "nav", "way");
  const back = press(header, "‹", "Back: arrow left, or page up", "turn");
  const map = createMap(header, (scene) => go(scene));
  const next = press(header, "›", "On, the answer first: arrow right, or page down", "turn");
  back.ariaLabel = "Back";
  next.ariaLabel = "Next";
  const timer = createTimer(header, stage);
  const where = element(root, "p", "where");
  const question = element(root, "h2", "question");
  const shown = element(root, "p", "shown");
  const source = element(root, "p", "source");
  const choices = element(root, "div", "choices-of");
  choices.setAttribute("role", "group");
  choices.ariaLabel = "Predict";
  const reveal = press(root, "Reveal", "Page down, or arrow right", "reveal");
  const answer = element(root, "div", "answer");
  answer.setAttribute("aria-live", "polite");
  const says = element(answer, "p", "says");
  const because = element(answer, "p", "because");
  const numbers = createNumbers(root);
  const look = element(root, "p", "look");
  const altered = element(root, "p", "altered");
  const changed = element(altered, "span");
  const again = press(altered, "As the lecture has it", "", "quiet");
  again.onclick = () => stage.ask("again", 1);
  const end = element(root, "p", "end");
  element(end, "span", "", "This lecture ends here. ");
  const further = press(end, "", "", "quiet");
  const foot = element(root, "div", "foot");
  const open = element(foot, "a", "open quiet");
  open.target = "_blank";
  const following = createFollowing(foot);
  const openNotes = press(foot, "Notes", "The lecturer's notes, in a window that follows this one", "quiet notes-window");
  const notes = createNotes(root, stage, timer, {
    place: () => ({ lecture: told.lecture.letter, scene: told.at, revealed: state.revealed }),
    arrive({ lecture, scene, revealed }) {
      if (lecture !== told.lecture.letter || scene !== told.at) stage.ask("go", { lecture, scene });
      set({ revealed });
    },
    onward,
    go,
  });

  /** @param {Partial<typeof state>} change */
  function set(change) {
    Object.assign(state, change);
    stage.later();
    notes.tell();
  }
  /** @param {number} scene */
  function go(scene) {
    if (scene < 1 || scene > told.scenes.length) return;
    if (state.notes) notes.lead({ scene });
    else stage.ask("go", { scene });
  }
  /** Forward reveals first. @param {number} way */
  function onward(way) {
    if (state.notes) return notes.lead({ turn: way });
    timer.begin();
    if (way > 0 && !state.revealed) set({ revealed: true });
    else go(told.at + way);
  }
  back.onclick = () => onward(-1);
  next.onclick = () => onward(1);
  reveal.onclick = () => onward(1);
  openNotes.onclick = () => {
    const url = new URL(window.location.href);
    for (const name of ["notes", "present"]) url.searchParams.set(name, "1");
    window.open(url, "unrolled-notes", "width=720,height=620");
  };
  followKeys(stage, onward);

  /** The same network at the same step on its own page: what the address says of the picture goes along. */
  function openElsewhere() {
    const url = new URL(told.open.path, window.location.href);
    const query = new URLSearchParams(told.open.query);
    for (const [key, words] of new URLSearchParams(window.location.search)) if (key !== "lecture" && key !== "scene" && key !== "revealed") query.set(key, words);
    url.search = query.toString();
    return url.href;
  }

  function drawChoices() {
    const options = /** @type {string[]} */ (told.choices);
    while (choices.childElementCount > options.length) choices.lastElementChild?.remove();
    options.forEach((words, k) => {
      const button = /** @type {HTMLButtonElement} */ (choices.children[k] ?? press(choices, "", "", "option"));
      write(button, words);
      const right = state.revealed && k === told.answer.chosen;
      button.ariaPressed = `${state.predicted === k}`;
      button.dataset.mark = right ? (state.predicted === k ? "✓ predicted" : "✓") : state.revealed && state.predicted === k ? "predicted" : "";
      button.classList.toggle("right", right);
      button.classList.toggle("wrong", state.revealed && told.answer.chosen !== null && !right);
      button.disabled = state.revealed;
      button.onclick = () => set({ predicted: k });
    });
    choices.hidden = options.length === 0;
  }

  function draw() {
    const { scenes, at, lecture } = told;
    root.classList.toggle("notes-only", state.notes);
    uncover(...(state.revealed ? [`${lecture.letter}.${at}`] : []));
    map.draw(scenes, at);
    write(where, `${scenes[at - 1].ids.join(" · ")} · ${scenes[at - 1].title}${at === scenes.length ? " · the last scene" : ""}`);
    write(question, told.question);
    prose(shown, told.shown);
    write(source, told.source);
    source.hidden = !told.source;
    drawChoices();
    reveal.hidden = state.revealed;
    answer.hidden = numbers.root.hidden = look.hidden = !state.revealed;
    write(says, told.answer.chosen === null ? told.answer.says : "");
    says.hidden = !says.textContent;
    prose(because, told.answer.because);
    numbers.draw(told.numbers, told.altered);
    prose(look, told.look_for ? `Look for: ${told.look_for}` : "");
    altered.hidden = !told.altered || told.version;
    write(changed, state.revealed ? `${told.changed} ` : "Changed. ");
    back.disabled = at === 1;
    next.disabled = state.revealed && at === scenes.length;
    const letters = Object.keys(told.lectures);
    const after = letters[letters.indexOf(lecture.letter) + 1];
    end.hidden = !state.revealed || at < scenes.length;
    further.hidden = !after;
    if (after) write(further, `On with ${told.lectures[after]}`);
    further.onclick = () => stage.ask("go", { lecture: after, scene: 1 });
    write(open, `Open in ${told.open.title}`);
    open.href = openElsewhere();
    following.draw(told.address, told.code);
    timer.draw(lecture.letter, lecture.minutes);
    if (state.notes) notes.draw(told, state.revealed);
  }

  return {
    receive(message, { opened }) {
      told = message.header;
      const { view } = stage.envelope;
      if (opened) Object.assign(state, { revealed: Boolean(view.revealed), notes: Boolean(view.notes), predicted: null });
      notes.tell();
    },
    draw,
    view: () => ({ revealed: state.revealed, notes: state.notes }),
  };
}
