"""Runs are kept for everyone who asks the same, up to a limit of memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import ui.vanish.runs
from ui.vanish.runs import deciding, families, first_look, kept_families, spreads

from engine.studies.vanish.families import SCALES, family
from engine.studies.vanish.seeds import MOST_SEEDS, other_seeds, spread
from engine.studies.vanish.study import VanishStudy

SMALL = VanishStudy(cells=("tanh", "lstm"), steps=7, hidden=3, seed=99)


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = ui.vanish.runs._Kept()
    monkeypatch.setattr(ui.vanish.runs, "_kept", lambda: kept)


def test_what_was_run_once_is_not_run_again() -> None:
    assert kept_families(SMALL) is None
    found = families(SMALL)
    assert [one.cell.name for one in found] == ["tanh", "lstm"]
    again = kept_families(SMALL)
    assert again is not None
    assert all(one is other for one, other in zip(found, again, strict=True))


def test_what_changes_no_run_finds_the_kept_one() -> None:
    tanh, _ = families(SMALL)
    other = replace(SMALL, cells=("gru", "tanh"), scale=2.0, clip=3.0, forget_bias=5.0, other_seeds=True)
    assert families(other)[1] is tanh


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 3},
        {"steps": 8},
        {"hidden": 4},
        {"initialiser": "identity"},
        {"inputs": "sine"},
        {"loss": "probe"},
        {"at": "every"},
    ],
)
def test_what_changes_the_run_asks_for_another(change: dict[str, object]) -> None:
    families(SMALL)
    assert kept_families(replace(SMALL, **change)) is None  # type: ignore[arg-type]


def test_the_forget_bias_decides_the_cell_that_has_a_forget_gate() -> None:
    other = replace(SMALL, forget_bias=4.0)
    assert deciding(SMALL, "lstm") != deciding(other, "lstm")
    assert deciding(SMALL, "gru") == deciding(other, "gru")


def test_a_first_look_is_one_row_of_each_family() -> None:
    experiment = replace(SMALL, scale=1.37)
    for one, whole in zip(first_look(experiment), families(experiment), strict=True):
        assert one.scales == (1.35,)
        assert one.log2_dh[0] == pytest.approx(whole.log2_dh[SCALES.index(1.35)], abs=1e-10)


def test_the_families_not_asked_for_longest_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    size = ui.vanish.runs._bytes(family(SMALL, "tanh"))
    monkeypatch.setattr(ui.vanish.runs, "KEPT_BYTES", 2.5 * size)
    one, two, three = (replace(SMALL, cells=("tanh",), seed=seed) for seed in (1, 2, 3))
    families(one), families(two), families(one), families(three)
    assert kept_families(two) is None
    assert kept_families(one) is not None
    assert kept_families(three) is not None


def test_one_family_larger_than_the_limit_is_kept_until_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui.vanish.runs, "KEPT_BYTES", 1)
    one, two = (replace(SMALL, cells=("tanh",), seed=seed) for seed in (1, 2))
    families(one)
    assert kept_families(one) is not None
    families(two)
    assert kept_families(one) is None


def test_other_seeds_are_run_where_they_are_asked_for_and_can_be_afforded() -> None:
    assert spreads(SMALL) == []
    assert spreads(replace(SMALL, other_seeds=True, steps=1000, hidden=128)) == []
    asked = replace(SMALL, other_seeds=True)
    found = spreads(asked)
    assert [len(one.seeds) for one in found] == [MOST_SEEDS] * 2
    for one, cell in zip(found, asked.cells, strict=True):
        assert np.array_equal(one.log2_dh, spread(SMALL, cell, other_seeds(SMALL)).log2_dh)


def test_other_seeds_are_run_once_for_each_scale_that_is_shown() -> None:
    asked = replace(SMALL, other_seeds=True)
    first, near, far = (spreads(replace(asked, scale=scale)) for scale in (1.0, 1.02, 1.5))
    assert all(one is other for one, other in zip(first, near, strict=True))
    assert not np.array_equal(first[0].log2_dh, far[0].log2_dh)
    assert spreads(replace(asked, cells=("lstm",), clip=2.0))[0] is first[1]
