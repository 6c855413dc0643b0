"""Where a network comes from: drawn under a seed, or a recipe that names a moment of a training.

A training is a pure function of its record, so `recipe @ update` names a trained network, in a link too:
task-adding.n-50.cell-lstm.seed-3@600 is the link of its training's record, each key joined to its value by a hyphen,
and the number of updates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

import numpy as np

from engine.arrays import Array
from engine.cells import CELLS
from engine.record.kinds import Kind, Read
from engine.record.reading import is_whole, read_whole, shown
from engine.studies.brought import NOT_HERE, PREFIX, Brought
from engine.studies.phrase import Phrase, batch_of
from engine.studies.source import Source
from engine.tasks import Batch, Task
from engine.training.changes import LONGEST
from engine.training.learning import work
from engine.training.model import Model
from engine.training.run import run_of
from engine.training.training import Training

MOST_WORK = 50_000_000_000  # of all updates together: two minutes or so
LONGEST_RECIPE = 4000  # characters in a link, which browsers and mail programs would cut
EXAMPLE = "task-adding.n-50.cell-lstm.seed-3@600"


@dataclass(frozen=True)
class Trained(Source):
    """The network that a training has come to after `update` updates; what it reads is an example, or a phrase."""

    training: Training
    update: int
    numbers: bytes = field(default=b"", compare=False, repr=False)  # its weights (P,), where they are known already
    phrase: Phrase | None = None  # a visitor's own, read in place of every example

    @property
    def task(self) -> Task:
        """What it learned."""
        return self.training.learned

    @property
    def loss(self) -> str:
        """The task's."""
        return self.task.loss

    @property
    def input_names(self) -> tuple[str, ...]:
        """The task's."""
        return self.task.input_names

    @property
    def output_names(self) -> tuple[str, ...]:
        """The task's."""
        return self.task.output_names

    @property
    def source_names(self) -> tuple[str, ...]:
        """The task's."""
        return self.task.source_names

    @property
    def cut(self) -> int:
        """After how many steps its training cut errors."""
        return self.training.cut

    @property
    def summed(self) -> bool:
        """Whether its training adds losses up."""
        return self.training.summed

    @property
    def cost(self) -> float:
        """What training it again takes, in products at all gates together."""
        most = max([self.training.batch, *(int(c.value) for c in self.training.changes if c.field == "batch")])
        each = work(self.training) * most / self.training.batch
        return each * len(CELLS[self.training.cell].gates) * self.update

    @property
    def whole(self) -> Model:
        """Its weights."""
        return self.model

    @property
    def model(self) -> Model:
        """The network, trained again where its weights are not known yet.

        Raises:
            ValueError: the training stopped before.
        """
        return self.training.structure.model(np.frombuffer(self.numbers) if self.numbers else self.again())

    def again(self) -> Array:
        """Its weights (P,), from the run of its training in this process.

        Raises:
            ValueError: the training stopped before.
        """
        run = run_of(self.training)
        run.extend(self.update)
        if run.updates < self.update:
            raise ValueError(run.stopped)
        return np.asarray(run.at(self.update).numbers)

    @property
    def form(self) -> Model:
        """A network of the same shapes, all zeros: nothing is trained for it."""
        return self.training.structure.model(np.zeros(self.training.structure.count))

    @property
    def examples(self) -> int:
        """How many sequences of its task can be looked at."""
        return int(self.training.shown_batch.x.shape[1])

    def example(self, which: int = 1) -> Batch:
        """One of the sequences that are looked at, counted from 1, without what lies behind its end; or the
        phrase.

        `weights` are what each reading counts in the loss: they sum to 1 where that is a mean.
        """
        if self.phrase is not None:
            return batch_of(self.training, self.phrase, self.model)
        whole, k = self.training.shown_batch, slice(which - 1, which)
        T = len(whole.x) if whole.lengths is None else int(whole.lengths[which - 1])
        m = T if whole.where == "every" else len(whole.targets)
        counts = whole.counts[:m, k]
        source = whole.source
        if source is not None:
            S = len(source) if whole.source_lengths is None else int(whole.source_lengths[which - 1])
            source = source[:S, k]
        share = counts if self.training.summed else counts / counts.sum()
        return Batch(whole.x[:T, k], whole.targets[:m, k], whole.where, weights=share, source=source)

    def outline(self, which: int = 1) -> Batch:
        """The same, but that nothing is trained to know what the network itself says of a phrase."""
        if self.phrase is not None:
            return batch_of(self.training, self.phrase, self.model if self.numbers else None)
        return self.example(which)

    def words(self, which: int = 1) -> tuple[tuple[str, ...], ...]:
        """Of that example what enters at each step, what is wanted at each reading, and what an encoder reads."""
        return self._named(self.example(which))

    def entered(self, which: int = 1) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The first and the last of these, for which nothing is trained."""
        entered, _, source = self._named(self.outline(which))
        return entered, source

    def _named(self, batch: Batch) -> tuple[tuple[str, ...], ...]:
        entered, wanted, source = self.task.words(batch)
        return entered[0], wanted[0], source[0] if source else ()

    @property
    def words_of_it(self) -> str:
        """What it is, as “LSTM, trained on adding, T = 50, update 600”."""
        training, task = self.training, self.task
        cell = CELLS[training.cell].title
        layers = f" of {training.layers} layers" if training.layers > 1 else ""
        both = ", both directions" if training.structure.both else ""
        label = task.length_label
        steps = f", T = {task.length:,}" if label.endswith(" T") else f" ({label}: {task.length:,})"
        title = f"{task.title[:1].lower()}{task.title[1:]}"
        when = f"update {self.update:,}" if self.update else "before its first update"
        own = " from data of one’s own" if training.text else ""
        return f"{cell}{layers}{both}, trained on {title}{own}{steps}, {when}"


@dataclass(frozen=True)
class Recipe(Kind[Source]):
    """A moment of a training, as a link has it; of a network that was brought along a link has the name alone."""

    what = "a trained network"

    @staticmethod
    def is_one(value: Any, /) -> bool:
        if isinstance(value, Trained):
            return isinstance(value.training, Training) and is_whole(value.update)
        return isinstance(value, Brought)

    def complaint(self, name: str, value: Source | None, others: Mapping[str, Any]) -> str:
        if not isinstance(value, Trained):
            return ""
        if not 0 <= value.update <= LONGEST:
            return f"{name} is after {value.update:,} updates, but must be after 0 to {LONGEST:,}"
        if value.cost > MOST_WORK:
            return (
                f"{value.update:,} updates of this training would take too long to make again; {_most(value):,} do not"
            )
        return ""

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        """As `write` has it; what cannot be taken as it is becomes the nearest that can, or the usual."""
        if words.startswith(PREFIX):
            return None, NOT_HERE
        recipe, at, number = words.rpartition("@")
        update, said = read_whole(number, 0, LONGEST) if at else (None, "")
        if update is None:
            return (
                None,
                said or f"{shown(words)} names no trained network; it is written {EXAMPLE}, the update behind the @.",
            )
        query, unknown = _query(recipe)
        try:
            training, complaints = Training.from_query(query)
        except ValueError as error:
            return None, f"{error}."
        value = Trained(training, update)
        if value.cost > MOST_WORK:
            complaints = [f"{self.complaint('', value, others)}, and are made.", *complaints]
            value = Trained(training, _most(value))
        return value, next(filter(None, [unknown, said, *complaints]), "")

    def write(self, value: Source) -> str:
        if isinstance(value, Brought):
            return value.word
        assert isinstance(value, Trained)
        pairs = value.training.to_query().items()
        recipe = ".".join(f"{key}-{_escaped(words) if key == 'text' else words}" for key, words in pairs)
        return f"{recipe}@{value.update}"


def _query(recipe: str) -> tuple[dict[str, str], str]:
    """The link of a training's record, and what means nothing in it.

    A piece behind a full stop that begins with no key belongs to the number before: rate-0.001.
    """
    query: dict[str, str] = {}
    keys, key, unknown = Training.keys(), "", ""
    for piece in recipe.split(".") if recipe else ():
        name, hyphen, rest = piece.partition("-")
        if hyphen and name in keys:
            key = name
            query[key] = rest
        elif key and piece[:1].isdigit():
            query[key] += f".{piece}"
        else:
            unknown = unknown or f"{shown(piece)} means nothing in a training; it is written {EXAMPLE}."
            key = ""
    if "text" in query:
        query["text"] = unquote(query["text"])
    return query, unknown


def _escaped(text: str) -> str:
    return quote(text, safe="").replace(".", "%2E")


def _most(value: Trained) -> int:
    return int(MOST_WORK * value.update / value.cost)
