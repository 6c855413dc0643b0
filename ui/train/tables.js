// The numbers of a race, for spreadsheets.

import { evaluationAt } from "./history.js";

/** One row an update that has been made: loss, norm, clip factor of each racer, and the evaluation that was last made. */
export function* curveRows({ history, header }) {
  yield ["update", ...header.racers.flatMap(({ title }) => ["loss of the batch", "log10 gradient norm", "log10 clip factor", "log10 update size / weights", "loss, fresh", "right, fresh"].map((name) => `${title}: ${name}`))];
  const LOG2 = Math.log10(2);
  for (let k = 0; k < history.known; k++) {
    yield [k + 1, ...history.racers.flatMap((racer) => {
      const now = evaluationAt(racer, k + 1);
      return [racer.loss[k], racer.norm[k], racer.clip[k] * LOG2, racer.moved[k] * LOG2, now?.update === k + 1 ? now.loss : null, now?.update === k + 1 ? now.accuracy : null];
    })];
  }
}
