"""A walkthrough's short, readable URL form, and the way back from whatever stands in a URL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from engine.cells import CELLS
from engine.sequences import symbols
from engine.studies.lab.link import read_choice, read_number, read_numbers, read_whole, shown, write_number
from engine.studies.unroll.walkthrough import (
    BY,
    EXAMPLES,
    LARGEST_WEIGHT,
    LONGEST_TEXT,
    MOST_EDITS,
    RANGES,
    SYMBOLS,
    WIRINGS,
    Edit,
    Walkthrough,
)

DEFAULT = Walkthrough()


def walkthrough_to_query(walkthrough: Walkthrough) -> dict[str, str]:
    """URL parameters of everything that differs from the default walkthrough, in a fixed order."""
    return {
        key: write(getattr(walkthrough, name))
        for key, name, write, _ in _FIELDS
        if getattr(walkthrough, name) != getattr(DEFAULT, name)
    }


def walkthrough_from_query(query: Mapping[str, str]) -> tuple[Walkthrough, list[str]]:
    """The walkthrough a URL describes, and one sentence for each parameter that could not be taken as it was.

    Never raises: a value out of range becomes the nearest valid one, an unreadable one the default, and an edit of a
    weight that the network does not have is left out.
    """
    found: dict[str, Any] = {}
    complaints = []
    for key, name, _, read in _FIELDS:
        if key in query:
            value, complaint = read(query[key])
            if value is not None:
                found[name] = value
            if complaint:
                complaints.append(f"{key}: {complaint}")
    edits = found.pop("edits", ())
    text = found.pop("text", DEFAULT.text)
    text, complaint = read_text(text, found.get("by", DEFAULT.by))
    if text is not None:
        found["text"] = text
    if complaint:
        complaints.append(f"text: {complaint}")
        if text is None and found.get("example") == "text":
            found.pop("by", None)
    if found.get("both") and found.get("wiring") == "delayed":
        found["both"] = False
        complaints.append("both: a decoder writes one step after the other, so it reads in one direction.")
    walkthrough, said = with_edits(Walkthrough(**found), edits)
    return walkthrough, complaints + [f"edits: {sentence}" for sentence in said]


def with_edits(walkthrough: Walkthrough, edits: tuple[Edit, ...]) -> tuple[Walkthrough, list[str]]:
    """The walkthrough with those edits that its network has a place for, and a sentence for the first that it has not.

    A place that is set twice keeps the later value.
    """
    plain = replace(walkthrough, edits=())
    latest = {edit[:3]: edit for edit in edits}
    complaints = {edit: plain.complaint_of(edit) for edit in latest.values()}
    fitting = [edit for edit, complaint in complaints.items() if not complaint]
    said = [f"{complaint}." for complaint in complaints.values() if complaint][:1]
    if len(fitting) > MOST_EDITS:
        said.append(f"at most {MOST_EDITS} weights can be set by hand; the first {MOST_EDITS} are.")
    return replace(plain, edits=tuple(fitting[:MOST_EDITS])), said


def read_text(text: str, by: str) -> tuple[str | None, str]:
    """An own text, cut to the longest that is accepted; None where it is too short."""
    low, high = SYMBOLS
    cut = text[:LONGEST_TEXT]
    read = symbols(cut) if by == "character" else tuple(cut.split())
    if len(read) < low:
        return None, f"the text has {len(read)} {by}{'' if len(read) == 1 else 's'}; {low} to {high:,} are accepted."
    if len(read) > high or len(text) > LONGEST_TEXT:
        kept = ("" if by == "character" else " ").join(read[:high])
        return kept, f"the text is longer than {high:,} {by}s; the first {min(high, len(read)):,} are used."
    return text, ""


def write_edits(edits: tuple[Edit, ...]) -> str:
    """Edits as name_row_column_value, joined by semicolons."""
    return ";".join(f"{name}_{row}_{column}_{write_number(value)}" for name, row, column, value in edits)


def read_edits(text: str) -> tuple[tuple[Edit, ...], str]:
    """Edits as `write_edits` has them; what cannot be read is left out."""
    edits: list[Edit] = []
    complaint = ""
    for word in text[:10_000].split(";"):
        name, *places = word.rsplit("_", 3)
        try:
            row, column = int(places[0]), int(places[1])
            value, said = read_number(places[2], -LARGEST_WEIGHT, LARGEST_WEIGHT)
        except (ValueError, IndexError):
            value, said = None, f"{shown(word)} sets no weight; write array_row_column_value, as U1_1_2_0.5."
        complaint = complaint or said
        if value is not None:
            edits.append((name, row, column, value))
    return tuple(edits), complaint


def _whole(name: str) -> Callable[[str], tuple[int | None, str]]:
    return lambda text: read_whole(text, *RANGES[name])


def _choice(allowed: tuple[str, ...]) -> Callable[[str], tuple[str | None, str]]:
    return lambda text: read_choice(allowed, text)


def _yes(text: str) -> tuple[bool | None, str]:
    return (text == "1", "") if text in ("0", "1") else (None, f"{shown(text)} is neither 0 nor 1.")


_FIELDS: tuple[tuple[str, str, Callable[[Any], str], Callable[[str], tuple[Any, str]]], ...] = (
    ("example", "example", str, _choice(EXAMPLES)),
    ("text", "text", str, lambda text: (text, "")),
    ("by", "by", str, _choice(BY)),
    ("numbers", "numbers", lambda values: ",".join(map(write_number, values)), read_numbers),
    ("cell", "cell", str, _choice(tuple(CELLS))),
    ("layers", "layers", str, _whole("layers")),
    ("both", "both", lambda both: str(int(both)), _yes),
    ("H", "hidden", str, _whole("hidden")),
    ("wiring", "wiring", str, _choice(WIRINGS)),
    ("label", "label", str, _whole("label")),
    ("seed", "seed", str, _whole("seed")),
    ("edits", "edits", write_edits, read_edits),
)
assert {name for _, name, _, _ in _FIELDS} == {field.name for field in fields(Walkthrough)}
