"""Which words name a person? The three sentences of a lecture, and some hundreds that are made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from engine.tasks.pool import Pool, PooledTask, Sentence, every_fifth, padded
from engine.tasks.task import Batch, Chance, Goal, by_shares

MARK = "*"  # before a word that names a person
LECTURE = (
    "*dhaval loves *baby *yoda",
    "*bob told *ahmed that pizza is delivered",
    "*ironman punched on *hulk's *face",
)
# The last seven are other words too: a rose, the will, she will, a baby.
NAMES = (
    *("*dhaval", "*bob", "*ahmed", "*yoda", "*ironman", "*hulk", "*maria", "*ravi"),
    *("*rose", "*will", "*mark", "*grace", "*hope", "*jack", "*baby *yoda"),
)
OWNERS = ("*hulk's", "*bob's", "*maria's", "*yoda's", "*ravi's")
PARTS = ("*face", "*hand", "*nose")  # of a person, named by them: the lecture counts them in
THINGS = (
    "the rose",
    "a rose",
    "the will",
    "the mark",
    "a mark",
    "the jack",
    "the baby",
    "a baby",
    "the pizza",
    "the tea",
)
STATES = ("here", "delivered", "lost", "found", "small")
PATTERNS = (
    *("{n} loves {m}", "{n} told {m} that pizza is {s}", "{n} punched on {o} {p}", "{n} gave {m} {t}"),
    *("{t} is {s}", "{t} of {n} is {s}", "{n} and {m} hope that {t} is {s}", "{n} will call {m}", "we saw {n}"),
    *("{n} asked {m} to mark {t}", "{t} loves {n}", "we hope that {n} will win", "he said grace with {n}"),
    *("she hit {o} {p}", "it will rain", "they saw {t}"),
)
SHORTEST = 2  # words of a clause
COUNT = 600
SEED = 12


@dataclass(frozen=True)
class Entities(PooledTask):
    """Clauses joined by "and", of at most `length` words together; wanted at every word is 1 if it names a person.

    Many words are names or not by what stands before them: a rose, told rose; she will, told will. What belongs to a
    person's body counts as part of the name behind its owner, as the lecture has it of "hulk's face".
    """

    name, title = "entities", "Named entities"
    what = "Which words name a person? Rose does, a rose does not."
    lengths, length_label = (7, 10, 60), "Words of a sentence, at most"
    loss, phrases, asked = "binary-cross-entropy", "word", "every"
    output_names = ("person",)
    evaluated = "Sentences that were held out: none of them is learned, each of their words is."
    goal = Goal("accuracy", 0.99, "Under 1 % of the words are taken for what they are not.")

    @property
    def input_names(self) -> tuple[str, ...]:
        return vocabulary()

    @cached_property
    def pool(self) -> Pool:
        """Every sentence there is."""
        return sentences(self.length)

    def shown(self) -> Batch:
        """The lecture's sentences."""
        return self.pool.of(slice(0, len(LECTURE)))

    @cached_property
    def chance(self) -> Chance:
        share, asked = (
            float(np.average(batch.targets[..., 0], weights=batch.counts))
            for batch in (self.pool.of(slice(0, self.pool.learned)), self.pool.held())
        )
        loss, accuracy = by_shares(np.array([share, 1.0 - share]), np.array([asked, 1.0 - asked]))
        why = f"Always the share of words that name a person in what is learned, {share:.3g}, on what is held out."
        return Chance(loss, accuracy, why)


@cache
def vocabulary() -> Sentence:
    """Every word, sorted."""
    patterns = [pattern.format(n="", m="", o="", p="", t="", s="") for pattern in PATTERNS]
    texts = " ".join([*LECTURE, *NAMES, *OWNERS, *PARTS, *THINGS, *STATES, *patterns, "and"])
    return tuple(sorted(set(texts.replace(MARK, "").split())))


@cache
def sentences(length: int) -> Pool:
    """Those of the lecture, and others of clauses that are drawn, each once."""
    rng = np.random.default_rng(SEED)

    def one(among: Sentence) -> str:
        return among[rng.integers(len(among))]

    made = dict.fromkeys(tuple(text.split()) for text in LECTURE)
    while len(made) < COUNT + len(LECTURE):
        wanted, words = int(rng.integers(SHORTEST, length + 1)), list[str]()
        while len(words) < wanted:
            clause = one(PATTERNS).format(
                n=one(NAMES), m=one(NAMES), o=one(OWNERS), p=one(PARTS), t=one(THINGS), s=one(STATES)
            )
            words += ["and"] * bool(words) + clause.split()
        if len(words) <= length:
            made[tuple(words)] = None
    ordered, own = list(made), len(LECTURE)
    learned, held = every_fifth(ordered[own:])
    marked = [*ordered[:own], *learned, *held]
    x, lengths = padded([tuple(word.removeprefix(MARK) for word in sentence) for sentence in marked], vocabulary())
    targets = np.zeros((*x.shape, 1))
    for k, sentence in enumerate(marked):
        targets[: len(sentence), k, 0] = [word.startswith(MARK) for word in sentence]
    return Pool(Batch(x, targets, "every", lengths), own + len(learned))
