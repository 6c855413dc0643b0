"""The kinds of value that a record's field may hold: how each is checked, read and written.

An end, or the list of what is allowed, may be a function of another record: a view's step ends where its study does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from engine.cells import CELLS
from engine.record.numerals import written
from engine.record.reading import (
    LONGEST_SYMBOL,
    is_number,
    is_tuple_of,
    is_whole,
    is_word,
    joined,
    read_cells,
    read_choice,
    read_number,
    read_numbers,
    read_switch,
    read_text,
    read_whole,
    split,
    write_number,
)

Value = TypeVar("Value")
Read = tuple[Any, str]  # the nearest valid value or None, and what was wrong or ""


class Kind(Generic[Value]):
    """A kind of value. `others` are the record's other values by name; `of` is the record that a view looks at."""

    what: ClassVar[str] = "a value"

    @staticmethod
    def is_one(value: Any, /) -> bool:
        """Whether `value` is `what`, so that `complaint` can look at it."""
        return True

    def complaint(self, name: str, value: Value, others: Mapping[str, Any]) -> str:
        """Why `value` is not accepted: what came and what is; "" where it is."""
        raise NotImplementedError

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        """What a link or a visitor wrote."""
        raise NotImplementedError

    def write(self, value: Value) -> str:
        """As a link writes it; `read` gives the same value back."""
        return str(value)

    def taken(self, entry: Any, before: Value, others: Mapping[str, Any], of: Any) -> Read:
        """What a visitor entered in the field's control, which may hold words or a value of its own type."""
        return self.read(self.write(entry), others, of)

    def entry(self, value: Value) -> Any:
        """The value as its control shows it; `taken` gives the same value back."""
        return value

    def extent(self, value: Value, others: Mapping[str, Any]) -> tuple[int, int]:
        """How long the value may least be, and how long it is; a whole number is as long as it says."""
        raise NotImplementedError

    def cut(self, value: Value, length: int, others: Mapping[str, Any]) -> Value:
        """The value made shorter."""
        raise NotImplementedError

    def counted(self, length: int, others: Mapping[str, Any]) -> str:
        """How long a value is, in words."""
        return f"{length:,}"


Ends = float | Callable[[Any], float]


@dataclass(frozen=True)
class Number(Kind[float]):
    """A number from `low` to `high`."""

    low: Ends
    high: Ends
    step: float | None = None  # of the control's buttons and keys; None: as usual

    what, is_one, usual_step = "a number", staticmethod(is_number), 0.1

    def ends(self, of: Any = None) -> tuple[float, float]:
        """Both ends, for the record `of` that a view looks at; endless where they depend on one and there is none."""
        low = self.low if not callable(self.low) else self.low(of) if of is not None else float("-inf")
        high = self.high if not callable(self.high) else self.high(of) if of is not None else float("inf")
        return low, high

    def complaint(self, name: str, value: float | None, others: Mapping[str, Any]) -> str:
        low, high = self.ends()
        if value is None or low <= value <= high:
            return ""
        return f"{name} is {written(value)}, but must be from {written(low)} to {written(high)}"

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        return read_number(words, *self.ends(of))

    def write(self, value: float) -> str:
        return write_number(value)

    def taken(self, entry: Any, before: float, others: Mapping[str, Any], of: Any) -> Read:
        """A number, or words that say one; an emptied field keeps the value before."""
        words = self.write(entry) if isinstance(entry, int | float) else "" if entry is None else str(entry).strip()
        return self.read(words, others, of) if words else (before, f"the field was emptied; {written(before)} stays.")

    def entry(self, value: float) -> Any:
        return self.write(value)


@dataclass(frozen=True)
class Whole(Number):
    """A whole number; where `names` are given, it is chosen among them."""

    names: Mapping[int, str] | Callable[[Any], Mapping[int, str]] | None = None
    is_seed: bool = False  # its control can roll a new one

    what, is_one, usual_step = "a whole number", staticmethod(is_whole), 1

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        return read_whole(words, *self.ends(of))

    def write(self, value: float) -> str:
        return f"{value:.10g}"

    def entry(self, value: float) -> Any:
        return value if self.names else self.write(value)

    def extent(self, value: float, others: Mapping[str, Any]) -> tuple[int, int]:
        return int(self.ends()[0]), int(value)

    def cut(self, value: float, length: int, others: Mapping[str, Any]) -> float:
        return length


@dataclass(frozen=True)
class Choice(Kind[str]):
    """One of some words; `names` says how a visitor reads each."""

    names: Mapping[Any, str] | Callable[[Any], Mapping[str, str]]
    few: bool = False  # shown beside each other instead of in a list

    what, is_one = "a word", staticmethod(is_word)

    def allowed(self, of: Any = None) -> Mapping[str, str]:
        """What can be chosen, for the record `of` that a view looks at."""
        return self.names(of) if callable(self.names) else self.names

    def complaint(self, name: str, value: str | None, others: Mapping[str, Any]) -> str:
        if callable(self.names) or value is None or value in self.names:
            return ""
        return f"{name} is {value!r}, but must be one of {', '.join(self.names)}"

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        return read_choice(self.allowed(of), words)

    def taken(self, entry: Any, before: str, others: Mapping[str, Any], of: Any) -> Read:
        """A choice; none, as a rerun may bring that overtakes the control's first word, keeps the one before."""
        return (before, "") if entry is None else self.read(str(entry), others, of)


@dataclass(frozen=True)
class Switch(Kind[bool]):
    """On or off."""

    what, is_one = "True or False", staticmethod(lambda value: isinstance(value, bool))

    def complaint(self, name: str, value: bool, others: Mapping[str, Any]) -> str:
        return ""

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        return read_switch(words)

    def write(self, value: bool) -> str:
        return str(int(value))


@dataclass(frozen=True)
class Cells(Kind[tuple[str, ...]]):
    """One to `most` cells, each once."""

    most: int

    what, is_one = "a tuple of names of cells", staticmethod(is_tuple_of(is_word))

    def complaint(self, name: str, value: tuple[str, ...], others: Mapping[str, Any]) -> str:
        if not 1 <= len(value) <= self.most or len(set(value)) < len(value):
            return f"{len(value)} cells were given, but 1 to {self.most} different ones can be compared"
        unknown = [cell for cell in value if cell not in CELLS]
        return f"the cell {unknown[0]!r} is unknown; there are {', '.join(CELLS)}" if unknown else ""

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        return read_cells(words, self.most)

    def write(self, value: tuple[str, ...]) -> str:
        return ".".join(value)

    def taken(self, entry: Any, before: tuple[str, ...], others: Mapping[str, Any], of: Any) -> Read:
        """Pressed cells in the registry's order; one stays, and one too many is not taken."""
        chosen = [cell for cell in CELLS if cell in entry]
        if not chosen:
            return before[:1], "At least one cell stays."
        if len(chosen) > self.most:
            kept = sorted(chosen, key=lambda cell: cell not in before)[: self.most]
            return tuple(
                cell for cell in chosen if cell in kept
            ), f"At most {self.most} can be compared: switch one off first."
        return tuple(chosen), ""

    def entry(self, value: tuple[str, ...]) -> list[str]:
        return list(value)


@dataclass(frozen=True)
class Text(Kind[str]):
    """A visitor's own text of `count` symbols: characters, or words where the field `by` says so."""

    count: tuple[int, int]
    by: str = ""  # the field that says what one symbol is
    used: Callable[[Mapping[str, Any]], bool] = lambda others: True  # whether its length matters
    optional: bool = False  # no text at all is taken too

    what, is_one = "a text", staticmethod(is_word)

    unit: str = "character"  # what one symbol is, where no field says so

    def _unit(self, others: Mapping[str, Any]) -> str:
        return str(others.get(self.by, self.unit))

    def complaint(self, name: str, value: str, others: Mapping[str, Any]) -> str:
        if not self.used(others) or (self.optional and not value.strip()):
            return ""
        (low, high), unit = self.count, self._unit(others)
        length = len(value) if len(value) > LONGEST_SYMBOL * high else len(split(value, unit))
        if low <= length <= high:
            return ""
        return f"the {name} has {length:,} {unit}s, but {low} to {high:,} are accepted"

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        if self.optional and not words.strip():
            return "", ""
        return read_text(words, self.count, self._unit(others))

    def extent(self, value: str, others: Mapping[str, Any]) -> tuple[int, int]:
        return self.count[0], len(split(value, self._unit(others)))

    def cut(self, value: str, length: int, others: Mapping[str, Any]) -> str:
        return joined(split(value, self._unit(others))[:length], self._unit(others))

    def counted(self, length: int, others: Mapping[str, Any]) -> str:
        return f"{length:,} {self._unit(others)}s"


@dataclass(frozen=True)
class Numbers(Kind[tuple[float, ...]]):
    """A visitor's own numbers."""

    count: tuple[int, int]
    largest: float

    what, is_one = "a tuple of numbers", staticmethod(is_tuple_of(is_number))

    def complaint(self, name: str, value: tuple[float, ...], others: Mapping[str, Any]) -> str:
        low, high = self.count
        if not low <= len(value) <= high:
            return f"{len(value):,} {name} were given, but {low} to {high:,} are accepted"
        if not all(abs(number) <= self.largest for number in value):
            return f"every number must be finite and between {written(-self.largest)} and {written(self.largest)}"
        return ""

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        return read_numbers(words, self.count, self.largest)

    def write(self, value: tuple[float, ...]) -> str:
        return " ".join(map(write_number, value))

    def taken(self, entry: Any, before: tuple[float, ...], others: Mapping[str, Any], of: Any) -> Read:
        return self.read(str(entry), others, of)

    def entry(self, value: tuple[float, ...]) -> str:
        return ", ".join(map(write_number, value))

    def extent(self, value: tuple[float, ...], others: Mapping[str, Any]) -> tuple[int, int]:
        return self.count[0], len(value)

    def cut(self, value: tuple[float, ...], length: int, others: Mapping[str, Any]) -> tuple[float, ...]:
        return value[:length]

    def counted(self, length: int, others: Mapping[str, Any]) -> str:
        return f"{length:,} numbers"
