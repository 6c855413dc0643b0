"""What the pictures of the page Backward are answered: five messages of one study."""

from __future__ import annotations

from functools import lru_cache

from engine.studies.backward.left_out import left_out
from engine.studies.backward.look import Backwards, backwards, long_range, nudged
from engine.studies.backward.nudge import Place, nearest_place
from engine.studies.backward.study import BackwardStudy
from figures.backward.check import check_message
from figures.backward.flow import flow_message
from figures.backward.mistakes import mistakes_message
from figures.backward.reach import left_out_message, reach_message
from figures.backward.table import table_message
from figures.backward.update import update_message


def flow(study: BackwardStudy) -> bytes:
    """The error on its way back, and what each step adds."""
    return flow_message(study, _found(study))


def update(study: BackwardStudy) -> bytes:
    """One step of gradient descent."""
    return update_message(_found(study))


def table(study: BackwardStudy) -> bytes:
    """Every loss at every state."""
    return table_message(study, _found(study))


def check(study: BackwardStudy, cell: str | None, weight: Place) -> bytes:
    """One weight nudged; a cell and weight that the study has not are moved to ones that it has."""
    nearest = study.nearest_cell(cell)
    return check_message(study.kind(nearest), nudged(study, nearest, nearest_place(study.form(nearest), weight)))


def mistakes(study: BackwardStudy, cell: str | None) -> bytes:
    """The pass by hand, with each mistake that is easily made in it; of a cell that the study has."""
    nearest = study.nearest_cell(cell)
    return mistakes_message(study.run(nearest))


def reach(study: BackwardStudy) -> bytes:
    """The two sentences; of a trained network what it reads."""
    if study.trained is None:
        return reach_message(long_range(study))
    return left_out_message(study.kind(study.cells[0]), left_out(study))


def _found(study: BackwardStudy) -> tuple[Backwards, ...]:
    """What its pictures show; of a network that is one visitor's alone nothing is kept here."""
    private = study.trained is not None and study.trained.private
    return _run(study) if private else _kept(study)


@lru_cache(maxsize=2)  # a process is asked for the pictures of one study one after another
def _kept(study: BackwardStudy) -> tuple[Backwards, ...]:
    return _run(study)


def _run(study: BackwardStudy) -> tuple[Backwards, ...]:
    return tuple(backwards(study, cell) for cell in study.cells)
