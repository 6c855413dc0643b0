"""Where one layer of a network is followed in one direction: which of them, of a network from somewhere, is chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from engine.cells import Cell, named
from engine.networks.layers import WAYS
from engine.record import declare
from engine.sequences import Sequence
from engine.studies.shelf import Shelved
from engine.studies.source import Source
from engine.studies.within import Within

SENDS = {"output": "the output at", "probe": "the probe at"}  # the same in the words of a picture


def _ways(study: Any) -> int:
    return 1 if study.trained is None else int(study.trained.ways(study.layer))


@dataclass(frozen=True)
class Layered(Shelved):
    """The same where one layer is followed in one direction: of a network from somewhere, a visitor chooses which.

    What enters it is what the layer below gives, and the error that enters it is what the layers above really send.
    """

    about_it: ClassVar = ("which", "layer", "direction")

    layer: int = declare.whole(
        1,
        1,
        lambda study: study.layers,
        "layer",
        "Layer",
        "Each reads the states of the one below; the errors that enter it come from the one above.",
        when=lambda study: study.layers > 1,
    )
    direction: int = declare.whole(
        1,
        1,
        _ways,
        "direction",
        "Reads",
        "A direction reads the sequence by itself, so its step 1 is the first symbol, or the last.",
        names=lambda study: study.reads,
        when=lambda study: _ways(study) > 1,
    )

    @property
    def layers(self) -> int:
        """How many there are to look into."""
        return 1 if self.trained is None else self.trained.layers

    @property
    def top(self) -> bool:
        """Whether the loss reads the shown layer, and no other stands above it."""
        return self.layer == self.layers

    @property
    def within(self) -> Within:
        """The layer and direction that are followed, of a network that is not drawn."""
        assert self.trained is not None
        return Within(self.trained, self.which, self.layer, self.direction)

    def kind(self, cell: str) -> Cell:
        """The cell of this name; of a network from somewhere that of the shown layer and direction."""
        return named(cell) if self.trained is None else self.within.cell

    def sequence(self) -> Sequence:
        """The input sequence and its targets; of a network from somewhere that of its lowest layer."""
        raise NotImplementedError

    @property
    def labels(self) -> tuple[str, ...]:
        """A name for each step, in the order in which the shown chain reads."""
        return self.sequence().labels if self.trained is None else self.within.labels()

    @property
    def reads(self) -> dict[int, str]:
        """From where each direction of the shown layer reads the sequence, in words."""
        if self.trained is None:
            return dict(enumerate(WAYS, 1))
        ways = range(1, _ways(self) + 1)
        return {way: WAYS[replace(self.within, way=way).back] for way in ways}

    @property
    def place(self) -> str:
        """Which layer and direction it is, where there are several: "layer 2 of 3, the direction from the end"."""
        if self.trained is None:
            return ""
        layer = [f"layer {self.layer} of {self.layers}"] if self.layers > 1 else []
        if _ways(self) > 1:
            return ", ".join([*layer, f"the direction that reads {self.reads[self.direction]}"])
        return ", ".join([*layer, "which reads from the end"] if layer and self.within.back else layer)

    @property
    def above(self) -> str:
        """What sends errors into the states: "the loss of", or "layer 3 at"."""
        if not self.top:
            return f"layer {self.layer + 1} at"
        return SENDS.get("" if self.trained is None else self.trained.loss, "the loss of")

    def aside(self) -> str:
        """Which layer and direction it is, where there are several, and what is to be said as everywhere."""
        place = self.place or ("it reads from the end" if self.trained is not None and self.within.back else "")
        return f"{place[:1].upper()}{place[1:]}{'. ' if place else ''}{super().aside()}"

    @classmethod
    def unfit(cls, trained: Source) -> str:
        """A layer of any single network is followed."""
        if trained.form.encoder is not None:
            return "this network is an encoder and a decoder, and this page follows a single network. Unroll shows it."
        return ""
