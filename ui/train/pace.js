// How the race goes on: how large the pieces are that are asked for, how fast training runs, and how fast it is shown.

const TARGET = 450; // ms from a question to its answer, of which some 80 are the way there and back
const HIGHEST = 12; // level of a piece: 2 to the power of this many updates
const AHEAD = 1.5; // seconds of updates that are asked for before they are shown
const REPLAY = 7; // seconds that the whole race takes where it is here already
const CLOSING = 0.5; // seconds in which what has come is caught up with

/** What a visitor chooses: updates a second; "slow": each is told in four phases; "full": as fast as it trains. */
export const SPEEDS = /** @type {[string, string][]} */ ([["slow", "slow: in four phases"], ["2", "2 updates a second"], ["20", "20 updates a second"], ["full", "as fast as it trains"]]);
export const SLOW = 1 / 9; // updates a second, told in four phases

export function createPace() {
  let level = 2;
  let rate = 0; // updates a second
  return {
    rate: () => rate,
    /** The next piece behind the updates that are here, or on their way. @param {number} known @param {number} until */
    wish(known, until) {
      return known < until ? [`piece.${level}.${Math.floor(known / 2 ** level)}`] : [];
    },
    /** An answer has come, with `got` more updates; `late`: with none, as its time was over. @param {number} got @param {number} took ms */
    answered(got, took, late) {
      if (late) level = Math.max(0, level - 1);
      if (got <= 0) return;
      const each = Math.max(1, took) / got;
      rate = rate ? rate + 0.3 * (1000 / each - rate) : 1000 / each;
      const fits = Math.floor(Math.log2(Math.max(1, TARGET / each)));
      level = Math.max(0, Math.min(HIGHEST, fits, level + 2));
    },
    /** Updates a second that are shown. */
    shown(speed, at, known, total) {
      if (speed === "slow") return SLOW;
      if (speed !== "full") return Number(speed);
      return Math.max(rate, Math.min((known - at) / CLOSING, total / REPLAY), 0.5);
    },
    /** Up to which update is asked for. */
    ahead(speed, at, total) {
      if (speed === "full") return total;
      return Math.min(total, Math.ceil(at + Math.max(1, (speed === "slow" ? SLOW : Number(speed)) * AHEAD)));
    },
  };
}
