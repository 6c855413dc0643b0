"""From the report to the pages that show what it found, and waiting for a long one."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.report import report
from engine.studies.vanish.study import VanishStudy
from tests.pages.test_your_network import found, opened
from tests.pages.visits import address, button, checked, field, said
from ui.kit.brought import MOST


def links(at: AppTest, title: str) -> list[Any]:
    """Every link of the report to another page, which the menu has too."""
    every = [one.proto for one in at.main.get("page_link") if one.proto.label == title]
    return [one for one in every if one.disabled or "trained=" in one.query_string]


def followed(at: AppTest, title: str, path: str) -> AppTest:
    """The visit once the first of them was followed."""
    link = links(at, title)[0]
    assert not link.disabled
    at.query_params.clear()
    for name, (value,) in parse_qs(link.query_string).items():
        at.query_params[name] = value
    at.switch_page(path)
    return checked(at.run())


def test_a_door_opens_the_highest_layer_unless_another_one_is_chosen() -> None:
    for layer in ("", "1"):
        at = opened("language.pt")
        layers = len(found(at)["layers"])
        if layer:
            selectbox = next(one for one in at.selectbox if one.label == "Layer that buttons open")
            checked(selectbox.select(1).run())
        (query,) = {one.query_string for one in links(at, "Vanish & explode")}
        assert parse_qs(query).get("layer", ["1"]) == [layer or str(layers)]


DOORS = [
    ("unroll", "Unroll", "unroll"),
    ("cell", "Inside the cell", "inside_the_cell"),
    ("backward", "Backward", "backward"),
    ("vanish", "Vanish & explode", "vanish_and_explode"),
]


@pytest.mark.parametrize(("word", "title", "path"), DOORS)
def test_a_finding_opens_the_same_network_and_sequence_on_the_page_that_shows_it(
    word: str, title: str, path: str
) -> None:
    at = followed(opened("double.safetensors"), title, f"pages/{path}.py")
    assert at.session_state["open_page"] == word
    assert address(at)["trained"].startswith("file-")
    assert said(at) == []
    (kept_there,) = at.session_state["brought"].networks.values()
    assert address(at)["trained"] == kept_there.word


def test_of_a_network_without_a_head_the_other_pages_show_the_error_that_the_report_is_about() -> None:
    at = opened("half.safetensors")
    output = next(one for one in at.selectbox if one.label == "Error of output")
    assert output.options[0] == "all of them, summed"
    for unit, V in ((0, np.ones((1, 3))), (2, np.eye(1, 3, 1))):
        checked(output.set_value(unit).run())
        offered = at.session_state["brought"].offered
        np.testing.assert_array_equal(offered.readout.V, V)
        study = VanishStudy(trained=offered)
        other = report(offered.network, [offered.example().x[:, 0]], offered.readout)
        np.testing.assert_allclose(study.run(study.cells[0]).log2_dh[:, 0], other.curves[-1].log2_dh[0], rtol=1e-9)


def test_what_is_only_offered_takes_no_place_from_what_is_shown_elsewhere() -> None:
    at = opened("legacy.pth")
    for seed in range(MOST + 2):
        checked(field(at, "own", "seed").set_value(f"{seed}").run())
    here = at.session_state["brought"]
    assert here.networks == {}
    assert here.offered is not None
    checked(button(at, "Forget it").click().run())
    assert here.offered is None or here.offered.title == "sample.safetensors"


def test_a_page_that_does_not_show_it_says_why_beside_its_link() -> None:
    at = opened("text.keras")
    (why,) = {one.help for one in links(at, "Unroll") if one.disabled}
    assert "has layers of different" in why


def test_a_long_report_is_waited_for_by_looking_again_and_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[object] = []
    monkeypatch.setattr("ui.own.report.LONG", 0)
    monkeypatch.setattr("ui.own.waiting.run_beside", lambda: True)
    monkeypatch.setattr("ui.own.waiting._look", lambda question, store: looks.append(question) or 0.25)
    at = opened("double.safetensors")
    assert looks
    assert not [header for header in at.header if header.value == "What it remembers"]
    assert any("of memory at a time" in caption.value for caption in at.caption)
    checked(button(at, "Stop").click().run())
    before = len(looks)
    assert button(at, "Run the report")
    assert len(looks) == before
    monkeypatch.undo()
    checked(button(at, "Run the report").click().run())
    assert [header.value for header in at.header] == ["What it remembers"]
