"""A study's short, readable URL form, and the way back from whatever stands in a URL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from engine.cells import CELLS
from engine.studies.cell.study import BIASED, LOSSES, NUMBERS, RANGES, STARTS, SYMBOLS, UNITS, Study, read
from engine.studies.lab.experiment import INPUTS, LARGEST_NUMBER, PLACES
from engine.studies.lab.link import read_choice, read_number, read_whole, shown, write_number

DEFAULT = Study()


@dataclass(frozen=True)
class _Field:
    key: str  # in the URL
    name: str  # of the Study's field
    write: Callable[[Any], str]
    read: Callable[[str], tuple[Any, str]]  # the nearest valid value, and what was wrong ("" if nothing)


def study_to_query(study: Study) -> dict[str, str]:
    """URL parameters of everything that differs from the default study, in a fixed order."""
    return {
        field.key: field.write(getattr(study, field.name))
        for field in _FIELDS
        if getattr(study, field.name) != getattr(DEFAULT, field.name)
    }


def study_from_query(query: Mapping[str, str]) -> tuple[Study, list[str]]:
    """The study a URL describes, and one sentence for each parameter that could not be taken as it was.

    Never raises: a value out of range becomes the nearest valid one, an unreadable one the default.
    Parameters of other names are left alone.
    """
    found: dict[str, Any] = {}
    complaints = []
    for field in _FIELDS:
        if field.key in query:
            value, complaint = field.read(query[field.key])
            if value is not None:
                found[field.name] = value
            if complaint:
                complaints.append(f"{field.key}: {complaint}")
    if "text" in found:
        text, complaint = read_own_text(found["text"], found.get("unit", DEFAULT.unit))
        found["text"] = DEFAULT.text if text is None else text
        if complaint:
            complaints.append(f"text: {complaint}")
    return replace(DEFAULT, **found), complaints


def read_own_text(text: str, unit: str) -> tuple[str | None, str]:
    """An own text, cut to the longest that is accepted; None if it is too short."""
    low, high = SYMBOLS
    found = read(text, unit)
    if len(found) < low:
        return (
            None,
            f"the text has {len(found)} {unit}{'' if len(found) == 1 else 's'}; {low} to {high:,} are accepted.",
        )
    if len(found) > high:
        cut = (" " if unit == "word" else "").join(found[:high])
        return cut, f"the text is longer than {high:,} {unit}s; the first {high:,} are used."
    return text, ""


def read_own_numbers(text: str) -> tuple[tuple[float, ...] | None, str]:
    """Own numbers, separated by commas, semicolons or spaces."""
    low, high = NUMBERS
    words = text[:100_000].replace(",", " ").replace(";", " ").split()
    values: list[float] = []
    for word in words:
        value, _ = read_number(word, -float("inf"), float("inf"))
        if value is None:
            hint = "write numbers with commas or spaces between them, as 1, 0.5, -2."
            return None, f"{shown(word)} is not a number; {hint}"
        values.append(value)
    if not all(abs(value) <= LARGEST_NUMBER for value in values):
        return None, f"every number must be finite and between -{LARGEST_NUMBER:g} and {LARGEST_NUMBER:g}."
    if len(values) < low:
        return None, f"{len(values)} numbers are too few; {low} to {high:,} are accepted."
    if len(values) > high:
        return tuple(values[:high]), f"more than {high:,} numbers; the first {high:,} are used."
    return tuple(values), ""


def _number(key: str, name: str) -> _Field:
    return _Field(key, name, write_number, lambda text: read_number(text, *RANGES[name]))


def _whole(key: str, name: str) -> _Field:
    return _Field(key, name, str, lambda text: read_whole(text, *RANGES[name]))


def _choice(key: str, name: str, allowed: Mapping[str, object] | tuple[str, ...]) -> _Field:
    return _Field(key, name, str, lambda text: read_choice(allowed, text))


_FIELDS = (
    _choice("cell", "cell", CELLS),
    _whole("H", "hidden"),
    _choice("input", "inputs", INPUTS),
    _choice("by", "unit", UNITS),
    _Field("text", "text", str, lambda text: (text, "")),  # read once its unit is known
    _Field("numbers", "numbers", lambda values: ",".join(map(write_number, values)), read_own_numbers),
    _whole("T", "steps"),
    *(_number(f"{gate}_bias", f"{gate}_bias") for gate in BIASED),
    _number("leak", "leak"),
    _choice("start", "start", STARTS),
    _choice("loss", "loss", LOSSES),
    _choice("at", "at", PLACES),
    _whole("seed", "seed"),
)
assert {field.name for field in _FIELDS} == {field.name for field in fields(Study)}
