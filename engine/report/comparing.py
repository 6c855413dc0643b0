"""Two networks on the same sequences: what differs most, first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.report.directions import Direction
from engine.report.report import Report


@dataclass(frozen=True)
class Difference:
    """One quantity in both reports."""

    what: str  # of WHAT in `figures.own.words`
    direction: Direction | None  # of the first network; None: of the whole network
    gate: str | None
    step: int | None  # k, of what truncation loses
    first: float
    second: float

    @property
    def change(self) -> float:
        """|second - first| / the larger of both sizes: 0 for no change, 1 from or to nothing, 2 to the opposite.

        nan where one of both is no number.
        """
        if self.first == self.second:
            return 0.0
        top = max(abs(self.first), abs(self.second))
        return 1.0 if np.isinf(top) else abs(self.second - self.first) / top


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(ArrayRecord):
    """What two reports have in common."""

    first: Report
    second: Report
    differences: tuple[Difference, ...]  # the largest relative change first; those that are no numbers last
    refused: tuple[str, ...]  # what cannot be compared, and why, in sentences


def differences(first: Report, second: Report) -> Comparison:
    """Every quantity that both reports have, layer by layer.

    Raises:
        ValueError: they are not about the same sequences, or not about the same output.
    """
    if first.lengths != second.lengths:
        steps = f"{_listed(first.lengths)} and of {_listed(second.lengths)} steps"
        raise ValueError(f"the reports are of different sequences, of {steps}")
    if not all(_same(a.symbols, b.symbols) for a, b in zip(first.inputs, second.inputs, strict=True)):
        raise ValueError("the reports are of sequences of different symbols")
    if [one.steps for one in first.origins] != [one.steps for one in second.origins]:
        raise ValueError("the reports are of different outputs: their errors enter at different steps")
    found, refused = list(_whole(first, second)), []
    for one in first.directions:
        other = next((d for d in second.directions if (d.layer, d.reverse) == (one.layer, one.reverse)), None)
        if other is None:
            refused.append(f"{_named(one)} is in the first network only.")
            continue
        if one.cell != other.cell:
            refused.append(
                f"{_named(one)} is of another cell in the second network, {other.cell.title} and not {one.cell.title}: "
                "gates of one name are compared, others are not."
            )
        found += _of_direction(first, second, one, other)
    known = [(d.layer, d.reverse) for d in first.directions]
    others = (d for d in second.directions if (d.layer, d.reverse) not in known)
    refused += [f"{_named(other)} is in the second network only." for other in others]
    found.sort(key=lambda difference: -np.nan_to_num(difference.change, nan=-1.0))
    return Comparison(first, second, tuple(found), tuple(refused))


def _whole(first: Report, second: Report) -> Iterator[Difference]:
    a, b = (dict(zip(one.cuts.steps, one.cuts.median_together, strict=True)) for one in (first, second))
    for k in sorted(a.keys() & b.keys()):
        yield Difference("lost", None, None, k, float(np.exp2(a[k])), float(np.exp2(b[k])))


def _of_direction(first: Report, second: Report, one: Direction, other: Direction) -> Iterator[Difference]:
    a, b = _quantities(first, one), _quantities(second, other)
    for (what, gate), value in a.items():
        if (what, gate) in b:
            yield Difference(what, one, gate, None, value, b[what, gate])


def _quantities(report: Report, direction: Direction) -> dict[tuple[str, str | None], float]:
    """Everything that is said of one direction in one number, by what it is and of which gate."""
    curve = next(one for one in report.curves if one.direction == direction)
    units = next(one for one in report.units if one.direction == direction)
    found: dict[tuple[str, str | None], float] = {
        ("half-life", None): curve.half_life,
        ("left", None): float(np.exp2(curve.log2_left)),
        ("dead", None): float(units.dead.mean()),
        ("saturated", None): float(units.saturated.mean()),
    }
    for held in report.memories:
        if held.direction == direction:
            found["memory", None] = float(np.median(held.half_life))
    for gate in report.gates:
        if gate.direction == direction:
            found["shut", gate.gate], found["open", gate.gate] = float(gate.shut.mean()), float(gate.open.mean())
    for weights in report.weights:
        if weights.direction == direction:
            found["radius", weights.gate] = weights.spectral_radius
            found["largest", weights.gate] = float(weights.singular_values[0])
    return found


def _same(a: object, b: object) -> bool:
    return (a is None) == (b is None) and (a is None or np.array_equal(a, b))  # type: ignore[arg-type]


def _named(direction: Direction) -> str:
    way = f" that reads from the {'end' if direction.reverse else 'start'}" if direction.both else ""
    return f"Layer {direction.layer}{way}"


def _listed(lengths: tuple[int, ...]) -> str:
    return ", ".join(map(str, lengths[:5])) + (", …" if len(lengths) > 5 else "")
