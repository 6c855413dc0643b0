"""Everything that decides what the cliff's page shows, as one record; its URL form, and the way back from any URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from engine.studies.cliff.cliff import START, STEPS, TARGET
from engine.studies.cliff.descent import Path, descend
from engine.studies.query import (
    Field,
    found_in,
    number_field,
    read_number,
    shown,
    whole_field,
    write_number,
    written,
)

RANGES = {  # of each number; both ends are allowed
    "w": (-20.0, 20.0),
    "b": (-20.0, 20.0),
    "rate": (0.001, 10.0),
    "threshold": (0.01, 100.0),
    "momentum": (0.0, 0.99),
    "count": (10, 500),
    "steps": (1, 200),
    "target": (0.01, 0.99),
    "start": (-10.0, 10.0),
    "latch_w": (0.1, 4.0),
    "latch_u": (-2.0, 2.0),
    "latch_start": (-1.0, 1.0),
}
WINDOW = (4.0, 7.0, -3.5, -1.5)  # of figure 6
EDGES = (-20.0, 20.0)
NARROWEST = 1e-4  # a window's least width and height


@dataclass(frozen=True)
class CliffStudy:
    """A ball dropped on the error surface, the surface, and the latch below it."""

    w: float = 4.8  # where the ball is dropped
    b: float = -2.1
    rate: float = 0.1  # learning rate
    threshold: float = 1.0  # on the gradient's norm, for the ball that is clipped
    momentum: float = 0.0
    count: int = 200  # updates
    steps: int = STEPS  # T
    target: float = TARGET  # of sigmoid(x_T)
    start: float = START  # x_0
    window: tuple[float, float, float, float] = WINDOW  # what is seen: w from, w to, b from, b to
    latch_w: float = 2.0
    latch_u: float = 0.0
    latch_start: float = 0.3

    def paths(self) -> tuple[Path, Path]:
        """The descent without clipping and with it, from the same point."""
        free, clipped = (
            descend(
                self.w, self.b, self.rate, self.count, threshold, self.momentum, self.steps, self.target, self.start
            )
            for threshold in (None, self.threshold)
        )
        return free, clipped


DEFAULT = CliffStudy()


def drop_to_query(drop: CliffStudy) -> dict[str, str]:
    """URL parameters of everything that differs from the default, in a fixed order."""
    return written(drop, DEFAULT, _FIELDS)


def drop_from_query(query: Mapping[str, str]) -> tuple[CliffStudy, list[str]]:
    """The drop a URL describes, and one sentence for each parameter that could not be taken as it was.

    Never raises: a value out of range becomes the nearest valid one, an unreadable one the default. Parameters of
    other names are left alone.
    """
    found, complaints = found_in(query, _FIELDS)
    return replace(DEFAULT, **found), complaints


def read_window(text: str) -> tuple[tuple[float, float, float, float] | None, str]:
    """Four numbers with commas between: w from, w to, b from, b to."""
    parts = text.split(",") if len(text) < 200 else []
    read = [read_number(part, *EDGES) for part in parts]
    values = [value for value, _ in read if value is not None]
    if len(parts) != 4 or len(values) != 4:
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


_FIELDS = (
    number_field("w", "w", RANGES["w"]),
    number_field("b", "b", RANGES["b"]),
    number_field("rate", "rate", RANGES["rate"]),
    number_field("clip", "threshold", RANGES["threshold"]),
    number_field("momentum", "momentum", RANGES["momentum"]),
    whole_field("updates", "count", RANGES["count"]),
    whole_field("T", "steps", RANGES["steps"]),
    number_field("target", "target", RANGES["target"]),
    number_field("x0", "start", RANGES["start"]),
    Field("window", "window", lambda window: ",".join(map(write_number, window)), read_window),
    number_field("latch", "latch_w", RANGES["latch_w"]),
    number_field("u", "latch_u", RANGES["latch_u"]),
    number_field("bit", "latch_start", RANGES["latch_start"]),
)
assert {field.name for field in _FIELDS} == {field.name for field in fields(CliffStudy)}

KEYS = {field.key: field.name for field in _FIELDS}  # in the URL -> of the record
