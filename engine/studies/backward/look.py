"""All that a backward study shows: contributions, update, the table of losses and states, one weight nudged, reach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.cells import named
from engine.errors import Errors
from engine.forward import unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.gradients.contributions import Contributions, contributions
from engine.sequences import places_of, vocabulary_of
from engine.spectra.jacobians import Itemised, itemised
from engine.studies.backward.influence import Sentence, influence, sentences
from engine.studies.backward.nudge import Nudge, Place, nudge
from engine.studies.backward.paths import Paths, paths
from engine.studies.backward.study import BackwardStudy
from engine.studies.backward.update import Update, update
from engine.studies.backward.weights import Weights

_STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
RATES = (*(round(step * 10.0**k, 6) for k in range(-3, 1) for step in _STEPS), 10.0)  # learning rates that are tried


@dataclass(frozen=True, eq=False, repr=False)
class Backwards(ArrayRecord):
    """One cell run forward and backward, and what that leads to: each is found when it is asked for first."""

    study: BackwardStudy
    cell: str
    weights: Weights
    gradients: Gradients

    @property
    def gradient(self) -> Weights:
        """dL/d of all weights, the readout's too."""
        return self.study.gradient(self.gradients)

    @property
    def errors(self) -> Errors:
        """Where the error enters, and the loss that it comes from."""
        errors = self.gradients.errors
        assert isinstance(errors, Errors)  # a study has a loss
        return errors

    @cached_property
    def contributions(self) -> Contributions:
        """What each step adds to the gradient."""
        return contributions(self.gradients)

    @cached_property
    def update(self) -> Update:
        """One step of gradient descent at every rate, with the network run again after each."""
        return update(partial(self.study.losses, self.cell), self.weights, self.gradient, RATES)

    @cached_property
    def every(self) -> Errors:
        """All steps' losses, whichever of them the study counts."""
        return self.study.errors(self.gradients.trace, self.weights, "every")

    @property
    def losses(self) -> Array:
        """(T,) of every step; nan where a trained network's task has none."""
        return by_step(self.every.loss[:, 0], self.study.read_at(self.every), self.gradients.trace.steps)

    @property
    def counted(self) -> tuple[int, ...]:
        """The steps whose losses the study counts."""
        return self.study.counted(self.errors)

    @cached_property
    def table(self) -> Itemised:
        """How much of each of these losses reaches each state."""
        return itemised(backpropagate(self.gradients.trace, self.every))

    @cached_property
    def paths(self) -> Paths:
        """The same, factor by factor."""
        return paths(self.gradients.trace, self.every)


def by_step(rows: Array, at: tuple[int, ...], steps: int) -> Array:
    """Rows that belong to some steps, (n, ...), as rows of every step, (T, ...): nan for the others."""
    if at == tuple(range(1, steps + 1)):
        return rows
    every = np.full((steps, *rows.shape[1:]), np.nan)
    every[np.array(at) - 1] = rows
    return every


def backwards(study: BackwardStudy, cell: str) -> Backwards:
    """Run one cell forward and backward."""
    return Backwards(study, cell, study.weights(cell), study.run(cell))


def nudged(study: BackwardStudy, cell: str, place: Place) -> Nudge:
    """One weight of one cell nudged up and down at every size.

    Raises:
        ValueError: the network has no such weight.
    """
    return nudge(partial(study.losses, cell), study.weights(cell), study.gradient(study.run(cell)), place)


@dataclass(frozen=True, eq=False, repr=False)
class LongRange(ArrayRecord):
    """One sentence, and how much its prediction depends on every word in each cell."""

    sentence: Sentence
    cells: tuple[str, ...]
    log2_norms: tuple[Array, ...]  # (T,) each, as `influence` gives them


def long_range(study: BackwardStudy) -> tuple[LongRange, ...]:
    """Both sentences read by the study's cells, with weights of its seed for all their words."""
    both = sentences(study.sentence, study.other)
    vocabulary = vocabulary_of(*(sentence.read for sentence in both))
    found = []
    for sentence in both:
        codes, rows = places_of(sentence.read, vocabulary), []
        for cell in study.cells:
            weights = study.reading(cell, vocabulary)
            trace = unroll(named(cell), weights.parameters, np.eye(len(vocabulary))[codes][:, None])
            assert weights.readout is not None
            rows.append(influence(trace, weights.readout, sentence.asked - 1, int(codes[sentence.asked - 1])))
        found.append(LongRange(sentence, study.cells, tuple(rows)))
    return tuple(found)


def near(study: BackwardStudy) -> BackwardStudy:
    """The study with the sentences at rest, which change its long range alone."""
    return replace(study, sentence=BackwardStudy.sentence, other=BackwardStudy.other)


def deciding(study: BackwardStudy) -> BackwardStudy:
    """The study with everything at rest that does not change its long range."""
    rest = BackwardStudy()
    return replace(study, inputs=rest.inputs, text=rest.text, numbers=rest.numbers, steps=rest.steps, at=rest.at)
