// What a stage asks for piece by piece, while it wants it: no question is lost, and no answer is waited for idly.
//
//   const pieces = createPieces(stage, () => ["piece.3.17"]);   // what is wanted now, the most needed first; or nothing
//   receive(message, how) { pieces.answered(); ... }            // each piece stands in stage.pieces by its name
//
// A second question may follow one that is on its way, where more is wanted: then whoever computes need not wait. It
// asks for what is on its way too, as the server may have heard of the last question alone. A page that nobody sees asks
// nothing. What was lost is asked for again after a while; to get an answer twice, late or never harms nobody.

const AGAIN = 3000; // ms until a question that has no answer is put again
const LONGEST = 20_000; // between two attempts
const SOON = 400; // ms until it is asked again for what there is not
const AHEAD = 60; // ms between a question and the next: then the server is at work on it
const MOST = 4; // pieces of one question, as ui/kit/mount.py takes them

/**
 * @param {Stage} stage
 * @param {() => string[]} wanted
 */
export function createPieces(stage, wanted) {
  let number = Math.floor(Math.random() * 2 ** 30); // of the question: two pictures of one session do not take each other's
  /** @type {{ number: number, since: number, names: string[] }[]} on their way, two at most */
  let asked = [];
  let patience = AGAIN;
  let quiet = 0; // until then nothing is asked
  let heard = 0; // when the last answer came
  let timer = 0;
  let took = NaN;

  /** @param {string[]} names @param {number} now */
  function put(names, now) {
    number += 1;
    asked.push({ number, since: now, names: names.slice(0, MOST) });
    stage.ask("pieces", { number, names: names.slice(0, MOST) });
  }

  function look() {
    clearTimeout(timer);
    if (!stage.alive() || stage.envelope.saved || document.hidden) return;
    const now = performance.now();
    const last = asked[asked.length - 1];
    if (last && now >= last.since + patience) {
      asked = [];
      patience = Math.min(LONGEST, 2 * patience);
      stage.later(); // a page says that it waits
    }
    const flying = asked.flatMap(({ names }) => names);
    const wish = wanted();
    const fresh = wish.filter((name) => !flying.includes(name));
    const due = asked.length ? asked[0].since + AHEAD : quiet;
    if (fresh.length && asked.length < 2 && now >= due) put([...new Set([...flying, ...fresh])], now);
    if (!wish.length && !asked.length) return;
    const [first] = asked;
    const next = fresh.length && asked.length < 2 && now < due ? due : first ? asked[asked.length - 1].since + patience : now + SOON;
    timer = window.setTimeout(look, Math.max(1, next - now + 1));
  }
  const onSight = () => (stage.alive() ? look() : document.removeEventListener("visibilitychange", onSight));
  document.addEventListener("visibilitychange", onSight);
  stage.follow(look);

  return {
    look,
    /** Names that are on their way. */
    flying: () => asked.flatMap(({ names }) => names),
    // Call it with every message: whether it answers a question on its way.
    answered() {
      const { asked: of, late = {} } = stage.envelope;
      const at = asked.findIndex((question) => question.number === of);
      if (at < 0) return false;
      const { names } = asked[at];
      const now = performance.now();
      took = now - Math.max(asked[0].since, heard);
      heard = now;
      asked = asked.slice(at + 1);
      patience = AGAIN;
      const all = names.every((name) => stage.pieces.has(name));
      quiet = all || names.some((name) => name in late) ? 0 : now + SOON;
      return true;
    },
    /** Whether a question was left without an answer, and none has come since. */
    waiting: () => patience > AGAIN,
    /** ms that the last answer took, from its question or from the answer before it. */
    took: () => took,
  };
}
