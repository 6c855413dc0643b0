// The numbers of a race, for spreadsheets.

import { columnOf, evaluationAt, heldBy, stepName } from "./history.js";

const MOST_COLUMNS = 400; // of gradients by timestep
const LOG2 = Math.log10(2);

/**
 * One row an update that has been made: of each racer loss, norm, clip factor and the evaluation that was made then; and
 * the gradient at each timestep, where it was kept.
 */
export function* curveRows({ history, header }) {
  const { racers } = header;
  const steps = history.steps * racers.length <= MOST_COLUMNS ? history.steps : 0;
  const every = racers.flatMap(({ title }) => Array.from({ length: steps }, (_, t) => `${title}: log10 ‖dL/dh‖ at ${stepName(header, t + 1)}`));
  yield ["update", ...racers.flatMap(({ title }) => ["loss of the batch", "log10 gradient norm", "log10 clip factor", "log10 update size / weights", "loss, fresh", "right, fresh"].map((name) => `${title}: ${name}`)), ...every];
  for (let k = 0; k < history.known; k++) {
    const own = history.racers.flatMap((racer) => {
      const now = evaluationAt(racer, k + 1);
      const here = now?.update === k + 1 ? now : null;
      return [racer.loss[k], racer.norm[k], racer.clip[k] * LOG2, racer.moved[k] * LOG2, here?.loss, here?.accuracy];
    });
    const column = columnOf(history, k);
    const maps = history.racers.flatMap((racer) => (racer.filled[column] === k + 1 ? [...racer.map.subarray(column * history.steps, column * history.steps + steps)] : Array(steps).fill(null)));
    yield [k + 1, ...own, ...maps];
  }
}

/** One row for each bin of each gate and of the weights at each evaluation: how many values lie in it. */
export function* spreadRows({ history, header }, k, weightEnd) {
  yield ["update", "quantity", "from", "to", "count"];
  const names = { gates: header.racers[k].gates.map(({ label, low }) => [label, low, 1]), weights: [["input weights U", -weightEnd, weightEnd], ["recurrent weights W", -weightEnd, weightEnd]] };
  for (const found of history.racers[k].evals) {
    for (const [of, quantities] of Object.entries(names)) {
      const block = heldBy(found, of);
      if (!block) continue;
      const bins = block.shape[1];
      for (const [row, [name, low, high]] of quantities.entries()) for (let j = 0; j < bins; j++) yield [found.update, name, low + (j / bins) * (high - low), low + ((j + 1) / bins) * (high - low), block.data[row * bins + j]];
    }
  }
}
