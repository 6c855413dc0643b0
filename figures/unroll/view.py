"""How a walk is looked at; it changes no number."""

from __future__ import annotations

from dataclasses import dataclass

from engine.record import Record, declare

SORTS = {"index": "number", "similarity": "similarity", "variance": "variance"}  # orders of units


@dataclass(frozen=True)
class UnrollView(Record):
    """The column, unit and row that a visitor has turned to."""

    t: int | None = declare.whole(None, 1, lambda study: study.columns, "step")  # None: not chosen, so the walk plays
    unit: int = declare.whole(1, 1, lambda study: study.hidden, "unit")
    chain: int = declare.whole(
        1, 1, lambda study: study.layers * (1 + study.both), "row"
    )  # layer and direction, from below
    focus: int = declare.whole(1, 1, lambda study: len(study.texts), "focus")  # which of two texts
    sort: str = declare.choice("index", SORTS, "sort")
    rolled: bool = declare.switch(False, "rolled")
