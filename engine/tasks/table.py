"""A visitor's numbers as series, one a column or one a line, by what the text itself shows.

Nothing is half taken: what is no number is refused with its place, and what is left out on purpose is said.
"""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Iterator, MutableSequence
from dataclasses import dataclass, field

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.kept import kept
from engine.record.numerals import numeral, written
from engine.record.reading import shown

LARGEST_TEXT = 20_000_000  # bytes
LARGEST = 1e100  # of a number
LEAST = 4  # numbers that a series must have
MISSING = {"", "na", "n/a", "nan", "null", "none", "-", "–", ".", "?"}
SAMPLE = 4000  # characters by which the separator is told
KEPT = 100_000_000  # bytes of what was read that are kept
STEADY = 1e-9  # by which the steps of a column of times may differ


@dataclass(frozen=True, eq=False, repr=False)
class Table(ArrayRecord):
    """Series as they were found."""

    series: tuple[Array, ...]  # each (n,), nan where a number is missing; the first and the last are there
    names: tuple[str, ...]  # of the series; "" where none was given
    understood: str  # what was found, and what was left out


@dataclass
class _Found:
    """What was read so far: all numbers behind each other, the first cells that are words, a first line of names."""

    numbers: MutableSequence[float] = field(default_factory=lambda: array("d"))
    sizes: list[int] = field(default_factory=list)  # of each row
    lines: list[int] = field(default_factory=list)  # where it stands, from 1
    labels: dict[int, str] = field(default_factory=dict)  # by row
    header: list[str] = field(default_factory=list)
    remarks: int = 0  # lines that begin with #


def check_size(text: str) -> None:
    """Nothing, where a text is small enough.

    Raises:
        ValueError: it is not.
    """
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > LARGEST_TEXT:
        raise ValueError(f"the text has {size / 1e6:.3g} MB, but at most {LARGEST_TEXT / 1e6:.0f} MB are accepted")


@kept(KEPT)
def read_table(text: str) -> Table:
    """The series of a CSV file, or of numbers with commas, semicolons, tabs or spaces between.

    Each column is a series where the first line holds names, or where some line has too few numbers for one; otherwise
    each line is. A first column of words names lines; beside columns it is left out, as is one of numbers that rise by
    the same step. Cells that are empty or say NA are missing.

    Raises:
        ValueError: a cell holds no number, lines do not fit, or a series is too short; the message says where.
    """
    check_size(text)
    found = _read(text)
    if not found.sizes:
        raise ValueError("the text holds no numbers; a CSV file or numbers with commas between are accepted")
    few = len(found.sizes) > 1 and min(found.sizes) - bool(found.labels) < LEAST
    return _by_column(found) if found.header or few else _by_line(found)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line that is not empty, and its number."""
    start = text[:SAMPLE]
    mark = next((mark for mark in "\t;," if mark in start), None)
    lines = (match[0] for match in re.finditer(r"[^\n]*\n?", text if "\n" in text else text.replace("\r", "\n")))
    try:
        if mark:
            reader = csv.reader(lines, delimiter=mark, skipinitialspace=True)
            yield from ((reader.line_num, cells) for cells in reader if any(map(str.strip, cells)))
        else:
            yield from ((number, line.split()) for number, line in enumerate(lines, 1) if line.strip())
    except csv.Error as error:
        raise ValueError(f"the text cannot be read as a table: {error}") from error


def _read(text: str) -> _Found:
    found = _Found()
    for line, cells in _rows(text.removeprefix("\ufeff")):
        if cells[0].lstrip().startswith("#"):
            found.remarks += 1
            continue
        try:
            numbers = array("d", map(float, cells))
        except ValueError:
            read = [_number(cell) for cell in cells]
            words = [k for k, one in enumerate(read) if isinstance(one, str)]
            names = all(isinstance(one, str) or np.isnan(one) for one in read)
            if words and names and not found.sizes and not found.header:
                found.header = [cell.strip() for cell in cells]
                continue
            if words and (words[-1] > 0 or len(cells) == 1):
                raise ValueError(f"line {line}, column {words[-1] + 1}: {read[words[-1]]}") from None
            if words:
                found.labels[len(found.sizes)] = cells[0].strip()
            numbers = array("d", (np.nan if isinstance(one, str) else one for one in read))
        found.numbers.extend(numbers)
        found.sizes.append(len(numbers))
        found.lines.append(line)
    values = np.array(found.numbers)
    if len(bad := np.flatnonzero(np.abs(np.nan_to_num(values, nan=0.0, posinf=np.inf, neginf=-np.inf)) > LARGEST)):
        row = int(np.searchsorted(np.cumsum(found.sizes), bad[0], side="right"))
        column = int(bad[0]) - sum(found.sizes[:row]) + 1
        raise ValueError(
            f"line {found.lines[row]}, column {column}: {written(values[bad[0]])} came, but numbers from "
            f"{written(-LARGEST)} to {written(LARGEST)} are accepted"
        )
    return found


def _number(cell: str) -> float | str:
    """A cell's number, nan where it is missing, or a sentence on what stands there instead."""
    words = cell.strip()
    if words.lower() in MISSING:
        return np.nan
    try:
        return float(words)
    except ValueError:
        value, unclear = (None, "") if "/" in words else numeral(words)
        return value if value is not None else f"{shown(words)} {unclear or 'is not a number'}"


def _by_line(found: _Found) -> Table:
    """Each line a series."""
    ends = np.cumsum(found.sizes)
    values = np.array(found.numbers)
    skip = 1 if found.labels else 0
    _labels_everywhere(found)
    series = [values[end - size + skip : end] for end, size in zip(ends, found.sizes, strict=True)]
    names = [found.labels.get(row, "") for row in range(len(series))]
    places = [f"line {line}" for line in found.lines]
    said = [f"Column 1 names the lines ({shown(names[0])} …)."] if skip else []
    if len(series) > 1:
        said.append("With a first line of names each column would be one.")
    return _table(series, names, places, "one a line", said + _remarks(found))


def _by_column(found: _Found) -> Table:
    """Each column a series."""
    cells = len(found.header) or found.sizes[0]
    for line, size in zip(found.lines, found.sizes, strict=True):
        if size != cells:
            before = "the line of names has" if found.header else f"line {found.lines[0]} has"
            raise ValueError(f"line {line} has {_many(size, 'cell')}, but {before} {cells:,}")
    columns = np.array(found.numbers).reshape(-1, cells).T
    header = found.header or [""] * cells
    said, first = ["Line 1 holds names."] if found.header else [], 0
    if found.labels:
        _labels_everywhere(found)
        said, first = [*said, f"Column 1 holds words ({shown(found.labels[0])} …) and is left out."], 1
    elif cells > 1 and _steady(columns[0]):
        said, first = [*said, "Column 1 rises by the same step, as times do, and is left out."], 1
    places = [f"column {k + 1}" for k in range(first, cells)]
    return _table(list(columns[first:]), header[first:], places, "one a column", said + _remarks(found))


def _remarks(found: _Found) -> list[str]:
    return [f"Lines that begin with # are left out ({found.remarks:,})."] if found.remarks else []


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _labels_everywhere(found: _Found) -> None:
    """Words in the first cells name lines, or they are a mistake."""
    if found.labels and len(found.labels) < len(found.sizes):
        few = len(found.labels) <= len(found.sizes) // 2
        row = next(iter(found.labels)) if few else next(k for k in range(len(found.sizes)) if k not in found.labels)
        what = f"{shown(found.labels[row])} is not a number" if few else "a number stands where other lines have words"
        raise ValueError(f"line {found.lines[row]}, column 1: {what}")


def _steady(column: Array) -> bool:
    """Whether numbers rise by the same step."""
    steps = np.diff(column)
    return bool(len(steps) > 1 and steps[0] > 0 and (np.abs(steps - steps[0]) <= STEADY * np.abs(column).max()).all())


def _table(series: list[Array], names: list[str], places: list[str], how: str, said: list[str]) -> Table:
    """The series without what is missing at their ends."""
    found, called = [], []
    for one, name, place in zip(series, names, places, strict=True):
        there = np.flatnonzero(~np.isnan(one))
        if not len(there):
            said.append(f"{place.capitalize()} holds no numbers and is left out.")
        elif len(there) < LEAST:
            raise ValueError(f"{place} holds {_many(len(there), 'number')}, but a series needs at least {LEAST}")
        else:
            found.append(one[there[0] : there[-1] + 1])
            called.append(name)
    if not found:
        raise ValueError("the text holds no series of numbers")
    if all((one[~np.isnan(one)] == one[0]).all() for one in found):
        raise ValueError("every series is the same number again and again: there is nothing to forecast")
    sizes = sorted({len(one) for one in found})
    missing = sum(int(np.isnan(one).sum()) for one in found)
    many = f"{len(found):,} series, {how}" if len(found) > 1 else f"One series, {places[0]}"
    length = f"{sizes[0]:,}" if len(sizes) == 1 else f"{sizes[0]:,} to {sizes[-1]:,}"
    gap = f", of which {missing:,} {'is' if missing == 1 else 'are'} missing" if missing else ""
    each = " each" if len(found) > 1 else ""
    return Table(tuple(found), tuple(called), " ".join([f"{many}: {length} numbers{each}{gap}.", *said]))
