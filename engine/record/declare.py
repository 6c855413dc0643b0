"""How a record's field is declared: its default, its kind, its link key, and the words of its control."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.record.kinds import Cells, Choice, Ends, Kind, Number, Numbers, Switch, Text, Whole

Words = str | Callable[[Any], str]  # a sentence, or how the record of the moment makes one


@dataclass(frozen=True)
class Declared:
    """Everything that is said of a field, once; `label` empty means that no control is drawn."""

    kind: Kind[Any]
    key: str  # in the link
    label: Words = ""
    help: Words = ""
    when: Callable[[Any], bool] = lambda record: True  # whether the control is drawn
    off: Callable[[Any], str] = lambda record: ""  # why it cannot be changed now, or ""
    beside: bool = False  # its control shares a row with the one before
    note: Callable[[Any], str] = lambda record: ""  # what is said under the control now, or ""


@dataclass(frozen=True)
class Bound:
    """How much a record may take, and which of its fields gives way where that would be more."""

    size: Callable[[Any], float]  # an estimate that grows with every field that gives way
    most: float
    counted: str  # what `size` counts
    yielding: tuple[str, ...]  # the first that suffices alone is made smaller


def of_kind(default: Any, kind: Kind[Any], key: str, label: Words = "", help: Words = "", **rest: Any) -> Any:
    """A field of any kind; `rest` are further fields of `Declared`."""
    return field(default=default, metadata={"declared": Declared(kind, key, label, help, **rest)})


def number(
    default: float | None, low: Ends, high: Ends, key: str, label: Words = "", help: Words = "", **rest: Any
) -> Any:
    """A number from `low` to `high`."""
    return of_kind(default, Number(low, high, rest.pop("step", None)), key, label, help, **rest)


def whole(
    default: int | None, low: Ends, high: Ends, key: str, label: Words = "", help: Words = "", **rest: Any
) -> Any:
    """A whole number; with `names` it is chosen among them, with `is_seed` its control can roll a new one."""
    kind = Whole(low, high, rest.pop("step", None), rest.pop("names", None), rest.pop("is_seed", False))
    return of_kind(default, kind, key, label, help, **rest)


def choice(
    default: str | None,
    names: Mapping[Any, str] | Callable[[Any], Mapping[str, str]],
    key: str,
    label: Words = "",
    help: Words = "",
    **rest: Any,
) -> Any:
    """One of some words."""
    return of_kind(default, Choice(names, rest.pop("few", False)), key, label, help, **rest)


def switch(default: bool, key: str, label: Words = "", help: Words = "", **rest: Any) -> Any:
    """On or off."""
    return of_kind(default, Switch(), key, label, help, **rest)


def cells(default: tuple[str, ...], most: int, key: str, label: Words = "", help: Words = "", **rest: Any) -> Any:
    """One to `most` cells."""
    return of_kind(default, Cells(most), key, label, help, **rest)


def text(default: str, count: tuple[int, int], key: str, label: Words = "", help: Words = "", **rest: Any) -> Any:
    """A visitor's own text; `by` names the field that says whether a symbol is a character or a word."""
    used, optional = rest.pop("used", lambda others: True), rest.pop("optional", False)
    kind = Text(count, rest.pop("by", ""), used, optional, rest.pop("unit", "character"))
    return of_kind(default, kind, key, label, help, **rest)


def numbers(
    default: tuple[float, ...],
    count: tuple[int, int],
    largest: float,
    key: str,
    label: Words = "",
    help: Words = "",
    **rest: Any,
) -> Any:
    """A visitor's own numbers."""
    return of_kind(default, Numbers(count, largest), key, label, help, **rest)
