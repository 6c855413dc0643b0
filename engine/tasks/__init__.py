"""What networks learn here: one file a task, and one line in the registry."""

from __future__ import annotations

from engine.tasks.adding import Adding
from engine.tasks.copy_memory import CopyMemory
from engine.tasks.entities import Entities
from engine.tasks.latch import Latch
from engine.tasks.loan import Loan
from engine.tasks.next_character import NextCharacter
from engine.tasks.next_word import NextWord
from engine.tasks.parity import Parity
from engine.tasks.sentiment import Sentiment
from engine.tasks.series import Series
from engine.tasks.task import Batch, Chance, Goal, Task
from engine.tasks.temporal_order import TemporalOrder
from engine.tasks.translation import Translation
from engine.tasks.waves import NoisyWaves, Sine

TASKS: dict[str, type[Task]] = {
    kind.name: kind
    for kind in (
        TemporalOrder,
        Adding,
        CopyMemory,
        Latch,
        Parity,
        Sine,
        NoisyWaves,
        Series,
        NextCharacter,
        NextWord,
        Sentiment,
        Entities,
        Loan,
        Translation,
    )
}


def task(name: str, length: int | None = None, text: str = "") -> Task:
    """The task of this name, at its usual length where none is given; a text reaches only one that reads it.

    Raises:
        ValueError: there is none of this name, or it accepts no such length or text.
    """
    if not isinstance(name, str) or name not in TASKS:
        raise ValueError(f"the task {name!r:.40} is unknown; there are {', '.join(TASKS)}")
    kind = TASKS[name]
    return kind(kind.lengths[1] if length is None else length, text if kind.reads else "")


__all__ = ["TASKS", "Batch", "Chance", "Goal", "Task", "task"]
