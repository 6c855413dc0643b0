"""How a network of one's own is looked at; it changes no number."""

from __future__ import annotations

from dataclasses import dataclass

from engine.record import Record, declare

MOST_LAYERS = 1_000


@dataclass(frozen=True)
class OwnView(Record):
    """The layer and direction that findings are shown of."""

    layer: int = declare.whole(1, 1, MOST_LAYERS, "layer")
    reverse: bool = declare.switch(False, "reverse")  # the direction that reads from the end
