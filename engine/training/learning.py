"""What all networks of one race share, in one record: the task and its batches, the sizes, how weights are changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Self

from engine.kept import kept
from engine.record import NOTHING_KNOWN, Bound, Record, choice, number, of_kind, switch, whole
from engine.record.kinds import Read, Text, Whole
from engine.studies.fields import hidden_field, seed_field
from engine.tasks import TASKS, Task, task
from engine.tasks.table import LARGEST_TEXT
from engine.training.changes import BATCHES, Change, Changes

INITIALISERS = {
    "orthogonal": "Orthogonal",
    "gaussian": "Gaussian, N(0, 1/H)",
    "glorot": "Glorot uniform",
    "identity": "Identity",
    "sparse": "Sparse, 15 a row; spectral radius the scale",
    "radius": "Spectral radius exactly the scale",
    "singular": "Largest singular value exactly the scale",
    "chrono": "Chrono: gate biases from the expected lag",
}
OPTIMISER_NAMES = {
    "adam": "Adam",
    "adamw": "AdamW",
    "sgd": "SGD",
    "momentum": "SGD with momentum",
    "nesterov": "SGD, Nesterov",
    "rmsprop": "RMSprop",
    "adagrad": "Adagrad",
}
BIASES = (-10.0, 10.0)
LENGTHS = min(kind.lengths[0] for kind in TASKS.values()), max(kind.lengths[2] for kind in TASKS.values())
MOST_WORK = 100_000_000  # an update takes a gated cell about half a second then
NO_CUT = "The error of a decoder goes back through all of it and on into the encoder."


@dataclass(frozen=True)
class OwnData(Text):
    """A visitor's own data, taken whole or not at all: its task says what it reads in it, and what it cannot."""

    def complaint(self, name: str, value: str, others: Mapping[str, Any]) -> str:
        most = self.count[1]
        return f"{name} has {len(value):,} characters, but at most {most:,} are accepted" if len(value) > most else ""

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        if said := self.complaint("the text", words, others):
            return None, f"{said}."
        kind = TASKS[others["task"]]
        if not (words.strip() and kind.reads):
            return "", ""
        try:
            read_task(kind.name, min(max(others["length"], kind.lengths[0]), kind.lengths[2]), words)
        except ValueError as error:
            return None, f"{error}."
        return words, ""


@dataclass(frozen=True)
class Length(Whole):
    """How hard a task is: of a record, whatever its own task accepts."""

    def ends(self, of: Any = None) -> tuple[float, float]:
        return super().ends() if of is None else TASKS[of.task].lengths[::2]


@kept(100_000_000)
def read_task(name: str, length: int, text: str) -> Task:
    """The task, whose text is read once for all who learn from it."""
    return task(name, length, text)


def work_of_one(study: Any) -> float:
    """T (L H (H + 16) + 12 K), to which the time and the memory of one sequence are about proportional."""
    layers = study.layers * (1 + study.two_ways) * study.hidden * (study.hidden + 16)
    return float(max(1, study.length) * (layers + 12 * study.learned.outputs))


def work(study: Any) -> float:
    """The same of an update, with the largest batch that there is on the way."""
    return work_of_one(study) * float(max([study.batch, *(c.value for c in study.changes if c.field == "batch")]))


def _decodes(study: Any) -> bool:
    return TASKS[study.task].decodes


def _text_help(study: Any) -> str:
    kind = TASKS[study.task]
    takes = f"Your own {kind.reads or 'text'} to learn from; left empty, the task brings its own."
    return f"{takes} {kind.own}".strip()


@dataclass(frozen=True)
class Learning(Record):
    """What all networks of one race share: the task and its batches, the sizes, and how weights are changed.

    Raises:
        ValueError: a field is outside its range, or the task accepts no such length or text; the message says what
            came and what is accepted.
    """

    bound: ClassVar = Bound(work, MOST_WORK, "products a gate at each update", ("batch", "hidden"))

    task: str = choice(
        "adding",
        {name: kind.title for name, kind in TASKS.items()},
        "task",
        "Task",
        lambda study: TASKS[study.task].what,
    )
    length: int = of_kind(
        50,
        Length(*LENGTHS),
        "n",
        lambda study: TASKS[study.task].length_label,
        lambda study: "How hard the task is: {} to {:,}.".format(*TASKS[study.task].lengths[::2]),
        beside=True,
    )
    text: str = of_kind(
        "",
        OwnData((0, LARGEST_TEXT), optional=True),
        "text",
        "Own data",
        _text_help,
        when=lambda study: bool(TASKS[study.task].reads),
        note=lambda study: study.learned.understood,
    )
    layers: int = whole(
        1, 1, 3, "layers", "Layers", "Each reads the states of the one below.", names={1: "1", 2: "2", 3: "3"}
    )
    hidden: int = hidden_field(32, 128, beside=True)
    both: bool = switch(
        False,
        "both",
        "Both directions",
        "A second chain with weights of its own reads from the end.",
        off=lambda study: TASKS[study.task].one_way,
    )
    scale: float = number(
        1.0, 0.0, 3.0, "scale", "Recurrent scale", "Multiplies every recurrent matrix W before training.", step=0.05
    )
    optimiser: str = choice(
        "adam", OPTIMISER_NAMES, "opt", "Optimiser", "What the weights do about a gradient. Constants are PyTorch's."
    )
    momentum: float = number(
        0.9,
        0.0,
        0.999,
        "momentum",
        "Momentum",
        "How much of its velocity an update keeps.",
        step=0.05,
        when=lambda study: study.optimiser in ("momentum", "nesterov"),
    )
    batch: int = whole(
        32, *BATCHES, "B", "Batch B", f"How many sequences each update learns from: 1 to {BATCHES[1]}.", beside=True
    )
    clip_by: str = choice(
        "norm",
        {"norm": "norm", "value": "value"},
        "clipby",
        "Clip by",
        "The norm of all gradients together, which keeps their direction, or each entry by itself, which turns it.",
        few=True,
    )
    truncation: int = whole(
        0,
        0,
        1000,
        "cut",
        "Truncate after",
        "Errors go back at most to the start of their piece of so many steps, as where states are detached; 0 is off.",
        off=lambda study: NO_CUT if _decodes(study) else "",
    )
    summed: bool = switch(
        False, "sum", "Sum the loss", "The losses of all readings are summed for the gradient, instead of their mean."
    )
    seed: int = seed_field(beside=True)
    changes: tuple[Change, ...] = of_kind((), Changes(), "at")  # made on the way, in the picture

    def __post_init__(self) -> None:
        super().__post_init__()
        _ = self.learned  # what the task says of its length and text

    @cached_property
    def learned(self) -> Task:
        """The task at its difficulty."""
        return read_task(self.task, self.length, self.text)

    @property
    def two_ways(self) -> bool:
        """Whether a second chain reads from the end; in no task where it would have read the answer."""
        return self.both and not self.learned.one_way

    @classmethod
    def from_query(
        cls, query: Mapping[str, str], of: Record | None = None, known: Mapping[str, Any] = NOTHING_KNOWN
    ) -> tuple[Self, list[str]]:
        """As of any record; where a link names a task alone that cannot be as long as usual, it has its own length."""
        kind = TASKS.get(query.get("task", ""))
        if kind is not None and "n" not in query and not kind.lengths[0] <= cls.usual().length <= kind.lengths[2]:
            query = {**query, "n": str(kind.lengths[1])}
        return super().from_query(query, of, known)

    @classmethod
    def fitted(cls, found: dict[str, Any], of: Record | None) -> tuple[dict[str, Any], list[str]]:
        """A length that the task does not have becomes the nearest; a text that it cannot read is left out."""
        said, kind = [], TASKS[found["task"]]
        length = min(max(found["length"], kind.lengths[0]), kind.lengths[2])
        if length != found["length"]:
            accepted = "{} to {:,}".format(*kind.lengths[::2])
            said.append(f"n: {found['length']:,} is out of range; {length:,} is used ({accepted}).")
        found = {**found, "length": length}
        try:
            read_task(found["task"], length, found["text"])
        except ValueError as error:
            found, said = {**found, "text": ""}, [*said, f"text: {error}; the task's own is used."]
        if found["both"] and kind.one_way:
            found, said = {**found, "both": False}, [*said, f"both: {kind.one_way[0].lower()}{kind.one_way[1:]}"]
        return found, said

    def changed(self, name: str, value: Any) -> Self:
        """The record after one change; another task comes with its usual length and its own data."""
        if name == "task" and value in TASKS and value != self.task:
            usual = {"task": value, "length": TASKS[value].lengths[1], "text": ""}
            return self.followed(replace(self, **usual), name)
        return super().changed(name, value)

    def nearest(self, name: str, value: Any) -> tuple[Self, str]:
        """As `changed`; a length that the task does not have becomes the nearest."""
        if name != "length":
            return super().nearest(name, value)
        fitting, said = self.fitted({**self.by_name(), "length": value, "both": False}, None)
        after, large = super().nearest(name, fitting["length"])
        return after, " ".join(filter(None, [*said, large]))
