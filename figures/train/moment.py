"""One update told in four phases: forward, loss, backward, update, with the numbers of one sequence of its batch."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array, log2_norm
from engine.studies.train.study import TrainStudy
from engine.training.step import Step
from engine.training.training import Training
from figures.message import Shades, message
from figures.train.answer import LONGEST, grown

WORDS = {"U": "input weights U", "W": "recurrent weights W", "b": "biases b", "V": "output weights V", "d": "biases d"}


def moment(study: TrainStudy, racer: int, update: int) -> bytes:
    """Update number `update`, from 1 on, of racer `racer`, from 0 on.

    Arrays: ``h`` (T, H) the states of the top layer for the first sequence of the batch; ``log2_dh`` (T,) how large the
    gradient is at each of them; ``outputs`` (m, K) what it answers.

    Raises:
        TimeoutError, ValueError: as `figures.train.answer.piece`.
    """
    trainings = study.trainings()
    if not (0 <= racer < len(trainings) and 1 <= update <= study.goal):
        raise ValueError(f"there is no update {update} of racer {racer}")
    training = trainings[racer]
    (run,) = grown([training], update)
    step = run.moment(update - 1)
    direction = step.forward.trace.layers[-1].directions[0]
    start, window = step.backward.windows[-1]
    gradients = window.layers[-1].directions[0]
    T = len(direction.h) - 1 if step.batch.lengths is None else int(step.batch.lengths[0])
    T = min(T, LONGEST)
    log2_dh = np.full(len(direction.h) - 1, -np.inf)
    rows = gradients.log2_dh[1:, 0]
    log2_dh[start : start + len(rows)] = rows
    outputs = step.forward.errors.outputs
    assert outputs is not None
    arrays: dict[str, Array | Shades] = {
        "h": direction.h[1 : T + 1, 0].astype(np.float32),
        "log2_dh": log2_dh[:T].astype(np.float32),
        "outputs": outputs[:, 0].astype(np.float32),
    }
    return message({"racer": racer, "update": update, **_told(training, step)}, arrays)


def _told(training: Training, step: Step) -> dict[str, object]:
    learned, batch = training.learned, step.batch
    entered, wanted, source = learned.words(batch)
    rate, clip, size = training.settings(step.number)
    structure = training.structure
    counts = batch.counts[:, 0]
    reading = int(np.flatnonzero(counts > 0)[-1]) if (counts > 0).any() else 0
    return {
        "entered": (source[0] if source else entered[0])[:LONGEST],
        "wanted": wanted[0][reading] if reading < len(wanted[0]) else "",
        "reading": reading,
        "target": np.asarray(batch.targets[reading, 0]).reshape(-1).tolist(),
        "names": list(learned.output_names),
        "numbers": learned.loss == "squared-error",
        "binary": learned.loss == "binary-cross-entropy",
        "loss": step.forward.loss,
        "rate": rate,
        "clip": clip,
        "clip_by": training.clip_by,
        "batch": size,
        "optimiser": training.optimiser,
        "log2_norm": step.backward.log2_norm if np.isfinite(step.backward.log2_norm) else None,
        "log2_factor": step.log2_factor,
        "log2_change": _log2(step.change),
        "log2_weights": _log2(step.model.numbers),
        "blocks": [
            {
                "name": _block(name),
                "count": place.stop - place.start,
                "log2_gradient": _log2(step.backward.gradient[place]),
                "log2_change": _log2(step.change[place]),
                "log2_weights": _log2(step.model.numbers[place]),
            }
            for name, place in structure.slices.items()
        ],
    }


def _block(name: str) -> str:
    part, *rest = name.split(".")
    words = WORDS.get(rest[-1], rest[-1])
    if part == "readout" or (part == "network" and rest[:-1] == ["0"]):
        return words
    layer = f" of layer {int(rest[0]) + 1}" if rest[0].isdigit() else ""
    return f"{words}{layer}{', reversed' if 'reverse' in rest else ''}{', encoder' if part == 'encoder' else ''}"


def _log2(vector: Array) -> float | None:
    found = float(log2_norm(vector, (0,)))
    return found if np.isfinite(found) else None
