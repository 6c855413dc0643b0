"""What helps: each remedy is the present experiment with one thing changed, run by the engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import Entering
from engine.gradients.backward import backpropagate
from engine.gradients.clipping import clip_by_norm, clip_by_value
from engine.studies.vanish.remedies import REMEDIES, USUAL_VALUE, Helped, Remedy, helped, remedied
from engine.studies.vanish.study import VanishStudy

SMALL = VanishStudy(cells=("tanh", "lstm"), steps=20, hidden=6, scale=0.6)


def one(found: Helped, name: str) -> Remedy:
    return next(remedy for remedy in found.remedies if remedy.name == name)


def test_every_remedy_is_tried_once_and_the_network_as_it_is_stands_beside() -> None:
    found = helped(SMALL, "tanh")
    assert tuple(remedy.name for remedy in found.remedies) == REMEDIES
    run = SMALL.run("tanh")
    np.testing.assert_array_equal(found.before.log2_dh, run.log2_dh[:, 0])
    assert found.before.log2_gradient == run.log2_parameters[0]
    for remedy in found.remedies:
        assert (remedy.run is None) == (remedy.excuse is not None)


@pytest.mark.parametrize(
    ("name", "cell", "fields"),
    [
        ("orthogonal", "tanh", {"initialiser": "orthogonal", "scale": 1.0}),
        ("identity", "relu", {"cells": ("tanh", "relu"), "initialiser": "identity", "scale": 1.0}),
        ("lstm", "lstm", {}),
        ("gru", "gru", {"cells": ("tanh", "gru")}),
        ("shorter", "tanh", {"steps": 10}),
    ],
)
def test_a_remedy_changes_one_thing_and_keeps_the_seed(name: str, cell: str, fields: dict[str, object]) -> None:
    changed = replace(SMALL, **fields)  # type: ignore[arg-type]  # names and values belong together
    remedy = one(helped(SMALL, "tanh"), name)
    assert remedy.run is not None
    assert remedy.run.cell == cell
    np.testing.assert_array_equal(remedy.run.log2_dh, changed.run(cell).log2_dh[:, 0])
    assert remedy.experiment == (changed if changed != SMALL else None)


@pytest.mark.parametrize(
    ("cell", "fields"),
    [("gru", {"update_bias": 1.0}), ("coupled", {"write_bias": -1.0}), ("mgu", {"write_bias": -1.0})],
)
def test_the_bias_of_every_gate_that_keeps_goes_towards_keeping(cell: str, fields: dict[str, float]) -> None:
    study = replace(SMALL, cells=(cell,))
    remedy = one(helped(study, cell), "forget")
    assert remedy.experiment == replace(study, **fields)  # type: ignore[arg-type]  # all of them numbers
    assert remedy.run is not None
    assert remedy.run.reach.log2_ratio > study.run(cell).log2_dh[1, 0] - study.run(cell).log2_dh[-1, 0]


def test_the_forget_bias_goes_to_one_where_there_is_a_forget_gate() -> None:
    shut = replace(SMALL, forget_bias=-3.0)
    remedy = one(helped(shut, "lstm"), "forget")
    assert remedy.experiment == replace(shut, forget_bias=1.0)
    assert remedy.run is not None
    np.testing.assert_array_equal(remedy.run.log2_dh, replace(shut, forget_bias=1.0).run("lstm").log2_dh[:, 0])
    assert one(helped(SMALL, "lstm"), "forget").excuse == "already"
    assert one(helped(SMALL, "tanh"), "forget").excuse == "no gate"


def test_what_is_in_place_already_is_not_run_again() -> None:
    assert remedied(SMALL, "lstm", "lstm") == "already"
    assert remedied(replace(SMALL, initialiser="orthogonal", scale=1.0), "tanh", "orthogonal") == "already"
    relu = replace(SMALL, cells=("relu",), initialiser="identity", scale=1.0)
    assert remedied(relu, "relu", "identity") == "already"
    assert remedied(replace(SMALL, steps=5), "tanh", "shorter") == "shortest"


def test_as_many_networks_stay_compared_as_a_picture_holds() -> None:
    four = replace(SMALL, cells=("tanh", "sigmoid", "lstm", "relu"))
    found = remedied(four, "sigmoid", "gru")
    assert found == ("gru", replace(four, cells=("sigmoid", "gru", "tanh", "lstm")))


@pytest.mark.parametrize(
    ("given", "length"),
    [({"inputs": "text", "text": "abcdefgh"}, 3), ({"inputs": "numbers", "numbers": (1.0,) * 9}, 4)],
)
def test_an_own_sequence_is_cut_to_its_first_half(given: dict[str, object], length: int) -> None:
    own = replace(SMALL, **given)  # type: ignore[arg-type]  # names and values belong together
    remedy = one(helped(own, "tanh"), "shorter")
    assert remedy.run is not None
    assert remedy.run.steps == length


def test_clipping_bounds_the_step_and_leaves_every_error_as_it_was() -> None:
    run, found = SMALL.run("tanh"), helped(SMALL, "tanh")
    by_norm = clip_by_norm(run.parameters, 1.0, run.readout)
    by_value = clip_by_value(run.parameters, USUAL_VALUE, run.readout)
    for name, clipped in (("norm", by_norm), ("value", by_value)):
        remedy = one(found, name)
        assert remedy.run is not None
        np.testing.assert_array_equal(remedy.run.log2_dh, found.before.log2_dh)
        assert 2.0**remedy.run.log2_gradient == pytest.approx(clipped.norm_after)
        assert remedy.cosine == clipped.cosine
    assert one(found, "norm").experiment == replace(SMALL, clip=1.0)
    assert one(found, "value").experiment is None
    assert one(helped(replace(SMALL, clip=0.2), "tanh"), "norm").threshold == 0.2
    assert one(helped(replace(SMALL, clip=0.2), "tanh"), "norm").experiment is None


@pytest.mark.parametrize("at", ["last", "every"])
@pytest.mark.parametrize("steps", [20, 23])  # 23 leaves a last update of 3 steps, and no error goes behind its start
def test_truncation_carries_each_loss_back_at_most_a_fifth_of_the_sequence(at: str, steps: int) -> None:
    experiment = replace(SMALL, steps=steps, at=at)
    remedy, run = one(helped(experiment, "tanh"), "truncated"), experiment.run("tanh")
    errors = run.errors
    assert errors is not None
    assert remedy.window == 4
    total = np.zeros((steps + 1, experiment.hidden))
    for k, step in enumerate(errors.steps):  # each loss alone, back to where its own update begins
        alone = backpropagate(run.trace, Entering((step,), errors.dh[k : k + 1], errors.exponent[k : k + 1]))
        start = (step - 1) // 4 * 4
        total[start:] += alone.dh[start:, 0]
    assert remedy.run is not None
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(remedy.run.log2_dh, np.log2(np.linalg.norm(total, axis=1)), atol=1e-9)
    if at == "last":
        assert remedy.run.reach.vanished_at == (steps - 1) // 4 * 4 - 1


def test_truncation_of_an_explosion_beyond_float64_raises_nothing() -> None:
    huge = VanishStudy(cells=("identity",), steps=1000, hidden=8, scale=3.0, loss="squared-error")
    found = helped(huge, "identity")
    assert found.before.reach.log2_ratio > 1024.0
    truncated = one(found, "truncated").run
    assert truncated is not None
    np.testing.assert_allclose(truncated.log2_dh[801:], found.before.log2_dh[801:], rtol=1e-12)
    assert np.isneginf(truncated.log2_dh[:800]).all()


def test_a_network_that_is_not_compared_is_refused() -> None:
    with pytest.raises(ValueError, match="'gru' is not compared; there are tanh, lstm"):
        helped(SMALL, "gru")
    with pytest.raises(ValueError, match="changes no experiment"):
        remedied(SMALL, "tanh", "norm")
