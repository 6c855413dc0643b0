"""The page Backward opens on something right, tells its story by presets, and keeps what a visitor picked."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.cells import CELLS
from engine.studies.backward.left_out import left_out
from engine.studies.backward.look import backwards, long_range, nudged
from engine.studies.backward.study import BackwardStudy
from engine.studies.doors import query_of
from engine.studies.trained import Trained
from engine.training.training import Training
from figures.backward.view import BackwardView
from figures.words import LOG10_2
from tests.pages import visits
from tests.pages.visits import AWKWARD, address, checked, components, preset_button, said
from ui.backward.presets import PRESETS

PATH = "pages/backward.py"
PANELS = ("flow", "update", "table", "check", "mistakes", "reach")
Array = np.ndarray[Any, np.dtype[Any]]
visit = partial(visits.visit, PATH)


def sent(at: AppTest, kind: str) -> tuple[dict[str, Any], dict[str, Array]]:
    """Header and arrays of a panel."""
    _, header, arrays = visits.letter(at, f"backward_{kind}")
    assert header["kind"] == kind
    return header, arrays


def envelope(at: AppTest, kind: str = "flow") -> dict[str, Any]:
    return visits.letter(at, f"backward_{kind}")[0]


def field(at: AppTest, name: str) -> Any:
    return visits.field(at, "backward", name)


def assert_shows(at: AppTest, study: BackwardStudy) -> None:
    """Every picture was sent the engine's numbers of this study."""
    header, arrays = sent(at, "flow")
    update, table = sent(at, "update")[1], sent(at, "table")[1]
    assert [cell["name"] for cell in header["cells"]] == list(study.cells)
    for c, cell in enumerate(study.cells):
        one = backwards(study, cell)
        np.testing.assert_allclose(arrays[f"{c}.dh"], one.gradients.log2_dh[:, 0] * LOG10_2, atol=1e-9)
        for name, gradient in one.gradient.named().items():
            np.testing.assert_allclose(update[f"{c}.gradient.{name}"].ravel(), gradient.ravel(), atol=1e-12)
        np.testing.assert_allclose(update[f"{c}.after"], one.update.after, rtol=1e-9)
        np.testing.assert_allclose(table[f"{c}.table"], one.table.log2_norm * LOG10_2, atol=1e-9)
    reach = sent(at, "reach")[1]
    for s, reading in enumerate(long_range(study)):
        np.testing.assert_allclose(reach[f"{s}.0"], reading.log2_norms[0] * LOG10_2, atol=1e-9)


def test_the_page_opens_on_the_default_study() -> None:
    at = visit()
    assert address(at) == {}
    assert said(at) == []
    assert_shows(at, BackwardStudy())
    header, arrays = sent(at, "check")
    found = nudged(BackwardStudy(), "tanh", BackwardView().weight)
    assert (header["cell"], header["weight"]) == ("tanh", list(BackwardView().weight))
    np.testing.assert_allclose(arrays["difference"], found.difference, rtol=1e-9)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_shows_its_study_and_view_and_says_what_to_look_for(name: str) -> None:
    at = visit(text="other", seed="3")
    before = envelope(at)["serial"]
    checked(preset_button(at, name).click().run())
    preset = PRESETS[name]
    wanted = preset.view or BackwardView()
    assert isinstance(preset.record, BackwardStudy)
    assert isinstance(wanted, BackwardView)
    assert_shows(at, preset.record)
    assert any(preset.look_for in block.value for block in at.markdown)
    for panel in PANELS:
        told = envelope(at, panel)
        assert told["serial"] != before
        assert told["view"] == {**wanted.by_name(), "weight": list(wanted.weight)}
    assert sent(at, "check")[0]["weight"] == list(wanted.weight)
    assert sent(at, "check")[0]["cell"] == (wanted.cell or preset.record.cells[0])


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
    wanted = {
        "cell": "lstm",
        "weight": ["V", 1, 2],
        "single": True,
        "step": 4,
        "rate": 0.5,
        "path": [5, 2],
        "size": 1e-3,
    }
    assert envelope(at)["view"] == wanted
    header, _ = sent(at, "check")
    assert (header["cell"], header["weight"]) == ("lstm", ["V", 1, 2])


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
    assert components(at).keys() == {f"backward_{panel}" for panel in PANELS}


def test_a_change_of_a_control_changes_the_link_and_keeps_the_view() -> None:
    at = visit(focus="lstm", weight="U.2.1")
    serial = envelope(at)["serial"]
    checked(field(at, "at").set_value("every").run())
    checked(field(at, "scale").set_value("0,5").run())
    assert address(at) == {"at": "every", "scale": "0.5", "focus": "lstm", "weight": "U.2.1"}
    assert_shows(at, BackwardStudy(at="every", scale=0.5))
    assert envelope(at)["serial"] == serial


def test_numbers_out_of_range_are_moved_and_said() -> None:
    at = visit()
    checked(field(at, "hidden").set_value("99").run())
    (sentence,) = said(at)
    assert "1 to 16" in sentence
    assert address(at) == {"H": "16"}


def test_an_entry_that_cannot_be_read_leaves_the_last_one_in_use() -> None:
    at = visit(text="before")
    checked(field(at, "text").set_value("a").run())
    assert len(said(at)) == 1
    assert_shows(at, BackwardStudy(text="before"))
    checked(field(at, "text").set_value(AWKWARD).run())
    shown, complaints = BackwardStudy.from_query(address(at))
    assert complaints == []
    assert_shows(at, shown)


def test_a_fourth_cell_is_refused_and_the_last_one_stays() -> None:
    at = visit()
    checked(field(at, "cells").set_value(["tanh", "lstm", "gru", "mgu"]).run())
    assert len(said(at)) == 1
    assert_shows(at, BackwardStudy())
    checked(field(at, "cells").set_value([]).run())
    assert_shows(at, BackwardStudy(cells=("tanh",)))


def test_a_weight_that_another_cell_does_not_have_becomes_its_nearest() -> None:
    at = visit(weight="W.16.4", focus="lstm")
    assert said(at) == []
    checked(field(at, "cells").set_value(["tanh"]).run())
    assert sent(at, "check")[0]["weight"] == ["W", 4, 4]


def test_going_back_in_the_browser_shows_what_the_address_says() -> None:
    at = visit(seed="5")
    checked(preset_button(at, "vanish").click().run())
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


def messages(at: AppTest) -> dict[str, bytes]:
    return {panel: components(at)[f"backward_{panel}"].bytes for panel in PANELS}


def pick(at: AppTest, cell: object, weight: object) -> AppTest:
    """What the browser does when a visitor presses a square: it asks, the fragment runs."""
    at.session_state["held.backward"].noted["look"] = (cell, weight)
    return checked(at.run())


def test_a_picked_weight_sends_the_check_again_and_another_network_what_is_of_it_alone() -> None:
    at = visit()
    before = messages(at)
    pick(at, "tanh", ("W", 2, 1))
    assert [panel for panel in PANELS if messages(at)[panel] != before[panel]] == ["check"]
    before = messages(at)
    pick(at, "gru", ("W", 12, 1))
    assert sent(at, "check")[0]["weight"] == ["W", 12, 1]
    np.testing.assert_allclose(
        sent(at, "check")[1]["difference"], nudged(BackwardStudy(), "gru", ("W", 12, 1)).difference, rtol=1e-9
    )
    after = messages(at)
    assert [panel for panel in PANELS if after[panel] != before[panel]] == ["check", "mistakes"]
    assert address(at) == {}  # the browser writes where it looks, and nothing is pushed


def test_a_picked_weight_comes_back_with_the_network_that_has_it_and_goes_with_a_preset() -> None:
    at = pick(visit(H="8"), "tanh", ("W", 8, 8))
    checked(field(at, "hidden").set_value("4").run())
    assert sent(at, "check")[0]["weight"] == ["W", 4, 4]
    checked(field(at, "hidden").set_value("8").run())
    assert sent(at, "check")[0]["weight"] == ["W", 8, 8]
    checked(preset_button(at, "readout").click().run())
    assert sent(at, "check")[0]["weight"] == ["V", 1, 2]


def test_the_network_in_focus_stays_when_another_stands_before_it() -> None:
    at = visit(cells="lstm.gru")
    checked(field(at, "cells").set_value(["tanh", "lstm", "gru"]).run())
    assert sent(at, "check")[0]["cell"] == "lstm"


def test_each_cell_of_the_registry_can_be_shown() -> None:
    for cell in CELLS:
        study = BackwardStudy(cells=(cell,), at="every")
        assert_shows(visit(**study.to_query()), replace(study))


def test_a_trained_network_that_reads_symbols_shows_what_its_answer_follows() -> None:
    training = Training(task="loan", length=8, hidden=4, batch=4, cell="lstm")
    at = visit(**query_of(Trained(training, 3), "backward"))
    study = BackwardStudy(trained=Trained(training, 3))
    header, arrays = sent(at, "reach")
    assert [one["words"][0] for one in header["sentences"]] == ["today", "yesterday"]
    for s, found in enumerate(left_out(study)):
        np.testing.assert_allclose(arrays[f"left.{s}"][:-1], found.without - found.share, atol=1e-12)
    numbers = visit(**query_of(Trained(Training(task="adding", length=8, hidden=4, batch=4), 2), "backward"))
    assert "backward_reach" not in components(numbers)
