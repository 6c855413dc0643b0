"""An experiment's short, readable URL form, and the way back from whatever stands in a URL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from engine.cells import CELLS
from engine.initialise import INITIALISERS
from engine.sequences import symbols
from engine.studies.lab.experiment import (
    INPUTS,
    LARGEST_NUMBER,
    LOSSES,
    MOST_CELLS,
    NUMBERS,
    PLACES,
    RANGES,
    SYMBOLS,
    Experiment,
)

DEFAULT = Experiment()


@dataclass(frozen=True)
class _Field:
    key: str  # in the URL
    name: str  # of the Experiment's field
    write: Callable[[Any], str]
    read: Callable[[str], tuple[Any, str]]  # the nearest valid value, and what was wrong ("" if nothing)


def to_query(experiment: Experiment) -> dict[str, str]:
    """URL parameters of everything that differs from the default experiment, in a fixed order."""
    return {
        field.key: field.write(getattr(experiment, field.name))
        for field in _FIELDS
        if getattr(experiment, field.name) != getattr(DEFAULT, field.name)
    }


def from_query(query: Mapping[str, str]) -> tuple[Experiment, list[str]]:
    """The experiment a URL describes, and one sentence for each parameter that could not be taken as it was.

    Never raises: a value out of range becomes the nearest valid one, an unreadable one the default.
    Parameters of other names are left alone.
    """
    experiment, complaints = DEFAULT, []
    for field in _FIELDS:
        if field.key in query:
            value, complaint = field.read(query[field.key])
            if value is not None:
                experiment = replace(experiment, **{field.name: value})
            if complaint:
                complaints.append(f"{field.key}: {complaint}")
    return experiment, complaints


def shown(text: str) -> str:
    """A visitor's own words inside a message: quoted, on one line, at most 40 characters."""
    line = " ".join(text.split())
    return f"“{line[:40]}…”" if len(line) > 40 else f"“{line}”"


def write_number(value: float) -> str:
    """The shortest form that reads back as the same number."""
    short = f"{value:g}"
    return short if float(short) == value else repr(float(value))


def read_number(text: str, low: float, high: float) -> tuple[float | None, str]:
    """The number in `text`, moved to the nearest end of low..high; None if there is none."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value != value:
        return None, f"{shown(text)} is not a number; a number from {low:.10g} to {high:.10g} is accepted."
    nearest = min(max(value, low), high)
    complaint = (
        ""
        if nearest == value
        else f"{shown(text)} is out of range; {nearest:.10g} is used ({low:.10g} to {high:.10g})."
    )
    return nearest, complaint


def read_whole(text: str, low: float, high: float) -> tuple[int | None, str]:
    """As `read_number`, rounded to a whole number."""
    value, complaint = read_number(text, low, high)
    if value is None:
        return None, complaint
    if not complaint and value != int(value):
        complaint = f"{shown(text)} is not a whole number; {round(value)} is used."
    return round(value), complaint


def read_choice(allowed: Mapping[str, object] | tuple[str, ...], text: str) -> tuple[str | None, str]:
    """`text` if it is one of the allowed words."""
    if text in allowed:
        return text, ""
    return None, f"{shown(text)} is unknown; there are {', '.join(allowed)}."


def read_switch(text: str) -> tuple[bool | None, str]:
    """On or off."""
    word, complaint = read_choice(("0", "1"), text)
    return None if word is None else word == "1", complaint


def read_cells(text: str) -> tuple[tuple[str, ...] | None, str]:
    """Cell names joined by dots."""
    named = list(dict.fromkeys(text.split(".")))
    known = [name for name in named if name in CELLS]
    if not known:
        return None, f"{shown(text)} names no cell; there are {', '.join(CELLS)}, joined by dots."
    complaint = ""
    if len(known) < len(named):
        complaint = f"{shown(text)} names a cell that is unknown; there are {', '.join(CELLS)}."
    elif len(known) > MOST_CELLS:
        complaint = f"at most {MOST_CELLS} cells can be compared; the first {MOST_CELLS} are shown."
    return tuple(known[:MOST_CELLS]), complaint


def read_text(text: str) -> tuple[str | None, str]:
    """An own text, cut to the longest that is accepted."""
    low, high = SYMBOLS
    read = symbols(text[: 20 * high])
    if len(read) < low:
        return None, f"the text has {len(read)} characters; {low} to {high:,} are accepted."
    if len(read) > high or len(text) > 20 * high:
        return "".join(read[:high]), f"the text is longer than {high:,} characters; the first {high:,} are used."
    return text, ""


def read_numbers(text: str) -> tuple[tuple[float, ...] | None, str]:
    """Own numbers, separated by commas, semicolons or spaces."""
    low, high = NUMBERS
    words = text[:100_000].replace(",", " ").replace(";", " ").split()
    try:
        values = tuple(float(word) for word in words)
    except ValueError:
        bad = next(word for word in words if not _is_number(word))
        return None, f"{shown(bad)} is not a number; write numbers with commas or spaces between them, as 1, 0.5, -2."
    if not all(abs(value) <= LARGEST_NUMBER for value in values):
        return None, f"every number must be finite and between -{LARGEST_NUMBER:g} and {LARGEST_NUMBER:g}."
    if len(values) < low:
        return None, f"{len(values)} numbers are too few; {low} to {high:,} are accepted."
    if len(values) > high or len(text) > 100_000:
        return values[:high], f"more than {high:,} numbers; the first {high:,} are used."
    return values, ""


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


_FIELDS = (
    _Field("cells", "cells", ".".join, read_cells),
    _Field("T", "steps", str, lambda text: read_whole(text, *RANGES["steps"])),
    _Field("H", "hidden", str, lambda text: read_whole(text, *RANGES["hidden"])),
    _Field("init", "initialiser", str, lambda text: read_choice(INITIALISERS, text)),
    _Field("scale", "scale", write_number, lambda text: read_number(text, *RANGES["scale"])),
    _Field("forget", "forget_bias", write_number, lambda text: read_number(text, *RANGES["forget_bias"])),
    _Field("input", "inputs", str, lambda text: read_choice(INPUTS, text)),
    _Field("text", "text", str, read_text),
    _Field("numbers", "numbers", lambda values: ",".join(map(write_number, values)), read_numbers),
    _Field("loss", "loss", str, lambda text: read_choice(LOSSES, text)),
    _Field("at", "at", str, lambda text: read_choice(PLACES, text)),
    _Field("clip", "clip", write_number, lambda text: read_number(text, *RANGES["clip"])),
    _Field("seed", "seed", str, lambda text: read_whole(text, *RANGES["seed"])),
    _Field("seeds", "other_seeds", lambda on: str(int(on)), read_switch),
)
assert {field.name for field in _FIELDS} == {field.name for field in fields(Experiment)}
