"""Texts as codes of symbols: characters, or the words of sentences. The rarest of very many share one place."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.kept import kept
from engine.sequences import symbols, without_marks
from engine.tasks.table import check_size

MOST = 1000  # different symbols
LEAST = 3  # of a text
RARE = "<rare>"  # what all others are called
END = "."  # what ends a sentence
_MARKS = re.compile(r"[.!?।]+(?=\s|$)|\n\s*\n")


KEPT = 100_000_000  # bytes of what was read that are kept


@dataclass(frozen=True, eq=False, repr=False)
class Codes(ArrayRecord):
    """One or many sequences of symbols."""

    values: Array  # (N,) places in the vocabulary
    sizes: Array  # (n,) how many symbols each sequence has, at least 2
    vocabulary: tuple[str, ...]  # in the order in which they came; of words the first is the end of a sentence
    rare: int  # how many different symbols share the place of `RARE`


@kept(KEPT)
def characters(text: str) -> Codes:
    """The characters of a text as they are written, one sequence.

    Raises:
        ValueError: there are too few or all the same, or the text is too large.
        ImportError: the text is more than ASCII, and the package regex is not installed.
    """
    check_size(text)
    places = _places()
    codes = array("i")
    for line in unicodedata.normalize("NFC", text.replace("\r\n", "\n")).splitlines(keepends=True):
        codes.extend(map(places.__getitem__, symbols(line)))
    return _codes(codes, [len(codes)], places, "characters")


@kept(KEPT)
def sentences(text: str) -> Codes:
    """The words of each sentence, and its end.

    A sentence ends at . ! ? or a danda before a space, or at an empty line; in a text that has none of these, at each
    line's end. Capitals and the marks at a word's ends do not count, so that "No," is the word "no".

    Raises:
        ValueError: as for `characters`.
    """
    check_size(text)
    places = _places()
    end = places[END]
    known: dict[str, int] = {}
    codes, sizes = array("i"), []
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).lower()
    for sentence in _MARKS.split(plain) if _MARKS.search(plain.rstrip()) or "\n" not in plain else plain.split("\n"):
        before = len(codes)
        for word in sentence.split():
            if word not in known:
                known[word] = places[without_marks(word)]
            codes.append(known[word])
        if len(codes) > before:
            codes.append(end)
            sizes.append(len(codes) - before)
    return _codes(codes, sizes, places, "words and ends of sentences")


def _places() -> defaultdict[str, int]:
    """Gives each new symbol the next place."""
    places: defaultdict[str, int] = defaultdict(lambda: len(places))
    return places


def _codes(codes: array[int], sizes: list[int], places: dict[str, int], what: str) -> Codes:
    values, vocabulary = np.array(codes, dtype=np.int32), tuple(places)
    if len(values) < LEAST:
        raise ValueError(f"the text has {len(values):,} {what}, but at least {LEAST} are needed")
    if (values[1:] == values[-1]).all():
        raise ValueError(f"all {what} of the text behind the first are the same: there is nothing to learn")
    rare = 0
    if len(vocabulary) > MOST:
        stays = np.zeros(len(vocabulary), dtype=bool)
        stays[[place for place, _ in Counter(codes).most_common(MOST - 1)]] = True
        rare = int((~stays).sum())
        moved = np.where(stays, np.cumsum(stays) - 1, MOST - 1)
        values = moved[values]
        vocabulary = (*(one for one, stay in zip(vocabulary, stays, strict=True) if stay), RARE)
    return Codes(values.astype(np.int16), np.array(sizes), vocabulary, rare)
