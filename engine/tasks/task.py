"""What a learning task is: sequences, what is wanted of them, what guessing costs, and when it counts as learned.

Losses of tasks are averages over readings, in nats for both cross-entropies and (output - target)**2, without the half,
for the squared error: what papers print.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.readings import Where
from engine.record.numerals import short

Loss = Literal["cross-entropy", "binary-cross-entropy", "squared-error"]
Measure = Literal["loss", "accuracy"]
Words = tuple[tuple[str, ...], ...]
FRESH = 2**32 - 5  # the last word of a seed from which evaluations are drawn, and no training


@dataclass(frozen=True, eq=False, repr=False)
class Batch(ArrayRecord):
    """Some sequences and what is wanted of them; m readings of each sequence, K outputs.

    Symbols are whole numbers (T, B): a network without an embedding reads them one-hot, and must be given a start or
    lengths with them, as `engine.forward.unroll` says. Readings after a sequence's end count nothing.
    """

    x: Array  # (T, B, D) numbers, or (T, B) symbols; of a decoder what it reads: the wanted words one step late
    targets: Array  # (m, B) classes, or (m, B, K) numbers
    where: Where  # which states are read: "final" or "every"
    lengths: Array | None = None  # (B,) where the sequences are not all of T steps
    weights: Array | None = None  # (m, B) how much each reading counts; None: 1
    source: Array | None = None  # (S, B) symbols that an encoder reads
    source_lengths: Array | None = None  # (B,)
    scale: Array | None = None  # (2, B) a sequence's numbers mean scale[0] + scale[1] * number; None: themselves

    @property
    def counts(self) -> Array:
        """How much each reading counts, (m, B): 0 after a sequence's end."""
        shape = self.targets.shape[:2]
        inside = np.ones(shape) if self.weights is None else self.weights
        if self.lengths is None or self.where != "every":
            return inside
        return inside * (np.arange(1, shape[0] + 1)[:, None] <= self.lengths)

    def of(self, which: Array | slice) -> Batch:
        """Some of its sequences, of no more steps than the longest of them needs."""
        steps, heard = len(self.x), None
        lengths = None if self.lengths is None else self.lengths[which]
        source_lengths = None if self.source_lengths is None else self.source_lengths[which]
        if lengths is not None:
            steps = int(lengths.max())
        if source_lengths is not None:
            heard = int(source_lengths.max())
        readings = steps if self.where == "every" else None
        return Batch(
            self.x[:steps, which],
            self.targets[:readings, which],
            self.where,
            lengths,
            None if self.weights is None else self.weights[:readings, which],
            None if self.source is None else self.source[:heard, which],
            source_lengths,
            None if self.scale is None else self.scale[:, which],
        )


NEXT = "What is wanted is what enters next: a chain that reads from the end has read the answer."


@dataclass(frozen=True)
class Chance:
    """What the best constant answer reaches: the same outputs at every reading, whatever was read.

    Where some is held out it is the best on what is learned, and its loss is that on what is held out and asked.
    Of copy memory it is the best answer that depends on the step alone.
    """

    loss: float  # average over readings
    accuracy: float | None
    why: str  # one sentence


@dataclass(frozen=True)
class Goal:
    """When a task counts as learned, on sequences that are drawn for the question."""

    measure: Measure
    threshold: float
    words: str  # one sentence

    def reached(self, loss: float, accuracy: float | None) -> bool:
        """Whether an evaluation is good enough; nan never is."""
        if self.measure == "loss":
            return bool(loss <= self.threshold)
        return accuracy is not None and bool(accuracy >= self.threshold)


def by_shares(learned: Array, asked: Array) -> tuple[float, float]:
    """Loss and accuracy of who always answers by the classes' shares among what is learned, on what is asked.

    A class that is asked but never learned would cost infinitely much: then each is counted once more.

    Args:
        learned, asked: how often each class is wanted, (K,).
    """
    if (asked[learned == 0.0] > 0.0).any():
        learned = learned + 1.0
    wanted = asked > 0.0
    p, q = learned[wanted] / learned.sum(), asked[wanted] / asked.sum()
    return -float((q * np.log(p)).sum()), float(asked[learned.argmax()] / asked.sum())


FEW_ERRORS = Goal("accuracy", 0.99, "Under 1 % errors.")


@dataclass(frozen=True)
class Task:
    """A task at a difficulty. A subclass is one kind of task; its instances are values, equal by their fields.

    Raises:
        ValueError: the length is out of range, or a text came that the task does not read; the message says what is
            accepted.
    """

    length: int
    text: str = ""  # a visitor's own, "": the task's

    name: ClassVar[str]  # in the registry and in links
    title: ClassVar[str]
    what: ClassVar[str]  # one sentence
    lengths: ClassVar[tuple[int, int, int]]  # the least, the usual, the largest
    length_label: ClassVar[str]
    loss: ClassVar[Loss]
    reads: ClassVar[Literal["", "text", "numbers"]] = ""  # what `text` may hold
    own: ClassVar[str] = ""  # how that is written, one sentence; "": any is read
    phrases: ClassVar[Literal["", "word", "character"]] = ""  # of what a phrase is made that can be typed
    asked: ClassVar[Literal["last", "every", "next"]] = (
        "last"  # of a phrase: at its end, of each symbol, what follows it
    )
    decodes: ClassVar[bool] = False  # whether an encoder reads `source` and a decoder answers
    one_way: ClassVar[str] = ""  # why no chain may read from the end, one sentence; "": it may

    def __post_init__(self) -> None:
        low, _, high = self.lengths
        whole = isinstance(self.length, int | np.integer) and not isinstance(self.length, bool)
        if not whole or not low <= self.length <= high:
            raise ValueError(f"{self.length_label}: {self.length!r:.40} came, but {low} to {high:,} are accepted")
        if not isinstance(self.text, str):
            raise ValueError(f"text is of type {type(self.text).__name__}, but a text was expected")
        if self.text and not self.reads:
            raise ValueError(f"{self.title} reads no text of its own, but {len(self.text):,} characters came")

    @property
    def inputs(self) -> int:
        """D: how many numbers, or symbols, can enter at a step."""
        return len(self.input_names)

    @property
    def outputs(self) -> int:
        """K."""
        return len(self.output_names)

    @property
    def sources(self) -> int:
        """How many symbols an encoder knows; 0: there is none."""
        return len(self.source_names)

    @property
    def input_names(self) -> tuple[str, ...]:
        """What each input is called: the vocabulary where symbols enter."""
        raise NotImplementedError

    @property
    def output_names(self) -> tuple[str, ...]:
        """What each output is called: the classes, of numbers what they are."""
        raise NotImplementedError

    @property
    def source_names(self) -> tuple[str, ...]:
        """The vocabulary of an encoder."""
        return ()

    @property
    def speaks(self) -> bool:
        """Whether an answer can enter as the next symbol, so that the network can go on by itself."""
        return self.loss == "cross-entropy" and self.input_names == self.output_names

    @property
    def ends(self) -> tuple[int, int]:
        """How many steps the shortest and the longest sequence have that there are to learn from."""
        shown = self.shown()
        return (len(shown.x),) * 2 if shown.lengths is None else (int(shown.lengths.min()), int(shown.lengths.max()))

    @property
    def heard(self) -> int:
        """How many steps an encoder reads at most; 0 where there is none."""
        return 0

    @property
    def lag(self) -> int:
        """How many steps behind something of use may lie, at most."""
        return self.length

    @property
    def evaluated(self) -> str:
        """On what `evaluation` asks, one sentence."""
        return "Drawn anew for each evaluation: training hardly meets any of these sequences."

    @property
    def understood(self) -> str:
        """What was found in a visitor's text, a sentence or two; "" where the task is on its own data."""
        return ""

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        """`size` sequences to train on; the same of generators in the same state."""
        raise NotImplementedError

    def evaluation(self, seed: int, size: int) -> Batch:
        """`size` sequences that training does not meet, as far as `evaluated` says; the same for the same seed."""
        return self.batch(np.random.default_rng([seed, FRESH]), size)

    def shown(self) -> Batch:
        """The few sequences that a page looks at, always the same."""
        raise NotImplementedError

    @property
    def chance(self) -> Chance:
        """What guessing reaches."""
        raise NotImplementedError

    @property
    def goal(self) -> Goal:
        """When the task counts as learned."""
        raise NotImplementedError

    @property
    def start(self) -> float:
        """The loss, on what is asked, where all outputs o = V h + d are 0: where small weights begin."""
        return float(np.log(self.outputs)) if self.loss == "cross-entropy" else self.outputs * float(np.log(2.0))

    def otherwise(self, codes: Array) -> tuple[Array, int] | None:
        """The same symbols (T,) but for the first, which decides, and what is wanted then; None where no task knows."""
        return None

    def judged(self, batch: Batch) -> Array:
        """How much each reading counts in the accuracy, (m, B)."""
        return batch.counts

    def right(self, outputs: Array, batch: Batch) -> Array | None:
        """Whether each reading's answer is right, (m, B); None where numbers are only nearer or farther.

        Args:
            outputs: as a loss shows them, (m, B, K): softmax, sigmoid or plain numbers.
        """
        if self.loss == "cross-entropy":
            return np.asarray(outputs.argmax(axis=-1) == batch.targets)
        return None if self.loss == "squared-error" else ((outputs > 0.5) == (batch.targets > 0.5)).all(axis=-1)

    def accuracy(self, outputs: Array, batch: Batch) -> float | None:
        """The share of right answers among the readings that are judged; None where there is none."""
        right = self.right(outputs, batch)
        return None if right is None else float(np.average(right, weights=self.judged(batch)))

    def words(self, batch: Batch) -> tuple[Words, Words, Words]:
        """Of each sequence of a batch: what enters at each step, what is wanted at each reading, what an encoder reads.

        A wanted class is its name, a yes or no "1" or "0", a number three digits.
        """
        B = batch.x.shape[1]
        ends = [len(batch.x)] * B if batch.lengths is None else batch.lengths.tolist()
        shift, factor = np.array([[0.0], [1.0]]).repeat(B, axis=1) if batch.scale is None else batch.scale

        def named(rows: Array, k: int, names: tuple[str, ...]) -> tuple[str, ...]:
            if rows.ndim == 1:
                return tuple(names[code] for code in rows.tolist())
            return tuple(" ".join(map(short, row)) for row in (shift[k] + factor[k] * rows).tolist())

        entered = tuple(named(batch.x[:end, k], k, self.input_names) for k, end in enumerate(ends))
        read = ends if batch.where == "every" else [len(batch.targets)] * B
        wanted = tuple(named(batch.targets[:end, k], k, self.output_names) for k, end in enumerate(read))
        if batch.source is None:
            return entered, wanted, ()
        heard = [len(batch.source)] * B if batch.source_lengths is None else batch.source_lengths.tolist()
        source = tuple(named(batch.source[:end, k], k, self.source_names) for k, end in enumerate(heard))
        return entered, wanted, source
