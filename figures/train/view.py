"""How a race is looked at; it changes no number."""

from __future__ import annotations

from dataclasses import dataclass

from engine.record import Record, declare
from engine.studies.train.racers import MOST_RACERS


@dataclass(frozen=True)
class TrainView(Record):
    """The moment that is looked at, the racer that the pictures follow, and whether the class predicts first."""

    update: int | None = declare.whole(None, 0, lambda study: study.goal, "update")  # None: the race goes on
    follow: int = declare.whole(1, 1, MOST_RACERS, "follow")
    predict: bool = declare.switch(False, "predict")
