"""What is changed on the way: from so many updates on another rate, clip or batch, as a part of the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.record.kinds import Kind, Read
from engine.record.numerals import written
from engine.record.reading import is_number, read_number, read_whole, shown, write_number

LONGEST = 100_000  # updates of a run
MOST_CHANGES = 50
RATES, CLIPS, BATCHES = (1e-6, 10.0), (0.0, 1000.0), (1, 256)
ENDS = {"rate": RATES, "clip": CLIPS, "batch": BATCHES}  # what can be changed, and from where to where
EXAMPLE = "600_rate_0.001~800_clip_0"


@dataclass(frozen=True, order=True)
class Change:
    """After `update` updates, `field` becomes `value`."""

    update: int
    field: str
    value: float
    racer: int = 0  # of a race: whose, from 1 on; 0: everybody's


def complaint_of(change: Change) -> str:
    """Why there is no such change; "" where there is."""
    update, field, value, _ = change.update, change.field, change.value, change.racer
    if not 0 <= update <= LONGEST:
        return f"a change comes after 0 to {LONGEST:,} updates, not after {update:,}"
    if field not in ENDS:
        return f"{field!r:.30} cannot be changed on the way; there are {', '.join(ENDS)}"
    low, high = ENDS[field]
    if not low <= value <= high or (field == "batch" and value != int(value)):
        return (
            f"{field} is {written(value)} from update {update:,} on, but must be from {written(low)} to {written(high)}"
        )
    return ""


@dataclass(frozen=True)
class Changes(Kind[tuple[Change, ...]]):
    """Changes in their order, no two of the same at once."""

    what = "a tuple of changes"

    @staticmethod
    def is_one(value: Any, /) -> bool:
        return isinstance(value, tuple) and all(
            isinstance(change, Change)
            and all(map(is_number, (change.update, change.value, change.racer)))
            and isinstance(change.field, str)
            for change in value
        )

    def complaint(self, name: str, value: tuple[Change, ...], others: Mapping[str, Any]) -> str:
        if len(value) > MOST_CHANGES:
            return f"{len(value)} changes were given, but at most {MOST_CHANGES} are accepted"
        places = [(change.update, change.field, change.racer) for change in value]
        if places != sorted(set(places)):
            return "changes must stand in the order of their updates, fields and racers, each once"
        return next(filter(None, map(complaint_of, value)), "")

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        """As a link has it: 600_rate_0.001~800_clip_0, and 900_rate_0.01_2 of the second racer alone."""
        found: dict[tuple[int, str, int], Change] = {}
        said = ""
        for word in filter(None, words.split("~")):
            change, complaint = _read_change(word)
            said = said or complaint
            if change is not None:
                found[change.update, change.field, change.racer] = change
        if len(found) > MOST_CHANGES:
            said = said or f"at most {MOST_CHANGES} changes are made on the way; the first {MOST_CHANGES} are."
        return tuple(found[place] for place in sorted(found)[:MOST_CHANGES]), said

    def write(self, value: tuple[Change, ...]) -> str:
        each = ((f"{c.update}", c.field, write_number(c.value), *([f"{c.racer}"] if c.racer else [])) for c in value)
        return "~".join(map("_".join, each))


def with_change(changes: tuple[Change, ...], new: Change) -> tuple[Change, ...]:
    """The changes with a further one, in order; it takes the place of one of the same field at the same update."""
    others = [one for one in changes if (one.update, one.field, one.racer) != (new.update, new.field, new.racer)]
    return tuple(sorted([*others, new], key=lambda one: (one.update, one.field, one.racer)))


def without_racer(changes: tuple[Change, ...], racer: int) -> tuple[Change, ...]:
    """The changes once a racer (from 1 on) is taken out: its own are gone, those behind it move up."""
    kept = (one for one in changes if one.racer != racer)
    return tuple(replace(one, racer=one.racer - 1) if one.racer > racer else one for one in kept)


def _read_change(word: str) -> tuple[Change | None, str]:
    parts = word.split("_")
    if len(parts) not in (3, 4) or parts[1] not in ENDS:
        return None, f"{shown(word)} is no change; changes are written {EXAMPLE}, of {', '.join(ENDS)}."
    update, said = read_whole(parts[0], 0, LONGEST)
    reader = read_whole if parts[1] == "batch" else read_number
    value, about_value = reader(parts[2], *ENDS[parts[1]])
    racer, about_racer = read_whole(parts[3], 1, 4) if len(parts) == 4 else (0, "")
    if update is None or value is None or racer is None:
        return None, said or about_value or about_racer
    return Change(update, parts[1], value, racer), said or about_value or about_racer
