"""What a visitor or a link wrote, read as a value.

Reading never raises. Every reader returns the nearest valid value, or None where there is none, and a sentence on what
was wrong and what is accepted, "" if nothing was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from numbers import Integral, Real

from engine.cells import CELLS
from engine.record.numerals import numeral, separated, written
from engine.sequences import symbols

LONGEST_SYMBOL = 20  # code points, on average, that are still read as one symbol of a text
MOST_READ = 100_000  # characters of a list of numbers that are looked at


def is_number(value: object) -> bool:
    """Whether `value` is a real number that a float can be; infinite, or no number, it may be."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return False
    try:
        return isinstance(float(value), float)
    except OverflowError:
        return False


def is_whole(value: object) -> bool:
    """Whether `value` is a whole number."""
    return is_number(value) and isinstance(value, Integral)


def is_word(value: object) -> bool:
    """Whether `value` is a text."""
    return isinstance(value, str)


def is_tuple_of(is_one: Callable[[object], bool]) -> Callable[[object], bool]:
    """Whether a value is a tuple of what `is_one` says."""
    return lambda value: isinstance(value, tuple) and all(map(is_one, value))


def shown(text: str) -> str:
    """A visitor's own words inside a message: quoted, on one line, at most 40 characters."""
    line = " ".join(text.split())
    return f"“{''.join(symbols(line[:41])[:-1]) or line[:40]}…”" if len(line) > 40 else f"“{line}”"


def write_number(value: float) -> str:
    """The shortest form that reads back as the same number."""
    short, whole = f"{value:g}", repr(float(value))
    return short if float(short) == value and len(short) <= len(whole) else whole


def read_number(text: str, low: float, high: float) -> tuple[float | None, str]:
    """The number in `text` as `numeral` reads it, moved to the nearest end of low..high; None if there is none."""
    value, unclear = numeral(text)
    if value is None:
        wrong = unclear or f"is not a number; a number from {written(low)} to {written(high)} is accepted"
        return None, f"{shown(text)} {wrong}."
    nearest = min(max(value, low), high)
    complaint = (
        ""
        if nearest == value
        else f"{shown(text)} is out of range; {written(nearest)} is used ({written(low)} to {written(high)})."
    )
    return nearest, complaint


def read_whole(text: str, low: float, high: float) -> tuple[int | None, str]:
    """As `read_number`, rounded to a whole number."""
    value, complaint = read_number(text, low, high)
    if value is None or not isfinite(value):
        return None, complaint or f"{shown(text)} is too large."
    if not complaint and value != int(value):
        complaint = f"{shown(text)} is not a whole number; {written(round(value))} is used."
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


def read_cells(text: str, most: int) -> tuple[tuple[str, ...] | None, str]:
    """Cell names joined by dots, the first ones where there are too many."""
    named = list(dict.fromkeys(text.split(".")))
    known = [name for name in named if name in CELLS]
    if not known:
        return None, f"{shown(text)} names no cell; there are {', '.join(CELLS)}, joined by dots."
    complaint = ""
    if len(known) < len(named):
        complaint = f"{shown(text)} names a cell that is unknown; there are {', '.join(CELLS)}."
    elif len(known) > most:
        complaint = f"at most {most} cells can be compared; the first {most} are shown."
    return tuple(known[:most]), complaint


def split(text: str, by: str) -> tuple[str, ...]:
    """The symbols of a text: what a reader sees as one character, or words."""
    return symbols(text) if by == "character" else tuple(text.split())


def joined(read: tuple[str, ...], by: str) -> str:
    """The text of symbols that `split` has found."""
    return ("" if by == "character" else " ").join(read)


def read_text(text: str, count: tuple[int, int], by: str = "character") -> tuple[str | None, str]:
    """An own text by character (what a reader sees as one) or by word, cut to the longest that is accepted."""
    low, high = count
    longest = LONGEST_SYMBOL * high
    cut = text[:longest]
    read = split(cut, by)
    if len(read) < low:
        return None, f"the text has {len(read)} {by}{'' if len(read) == 1 else 's'}; {low} to {high:,} are accepted."
    if len(read) > high or len(text) > longest:
        kept = joined(read[:high], by)
        return kept, f"the text is longer than {high:,} {by}s; the first {min(high, len(read)):,} are used."
    return text, ""


def read_numbers(text: str, count: tuple[int, int], largest: float) -> tuple[tuple[float, ...] | None, str]:
    """Own numbers, between commas, semicolons or spaces (see `separated`); the first ones where there are too many."""
    low, high = count
    words, said = separated(text[:MOST_READ], count)
    values: list[float] = []
    for word in words or ():
        value, unclear = numeral(word)
        if value is None:
            wrong = unclear or "is not a number; write numbers with commas or spaces between them, as 1, 0.5, -2"
            return None, f"{shown(word)} {wrong}."
        values.append(value)
    if words is None:
        return None, said
    if not all(abs(value) <= largest for value in values):
        return None, f"every number must be finite and between {written(-largest)} and {written(largest)}."
    if len(values) < low:
        return None, f"{len(values)} numbers are too few; {low} to {high:,} are accepted."
    if len(values) > high or len(text) > MOST_READ:
        return tuple(values[:high]), f"more than {high:,} numbers; the first {high:,} are used."
    return tuple(values), said
