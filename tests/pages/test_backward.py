"""The backward page opens on something right, tells its story by presets, and keeps what a visitor picked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.cells import CELLS
from engine.studies.backward.look import backwards, long_range, nudged
from engine.studies.backward.study import BackwardStudy
from figures.backward.view import View
from figures.message import opened
from figures.words import LOG10_2
from tests.pages.visits import AWKWARD, ROOT, address, checked, components, said
from ui.backward.presets import PRESETS

PATH = "pages/backward.py"
Array = np.ndarray[Any, np.dtype[Any]]


def visit(**query: str) -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    for name, value in query.items():
        at.query_params[name] = value
    return checked(at.switch_page(PATH).run())


def sent(at: AppTest, kind: str) -> tuple[dict[str, Any], dict[str, Array]]:
    header, arrays = opened(components(at)[f"backward_{kind}"].bytes)
    return dict(header), arrays


def assert_shows(at: AppTest, study: BackwardStudy) -> None:
    """Every picture was sent the engine's numbers of this study."""
    header, arrays = sent(at, "flow")
    assert [cell["name"] for cell in header["cells"]] == list(study.cells)
    for c, cell in enumerate(study.cells):
        one = backwards(study, cell)
        np.testing.assert_allclose(arrays[f"{c}.dh"], one.contributions.gradients.log2_dh[:, 0] * LOG10_2, atol=1e-9)
        for name, gradient in one.gradient.named().items():
            np.testing.assert_allclose(arrays[f"{c}.gradient.{name}"].ravel(), gradient.ravel(), atol=1e-12)
        np.testing.assert_allclose(arrays[f"{c}.after"], one.update.after, rtol=1e-9)
    reach = sent(at, "reach")[1]
    for s, reading in enumerate(long_range(study)):
        np.testing.assert_allclose(reach[f"{s}.0"], reading.log2_norms[0] * LOG10_2, atol=1e-9)


def test_the_page_opens_on_the_default_study() -> None:
    at = visit()
    assert address(at) == {}
    assert said(at) == []
    assert_shows(at, BackwardStudy())
    header, arrays = sent(at, "check")
    found = nudged(BackwardStudy(), "tanh", View().weight)
    assert (header["cell"], header["weight"]) == ("tanh", list(View().weight))
    np.testing.assert_allclose(arrays["difference"], found.difference, rtol=1e-9)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_shows_its_study_and_view_and_says_what_to_look_for(name: str) -> None:
    at = visit(text="other", seed="3")
    before = sent(at, "flow")[0]["view"]["serial"]
    checked(at.button(key=f"preset_{name}").click().run())
    preset = PRESETS[name]
    assert_shows(at, preset.record)
    assert any(preset.look_for in block.value for block in at.markdown)
    view = sent(at, "flow")[0]["view"]
    assert view["serial"] > before
    assert view["weight"] == list(preset.view.weight)
    assert view["cell"] == preset.view.cell
    assert sent(at, "check")[0]["weight"] == list(preset.view.weight)


@pytest.mark.parametrize("name", PRESETS)
def test_a_link_can_name_a_preset(name: str) -> None:
    at = visit(preset=name)
    assert said(at) == []
    assert any(PRESETS[name].look_for in block.value for block in at.markdown)
    assert_shows(at, PRESETS[name].record)


LINKS: list[dict[str, str]] = [
    {"cells": "lstm.mgu", "text": "abcabc", "at": "every", "H": "3", "scale": "1.35", "forget": "2", "seed": "12"},
    {"input": "random", "T": "9"},
    {"input": "numbers", "numbers": "0.123456789,-1e+06,3"},
    {"text": AWKWARD[:12]},
    {"focus": "gru", "weight": "U.2.1", "nudge": "0.001"},
]


@pytest.mark.parametrize("query", LINKS)
def test_a_link_is_shown_and_stays_as_it_was(query: dict[str, str]) -> None:
    at = visit(**query)
    assert said(at) == []
    assert address(at) == query
    assert_shows(at, BackwardStudy.from_query(query)[0])


def test_a_link_to_a_view_opens_it() -> None:
    at = visit(focus="lstm", weight="V.1.2", single="1", step="4", rate="0.5", path="5.2", nudge="1e-3")
    assert said(at) == []
    view = sent(at, "flow")[0]["view"]
    wanted = {"cell": "lstm", "weight": ["V", 1, 2], "single": True, "step": 4, "rate": 0.5, "path": [5, 2]}
    assert {name: view[name] for name in wanted} == wanted
    header, _ = sent(at, "check")
    assert (header["cell"], header["weight"], header["view"]["size"]) == ("lstm", ["V", 1, 2], 1e-3)


@pytest.mark.parametrize(
    "query",
    [
        {"step": "99"},
        {"step": "x"},
        {"path": "2.5"},
        {"path": "a.b"},
        {"weight": "Q"},
        {"weight": "W.99.1"},
        {"weight": "²".join("W.")},
        {"focus": "<b>relu</b>"},
        {"rate": "-3"},
        {"nudge": "nan"},
        {"single": "perhaps"},
        {"preset": "<i>none</i>"},
        {"cells": "a.b"},
        {"scale": "1e400"},
        {"text": "no"},
    ],
)
def test_a_broken_link_is_said_in_one_sentence_and_the_page_lives(query: dict[str, str]) -> None:
    at = visit(**query)
    (sentence,) = said(at)
    assert sentence.startswith(f"{next(iter(query))}: ")
    assert components(at).keys() == {"backward_flow", "backward_check", "backward_reach"}


def test_a_change_of_a_control_changes_the_link_and_keeps_the_view() -> None:
    at = visit(focus="lstm", weight="U.2.1")
    serial = sent(at, "flow")[0]["view"]["serial"]
    checked(at.button_group(key="backward_at").set_value("every").run())
    checked(at.number_input(key="backward_scale").set_value(0.5).run())
    assert address(at) == {"at": "every", "scale": "0.5", "focus": "lstm", "weight": "U.2.1"}
    assert_shows(at, BackwardStudy(at="every", scale=0.5))
    assert sent(at, "flow")[0]["view"]["serial"] == serial


def test_numbers_out_of_range_are_moved_and_said() -> None:
    at = visit()
    checked(at.number_input(key="backward_hidden").set_value(99).run())
    (sentence,) = said(at)
    assert "1 to 16" in sentence
    assert address(at) == {"H": "16"}


def test_an_entry_that_cannot_be_read_leaves_the_last_one_in_use() -> None:
    at = visit(text="before")
    checked(at.text_input(key="backward_text").set_value("a").run())
    assert len(said(at)) == 1
    assert_shows(at, BackwardStudy(text="before"))
    checked(at.text_input(key="backward_text").set_value(AWKWARD).run())
    shown, complaints = BackwardStudy.from_query(address(at))
    assert complaints == []
    assert_shows(at, shown)


def test_a_fourth_cell_is_refused_and_the_last_one_stays() -> None:
    at = visit()
    checked(at.button_group(key="backward_cells").set_value(["tanh", "lstm", "gru", "mgu"]).run())
    assert len(said(at)) == 1
    assert_shows(at, BackwardStudy())
    checked(at.button_group(key="backward_cells").set_value([]).run())
    assert_shows(at, BackwardStudy(cells=("tanh",)))


def test_a_weight_that_another_cell_does_not_have_becomes_its_nearest() -> None:
    at = visit(weight="W.16.4", focus="lstm")
    assert said(at) == []
    checked(at.button_group(key="backward_cells").set_value(["tanh"]).run())
    assert sent(at, "check")[0]["weight"] == ["W", 4, 4]


def test_going_back_in_the_browser_shows_what_the_address_says() -> None:
    at = visit(seed="5")
    checked(at.button(key="preset_vanish").click().run())
    at.query_params.clear()
    at.query_params["seed"] = "5"
    checked(at.run())
    assert_shows(at, BackwardStudy(seed=5))


def test_coming_back_from_another_page_finds_everything_as_it_was() -> None:
    at = visit(seed="5", at="every", focus="gru", weight="b.1.1")
    before = address(at)
    for path in ("app.py", PATH):
        at.query_params.clear()
        checked(at.switch_page(path).run())
    assert address(at) == before
    assert_shows(at, BackwardStudy(seed=5, at="every"))


def test_both_pages_keep_their_own_controls() -> None:
    at = visit(seed="5")
    at.query_params.clear()
    checked(at.switch_page("pages/vanish_and_explode.py").run())
    assert at.number_input(key="seed").value == 7
    at.query_params.clear()
    checked(at.switch_page(PATH).run())
    assert at.number_input(key="backward_seed").value == 5


def test_each_cell_of_the_registry_can_be_shown() -> None:
    for cell in CELLS:
        study = BackwardStudy(cells=(cell,), at="every")
        assert_shows(visit(**study.to_query()), replace(study))
