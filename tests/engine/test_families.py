"""A family is the same runs as one by one, only together; scale by scale nothing may differ."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest

import engine.studies.vanish.families
from engine.cells import CELLS, RNN
from engine.gradients.backward import Gradients
from engine.gradients.single import float32_ends
from engine.measures import reach
from engine.spectra.jacobians import growth
from engine.studies.vanish.families import (
    COARSE_FROM,
    COARSE_SCALES,
    SCALES,
    Family,
    family,
    family_in_parts,
    family_scales,
    nearest_scale,
)
from engine.studies.vanish.study import VanishStudy, work

SMALL = VanishStudy(steps=14, hidden=6)
SOME = (0, 8, 16, 17, 30, 56)  # scales 0.2, 0.6, 1, 1.05, 1.7 and 3
CASES = [(cell, initialiser) for cell in CELLS for initialiser in ("gaussian", "identity")]
both = pytest.mark.parametrize(("cell", "initialiser"), CASES)


@cache
def one_family(cell: str, initialiser: str) -> Family:
    return family(replace(SMALL, initialiser=initialiser), cell)


@cache
def one_run(cell: str, initialiser: str, k: int) -> Gradients:
    return replace(SMALL, initialiser=initialiser, scale=SCALES[k]).run(cell)


@both
@pytest.mark.parametrize("k", SOME)
def test_row_k_is_the_run_at_scale_k(cell: str, initialiser: str, k: int) -> None:
    together, alone = one_family(cell, initialiser), one_run(cell, initialiser, k)
    np.testing.assert_allclose(together.log2_dh[k], alone.log2_dh[:, 0], rtol=1e-14, atol=1e-10)
    assert (together.log2_dc is None) == (alone.log2_dc is None)
    if together.log2_dc is not None and alone.log2_dc is not None:
        np.testing.assert_allclose(together.log2_dc[k], alone.log2_dc[:, 0], rtol=1e-14, atol=1e-10)
    np.testing.assert_allclose(together.h[k], alone.trace.h[:, 0], rtol=1e-5, atol=1e-7)
    assert together.loss[k] == pytest.approx(alone.errors.loss.sum(), rel=1e-12)
    assert together.saturation[k] == pytest.approx(alone.trace.saturation[0], abs=1e-12)


@both
@pytest.mark.parametrize("k", SOME)
def test_the_reach_at_scale_k_is_read_off_the_run_at_scale_k(cell: str, initialiser: str, k: int) -> None:
    alone = one_run(cell, initialiser, k)
    here = one_family(cell, initialiser).reach[k]
    there = reach(alone.log2_dh[:, 0])
    assert here.log2_ratio == pytest.approx(there.log2_ratio, abs=1e-9, nan_ok=True)
    assert here.steps_per_halving == pytest.approx(there.steps_per_halving, rel=1e-6, nan_ok=True)
    assert here.vanished_at == there.vanished_at
    ends = float32_ends(alone, replace(SMALL, initialiser=initialiser).errors)
    assert (here.float32_zero or 0, here.float32_overflow or 0) == (ends.zero[0], ends.overflow[0])


@both
@pytest.mark.parametrize("k", SOME)
def test_the_gradient_norm_is_the_root_of_the_sum_of_all_squares(cell: str, initialiser: str, k: int) -> None:
    alone = one_run(cell, initialiser, k)
    assert alone.readout is not None
    arrays = [*alone.parameters.named().values(), alone.readout.V, alone.readout.d]
    norm = np.sqrt(sum(float(np.square(array).sum()) for array in arrays))
    with np.errstate(divide="ignore"):  # a linear network may predict so well that no gradient is left
        expected = np.log2(norm)
    found = one_family(cell, initialiser).log2_gradient[k]
    if norm == 0.0:  # nothing that float64 could hold is left, but something is
        assert -(2.0**40) < found < -1074.0
    else:
        assert found == pytest.approx(expected, abs=1e-10)


@both
@pytest.mark.parametrize("k", SOME)
def test_the_growth_at_scale_k_is_that_of_the_run_at_scale_k(cell: str, initialiser: str, k: int) -> None:
    found, alone = one_family(cell, initialiser), growth(one_run(cell, initialiser, k))
    np.testing.assert_allclose(found.log2_by_saturation[k], alone.saturation[:, 0], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(found.log2_by_weights[k], alone.weights[:, 0], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("cell", [name for name, cell in CELLS.items() if not cell.has_memory])
def test_both_parts_add_up_to_the_slope_of_the_curve(cell: str) -> None:
    found = one_family(cell, "gaussian")
    with np.errstate(invalid="ignore"):
        slope = found.log2_dh[:, :-1] - found.log2_dh[:, 1:]
    there = np.isfinite(slope)  # a linear network may predict so well that no gradient is left
    assert there.sum() > 100
    together = found.log2_by_saturation + found.log2_by_weights
    np.testing.assert_allclose(together[there], slope[there], rtol=1e-5, atol=1e-5)
    assert np.isfinite(together[~there]).sum() == 0


def test_with_a_loss_at_every_step_the_growth_leaves_out_what_enters() -> None:
    every = family(replace(SMALL, at="every"), "tanh")
    slope = every.log2_dh[:, :-1] - every.log2_dh[:, 1:]
    together = every.log2_by_saturation + every.log2_by_weights
    assert np.abs(together - slope).max() > 0.1
    assert every.log2_bound is not None
    assert (together <= every.log2_bound[:, None] + 1e-5).all()


@both
def test_radius_and_singular_value_grow_with_the_scale(cell: str, initialiser: str) -> None:
    experiment = replace(SMALL, initialiser=initialiser)
    blocks = experiment.parameters(cell, scale=1.0).W.reshape(-1, SMALL.hidden, SMALL.hidden)
    norms = [np.linalg.norm(block, 2) for block in blocks]
    radii = [np.abs(np.linalg.eigvals(block)).max() for block in blocks]
    found = one_family(cell, initialiser)
    np.testing.assert_allclose(found.singular_value, np.array(SCALES) * max(norms), rtol=1e-12)
    np.testing.assert_allclose(found.spectral_radius, np.array(SCALES) * max(radii), rtol=1e-12)


@both
def test_vanilla_cells_have_a_bound_that_no_step_exceeds(cell: str, initialiser: str) -> None:
    found = one_family(cell, initialiser)
    assert (found.log2_bound is not None) == isinstance(CELLS[cell], RNN)
    if found.log2_bound is not None:
        with np.errstate(invalid="ignore"):
            excess = found.log2_dh[:, 1:-1] - found.log2_dh[:, 2:] - found.log2_bound[:, None]
        assert excess[np.isfinite(excess)].max() <= 1e-9


@pytest.mark.parametrize("loss", ["probe", "squared-error"])
@pytest.mark.parametrize("at", ["last", "every"])
def test_every_loss_is_the_same_together_as_alone(loss: str, at: str) -> None:
    experiment = replace(SMALL, loss=loss, at=at, forget_bias=-3.0)  # type: ignore[arg-type]
    together = family(experiment, "lstm")
    for k in SOME:
        alone = replace(experiment, scale=SCALES[k]).run("lstm")
        np.testing.assert_allclose(together.log2_dh[k], alone.log2_dh[:, 0], rtol=1e-14, atol=1e-10)
        np.testing.assert_allclose(together.log2_gradient[k], alone.log2_parameters[0], rtol=0, atol=1e-10)


@pytest.mark.parametrize("cell", CELLS)
def test_a_family_run_in_parts_is_the_whole_family(cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = one_family(cell, "gaussian")
    monkeypatch.setattr(engine.studies.vanish.families, "CHUNK_BYTES", 10_000.0)
    *shares, parts = family_in_parts(SMALL, cell, SCALES)
    assert isinstance(parts, Family)
    assert shares == [k / len(shares) for k in range(1, len(shares) + 1)]
    assert len(shares) > 3
    for field in fields(Family):
        one, other = getattr(whole, field.name), getattr(parts, field.name)
        if isinstance(one, np.ndarray):
            exact = 1e-9 if one.dtype == np.float64 else 1e-6
            np.testing.assert_allclose(one, other, rtol=exact, atol=exact, err_msg=field.name)
        elif field.name == "reach":
            np.testing.assert_allclose([r.log2_ratio for r in one], [r.log2_ratio for r in other], atol=1e-9)
        else:
            assert one == other


def test_a_family_too_large_for_one_network_at_a_time_still_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.studies.vanish.families, "CHUNK_BYTES", 1.0)
    *shares, whole = family_in_parts(SMALL, "tanh", SCALES)
    assert len(shares) == len(SCALES)
    np.testing.assert_allclose(whole.log2_dh, one_family("tanh", "gaussian").log2_dh, atol=1e-9)  # type: ignore[union-attr]


def test_the_same_seed_gives_the_same_family_to_the_last_bit() -> None:
    one, two = family(SMALL, "gru"), family(replace(SMALL), "gru")
    assert np.array_equal(one.log2_dh, two.log2_dh)
    assert np.array_equal(one.h, two.h)


def test_the_experiments_own_scale_changes_nothing_in_its_family() -> None:
    one, two = one_family("tanh", "gaussian"), family(replace(SMALL, scale=2.2), "tanh")
    assert np.array_equal(one.log2_dh, two.log2_dh)


def test_scales_are_the_steps_of_the_slider() -> None:
    assert SCALES[0], SCALES[-1] == (0.2, 3.0)
    np.testing.assert_allclose(np.diff(SCALES), 0.05, atol=1e-9)
    np.testing.assert_allclose(np.diff(COARSE_SCALES), 0.1, atol=1e-9)
    assert COARSE_SCALES[0], COARSE_SCALES[-1] == (0.2, 3.0)
    assert 1.0 in SCALES
    assert 1.0 in COARSE_SCALES


def test_costly_experiments_use_every_other_scale() -> None:
    assert family_scales(SMALL) == SCALES
    steps = next(steps for steps in range(5, 1000) if work(replace(SMALL, steps=steps, hidden=64)) >= COARSE_FROM)
    assert family_scales(replace(SMALL, steps=steps, hidden=64)) == COARSE_SCALES
    assert family_scales(replace(SMALL, steps=steps - 1, hidden=64)) == SCALES


def test_relu_without_input_vanishes_exactly_and_says_so_without_a_warning() -> None:
    found = family(replace(SMALL, inputs="zeros"), "relu")
    assert np.isneginf(found.log2_dh[:, 1:-1]).all()
    assert np.isnan(found.log2_by_saturation[:, :-1]).all()  # no error: nothing that grows
    assert np.isnan((found.log2_by_saturation + found.log2_by_weights)[:, :-1]).all()
    assert {r.vanished_at for r in found.reach} == {SMALL.steps - 1}
    assert {r.log2_ratio for r in found.reach} == {-np.inf}


def test_an_error_that_explodes_over_a_thousand_steps_keeps_a_finite_logarithm() -> None:
    found = family(replace(SMALL, steps=1000, loss="probe"), "identity")
    assert np.isfinite(found.log2_dh).all()
    assert found.log2_dh[-1, 1] > 1024  # beyond float64's largest power of two
    assert found.log2_dh[0, 1] < -1074


@pytest.mark.parametrize("cell", CELLS)
def test_a_family_of_one_scale_is_that_row_of_the_whole(cell: str) -> None:
    whole, one = one_family(cell, "gaussian"), family(SMALL, cell, (1.35,))
    k = SCALES.index(1.35)
    assert one.scales == (1.35,)
    np.testing.assert_allclose(one.log2_dh[0], whole.log2_dh[k], rtol=0, atol=1e-10)
    np.testing.assert_allclose(one.h[0], whole.h[k], rtol=1e-5, atol=1e-7)
    for name in ("log2_by_saturation", "log2_by_weights"):
        np.testing.assert_allclose(getattr(one, name)[0], getattr(whole, name)[k], rtol=1e-5, atol=1e-6, err_msg=name)
    for name in ("loss", "saturation", "log2_gradient", "spectral_radius", "singular_value"):
        np.testing.assert_allclose(getattr(one, name)[0], getattr(whole, name)[k], rtol=1e-10, err_msg=name)


@pytest.mark.parametrize(
    ("asked", "given"), [(1.0, 1.0), (0.2, 0.2), (3.0, 3.0), (1.02, 1.0), (1.04, 1.05), (2.999, 3.0), (1.37, 1.35)]
)
def test_the_nearest_computed_scale_is_found(asked: float, given: float) -> None:
    assert SCALES[nearest_scale(replace(SMALL, scale=asked))] == given
