"""What helps, in a message and in words that are computed from the runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.studies.vanish.remedies import REMEDIES, helped
from engine.studies.vanish.study import VanishStudy
from figures.message import opened
from figures.vanish.remedies import TITLES, remedies_message
from figures.words import LOG10_2, number, power

SMALL = VanishStudy(cells=("tanh", "lstm"), steps=20, hidden=6, scale=0.6)
EXPLODING = VanishStudy(cells=("identity",), steps=20, hidden=6, scale=2.5, loss="probe")


def sent(experiment: VanishStudy, cell: str) -> tuple[dict[str, Any], dict[str, np.ndarray], dict[str, dict[str, Any]]]:
    header, arrays = opened(remedies_message(experiment, helped(experiment, cell)))
    return dict(header), arrays, {remedy["name"]: remedy for remedy in header["remedies"]}  # type: ignore[attr-defined]


def test_every_remedy_has_a_title_and_its_curve_relative_to_its_own_last_step() -> None:
    header, arrays, said = sent(SMALL, "tanh")
    found = helped(SMALL, "tanh")
    assert tuple(said) == REMEDIES
    assert [one["title"] for one in said.values()] == [TITLES[name] for name in REMEDIES]
    assert header["title"] == "tanh RNN"
    before = found.before.log2_dh
    np.testing.assert_allclose(arrays["before"], (before - before[-1]) * LOG10_2)
    for row, remedy in zip(arrays["after"], found.remedies, strict=True):
        if remedy.run is None:
            assert np.isnan(row).all()
            continue
        own = remedy.run.log2_dh
        np.testing.assert_allclose(row[-len(own) :], (own - own[-1]) * LOG10_2)
        assert np.isnan(row[: len(row) - len(own)]).all()


def test_clipping_says_what_it_bounds_and_that_it_revives_nothing() -> None:
    found = helped(SMALL, "tanh")
    clipped = next(one.clipped for one in found.remedies if one.name == "norm")
    assert clipped is not None
    assert clipped.factor is not None
    _, _, said = sent(SMALL, "tanh")
    assert f"multiplied by {number(clipped.factor)}" in said["norm"]["changed"]
    assert "revives nothing" in said["norm"]["kept"]
    _, _, exploding = sent(EXPLODING, "identity")
    assert "only the step is bounded" in exploding["norm"]["kept"]
    _, _, nothing = sent(replace(SMALL, clip=1000.0), "tanh")
    assert nothing["norm"]["changed"] == "The norm is within 1000: nothing is clipped."
    assert nothing["norm"]["unusable"] == "in use"


def test_truncation_says_where_it_cuts_and_how_far_the_update_turns() -> None:
    _, _, said = sent(SMALL, "tanh")
    assert "into pieces of 4 steps" in said["truncated"]["changed"]
    assert "before step 16" in said["truncated"]["changed"]
    _, _, ragged = sent(replace(SMALL, steps=23), "tanh")  # pieces of 4 steps, the last of them of 3
    assert "Nothing of the loss at step 23 arrives before step 20." in ragged["truncated"]["changed"]
    assert "°" in said["truncated"]["kept"]
    assert said["truncated"]["ratio"] == "0"


def test_another_run_says_how_much_more_arrives_and_what_becomes_of_it() -> None:
    found = helped(SMALL, "tanh")
    _, _, said = sent(SMALL, "tanh")
    for remedy in found.remedies:
        if remedy.run is None or np.isneginf(remedy.run.reach.log2_ratio) or remedy.name in ("norm", "value"):
            continue
        more = remedy.run.reach.log2_ratio - found.before.reach.log2_ratio
        word = f"{power(abs(more))} times {'more' if more > 0 else 'less'}"
        assert word in said[remedy.name]["changed"]
    assert "vanishes" in said["orthogonal"]["kept"] or "within a factor" in said["orthogonal"]["kept"]


@pytest.mark.parametrize(
    ("experiment", "cell", "name", "words"),
    [
        (SMALL, "tanh", "forget", "no gate that says what is kept"),
        (SMALL, "lstm", "lstm", "In place"),
        (replace(SMALL, steps=5), "tanh", "shorter", "as short as it can be"),
        (VanishStudy(cells=("relu",), steps=20, hidden=6, inputs="zeros"), "relu", "gru", "goes from 0 to"),
        (
            replace(SMALL, cells=("identity",), steps=1000, scale=3.0),
            "identity",
            "value",
            "entries are cut to ±0.5, which",
        ),
    ],
)
def test_what_cannot_be_compared_is_said(experiment: VanishStudy, cell: str, name: str, words: str) -> None:
    _, _, said = sent(experiment, cell)
    assert words in said[name]["changed"]


def test_with_a_loss_at_every_step_no_half_life_is_claimed() -> None:
    _, _, said = sent(replace(SMALL, at="every"), "tanh")
    assert not any("halving" in one["kept"] or "revives" in one["kept"] for one in said.values())
