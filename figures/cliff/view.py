"""How the cliff is looked at; it changes no number."""

from __future__ import annotations

from dataclasses import dataclass

from engine.record import Record, declare

SEEN = {"error": "error E", "norm": "gradient norm"}  # what the map's colours are
FOLLOWED = {"free": "without clipping", "clipped": "with clipping"}
POINTS = {"steepest": "steepest update", "drop": "where dropped"}  # whose cause is shown


@dataclass(frozen=True)
class CliffView(Record):
    """The colours, the ball that is followed, the point whose cause is shown, and the update."""

    seen: str = declare.choice("error", SEEN, "map")
    follow: str = declare.choice("free", FOLLOWED, "ball")
    point: str = declare.choice("steepest", POINTS, "point")
    update: int | None = declare.whole(None, 0, lambda study: study.count, "update")  # None: the balls roll
