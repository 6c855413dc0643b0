"""How large the error is at every step of each network that is compared, from a study or from runs of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.cells import Cell
from engine.gradients.backward import Gradients
from engine.measures import Reach, log2_bound_per_step, reach
from engine.studies.vanish.families import family
from engine.studies.vanish.study import VanishStudy

Runs = VanishStudy | Gradients | Sequence[Gradients] | Mapping[str, Gradients]


@dataclass(frozen=True, eq=False, repr=False)
class Curve(ArrayRecord):
    """One network's error."""

    name: str
    cell: Cell
    log2_dh: Array  # (T+1,) log2 ||dL/dh_t||
    log2_dc: Array | None  # (T+1,) log2 ||dL/dc_t|| of a cell with memory
    reach: Reach
    log2_bound: float | None  # of the growth per step of a vanilla RNN
    last_loss_only: bool  # else the error is a sum, which has no half-life


def curves(runs: Runs, sequence: int = 0) -> list[Curve]:
    """One curve per network, each with a name of its own.

    Args:
        runs: a study, whose every cell is run; or gradients, under their names or under their cells' titles.
        sequence: which of the batch, of gradients.

    Raises:
        ValueError: there is no run.
    """
    if isinstance(runs, VanishStudy):
        return [_of_study(runs, cell) for cell in runs.cells]
    if isinstance(runs, Gradients):
        runs = [runs]
    named = runs if isinstance(runs, Mapping) else _named(runs)
    if not named:
        raise ValueError("there are no runs, but at least one was expected")
    return [_of_run(name, run, sequence) for name, run in named.items()]


def _named(runs: Sequence[Gradients]) -> dict[str, Gradients]:
    found: dict[str, Gradients] = {}
    for run in runs:
        title = run.trace.cell.title
        again = sum(other.trace.cell.title == title for other in found.values())
        found[f"{title}, run {again + 1}" if again else title] = run
    return found


def _of_study(study: VanishStudy, cell: str) -> Curve:
    found = family(study, cell, (study.scale,))
    return Curve(
        name=found.cell.title,
        cell=found.cell,
        log2_dh=found.log2_dh[0],
        log2_dc=None if found.log2_dc is None else found.log2_dc[0],
        reach=found.reach[0],
        log2_bound=None if found.log2_bound is None else float(found.log2_bound[0]),
        last_loss_only=study.enters_last,
    )


def _of_run(name: str, run: Gradients, sequence: int) -> Curve:
    trace, errors = run.trace, run.errors
    log2_dh = run.log2_dh[:, sequence]
    return Curve(
        name=name,
        cell=trace.cell,
        log2_dh=log2_dh,
        log2_dc=None if run.log2_dc is None else run.log2_dc[:, sequence],
        reach=reach(log2_dh),
        log2_bound=None if trace.parameters.W.ndim == 3 else log2_bound_per_step(trace.cell, trace.parameters),
        last_loss_only=errors is not None and tuple(errors.steps) == (trace.steps,),
    )
