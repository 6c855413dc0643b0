"""The first word decides a word far behind: today I need a loan, last year I had to take one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.arrays import Array
from engine.sequences import places_of
from engine.tasks.task import FEW_ERRORS, Batch, Chance, Task

NOW = ("today", "currently", "nowadays")
ONCE = ("yesterday", "formerly", "previously")
SPANS = ("year", "month", "week")  # this year, last year
DUE = ("due", "to", "my")
KINDS = ("current", "special", "difficult", "private", "usual")
FIELDS = ("job", "family", "health", "school", "house", "travel")
MATTERS = ("situation", "conditions", "plans", "worries", "needs", "duties")
AND, ME = "and", "i"
THIS, LAST = "this", "last"
OTHERWISE = dict(zip((*NOW, THIS, *ONCE, LAST), (*ONCE, LAST, *NOW, THIS), strict=True))  # each opening’s opposite
VOCABULARY = (*NOW, *ONCE, THIS, LAST, *SPANS, *DUE, *KINDS, *FIELDS, *MATTERS, AND, ME)
LONGEST_PART = 3  # words: current job situation
LECTURE = "due to my current job situation and family conditions i"  # behind "today" or "last year"


@dataclass(frozen=True)
class Loan(Task):
    """Behind "Today, due to my ..., I" comes "need", behind "Last year, due to my ..., I" comes "had": n words behind
    the first word, one more where two open the sentence. What stands between is drawn and says nothing; `length` is n.
    """

    name, title = "loan", "Loan sentences"
    what = "The first word of a long sentence decides a word n steps later: need, or had?"
    lengths, length_label = (6, 11, 200), "Words n between cause and effect"
    loss, phrases = "cross-entropy", "word"
    input_names, output_names = VOCABULARY, ("need", "had")
    chance = Chance(float(np.log(2.0)), 0.5, "Both go on as often: ln 2.")
    goal = FEW_ERRORS

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        past, two, which = rng.integers(0, 2, size), rng.integers(0, 2, size), rng.integers(0, len(SPANS), size)
        first, kinds = behind_the_opening(self.length)
        return self._opened(past, two == 1, which, first[:, None] + rng.integers(0, kinds[:, None], (len(first), size)))

    def shown(self) -> Batch:
        """The lecture's two sentences; of other lengths two that open in the same way."""
        if self.length == len(LECTURE.split()) + 1:
            between = places_of(tuple(LECTURE.split()), VOCABULARY)
        else:
            first, kinds = behind_the_opening(self.length)
            between = first + np.arange(len(first)) % kinds
        nothing = np.zeros(2, dtype=np.int64)
        return self._opened(np.array([0, 1]), np.array([False, True]), nothing, between[:, None])

    def otherwise(self, codes: Array) -> tuple[Array, int] | None:
        """Today for yesterday, this year for last year, and back."""
        first = VOCABULARY[codes[0]]
        if first not in OTHERWISE:
            return None
        changed = codes.copy()
        changed[0] = VOCABULARY.index(OTHERWISE[first])
        return changed, int(OTHERWISE[first] in (*ONCE, LAST))

    def _opened(self, past: Array, two: Array, which: Array, between: Array) -> Batch:
        """Sentences of openings (B,) of one word or two, of now or once, and of what stands behind them, (n - 1, B)."""
        x = np.zeros((self.length + 1, len(past)), dtype=np.int64)
        once, this, year = (VOCABULARY.index(word) for word in (ONCE[0], THIS, SPANS[0]))
        x[0] = np.where(two, this + past, which + once * past)
        x[1] = year + which
        x[2:] = between
        x[1:-1, ~two] = x[2:, ~two]
        return Batch(x, past[None], "final", self.length + two)


@cache
def behind_the_opening(length: int) -> tuple[Array, Array]:
    """At each step the first word that may stand there, as a place in the vocabulary, and among how many it is drawn.

    "due to my" and then parts of at most three words with "and" between, as long as fits: current job situation.
    """
    words = length - 2 - len(DUE)
    parts = -(-(words + 1) // (LONGEST_PART + 1))
    sizes = [(words - parts + 1 + k) // parts for k in reversed(range(parts))]
    groups: list[tuple[str, ...]] = [(word,) for word in DUE]
    for number, size in enumerate(sizes):
        groups += [(AND,)] * bool(number) + [KINDS, FIELDS, MATTERS][-size:]
    groups.append((ME,))
    return np.array([VOCABULARY.index(group[0]) for group in groups]), np.array([len(group) for group in groups])
