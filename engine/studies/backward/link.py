"""A backward study's short, readable URL form, and the way back from whatever stands in a URL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from engine.sequences import symbols
from engine.studies.backward.study import INPUTS, MOST_CELLS, NUMBERS, RANGES, SYMBOLS, BackwardStudy
from engine.studies.lab.experiment import PLACES
from engine.studies.lab.link import read_cells, read_choice, read_number, read_numbers, read_whole, write_number

DEFAULT = BackwardStudy()


def backward_to_query(study: BackwardStudy) -> dict[str, str]:
    """URL parameters of everything that differs from the default study, in a fixed order."""
    return {
        key: write(getattr(study, name))
        for key, name, write, _ in _FIELDS
        if getattr(study, name) != getattr(DEFAULT, name)
    }


def backward_from_query(query: Mapping[str, str]) -> tuple[BackwardStudy, list[str]]:
    """The study a URL describes, and one sentence for each parameter that could not be taken as it was.

    Never raises: a value out of range becomes the nearest valid one, an unreadable one the default.
    """
    study, complaints = DEFAULT, []
    for key, name, _, read in _FIELDS:
        if key in query:
            value, complaint = read(query[key])
            if value is not None:
                study = replace(study, **{name: value})
            if complaint:
                complaints.append(f"{key}: {complaint}")
    return study, complaints


def read_few_cells(text: str) -> tuple[tuple[str, ...] | None, str]:
    """Up to three cells, joined by dots."""
    cells, complaint = read_cells(text)
    if cells is not None and len(cells) > MOST_CELLS:
        return cells[:MOST_CELLS], f"at most {MOST_CELLS} cells stand side by side; the first {MOST_CELLS} are shown."
    return cells, complaint


def read_short_text(text: str) -> tuple[str | None, str]:
    """An own text, cut to the longest that is accepted."""
    low, high = SYMBOLS
    read = symbols(text[: 20 * high])
    if len(read) < low:
        return None, f"the text has {len(read)} characters; {low} to {high} are accepted."
    if len(read) > high or len(text) > 20 * high:
        kept = "".join(read[:high])
        if len(kept) > 20 * high:
            return None, f"the text is too long; {low} to {high} characters are accepted."
        return kept, f"the text is longer than {high} characters; the first {high} are used."
    return text, ""


def read_few_numbers(text: str) -> tuple[tuple[float, ...] | None, str]:
    """Own numbers, the first ones where there are too many."""
    numbers, complaint = read_numbers(text)
    high = NUMBERS[1]
    if numbers is not None and len(numbers) > high:
        return numbers[:high], f"more than {high} numbers; the first {high} are used."
    return numbers, complaint


_Field = tuple[str, str, Callable[[Any], str], Callable[[str], tuple[Any, str]]]
_FIELDS: tuple[_Field, ...] = (  # in the URL, of the record, writing, reading
    ("cells", "cells", ".".join, read_few_cells),
    ("input", "inputs", str, lambda text: read_choice(INPUTS, text)),
    ("text", "text", str, read_short_text),
    ("numbers", "numbers", lambda values: ",".join(map(write_number, values)), read_few_numbers),
    ("T", "steps", str, lambda text: read_whole(text, *RANGES["steps"])),
    ("at", "at", str, lambda text: read_choice(PLACES, text)),
    ("H", "hidden", str, lambda text: read_whole(text, *RANGES["hidden"])),
    ("scale", "scale", write_number, lambda text: read_number(text, *RANGES["scale"])),
    ("forget", "forget_bias", write_number, lambda text: read_number(text, *RANGES["forget_bias"])),
    ("seed", "seed", str, lambda text: read_whole(text, *RANGES["seed"])),
)
assert {name for _, name, _, _ in _FIELDS} == {field.name for field in fields(BackwardStudy)}
