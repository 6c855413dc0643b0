"""How a backward pass is looked at; it changes no number."""

from __future__ import annotations

from dataclasses import dataclass

from engine.record import Record, declare
from engine.studies.backward.look import RATES
from engine.studies.backward.nudge import SIZES, Place
from figures.backward.kinds import TablePlace, Tried, WeightPlace


@dataclass(frozen=True)
class BackwardView(Record):
    """The network, weight, step, rate, way and nudge that a visitor has turned to."""

    cell: str | None = declare.choice(  # whose errors are shown; None: the first
        None, lambda study: {name: study.kind(name).title for name in study.cells}, "focus"
    )
    weight: Place = declare.of_kind(("W", 2, 3), WeightPlace(), "weight")
    single: bool = declare.switch(False, "single")  # contributions to this one weight instead of its whole array
    step: int | None = declare.whole(
        None, 1, lambda study: study.length, "step"
    )  # how far the error has come; None: it plays
    rate: float = declare.of_kind(0.1, Tried(RATES), "rate")
    path: tuple[int, int] | None = declare.of_kind(
        None, TablePlace(), "path"
    )  # loss and state; None: last loss, state 1
    size: float = declare.of_kind(1e-5, Tried(SIZES), "nudge")
