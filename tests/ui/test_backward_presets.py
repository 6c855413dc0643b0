"""What the presets of the backward page tell a visitor to look for is there to be seen."""

from __future__ import annotations

from functools import cache

import numpy as np

from engine.studies.backward.look import Backwards, backwards
from figures.backward.flow import SPAN, along, each_step
from figures.words import LOG10_2
from ui.backward.presets import PRESETS


@cache
def run(name: str, cell: str) -> Backwards:
    return backwards(PRESETS[name].record, cell)


def shares(name: str, cell: str, array: str = "W") -> np.ndarray:
    parts = along(each_step(run(name, cell).contributions)[array])
    return np.asarray(parts / parts.sum())


def sizes(name: str, cell: str) -> np.ndarray:
    """log10 ||dL/dh_t|| from step 1 on."""
    return np.asarray(run(name, cell).contributions.gradients.log2_dh[1:, 0] * LOG10_2)


def table(name: str, cell: str) -> np.ndarray:
    """log10 of loss k at state t, both from 1 on."""
    return np.asarray(run(name, cell).table.log2_norm[:, 1:] * LOG10_2)


def test_one_loss_at_the_end_is_made_by_the_steps_beside_it() -> None:
    found = shares("last", "tanh")
    assert found[-3:].sum() > 0.9
    assert np.abs(found[:3]).max() < 0.001
    assert sizes("last", "tanh")[0] < sizes("last", "tanh")[-1] - 2.0


def test_a_loss_at_every_step_lets_early_steps_contribute() -> None:
    for cell in PRESETS["every"].record.cells:
        assert shares("every", cell)[:6].sum() > 0.3


def test_small_weights_fade_within_a_few_columns() -> None:
    found = table("vanish", "tanh")
    for k in range(4, len(found)):
        assert found[k, k - 4] < found[k, k] - 1.5
    assert (np.diag(found, -8) < SPAN[0] + 1.5).all()


def test_large_weights_make_the_linear_error_grow_and_the_tanh_error_vanish() -> None:
    linear, squashed = sizes("explode", "identity"), sizes("explode", "tanh")
    assert linear[0] > linear[-1] + 0.5
    assert (shares("explode", "identity")[1:] > 0.04).all()
    assert squashed[0] < squashed[-1] - 1.0


def test_open_forget_gates_hardly_fade() -> None:
    remembers, forgets = (table("remember", cell)[-1] for cell in ("lstm", "tanh"))
    assert remembers[:-1].max() - remembers[:-1].min() < 0.8
    assert forgets[:-1].max() - forgets[:-1].min() > 2.5


def test_a_step_too_far_makes_the_loss_rise_and_a_small_one_makes_it_fall() -> None:
    view = PRESETS["far"].view
    for cell in PRESETS["far"].record.cells:
        update = run("far", cell).update
        assert update.after[update.rates.index(view.rate)] > update.before
        assert update.after[update.rates.index(0.1)] < update.before
