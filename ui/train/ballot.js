// Predict first: who gets there, and after how many updates? Then the race is shown.

import { element, press, segments, write } from "../kit/browser/elements.js";
import { readNumber } from "../kit/browser/words.js";

/** @param {Element} root @param {(votes: { gets: boolean, after: number }[]) => void} reveal */
export function createBallot(root, reveal) {
  const box = element(root, "div", "ballot main");
  const asked = element(box, "p", "asked");
  const rows = Array.from({ length: 4 }, () => {
    const row = element(box, "div", "vote-row");
    const vote = { row, name: element(row, "span", "name"), gets: /** @type {boolean | null} */ (null), offer: segments(row, "What it does", (value) => ((vote.gets = value === "yes"), draw(last))), after: element(row, "input"), wrong: element(row, "span", "quiet-words") };
    Object.assign(vote.after, { type: "text", inputMode: "numeric", size: 6 });
    return vote;
  });
  const wrong = element(box, "p", "quiet-words");
  const button = press(box, "Start the race", "", "round");
  let last = /** @type {any} */ (null);

  button.onclick = () => {
    const { racers, total } = last.header;
    const votes = racers.map((_, k) => {
      const { gets, after } = rows[k];
      const { value, complaint } = gets ? readNumber(after.value, [1, total], "the updates") : { value: total, complaint: gets === null ? `Say what the ${racers[k].title} will do.` : "" };
      rows[k].wrong.textContent = gets ? complaint : "";
      return { gets: Boolean(gets), after: Math.round(value), complaint };
    });
    wrong.textContent = votes.find(({ complaint }) => complaint)?.complaint ?? "";
    if (!wrong.textContent) reveal(votes);
  };

  /** @param {any} scene */
  function draw(scene) {
    last = scene;
    box.hidden = !scene.hidden;
    if (!scene.hidden) return;
    const { header, palette } = scene;
    write(asked, `${header.task.what} Solved: ${header.goal.words} Who gets there within ${header.total} updates, and when?`);
    rows.forEach((vote, k) => {
      const racer = header.racers[k];
      vote.row.hidden = !racer;
      if (!racer) return;
      write(vote.name, racer.title);
      vote.name.style.color = palette.cells[racer.cell];
      vote.offer([["yes", "gets there after"], ["no", "does not"]], vote.gets === null ? "" : vote.gets ? "yes" : "no");
      vote.after.ariaLabel = `Updates of the ${racer.title}`;
      vote.after.style.visibility = vote.gets ? "visible" : "hidden";
    });
  }
  return { draw, clear: () => rows.forEach((vote) => Object.assign(vote, { gets: null })) };
}
