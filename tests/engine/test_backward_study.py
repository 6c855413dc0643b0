"""The record of a backward study and its link: every valid study has one link, and no link is too broken to be read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cells import CELLS
from engine.studies.backward.look import backwards
from engine.studies.backward.study import SYMBOLS, BackwardStudy

RANGES = BackwardStudy.ends()

STUDIES = st.builds(
    BackwardStudy,
    cells=st.lists(st.sampled_from(list(CELLS)), min_size=1, max_size=3, unique=True).map(tuple),
    inputs=st.sampled_from(("text", "random", "numbers")),
    text=st.text(st.characters(categories=("L", "N", "P")), min_size=3, max_size=41),
    numbers=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40).map(tuple),
    steps=st.integers(5, 40),
    at=st.sampled_from(("last", "every")),
    hidden=st.integers(1, 16),
    scale=st.floats(0.2, 3.0),
    forget_bias=st.floats(-10.0, 10.0),
    seed=st.integers(0, 999_999),
)


@given(STUDIES)
def test_a_link_brings_the_same_study_back(study: BackwardStudy) -> None:
    assert BackwardStudy.from_query(study.to_query()) == (study, [])


def test_the_default_study_has_the_empty_link() -> None:
    assert BackwardStudy().to_query() == {}


@pytest.mark.parametrize(
    ("query", "changed"),
    [
        ({"scale": "99"}, {"scale": 3.0}),
        ({"scale": "nan"}, {}),
        ({"T": "4"}, {"steps": 5}),
        ({"T": "1e999"}, {"steps": 40}),
        ({"H": "17"}, {"hidden": 16}),
        ({"at": "sometimes"}, {}),
        ({"cells": "tanh.lstm.gru.mgu"}, {"cells": ("tanh", "lstm", "gru")}),
        ({"cells": "nope"}, {}),
        ({"text": "ab"}, {}),
        ({"text": "x" * 5000}, {"text": "x" * SYMBOLS[1]}),
        ({"numbers": ",".join("1" * 50)}, {"numbers": (1.0,) * 40}),
        ({"numbers": "1, two"}, {}),
        ({"seed": "<script>"}, {}),
    ],
)
def test_a_broken_link_is_mended_and_said(query: dict[str, str], changed: dict[str, Any]) -> None:
    study, complaints = BackwardStudy.from_query(query)
    assert study == replace(BackwardStudy(), **changed)
    assert len(complaints) == 1
    assert complaints[0].startswith(f"{next(iter(query))}: ")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((name, high + 1) for name, (_, high) in RANGES.items()),
        *((name, low - 1) for name, (low, _) in RANGES.items()),
        ("cells", ()),
        ("cells", ("tanh", "tanh")),
        ("cells", ("tanh", "lstm", "gru", "mgu")),
        ("cells", ("nope",)),
        ("inputs", "sine"),
        ("at", "first"),
        ("text", "ab"),
        ("text", "x" * 42),
        ("numbers", (1.0,)),
        ("numbers", (1.0, float("inf"))),
    ],
)
def test_a_study_outside_its_ranges_is_refused(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r"must|accepted|compared|unknown"):
        replace(BackwardStudy(), **{field: value})


@given(STUDIES)
def test_every_study_can_be_run(study: BackwardStudy) -> None:
    cell = study.cells[0]
    found = backwards(study, cell)
    assert found.losses.shape == (study.length,)
    assert found.table.log2_norm.shape == (study.length, study.length + 1)


@pytest.mark.parametrize("cell", CELLS)
def test_the_total_loss_is_the_sum_of_one_loss_per_word(cell: str) -> None:
    """Lecture D3: loss 1 + loss 2 + loss 3 + loss 4."""
    study = BackwardStudy(cells=(cell,), at="every", text="yoda!", hidden=3)
    found = backwards(study, cell)
    assert len(found.losses) == 4
    assert found.update.before == pytest.approx(found.losses.sum(), rel=1e-14)
    last = backwards(replace(study, at="last"), cell)
    np.testing.assert_allclose(last.losses, found.losses, rtol=1e-14)
    assert last.update.before == pytest.approx(found.losses[-1], rel=1e-14)
