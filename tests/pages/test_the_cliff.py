"""The cliff: what is sent are the engine's own numbers, and what a hand did is linked without sending them again."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.studies.cliff.study import CliffStudy
from figures.cliff.message import NORMS, map_surface
from tests.pages.visits import address, checked, components, holding, letter, said, visit
from ui.cliff.presets import PRESETS
from ui.kit.page import every_page

CLIFF = "pages/the_cliff.py"
PAGE = every_page()[CLIFF]


def assert_shows(at: AppTest, study: CliffStudy) -> None:
    """Every number the browser was sent is the engine's own."""
    _, header, arrays = letter(at, "cliff")
    assert header["drop"] == {**asdict(study), "window": list(study.window)}
    for name, path in zip(("free", "clipped"), study.paths(), strict=True):
        assert np.array_equal(arrays[name], [path.w, path.b, path.error, path.norm], equal_nan=True)
    found = map_surface(study)
    np.testing.assert_allclose(arrays["error"], found.error, rtol=0, atol=1e-5)
    np.testing.assert_allclose(arrays["log10_norm"], np.clip(np.log10(found.steepness), *NORMS), rtol=0, atol=5e-5)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_sends_the_engines_own_numbers_and_can_be_changed_in_a_link(name: str) -> None:
    record = PRESETS[name].record
    assert isinstance(record, CliffStudy)
    assert_shows(visit(CLIFF, preset=name), record)
    assert_shows(visit(CLIFF, preset=name, T="7"), replace(record, steps=7))


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ({"w": "1e999"}, {"w": "20"}),
        ({"rate": "-1"}, {"rate": "0.001"}),
        ({"momentum": "1"}, {"momentum": "0.99"}),
        ({"T": "100000"}, {"T": "200"}),
        ({"updates": "9" * 100_000}, {"updates": "500"}),
        ({"window": "7,4,0,1"}, {}),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_beyond_a_range_becomes_its_end(query: dict[str, str], kept: dict[str, str]) -> None:
    at = visit(CLIFF, **query)
    assert len(said(at)) == 1
    assert_shows(at, CliffStudy.from_query(kept)[0])


def test_what_a_hand_did_is_linked_without_sending_the_pictures_again() -> None:
    at = visit(CLIFF)
    before = components(at)["cliff"].bytes
    moved = CliffStudy(w=5.0, b=-2.2, rate=0.2, latch_u=0.3)
    holding(at, PAGE).adopt(moved)  # what a drag reports on release
    checked(at.run())
    assert address(at) == moved.to_query()
    assert components(at)["cliff"].bytes == before
    left = dict(address(at))
    at.switch_page("app.py")
    at.query_params.clear()
    checked(at.run())
    at.switch_page(CLIFF)
    checked(at.run())
    assert address(at) == left
    assert_shows(at, moved)


def test_what_a_link_says_wrongly_of_the_window_is_said() -> None:
    for words in ("4,7", "<script>", ""):
        (sentence,) = said(visit(CLIFF, window=words))
        assert sentence.startswith("window: ")
