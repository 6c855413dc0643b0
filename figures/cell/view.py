"""How the circuit is looked at; it changes no number of the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.record import Record, declare
from engine.record.kinds import Kind, Read
from engine.record.reading import is_word, shown
from figures.cell.example import Example, read_example
from figures.cells import look_of

WAYS = {"forward": "forward", "backward": "backward"}  # values, or gradients on the wires
ORDERS = {"memory": "longest memory first", "number": "by number"}
LECTURE = Example().in_link()


@dataclass(frozen=True)
class Quantity(Kind[str]):
    """A node of the study's circuit, or a wire as ``one>other``; "" is the usual one."""

    what, is_one = "a text", staticmethod(is_word)

    def complaint(self, name: str, value: str, others: Mapping[str, Any]) -> str:
        return ""

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        circuit = look_of(of.kind(of.cell)).circuit
        if not words or circuit.has(words):
            return words, ""
        return None, f"{shown(words)} is not in this circuit; there are {', '.join(circuit.by_name)}."


@dataclass(frozen=True)
class ByHand(Kind[str]):
    """A highway by hand, as a link writes it: held;gate;written."""

    what, is_one = "a text", staticmethod(is_word)

    def complaint(self, name: str, value: str, others: Mapping[str, Any]) -> str:
        return read_example(value)[1]

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        found, complaint = read_example(words)
        return (None if found is None else found.in_link()), complaint


@dataclass(frozen=True)
class CellView(Record):
    """The step, the unit, the direction, the units' order, the quantity that is explained, and the example by hand."""

    t: int | None = declare.whole(None, 1, lambda study: study.sizes[0], "step")  # None: it plays
    hidden_unit: int = declare.whole(1, 1, lambda study: study.hidden, "unit")
    way: str = declare.choice("forward", WAYS, "way")
    order: str = declare.choice("memory", ORDERS, "order")  # of the units in the pictures of gates
    quantity: str = declare.of_kind("", Quantity(), "show")
    example: str = declare.of_kind(LECTURE, ByHand(), "example")
