"""Is a review kind? Three reviews of a lecture, and some hundreds of sentences in which negation and order decide.

Or a visitor's own, with which a lecture trains its network of 31 numbers on its three reviews alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from engine.tasks.own_reviews import EXAMPLE, OwnReviews, own_reviews
from engine.tasks.pool import Pool, PooledTask, every_fifth, padded
from engine.tasks.task import FRESH, Batch, Chance, Goal, by_shares

LECTURE = {  # 1: kind
    "movie was good": 1,
    "movie was bad": 0,
    "movie was not good": 0,
    "this phone is no good": 0,
    "no the phone is good": 1,
    "they are happy": 1,
}
THINGS = (
    "movie was",
    "the movie was",
    "this movie was",
    "the story is",
    "the phone is",
    "this phone is",
    "the book is",
)
PEOPLE = ("they are", "we are")
KIND_THINGS, UNKIND_THINGS = ("good", "great", "fine", "lovely"), ("bad", "poor", "dull", "awful")
KIND_PEOPLE, UNKIND_PEOPLE = ("happy", "glad"), ("sad", "angry")
# Of a kind a, an unkind b and the other way round: a sentence, and whether it says of its subject what a says.
PATTERNS = (
    ("{s} {a}", True),
    ("{s} very {a}", True),
    ("{s} not {a}", False),
    ("{s} never {a}", False),
    ("{s} not very {a}", False),
    ("no {s} {a}", True),
    ("{s} {a} not {b}", True),
    ("{s} not {a} but {b}", False),
    ("{s} {a} at first but then {b}", False),
)
NO_GOOD = "{s} no good"
BEFORE = ("well", "i think", "to be honest", "we saw it and", "my sister told me that")
AFTER = ("indeed", "i think", "as we said", "and we went home", "and then it began to rain")
COUNT = 400  # sentences of each answer
SEED = 11
MOST_SHOWN = 6  # of a visitor's own: as many as the lecture's


@dataclass(frozen=True)
class Sentiment(PooledTask):
    """A review of at most `length` words, filled up with words that say nothing; wanted at its end is 1 if it is kind.

    The same words can say both: "good not bad" and "bad not good", "no the phone is good" and "the phone is no good".
    """

    name, title = "sentiment", "Sentiment"
    what = "Is a review kind? “Not” turns what follows it, and the same words in another order say the opposite."
    lengths, length_label = (9, 12, 60), "Words of a review, at most"
    loss, phrases = "binary-cross-entropy", "word"
    reads = "text"
    own = f"One review a line, and behind it what is wanted of it, 1 or 0: “{EXAMPLE}”."
    output_names = ("kind",)

    def __post_init__(self) -> None:
        super().__post_init__()
        _ = self.reviews

    @property
    def reviews(self) -> OwnReviews | None:
        """A visitor's own."""
        return own_reviews(self.text, self.length) if self.text else None

    @property
    def input_names(self) -> tuple[str, ...]:
        return self.reviews.vocabulary if self.reviews else vocabulary()

    @cached_property
    def pool(self) -> Pool:
        """Every review there is."""
        return self.reviews.pool if self.reviews else reviews(self.length)

    @property
    def evaluated(self) -> str:
        if self.text:
            return "Asked is on the reviews that are learned: they are to be known by heart."
        return "Reviews that were held out: none of them is learned, each of their words is."

    @property
    def understood(self) -> str:
        if self.reviews is None:
            return ""
        n, kind, words = self.reviews.count, self.reviews.kind, len(self.input_names)
        of = f"{n:,} review{'' if n == 1 else 's'}, {kind:,} of them kind; {words:,} different word"
        return f"{of}{'' if words == 1 else 's'}. {self.evaluated}"

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        """Of a visitor's own each once before any comes again: a batch of as many as there are is all of them."""
        if self.reviews is None:
            return super().batch(rng, size)
        return self.pool.of(np.sort(np.resize(rng.permutation(self.reviews.count), size)))

    def evaluation(self, seed: int, size: int) -> Batch:
        """Of a visitor's own all, each once, or `size` of more."""
        if self.reviews is None:
            return super().evaluation(seed, size)
        return self.pool.of(np.random.default_rng([seed, FRESH]).permutation(self.reviews.count)[:size])

    def shown(self) -> Batch:
        """The lecture's reviews; of a visitor's own the first."""
        return self.pool.of(slice(0, MOST_SHOWN))

    @property
    def chance(self) -> Chance:
        """Of one's own by the share that is kind; where all have one answer, that of a coin, since always to give it
        would cost nothing."""
        if self.reviews is None:
            return Chance(float(np.log(2.0)), 0.5, "As many reviews are kind as are not: ln 2.")
        n, kind = self.reviews.count, self.reviews.kind
        if kind in (0, n):
            why = "All have the same answer, and who always gives it is right: as chance counts a coin, ln 2."
            return Chance(float(np.log(2.0)), 0.5, why)
        shares = np.array([n - kind, kind], dtype=np.float64)
        return Chance(*by_shares(shares, shares), f"Always the share of kind reviews, {kind} of {n}.")

    @property
    def goal(self) -> Goal:
        if self.text:
            return Goal("accuracy", 1.0, "Every review right.")
        return Goal("accuracy", 0.98, "Under 2 % errors on reviews that were held out.")


@cache
def vocabulary() -> tuple[str, ...]:
    """The lecture's five words as it counts them, then all others, sorted."""
    first = ("movie", "was", "good", "bad", "not")
    patterns = [pattern.format(s="", a="", b="") for pattern in (*(p for p, _ in PATTERNS), NO_GOOD)]
    texts = (*LECTURE, *KIND_THINGS, *UNKIND_THINGS, *KIND_PEOPLE, *UNKIND_PEOPLE, *THINGS, *PEOPLE, *patterns)
    texts = (*texts, *BEFORE, *AFTER)
    return (*first, *sorted({word for text in texts for word in text.split()} - set(first)))


@cache
def reviews(length: int) -> Pool:
    """As many kind reviews as others, those of the lecture first, each with fillers up to a length that is drawn."""
    rng = np.random.default_rng(SEED)
    by_answer: dict[int, list[str]] = {0: [], 1: []}
    for subject in (*THINGS, *PEOPLE):
        by_answer[0] += [NO_GOOD.format(s=subject)] * (subject in THINGS)
        for good in KIND_THINGS if subject in THINGS else KIND_PEOPLE:
            for bad in UNKIND_THINGS if subject in THINGS else UNKIND_PEOPLE:
                for pattern, same in PATTERNS:
                    by_answer[same].append(pattern.format(s=subject, a=good, b=bad))
                    by_answer[not same].append(pattern.format(s=subject, a=bad, b=good))
    answers, learned, held = list(LECTURE.values()), [tuple(text.split()) for text in LECTURE], []
    later: list[int] = []
    for answer, texts in by_answer.items():
        different = sorted(set(texts) - set(LECTURE))
        chosen = [different[k] for k in rng.permutation(len(different))[: COUNT - answers.count(answer)]]
        more, out = every_fifth(_filled(rng, tuple(text.split()), length) for text in chosen)
        learned += more
        held += out
        answers += [answer] * len(more)
        later += [answer] * len(out)
    x, lengths = padded([*learned, *held], vocabulary())
    wanted = np.array([*answers, *later], dtype=np.float64)
    return Pool(Batch(x, wanted[None, :, None], "final", lengths), len(learned))


def _filled(rng: np.random.Generator, sentence: tuple[str, ...], length: int) -> tuple[str, ...]:
    """The sentence with fillers before and behind, of a length that is drawn between its own and the longest."""
    free = int(rng.integers(len(sentence), length + 1)) - len(sentence)
    while free > 0:
        behind = bool(rng.integers(2))
        fillers = [filler for filler in (AFTER if behind else BEFORE) if len(filler.split()) <= free]
        fillers = [filler for filler in fillers if filler not in " ".join(sentence)] or fillers
        filler = tuple(fillers[rng.integers(len(fillers))].split())
        sentence = (*sentence, *filler) if behind else (*filler, *sentence)
        free -= len(filler)
    return sentence
