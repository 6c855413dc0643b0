"""Reviews of a visitor's own, one a line that ends in its answer: "movie was good 1"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.kept import kept
from engine.record.reading import shown
from engine.sequences import read_symbols
from engine.tasks.pool import Pool, padded
from engine.tasks.symbols import KEPT, MOST
from engine.tasks.table import check_size
from engine.tasks.task import Batch

MOST_REVIEWS = 2000
ANSWERS = ("0", "1")
EXAMPLE = "movie was good 1"


@dataclass(frozen=True, eq=False, repr=False)
class OwnReviews(ArrayRecord):
    """What was read."""

    pool: Pool  # all of them, in their order; none is held out
    vocabulary: tuple[str, ...]  # in the order in which the words came

    @property
    def kind(self) -> int:
        """How many of them are kind."""
        return int(self.pool.all.targets.sum())

    @property
    def count(self) -> int:
        """How many there are."""
        return self.pool.learned


@kept(KEPT)
def own_reviews(text: str, length: int) -> OwnReviews:
    """The reviews of a text; capitals and the marks at a word's ends do not count, and empty lines are skipped.

    Raises:
        ValueError: a line has no answer, no words or more than `length`; one review has both answers; there are none,
            or too many, or too many words; the message says which line.
        ImportError: the text is more than ASCII, and the package regex is not installed.
    """
    check_size(text)
    answers: dict[tuple[str, ...], str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words:
            continue
        *review, answer = read_symbols(line, "word")
        if answer not in ANSWERS:
            ending = f"its answer, 1 or 0, as in {shown(EXAMPLE)}"
            raise ValueError(f"line {number:,} ends in {shown(words[-1])}, but must end in {ending}")
        if not 1 <= len(review) <= length:
            many = "1 word" if len(review) == 1 else f"{len(review):,} words"
            raise ValueError(f"line {number:,} has {many} before its answer, but 1 to {length} are accepted")
        if answers.setdefault(tuple(review), answer) != answer:
            raise ValueError(f"line {number:,} says again {shown(' '.join(review))}, but with the other answer")
        if len(answers) > MOST_REVIEWS:
            raise ValueError(
                f"there are more than {MOST_REVIEWS:,} different reviews, which is as many as are accepted"
            )
    if not answers:
        raise ValueError(f"there is no review; they are written one a line, as {shown(EXAMPLE)}")
    vocabulary = tuple(dict.fromkeys(word for review in answers for word in review))
    if len(vocabulary) > MOST:
        raise ValueError(f"there are {len(vocabulary):,} different words, but at most {MOST:,} are accepted")
    x, lengths = padded(list(answers), vocabulary)
    wanted = np.array([float(answer) for answer in answers.values()])
    return OwnReviews(Pool(Batch(x, wanted[None, :, None], "final", lengths), len(answers)), vocabulary)
