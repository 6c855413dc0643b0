"""Input sequences and what is to be predicted from them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.record.numerals import short

RANDOM_INPUTS = 8  # D of the random input
RANDOM_OUTPUTS = 4  # K where the target is drawn at random
SINE_PERIOD = 25  # steps
OF_A_WORD = "#%&*@/\\-"  # marks that belong to what they stand at, as in -2, 5% and C#


@dataclass(frozen=True, eq=False, repr=False)
class Sequence(ArrayRecord):
    """One input sequence with its targets."""

    x: Array  # (T, 1, D)
    labels: tuple[str, ...]  # T short names, one per step, as a visitor reads them
    classes: Array  # (T, 1) the right class at each step
    targets: Array  # (T, 1, K) the same as numbers, for squared error
    vocabulary: tuple[str, ...] = ()  # the D symbols of a text, sorted
    places: Array | None = None  # (T, 1) of a text: the place of each step's one in x

    @property
    def entering(self) -> Array:
        """What a run reads: of several symbols their places, so that a run of many networks holds no (T, N, D)."""
        return self.x if self.places is None or len(self.vocabulary) == 1 else self.places

    @property
    def outputs(self) -> int:
        """K."""
        return int(self.targets.shape[2])


def symbols(text: str) -> tuple[str, ...]:
    """What a reader calls the characters of `text`: its extended grapheme clusters, by the tables of `regex`.

    Source: Unicode Standard Annex 29, with rule GB9c, by which consonants that a virama joins are one.

    Raises:
        ImportError: the text is more than ASCII, and the package regex is not installed.
    """
    if text.isascii() and "\r" not in text:
        return tuple(text)
    import regex  # late: the engine runs without it

    return tuple(regex.findall(r"\X", text))


def read_symbols(text: str, by: str = "character") -> tuple[str, ...]:
    """What enters of `text`, one a step: its characters as they are written, or its words.

    A word is the same wherever it stands: capitals and the marks at its ends do not count, so "No," is "no". What is
    marks alone stays. Both ways of writing an accent in Unicode are one symbol.
    """
    read = [without_marks(word.lower()) for word in text.split()] if by == "word" else symbols(text)
    return tuple(unicodedata.normalize("NFC", symbol) for symbol in read)


def without_marks(word: str) -> str:
    """A word without the marks at its ends; what is marks alone stays."""
    inner = [k for k, character in enumerate(word) if not _is_mark(character)]
    return word[inner[0] : inner[-1] + 1] if inner else word


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("P") and character not in OF_A_WORD


def vocabulary_of(*read: tuple[str, ...]) -> tuple[str, ...]:
    """Every symbol of some texts once, sorted: the same set of symbols has the same places, whatever its order."""
    return tuple(sorted(set().union(*read)))


def text_sequence(text: str, by: str = "character") -> Sequence:
    """One-hot symbols; the target of each step is the next symbol, so n symbols make T = n - 1 steps."""
    read = read_symbols(text, by)
    vocabulary = vocabulary_of(read)
    codes, one_hot = places_of(read, vocabulary), np.eye(len(vocabulary))
    return Sequence(
        x=one_hot[codes[:-1], None, :],
        labels=read[:-1],
        classes=codes[1:, None],
        targets=one_hot[codes[1:], None, :],
        vocabulary=vocabulary,
        places=codes[:-1, None],
    )


def places_of(read: tuple[str, ...], vocabulary: tuple[str, ...]) -> Array:
    """The place of each symbol in the vocabulary, (T,)."""
    place = {symbol: k for k, symbol in enumerate(vocabulary)}
    return np.array([place[symbol] for symbol in read])


def number_sequence(values: Array, seed: int) -> Sequence:
    """A column of numbers, (T,) or (T, D), copied; targets drawn under the seed."""
    x = values.reshape(len(values), 1, -1).copy()
    return _with_drawn_targets(x, tuple(short(row[0]) if row.size == 1 else "" for row in x[:, 0]), seed)


def random_sequence(steps: int, seed: int) -> Sequence:
    """Eight independent N(0, 1) numbers at every step."""
    x = np.random.default_rng([seed, 3]).standard_normal((steps, RANDOM_INPUTS))
    return number_sequence(x, seed)


def zeros(steps: int) -> Array:
    """Nothing comes in. (T,)"""
    return np.zeros(steps)


def impulse(steps: int) -> Array:
    """1 at step 1, then nothing. (T,)"""
    return np.asarray(np.eye(1, steps)[0])


def sine(steps: int) -> Array:
    """sin(2 pi t / 25), t = 1..T. (T,)"""
    return np.sin(2.0 * np.pi * np.arange(1, steps + 1) / SINE_PERIOD)


def _with_drawn_targets(x: Array, labels: tuple[str, ...], seed: int) -> Sequence:
    rng = np.random.default_rng([seed, 4])
    return Sequence(
        x=x,
        labels=labels,
        classes=rng.integers(0, RANDOM_OUTPUTS, (len(x), 1)),
        targets=rng.standard_normal((len(x), 1, RANDOM_OUTPUTS)),
    )
