"""Everything that decides what The cliff shows, as one record: the ball, the surface, and the latch below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from engine.record import Record, declare
from engine.record.kinds import Kind, Read
from engine.record.numerals import separated, written
from engine.record.reading import is_number, is_tuple_of, read_number, shown, write_number
from engine.studies.cliff.cliff import START, STEPS, TARGET
from engine.studies.cliff.descent import Path, descend

Window = tuple[float, float, float, float]  # what is seen: w from, w to, b from, b to
WINDOW: Window = (4.0, 7.0, -3.5, -1.5)  # of figure 6
EDGES = (-20.0, 20.0)
NARROWEST = 1e-4  # a window's least width and height


def _is_window(value: object) -> bool:
    return is_tuple_of(is_number)(value) and len(cast(Window, value)) == 4


@dataclass(frozen=True)
class Windows(Kind[Window]):
    """A window of the map, in a link as four numbers with commas between."""

    what, is_one = "a tuple of four numbers, w from, w to, b from and b to", staticmethod(_is_window)

    def complaint(self, name: str, value: Window, others: Mapping[str, Any]) -> str:
        inside = all(EDGES[0] <= edge <= EDGES[1] for edge in value)
        if inside and value[1] - value[0] >= NARROWEST and value[3] - value[2] >= NARROWEST:
            return ""
        came, low, high = ", ".join(map(written, value)), *map(written, EDGES)
        return f"{name} is {came}, but must be w from, w to, b from, b to within {low} to {high}"

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        return read_window(words)

    def write(self, value: Window) -> str:
        return ",".join(map(write_number, value))


SURFACE = ("steps", "target", "start", "window")  # fields that decide which part of which error surface is shown


@dataclass(frozen=True)
class CliffStudy(Record):
    """A ball dropped on the error surface, the surface, and the latch below it.

    Raises:
        ValueError: a field is outside its range; the message says what came and what is accepted.
    """

    w: float = declare.number(4.8, -20.0, 20.0, "w")  # where the ball is dropped
    b: float = declare.number(-2.1, -20.0, 20.0, "b")
    rate: float = declare.number(0.1, 0.001, 10.0, "rate")  # learning rate
    threshold: float = declare.number(1.0, 0.01, 100.0, "clip")  # on the gradient's norm, for the ball that is clipped
    momentum: float = declare.number(0.0, 0.0, 0.99, "momentum")
    count: int = declare.whole(200, 10, 500, "updates")
    steps: int = declare.whole(STEPS, 1, 200, "T")
    target: float = declare.number(TARGET, 0.01, 0.99, "target")  # of sigmoid(x_T)
    start: float = declare.number(START, -10.0, 10.0, "x0")
    window: Window = declare.of_kind(WINDOW, Windows(), "window")
    latch_w: float = declare.number(2.0, 0.1, 4.0, "latch")
    latch_u: float = declare.number(0.0, -2.0, 2.0, "u")
    latch_start: float = declare.number(0.3, -1.0, 1.0, "bit")

    def paths(self) -> tuple[Path, Path]:
        """The descent without clipping and with it, from the same point."""
        free, clipped = (
            descend(
                self.w, self.b, self.rate, self.count, threshold, self.momentum, self.steps, self.target, self.start
            )
            for threshold in (None, self.threshold)
        )
        return free, clipped


def read_window(text: str) -> tuple[tuple[float, float, float, float] | None, str]:
    """Four numbers with commas between: w from, w to, b from, b to."""
    parts, _ = separated(text, (4, 4)) if len(text) < 200 else ([], "")
    read = [read_number(part, *EDGES) for part in parts or ()]
    values = [value for value, _ in read if value is not None]
    if len(read) != 4 or len(values) != 4:
        return None, f"{shown(text)} is no window; four numbers are, as 4,7,-3.5,-1.5: w from, w to, b from, b to."
    complaint = next((said for _, said in read if said), "")
    return widened(values[0], values[1], values[2], values[3], complaint)


def widened(
    w_from: float, w_to: float, b_from: float, b_to: float, complaint: str = ""
) -> tuple[tuple[float, float, float, float] | None, str]:
    """The window if its ends are in order; None and a sentence if they are not."""
    if w_to - w_from < NARROWEST or b_to - b_from < NARROWEST:
        return None, "a window needs each “to” above its “from”; the window before stays."
    return (w_from, w_to, b_from, b_to), complaint
