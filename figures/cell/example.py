"""A highway by hand: a few numbers that are held, a gate for each, and what is written on top."""

from __future__ import annotations

from dataclasses import dataclass

from engine.record.reading import read_number, shown, write_number

MOST = 6  # lanes
LARGEST = 1e6
RANGES = {"held": (-LARGEST, LARGEST), "gate": (0.0, 1.0), "written": (-LARGEST, LARGEST)}


@dataclass(frozen=True)
class Example:
    """c_t = f ⊙ c_{t-1} + w, lane by lane; as it stands a forget gate of [1, 0, 1] makes [5, 6, 7] into [5, 0, 7]."""

    held: tuple[float, ...] = (5.0, 6.0, 7.0)  # c_{t-1}
    gate: tuple[float, ...] = (1.0, 0.0, 1.0)  # f, each from 0 to 1
    written: tuple[float, ...] = (0.0, 0.0, 0.0)

    @property
    def lanes(self) -> tuple[tuple[float, ...], ...]:
        """The three rows as the browser takes them."""
        return self.held, self.gate, self.written

    def in_link(self) -> str:
        """Its form in a URL: rows apart by semicolons, numbers by commas."""
        return ";".join(",".join(map(write_number, row)) for row in self.lanes)


def read_example(text: str) -> tuple[Example | None, str]:
    """The example in a URL; None, and what is wrong with it, where it cannot be read."""
    rows = [row.split(",") for row in text[:1000].split(";")]
    if len(rows) != len(RANGES) or len({len(row) for row in rows}) != 1 or not 1 <= len(rows[0]) <= MOST:
        return None, (
            f"{shown(text)} is not an example; three rows of 1 to {MOST} numbers are accepted, "
            "held;gate;written, as 5,6,7;1,0,1;0,0,0."
        )
    found: list[tuple[float, ...]] = []
    for row, (name, (low, high)) in zip(rows, RANGES.items(), strict=True):
        values = []
        for word in row:
            value, complaint = read_number(word, low, high)
            if value is None or complaint:
                return None, f"{name}: {complaint}"
            values.append(value)
        found.append(tuple(values))
    return Example(*found), ""
