"""A visitor's sequences as a network reads them: text by a vocabulary, token numbers, numbers as CSV, or drawn ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.files import NetworkFile
from engine.record.numerals import ascii_digits, numeral, separated
from engine.record.reading import shown
from engine.sequences import symbols, without_marks

Reads = Literal["text", "tokens", "numbers", "random"]
READS: dict[Reads, str] = {
    "text": "Text",
    "tokens": "Token numbers",
    "numbers": "Numbers, CSV",
    "random": "Random",
}
LONGEST, MOST = 2_000, 64  # steps of a sequence, sequences
LARGEST = 1e6  # of a number
LETTERS = 128  # embeddings of so many rows or more, without a vocabulary, may be of code points
UNKNOWN = re.compile(r"\W*(unk|unknown|oov)\W*", re.IGNORECASE)  # what a vocabulary calls words that it has not


class NothingYetError(ValueError):
    """Nothing was entered; the message says what can be."""


@dataclass(frozen=True)
class Accepts:
    """What a network reads at each step."""

    inputs: int  # D, numbers a step
    symbols: int  # how many there are to choose one from; 0: it reads numbers alone
    looked_up: bool  # in an embedding; else symbol k is a 1 at place k among zeros
    names: tuple[str, ...] = ()  # of the symbols; () where nothing says them

    @property
    def ways(self) -> tuple[Reads, ...]:
        """Which entries can be read."""
        text: tuple[Reads, ...] = ("text",) if self.names or (self.looked_up and self.symbols >= LETTERS) else ()
        tokens: tuple[Reads, ...] = ("tokens",) if self.symbols else ()
        numbers: tuple[Reads, ...] = () if self.looked_up else ("numbers",)
        return (*text, *tokens, *numbers, "random")

    @property
    def words(self) -> str:
        """The same for a visitor."""
        numbers = f"{self.inputs:,} number{'' if self.inputs == 1 else 's'} a step"
        return f"one of {self.symbols:,} symbols a step" if self.looked_up else numbers


@dataclass(frozen=True, eq=False, repr=False)
class Entered(ArrayRecord):
    """Sequences that were read."""

    x: Array  # (T, B, D), or whole numbers (T, B) where symbols are looked up
    lengths: Array  # (B,) steps of each; what lies behind is padding
    words: tuple[tuple[str, ...], ...]  # of each sequence, what its steps are
    said: str  # what was read

    @property
    def sequences(self) -> list[Array]:
        """Each by itself, without what lies behind its end: (T, D), or (T,)."""
        return [self.x[:length, b] for b, length in enumerate(self.lengths)]


def accepts(file: NetworkFile, vocabulary: Sequence[str] = ()) -> Accepts:
    """What the network of a file reads; `vocabulary` goes before the file's own, unless it has too many symbols."""
    assert file.network is not None
    D = file.network.layers[0].parameters.input_size
    table = file.network.embedding
    count = D if table is None else len(table)
    names = (tuple(vocabulary) if len(vocabulary) <= count else ()) or file.symbols or ()
    return Accepts(D, count if count > 1 or names else 0, table is not None, names)


def entered(accepts: Accepts, reads: str, words: str, steps: int = 50, seed: int = 7) -> Entered:
    """The sequences in a visitor's words, or drawn ones of `steps` steps where `reads` is "random".

    A line is a sequence; where a line break may itself be a symbol, and for numbers, whose lines are steps, an empty
    line lies between two sequences.

    Raises:
        NothingYetError: there is nothing to read.
        ValueError: something cannot be read: what, and what can be.
    """
    if reads not in accepts.ways:
        raise ValueError(f"this network reads {accepts.words}; {_named(accepts.ways)} can be entered for it")
    if reads == "random":
        return _drawn(accepts, steps, seed)
    if reads == "numbers":
        rows, header = _numbers(words, accepts.inputs)
        said = " The first line was taken for names." if header else ""
        return _padded(rows, [tuple(f"step {t + 1}" for t in range(len(one))) for one in rows], said)
    read, one = (_symbols(accepts), "symbols") if reads == "text" else (_tokens(accepts), "token numbers")
    parts = (
        [] if not words.strip() else [read(line) for line in _parts(words, reads == "text" and "\n" in accepts.names)]
    )
    parts = [part for part in parts if part]
    if not parts:
        raise NothingYetError(f"Nothing is entered yet: {one}, a sequence a line")
    places = [np.array(part, dtype=np.int64) for part in parts]
    names = accepts.names
    called = [tuple(names[k] if k < len(names) else f"{k}" for k in part) for part in parts]
    if accepts.looked_up:
        return _padded(places, called)
    return _padded([np.eye(accepts.inputs)[part] for part in places], called)


def _named(ways: Sequence[Reads]) -> str:
    words = [READS[way].lower().replace("csv", "CSV").replace("random", "a random sequence") for way in ways]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _parts(words: str, breaks_are_symbols: bool) -> list[str]:
    """The sequences of a text."""
    text = words.replace("\r\n", "\n").replace("\r", "\n")
    return re.split(r"\n\s*\n", text.strip("\n")) if breaks_are_symbols else text.split("\n")


def _padded(rows: Sequence[Array], words: Sequence[tuple[str, ...]], said: str = "") -> Entered:
    """Sequences of different lengths side by side."""
    lengths = np.array([len(one) for one in rows])
    if len(rows) > MOST:
        raise ValueError(f"{len(rows):,} sequences were entered, but at most {MOST} are read")
    if lengths.max() > LONGEST:
        raise ValueError(f"a sequence of {lengths.max():,} steps was entered, but at most {LONGEST:,} are read")
    x = np.zeros((lengths.max(), len(rows), *rows[0].shape[1:]), dtype=rows[0].dtype)
    for b, one in enumerate(rows):
        x[: len(one), b] = one
    longest, count = f"{lengths.max():,} step{'' if lengths.max() == 1 else 's'}", len(rows)
    told = longest if count == 1 else f"{count} sequences of {lengths.min():,} to {longest}"
    return Entered(x, lengths, tuple(words), f"{told}.{said}")


def _drawn(accepts: Accepts, steps: int, seed: int) -> Entered:
    """A sequence under a seed."""
    rng = np.random.default_rng(seed)
    if accepts.looked_up or accepts.names:
        part = rng.integers(accepts.symbols, size=steps)
        names = accepts.names
        words = tuple(names[k] if k < len(names) else f"{k}" for k in part)
        x = part if accepts.looked_up else np.eye(accepts.inputs)[part]
        what = f"Symbols drawn under seed {seed}, each as likely as the others."
    else:
        x, words = rng.standard_normal((steps, accepts.inputs)), tuple(f"step {t + 1}" for t in range(steps))
        what = f"Numbers drawn under seed {seed}, with mean 0 and standard deviation 1."
    return Entered(x[:, None], np.array([steps]), (words,), what)


def _symbols(accepts: Accepts) -> Callable[[str], list[int]]:
    """How a text is read: by characters where the vocabulary is of such, else by words, else as code points."""
    if not accepts.names:
        return lambda text: [_code_point(letter, accepts.symbols) for letter in text]
    places = {name: k for k, name in reversed(list(enumerate(accepts.names))) if name}
    count = f"the {len(accepts.names):,} symbols of the vocabulary"
    long = [name for name in places if len(symbols(name)) > 1]
    if 2 * len(long) > len(places):
        return lambda text: [_word(word, places, count) for word in text.split()]
    pattern = re.compile("|".join(re.escape(name) for name in sorted(places, key=len, reverse=True)))

    def characters(text: str) -> list[int]:
        found, at = [], 0
        while at < len(text):
            if (match := pattern.match(text, at)) is None:
                letter = symbols(text[at : at + 20])[0]
                raise ValueError(f"{shown(letter) if letter.strip() else 'a space'} is not among {count}")
            found.append(places[match[0]])
            at = match.end()
        return found

    return characters


def _code_point(letter: str, count: int) -> int:
    if ord(letter) >= count:
        raise ValueError(f"{shown(letter)} is code point {ord(letter):,}, but the network reads those below {count:,}")
    return ord(letter)


def _word(word: str, places: dict[str, int], count: str) -> int:
    for form in (word, word.lower(), without_marks(word), without_marks(word).lower()):
        if form in places:
            return places[form]
    unknown = next((name for name in places if UNKNOWN.fullmatch(name)), None)
    if unknown is None:
        raise ValueError(f"{shown(word)} is not among {count}")
    return places[unknown]


def _tokens(accepts: Accepts) -> Callable[[str], list[int]]:
    """Whole numbers with commas or spaces between."""

    def read(line: str) -> list[int]:
        found = []
        for word in re.split(r"[\s,;]+", ascii_digits(line).strip("[]() \t,;")):
            if not word:
                continue
            if not re.fullmatch(r"\d{1,9}", word) or int(word) >= accepts.symbols:
                raise ValueError(f"{shown(word)} is no token; whole numbers from 0 to {accepts.symbols - 1:,} are read")
            found.append(int(word))
        return found

    return read


def _numbers(text: str, D: int) -> tuple[list[Array], bool]:
    """Sequences of D numbers a step, (T, D) each, and whether the first line held names."""
    header, blocks = False, list[list[list[float]]]()
    for number, line in _blocks(text):
        if line is None:
            blocks.append([])
            continue
        row = _row(line, D)
        if isinstance(row, str):
            if not header and not any(blocks) and _names(line):
                header = True
                continue
            raise ValueError(f"line {number}: {row}")
        if len(row) != D and D > 1:
            read = f"{len(row):,} number{'' if len(row) == 1 else 's'}"
            raise ValueError(f"line {number} has {read}, but the network reads {D:,} a step")
        if not blocks or (D == 1 and len(row) > 1 and blocks[-1]):
            blocks.append([])
        blocks[-1] += [row] if D > 1 else [[one] for one in row]
    found = [np.array(block) for block in blocks if block]
    if not found:
        raise NothingYetError(
            f"Nothing is entered yet: {D:,} number{'' if D == 1 else 's'} a line, a line for each step"
        )
    return found, header


def _blocks(text: str) -> Iterator[tuple[int, str | None]]:
    """The lines with their numbers; None for a gap between two sequences."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    full = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    for (before, _), (number, line) in pairwise([(0, ""), *full]):
        if before and number > before + 1:
            yield number, None
        yield number, line


def _row(line: str, D: int) -> list[float] | str:
    """The numbers of a line, or what is wrong with it."""
    cells: list[str] | None
    marks = next((mark for mark in "\t;" if mark in line), ",")
    cells = line.split(marks)
    if len(cells) != D or D == 1:
        cells, unclear = separated(line, (D, D))
        if cells is None:
            return unclear.rstrip(".")
    row = []
    for cell in cells:
        try:
            value: float | None = float(cell)
        except ValueError:
            value, unclear = numeral(cell)
            if value is None:
                return f"{shown(cell)} {unclear or 'is no number'}"
        if value is None or not abs(value) <= LARGEST:
            return f"{shown(cell)} is no number between −1,000,000 and 1,000,000"
        row.append(value)
    return row


def _names(line: str) -> bool:
    """Whether a line holds words alone."""
    return all(numeral(cell)[0] is None for cell in re.split(r"[,;\t]", line))
