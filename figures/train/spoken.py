"""What a racer says by itself at a moment: a text goes on, or a phrase is translated, each answer entering again."""

from __future__ import annotations

import numpy as np

from engine.studies.train.study import TrainStudy
from engine.training.speaking import continued, translated
from figures.message import message
from figures.train.answer import LOOKED_AT, grown

BEGUN = 2  # symbols of an example that are given
COUNT = 48  # symbols that are said
HOTTEST = 20  # tenths of temperature


def spoken(study: TrainStudy, racer: int, update: int, tenths: int) -> bytes:
    """For each example what racer `racer`, from 0 on, makes of its beginning after `update` updates.

    Args:
        tenths: ten times the temperature; a translation is always the likeliest.

    Raises:
        TimeoutError, ValueError: as `figures.train.answer.piece`.
    """
    trainings = study.trainings()
    learned = study.learned
    if not (learned.speaks and 0 <= racer < len(trainings) and 0 <= update <= study.goal and tenths <= HOTTEST):
        raise ValueError(f"racer {racer} says nothing by itself after {update} updates")
    training = trainings[racer]
    (run,) = grown([training], update)
    model = training.structure.model(run.at(min(update, run.updates)).numbers)
    batch, names = training.shown_batch, learned.output_names
    glue = "" if max(map(len, names)) == 1 else " "
    begun, said = [], []
    for k in range(min(LOOKED_AT, batch.x.shape[1])):
        if batch.source is not None:
            heard = batch.source[: len(batch.source) if batch.source_lengths is None else batch.source_lengths[k], k]
            first: list[int] = []
            found = translated(training, model, heard.tolist(), int(batch.x[0, k]), COUNT)
        else:
            first = np.asarray(batch.x[:BEGUN, k]).tolist()
            found = continued(training, model, first, COUNT, tenths / 10.0, study.seed)
        begun.append(glue.join(names[code] for code in first))
        said.append(glue.join(names[code] for code in found))
    return message({"begun": begun, "said": said, "glue": glue}, {})
