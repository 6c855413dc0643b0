"""The page inside a cell opens on something right, its presets are experiments, and its link brings the view back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.cells import CELLS
from engine.studies.cell.gate_behaviour import memory
from engine.studies.cell.study import CellStudy
from figures.message import opened
from tests.pages.visits import AWKWARD, address, checked, components, said, visit
from ui.cell.presets import PRESETS

CELL = "pages/inside_the_cell.py"


def message(at: AppTest) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    header, arrays = opened(components(at)["inside_the_cell"].bytes)
    return dict(header), arrays


def assert_shows(at: AppTest, study: CellStudy) -> None:
    """Every state the component was sent is the engine's own."""
    header, arrays = message(at)
    trace = study.run().trace
    assert header["title"] == CELLS[study.cell].title
    values = arrays["values"][header["narrow"].index("h_next")]
    np.testing.assert_allclose(values, trace.h[1:, 0], rtol=1e-6, atol=1e-7)


def test_the_page_opens_on_the_default_study() -> None:
    at = visit(CELL)
    assert address(at) == {}
    assert said(at) == []
    assert_shows(at, CellStudy())


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_shows_its_study_and_says_what_to_look_for(name: str) -> None:
    at = visit(CELL, seed="9")
    checked(at.button(key=f"preset_{name}").click().run())
    assert address(at) == PRESETS[name].record.to_query()
    assert any(PRESETS[name].look_for in block.value for block in at.markdown)
    assert_shows(at, PRESETS[name].record)


def share_kept(name: str) -> float:
    held = memory(PRESETS[name].record.run().trace)
    assert held is not None
    return float(np.abs(held.kept).sum() / np.abs(held.before).sum())


def test_what_the_presets_promise_happens() -> None:
    assert share_kept("minus") < 0.1
    assert 0.4 < share_kept("zero") < 0.6
    assert 0.65 < share_kept("one") < 0.8
    assert share_kept("five") > 0.98
    assert share_kept("nothing") > 1.0 - 1e-6
    assert share_kept("all") < 1e-6
    held = memory(PRESETS["five"].record.run().trace)
    assert held is not None and 50.0 < float(np.median(held.half_life)) < 200.0
    copied = PRESETS["copies"].record.run().trace
    np.testing.assert_allclose(copied.h[-1], copied.h[0], atol=1e-6)
    coupled = PRESETS["coupled"].record.run().trace
    assert "forget" not in coupled.gates


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_can_be_chosen_and_shows_the_biases_it_has(cell: str) -> None:
    at = visit(CELL)
    checked(at.selectbox(key="study_cell").set_value(cell).run())
    assert_shows(at, CellStudy(cell=cell))
    shown = {box.key for box in at.number_input if box.key.endswith("_bias")}
    assert shown == {f"study_{gate}_bias" for gate in CellStudy(cell=cell).biases}


def test_a_link_brings_the_view_back_and_stays_plain() -> None:
    query = {"cell": "gru", "step": "4", "unit": "3", "way": "backward", "show": "z>kept", "example": "1,2;0.5,1;0,3"}
    at = visit(CELL, **{**query, "show": "z"})
    view = message(at)[0]["view"]
    assert view == {"t": 4, "unit": 3, "backward": True, "quantity": "z", "example": [[1, 2], [0.5, 1], [0, 3]]}
    assert address(at) == {"cell": "gru"}
    assert said(at) == []
    assert message(visit(CELL, **query))[0]["view"]["quantity"] == "z>kept"


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"step": "99"}, "step"),
        ({"unit": "0"}, "unit"),
        ({"way": "up"}, "way"),
        ({"show": "<script>"}, "show"),
        ({"show": "f>"}, "show"),
        ({"example": "5;2;0"}, "example"),
        ({"preset": "none"}, "preset"),
        ({"cell": "elman"}, "cell"),
        ({"H": "1000"}, "H"),
        ({"forget_bias": "nan"}, "forget_bias"),
        ({"text": "x"}, "text"),
    ],
)
def test_what_a_link_says_wrongly_gets_one_sentence_and_the_page_lives(query: dict[str, str], word: str) -> None:
    at = visit(CELL, **query)
    (sentence,) = said(at)
    assert sentence.startswith(f"{word}: ")
    assert message(at)[0]["steps"] >= 1


def test_own_text_by_character_and_by_word() -> None:
    at = visit(CELL)
    checked(at.text_area(key="study_text").set_value("movie was not good").run())
    assert message(at)[0]["labels"][:5] == list("movie")
    checked(at.segmented_control(key="study_unit").set_value("word").run())
    assert message(at)[0]["labels"] == ["movie", "was", "not"]
    assert address(at) == {"by": "word", "text": "movie was not good"}


def test_awkward_text_is_only_ever_text() -> None:
    at = visit(CELL, text=AWKWARD)
    labels = message(at)[0]["labels"]
    assert "👨‍👩‍👧‍👦" in labels
    assert "<" in labels
    assert said(at) == []


def test_a_text_that_is_too_short_keeps_the_last_one() -> None:
    at = visit(CELL)
    checked(at.text_area(key="study_text").set_value("x").run())
    assert any("2 to 1,001 are accepted" in sentence for sentence in said(at))
    assert_shows(at, CellStudy())
    checked(at.segmented_control(key="study_unit").set_value("word").run())
    assert_shows(at, CellStudy(unit="word"))


def test_a_number_out_of_range_is_moved_to_the_nearest_end() -> None:
    at = visit(CELL)
    checked(at.number_input(key="study_forget_bias").set_value(99.0).run())
    assert at.number_input(key="study_forget_bias").value == 30.0
    assert any("-30 to 30" in sentence for sentence in said(at))
    assert_shows(at, CellStudy(forget_bias=30.0))


def test_coming_back_from_another_page_finds_everything_as_it_was() -> None:
    at = visit(CELL, cell="gru", update_bias="3")
    for path in ("pages/vanish_and_explode.py", CELL):
        at.query_params.clear()  # the menu leads to plain addresses
        checked(at.switch_page(path).run())
    assert_shows(at, CellStudy(cell="gru", update_bias=3.0))
    assert address(at) == {"cell": "gru", "update_bias": "3"}


def test_going_back_in_the_browser_shows_what_the_address_says() -> None:
    at = visit(CELL, cell="gru")
    checked(at.button(key="preset_all").click().run())
    at.query_params.clear()
    at.query_params["cell"] = "gru"
    checked(at.run())
    assert_shows(at, CellStudy(cell="gru"))
