// What a stage asks for piece by piece, while it wants it: no question is lost, none is repeated while it is on its way.
//
//   const pieces = createPieces(stage, () => ["piece.3.17"]);   // what is wanted now, the most needed first; or nothing
//   receive(message, how) { pieces.answered(); ... }            // each piece stands in stage.pieces by its name
//
// One question is on its way at a time. A page that nobody sees asks nothing. What was lost is asked for again after a
// while, so that it harms nobody to lose a question or an answer, to get one twice, or none.

const AGAIN = 3000; // ms until a question that has no answer is put again
const LONGEST = 20_000; // between two attempts
const MOST = 4; // pieces of one question, as ui/kit/mount.py takes them
const SOON = 400; // ms until it is asked again for what there is not

/**
 * @param {Stage} stage
 * @param {() => string[]} wanted
 */
export function createPieces(stage, wanted) {
  let number = Math.floor(Math.random() * 2 ** 30); // of the question: two pictures of one session do not take each other's
  let since = 0; // when it was put; 0: it is answered
  let patience = AGAIN;
  let quiet = 0; // until then nothing is asked
  let timer = 0;
  /** @type {string[]} */
  let names = [];
  let took = NaN;

  function look() {
    clearTimeout(timer);
    if (!stage.alive() || stage.envelope.saved || document.hidden) return;
    const now = performance.now();
    const due = since ? since + patience : quiet;
    const wish = wanted();
    if (!wish.length) return;
    if (now < due) {
      timer = window.setTimeout(look, due - now + 1);
      return;
    }
    if (since) patience = Math.min(LONGEST, 2 * patience);
    names = wish.slice(0, MOST);
    since = now;
    number += 1;
    stage.ask("pieces", { number, names });
    timer = window.setTimeout(look, patience);
  }
  const onSight = () => (stage.alive() ? look() : document.removeEventListener("visibilitychange", onSight));
  document.addEventListener("visibilitychange", onSight);
  stage.follow(look);

  return {
    look,
    // Call it with every message: whether it answers the question on its way.
    answered() {
      const { asked, late = {} } = stage.envelope;
      if (!since || asked !== number) return false;
      const all = names.every((name) => stage.pieces.has(name));
      took = performance.now() - since;
      since = 0;
      patience = AGAIN;
      quiet = all || names.some((name) => name in late) ? 0 : performance.now() + SOON;
      return true;
    },
    /** ms from the question that was answered last to its answer. */
    took: () => took,
    waiting: () => since > 0,
  };
}
