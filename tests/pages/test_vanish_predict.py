"""Predict, then reveal: nothing gives the answer away before, and the vote stands beside it afterwards."""

from __future__ import annotations

import re
from typing import Any

from streamlit.testing.v1 import AppTest

from engine.studies.vanish.predict import answer
from engine.studies.vanish.study import VanishStudy
from figures.vanish.predict import answer_words
from tests.pages.vanish import assert_shows, field, visit
from tests.pages.visits import address, checked, components, preset_button
from ui.vanish.presets import PRESETS

SMALL = {"T": "30", "H": "6"}


def answers(at: AppTest) -> list[str]:
    """Each line of votes beside answers, as a reader sees it."""
    blocks = [block.proto.body for block in at.get("html") if "Computed:" in block.proto.body]
    return [" ".join(re.findall(r"<span>(.*?)</span>", body)) for body in blocks]


def vote(at: AppTest, cell: str) -> Any:
    """Where a class votes on a network, on whichever ballot is shown."""
    (found,) = (group for group in at.button_group if re.fullmatch(rf"vanish\.vote\.\d+\.{cell}", group.key or ""))
    return found


def test_it_is_off_unless_the_link_says_so() -> None:
    at = visit(**SMALL)
    assert "vanish" in components(at)
    assert not field(at, "predict").value
    assert "predict" not in address(at)


def test_before_the_vote_nothing_gives_the_answer_away() -> None:
    at = visit(preset="vanish", predict="1", more="helps")
    assert not {"vanish", "helps"} & set(components(at))
    assert PRESETS["vanish"].look_for not in " ".join(block.value for block in at.markdown)
    assert address(at)["predict"] == "1"


def test_the_vote_stands_beside_the_engines_answer() -> None:
    at = visit(**SMALL, predict="1")
    checked(vote(at, "tanh").set_value("vanishes").run())
    checked(at.text_input(key="vanish.after.1.tanh").set_value("3").run())
    checked(vote(at, "lstm").set_value("explodes").run())
    checked(at.button(key="vanish.reveal").click().run())
    experiment = VanishStudy(steps=30, hidden=6)
    assert_shows(at, experiment)
    lines = answers(at)
    assert len(lines) == 3
    for cell, line in zip(experiment.cells, lines, strict=True):
        assert answer_words(answer(experiment.run(cell).log2_dh[:, 0])) in line
    assert "vanishes, tenfold after 3 steps" in lines[0]
    assert lines[1].endswith("Not so.")
    assert "no vote" in lines[2]


def test_another_preset_is_predicted_anew_and_another_control_is_not() -> None:
    at = visit(**SMALL, predict="1")
    checked(at.button(key="vanish.reveal").click().run())
    checked(field(at, "seed").set_value("9").run())
    assert "vanish" in components(at)
    assert answers(at) == []  # nobody voted on this one
    checked(preset_button(at, "explode").click().run())
    assert "vanish" not in components(at)
    assert vote(at, "tanh").value in (None, [])


def test_the_switch_writes_the_link_and_off_shows_the_lab_again() -> None:
    at = visit(**SMALL)
    checked(field(at, "predict").set_value(True).run())
    assert address(at) == {**SMALL, "predict": "1"}
    assert "vanish" not in components(at)
    checked(field(at, "predict").set_value(False).run())
    assert address(at) == SMALL
    assert "vanish" in components(at)
