"""The networks of a race: what each of them has for itself, and how a link writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.cells import CELLS
from engine.record.kinds import Kind, Read
from engine.record.numerals import written
from engine.record.reading import is_number, read_choice, read_number, shown, write_number
from engine.training.changes import CLIPS, RATES
from engine.training.learning import BIASES, INITIALISERS

MOST_RACERS = 4
MOST_SAID = 6  # sentences on what could not be read
USUAL = "usual"  # the word for a bias that is the cell's own
EXAMPLE = "lstm_orthogonal_1_0.005_usual"


@dataclass(frozen=True)
class Racer:
    """One network of a race."""

    cell: str = "tanh"
    initialiser: str = "orthogonal"
    clip: float = 1.0  # 0: off
    rate: float = 0.005
    bias: float | None = None  # of the gate that says what is kept; None: the cell's usual

    def complaint(self) -> str:
        """Why there is no such racer; "" where there is."""
        if self.cell not in CELLS:
            return f"the cell {self.cell!r:.40} is unknown; there are {', '.join(CELLS)}"
        if self.initialiser not in INITIALISERS:
            return f"the initialiser {self.initialiser!r:.40} is unknown; there are {', '.join(INITIALISERS)}"
        for name, (low, high) in (("clip", CLIPS), ("rate", RATES), ("bias", BIASES)):
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                title, ends = CELLS[self.cell].title, f"from {written(low)} to {written(high)}"
                return f"{name} of the {title} is {written(value)}, but must be {ends}"
        return ""


@dataclass(frozen=True)
class Racers(Kind[tuple[Racer, ...]]):
    """One to four racers; two may be the same."""

    what = "a tuple of racers"

    @staticmethod
    def is_one(value: Any, /) -> bool:
        return isinstance(value, tuple) and all(
            isinstance(racer, Racer)
            and isinstance(racer.cell, str)
            and isinstance(racer.initialiser, str)
            and is_number(racer.clip)
            and is_number(racer.rate)
            and (racer.bias is None or is_number(racer.bias))
            for racer in value
        )

    def complaint(self, name: str, value: tuple[Racer, ...], others: Mapping[str, Any]) -> str:
        if not 1 <= len(value) <= MOST_RACERS:
            return f"{len(value)} racers were given, but 1 to {MOST_RACERS} are accepted"
        return next(filter(None, (racer.complaint() for racer in value)), "")

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        """As a link has it: lstm_orthogonal_1_0.005_usual~gru; what is left out is as usual."""
        found, said = [], list[str]()
        for word in filter(None, words.split("~")):
            racer, complaints = _read_racer(word)
            said += [one for one in complaints if one not in said]
            found += [] if racer is None else [racer]
        if len(said) > MOST_SAID:
            said[MOST_SAID - 1 :] = [f"{len(said) - MOST_SAID + 1} more parts were not taken."]
        if not found:
            return None, " ".join(said) or f"no racer is named; racers are written {EXAMPLE}, joined by ~."
        if len(found) > MOST_RACERS:
            said.append(f"at most {MOST_RACERS} networks race; the first {MOST_RACERS} do.")
        return tuple(found[:MOST_RACERS]), " ".join([*said[:1], *(one[:1].upper() + one[1:] for one in said[1:])])

    def write(self, value: tuple[Racer, ...]) -> str:
        return "~".join(map(_written, value))


def _written(racer: Racer) -> str:
    bias = USUAL if racer.bias is None else write_number(racer.bias)
    return "_".join((racer.cell, racer.initialiser, write_number(racer.clip), write_number(racer.rate), bias))


def _read_racer(word: str) -> tuple[Racer | None, list[str]]:
    """A racer, as far as it could be read, and a sentence for each part that could not."""
    cell = max((name for name in CELLS if word == name or word.startswith(f"{name}_")), key=len, default="")
    parts = word[len(cell) + 1 :].split("_") if len(word) > len(cell) else []
    if not cell or len(parts) > 4:
        return None, [f"{shown(word)} is no racer; racers are written {EXAMPLE}, of the cells {', '.join(CELLS)}."]
    usual, complaints = Racer(), list[str]()
    values: dict[str, Any] = {}
    for name, part in zip(("initialiser", "clip", "rate", "bias"), parts, strict=False):
        if name == "bias" and part == USUAL:
            continue
        ends = {"clip": CLIPS, "rate": RATES, "bias": BIASES}.get(name)
        value, complaint = read_choice(INITIALISERS, part) if ends is None else read_number(part, *ends)
        values[name] = getattr(usual, name) if value is None else value
        complaints += [f"{name} of {shown(word)}: {complaint}"] if complaint else []
    return Racer(cell, **values), complaints
