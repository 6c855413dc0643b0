"""How a scene is looked at; it changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from engine.record import Record, declare


@dataclass(frozen=True)
class LecturesView(Record):
    """Whether the answer is revealed, and whether this is the window with the lecturer's notes."""

    revealed: bool = declare.switch(False, "revealed")
    notes: bool = declare.switch(False, "notes")
