"""Inside the cell: what is sent are the engine's own numbers, and the presets do what they promise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.cells import CELLS
from engine.studies.cell.gate_behaviour import memory
from engine.studies.cell.study import CellStudy
from tests.pages.visits import AWKWARD, address, checked, field, letter, preset_button, said, visit
from ui.cell.presets import PRESETS

CELL = "pages/inside_the_cell.py"


def message(at: AppTest) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    _, header, arrays = letter(at, "cell")
    return header, arrays


def assert_shows(at: AppTest, study: CellStudy) -> None:
    """Every state the component was sent is the engine's own."""
    header, arrays = message(at)
    trace = study.run().trace
    assert header["title"] == CELLS[study.cell].title
    values = arrays["values"][header["narrow"].index("h_next")]
    np.testing.assert_allclose(values, trace.h[1:, 0], rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_sends_the_engines_own_numbers(name: str) -> None:
    assert_shows(visit(CELL, preset=name), PRESETS[name].record)


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
    checked(field(at, "cell", "cell").set_value(cell).run())
    assert_shows(at, CellStudy(cell=cell))
    shown = {box.key.split(".")[1] for box in at.text_input if "_bias" in box.key}
    assert shown == {f"{gate}_bias" for gate in CellStudy(cell=cell).biases}


def test_a_preset_also_resets_what_one_step_reads() -> None:
    at = visit(CELL, by="word")
    checked(preset_button(at, "all").click().run())
    assert address(at) == PRESETS["all"].record.to_query()
    assert field(at, "cell", "unit").value == "character"


def test_a_link_says_what_the_circuit_shows() -> None:
    query = {
        "cell": "gru",
        "step": "4",
        "unit": "3",
        "way": "backward",
        "show": "z>kept",
        "order": "number",
        "example": "1,2;0.5,1;0,3",
    }
    at = visit(CELL, **query)
    assert said(at) == []
    assert letter(at, "cell")[0]["view"] == {
        "t": 4,
        "hidden_unit": 3,
        "way": "backward",
        "order": "number",
        "quantity": "z>kept",
        "example": "1,2;0.5,1;0,3",
    }


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"show": "<script>"}, "show"),
        ({"show": "f>"}, "show"),
        ({"example": "5;2;0"}, "example"),
        ({"step": "99"}, "step"),
    ],
)
def test_what_is_not_in_this_circuit_gets_one_sentence(query: dict[str, str], word: str) -> None:
    (sentence,) = said(visit(CELL, **query))
    assert sentence.startswith(f"{word}: ")


def test_own_text_by_character_and_by_word() -> None:
    at = visit(CELL)
    checked(field(at, "cell", "text").set_value("movie was not good").run())
    assert message(at)[0]["labels"][:5] == list("movie")
    checked(field(at, "cell", "unit").set_value("word").run())
    assert message(at)[0]["labels"] == ["movie", "was", "not"]
    assert address(at) == {"text": "movie was not good", "by": "word"}


def test_awkward_text_is_only_ever_text() -> None:
    at = visit(CELL, text=AWKWARD)
    labels = message(at)[0]["labels"]
    assert "👨‍👩‍👧‍👦" in labels
    assert "<" in labels
    assert said(at) == []


def test_a_text_that_is_too_short_by_word_waits_until_it_is_read_by_character() -> None:
    at = visit(CELL)
    checked(field(at, "cell", "unit").set_value("word").run())
    checked(field(at, "cell", "text").set_value("hello").run())
    assert any("1 word;" in sentence for sentence in said(at))
    assert_shows(at, CellStudy(unit="word"))
    checked(field(at, "cell", "unit").set_value("character").run())
    assert_shows(at, CellStudy(text="hello"))
    assert said(at) == []
