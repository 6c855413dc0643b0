"""How a network of one's own is looked at; it changes no number."""

from __future__ import annotations

from dataclasses import dataclass

from engine.record import Record, declare
from engine.studies.own.entries import MOST

LAYERS = 1_000


@dataclass(frozen=True)
class OwnView(Record):
    """Whose numbers the report shows, and where its doors lead."""

    which: int = declare.whole(0, 0, MOST, "which", "Sequence shown")  # 0: the longest
    layer: int = declare.whole(0, 0, LAYERS, "layer", "Layer that buttons open")  # 0: the highest
    way: int = declare.whole(1, 1, 2, "direction", "It reads")  # 2: the one that reads from the end
