"""A race: networks that learn one task from the same batches in the same order, in one record."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from engine.record import declare
from engine.studies.fields import fits_link
from engine.studies.train.racers import Racer, Racers
from engine.training.changes import LONGEST, Change
from engine.training.learning import Learning
from engine.training.training import Training

# Over 50 steps of temporal order the LSTM gets there by update 96, the GRU by 512, the tanh RNN not at all.
USUAL = tuple(Racer(cell) for cell in ("tanh", "lstm", "gru"))


def _usually(name: str, value: object) -> Any:
    """A field of every training, with another usual value."""
    return field(default=value, metadata=Learning.__dataclass_fields__[name].metadata)


@dataclass(frozen=True)
class TrainStudy(Learning):
    """Up to four networks that learn the same task; `goal` is how many updates the race goes over.

    Raises:
        ValueError: a field is outside its range, or the task accepts no such length or text; the message says what
            came and what is accepted.
    """

    task: str = _usually("task", "order")
    hidden: int = _usually("hidden", 16)
    racers: tuple[Racer, ...] = declare.of_kind(USUAL, Racers(), "racers")  # added and changed in a row of their own
    goal: int = declare.whole(
        600, 1, LONGEST, "goal", "Updates to go", f"How many updates the race goes over: 1 to {LONGEST:,}.", step=100
    )

    def to_query(self) -> dict[str, str]:
        """As every record's; data of one's own that would make the link too long stay out of it."""
        query = super().to_query()
        if not fits_link(self.text):
            query.pop("text", None)
        return query

    def trainings(self) -> tuple[Training, ...]:
        """What each racer does, as a record of its own."""
        shared = {field.name: getattr(self, field.name) for field in fields(Learning)}
        each = []
        for number, racer in enumerate(self.racers, 1):
            own = tuple(change for change in self.changes if change.racer in (0, number))
            latest = {(c.update, c.field): Change(c.update, c.field, c.value) for c in own}  # one's own stands last
            named = {**shared, "changes": tuple(latest[place] for place in sorted(latest))}
            each.append(Training(**named, **{field.name: getattr(racer, field.name) for field in fields(Racer)}))
        return tuple(each)
