"""How an experiment with the gradient is looked at; it changes no number."""

from __future__ import annotations

from dataclasses import dataclass

from engine.record import Record, declare
from engine.studies.vanish.study import VanishStudy
from figures.vanish.factors import Factors

NORMS = {"relative": "relative to step T", "absolute": "absolute"}
PARTS = {"helps": "What helps?", "product": "How the steps multiply", "theory": "Theory beside it"}
LECTURE = "0.03, 0.05"  # the factors of one path
LONGEST_IN_LINK = 1500  # characters of factors; browsers and mail programs cut links that are much longer


def _networks(study: VanishStudy) -> dict[str, str]:
    return {cell: study.kind(cell).title for cell in study.cells}


@dataclass(frozen=True)
class VanishView(Record):
    """The step, network and part that a visitor has turned to."""

    t: int | None = declare.whole(None, 1, lambda study: study.length, "step")  # None: not chosen, so the chain plays
    focus: str | None = declare.choice(None, _networks, "focus")  # whose states are shown; None: the first
    norms: str = declare.choice("relative", NORMS, "norms")
    more: str | None = declare.choice(None, PARTS, "more", "Look deeper")  # the part that is open
    of: str | None = declare.choice(None, _networks, "of", "Network")  # of that part; None: the first
    predict: bool = declare.switch(
        False,
        "predict",
        "Predict first",
        "Before a preset's curves appear, a class votes: does the error vanish, stay or explode, and after how "
        "many steps? The vote then stands beside the computed answer.",
    )
    factors: str = declare.of_kind(
        LECTURE, Factors(), "factors", "Factors", "Separated by commas; 0.9^50 is fifty factors of 0.9."
    )

    def to_query(self) -> dict[str, str]:
        """As every record's; a chain of factors that would make the link too long stays out of it."""
        query = super().to_query()
        if len(query.get("factors", "")) > LONGEST_IN_LINK:
            del query["factors"]
        return query
