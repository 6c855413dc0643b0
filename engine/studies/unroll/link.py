"""A walkthrough's short, readable URL form, and the way back from whatever stands in a URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from engine.cells import CELLS
from engine.studies.query import (
    Field,
    choice_field,
    found_in,
    numbers_field,
    read_number,
    read_text,
    shown,
    switch_field,
    whole_field,
    write_number,
    written,
)
from engine.studies.unroll.study import (
    BY,
    EXAMPLES,
    LARGEST_WEIGHT,
    MOST_EDITS,
    RANGES,
    SYMBOLS,
    WIRINGS,
    Edit,
    UnrollStudy,
)
from engine.studies.vanish.study import LARGEST_NUMBER, NUMBERS

DEFAULT = UnrollStudy()


def walkthrough_to_query(walkthrough: UnrollStudy) -> dict[str, str]:
    """URL parameters of everything that differs from the default walkthrough, in a fixed order."""
    return written(walkthrough, DEFAULT, _FIELDS)


def walkthrough_from_query(query: Mapping[str, str]) -> tuple[UnrollStudy, list[str]]:
    """The walkthrough a URL describes, and one sentence for each parameter that could not be taken as it was.

    Never raises: a value out of range becomes the nearest valid one, an unreadable one the default, and an edit of a
    weight that the network does not have is left out.
    """
    found, complaints = found_in(query, _FIELDS)
    edits = found.pop("edits", ())
    text = found.pop("text", DEFAULT.text)
    text, complaint = read_text(text, SYMBOLS, found.get("by", DEFAULT.by))
    if text is not None:
        found["text"] = text
    if complaint:
        complaints.append(f"text: {complaint}")
        if text is None and found.get("example") == "text":
            found.pop("by", None)
    if found.get("both") and found.get("wiring") == "delayed":
        found["both"] = False
        complaints.append("both: a decoder writes one step after the other, so it reads in one direction.")
    walkthrough, said = with_edits(UnrollStudy(**found), edits)
    return walkthrough, complaints + [f"edits: {sentence}" for sentence in said]


def with_edits(walkthrough: UnrollStudy, edits: tuple[Edit, ...]) -> tuple[UnrollStudy, list[str]]:
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


_FIELDS = (
    choice_field("example", "example", EXAMPLES),
    Field("text", "text", str, lambda text: (text, "")),  # read once it is known by what
    choice_field("by", "by", BY),
    numbers_field("numbers", "numbers", NUMBERS, LARGEST_NUMBER),
    choice_field("cell", "cell", CELLS),
    whole_field("layers", "layers", RANGES["layers"]),
    switch_field("both", "both"),
    whole_field("H", "hidden", RANGES["hidden"]),
    choice_field("wiring", "wiring", WIRINGS),
    whole_field("label", "label", RANGES["label"]),
    whole_field("seed", "seed", RANGES["seed"]),
    Field("edits", "edits", write_edits, read_edits),
)
assert {field.name for field in _FIELDS} == {field.name for field in fields(UnrollStudy)}
