"""Lectures: every scene opens with its picture, follows a change, and is found again by its link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.studies.lectures.lecture import Scene, lectures
from tests.pages.visits import address, checked, components, fields, holding, letter, said, visit
from ui.kit.page import every_page

PATH = "pages/lectures.py"
SCENES = [(name, n) for name, lecture in lectures().items() for n in range(1, len(lecture.scenes) + 1)]
each_scene = pytest.mark.parametrize(("lecture", "number"), SCENES)


def told(at: AppTest) -> dict[str, Any]:
    """What stands beside the picture."""
    return letter(at, "lectures")[1]


def query(lecture: str, number: int, **more: str) -> dict[str, str]:
    """The link of a scene."""
    return {"lecture": lecture, "scene": str(number), **more}


@pytest.mark.slow
@each_scene
def test_every_scene_opens_with_its_question_its_picture_and_its_few_controls(lecture: str, number: int) -> None:
    scene = lectures()[lecture].scenes[number - 1]
    at = visit(PATH, **query(lecture, number))
    assert said(at) == []
    assert told(at)["question"] == scene.question
    assert told(at)["altered"] is False
    mine = holding(at, every_page()[PATH])
    picture = mine.picture  # type: ignore[attr-defined]
    assert picture.record == scene.study
    assert picture.page.view.from_query(scene.view, scene.study) == (picture.view, [])
    sent = {name: letter(at, name)[0] for name in components(at) if name != "lectures"}
    assert sent
    assert {one["page"] for one in sent.values()} == {f"lectures.{scene.page}"}
    drawn = [name for name in picture.page.record.declared() if fields(at, f"lectures.{scene.page}", name)]
    assert set(drawn) <= set(scene.controls)


def scene_with_a_number() -> tuple[str, int]:
    """A scene of Unroll where H may be changed."""
    return next(
        (name, n)
        for name, n in SCENES
        if (scene := lectures()[name].scenes[n - 1]).page == "unroll" and "hidden" in scene.controls
    )


def test_a_change_in_a_scene_stands_in_its_link_and_comes_back_from_there() -> None:
    where = scene_with_a_number()
    at = visit(PATH, **query(*where))
    (field,) = fields(at, "lectures.unroll", "hidden")
    checked(field.set_value("5").run())
    assert address(at)["H"] == "5"
    assert told(at)["altered"] is True
    again = visit(PATH, **address(at))
    assert said(again) == []
    assert holding(again, every_page()[PATH]).picture.record.hidden == 5  # type: ignore[attr-defined]
    assert told(again)["altered"] is True


def test_a_scenes_controls_and_pictures_are_apart_from_those_of_the_page_itself() -> None:
    where = scene_with_a_number()
    at = visit(PATH, **query(*where))
    (field,) = fields(at, "lectures.unroll", "hidden")
    checked(field.set_value("5").run())
    at.switch_page("pages/unroll.py")
    at.query_params.clear()
    checked(at.run())
    assert holding(at, every_page()["pages/unroll.py"]).record == every_page()["pages/unroll.py"].record.usual()


def test_going_on_opens_the_next_scene_and_leaves_what_was_changed_behind() -> None:
    lecture, number = scene_with_a_number()
    at = visit(PATH, **query(lecture, number, H="5"))
    mine = holding(at, every_page()[PATH])
    there = number + 1 if number < len(lectures()[lecture].scenes) else number - 1
    before = letter(at, "lectures")[0]["serial"]
    mine.go({"scene": there})  # type: ignore[attr-defined]
    checked(at.run())
    assert told(at)["at"] == there
    assert "H" not in address(at)
    assert letter(at, "lectures")[0]["serial"] != before


def test_what_a_link_says_wrongly_of_a_scenes_picture_is_said() -> None:
    where = scene_with_a_number()
    at = visit(PATH, **query(*where, H="many", hiden="3"))
    sentences = said(at)
    assert any(sentence.startswith("H: ") for sentence in sentences)
    assert any("“hiden” means nothing on this page" in sentence for sentence in sentences)


@pytest.mark.parametrize("words", [{"scene": "no"}, {"scene": -1}, {"lecture": "<b>"}, "x", None, {"scene": [1]}])
def test_what_a_browser_tells_is_a_scene_or_becomes_one(words: object) -> None:
    at = visit(PATH)
    mine = holding(at, every_page()[PATH])
    mine.go(words)  # type: ignore[attr-defined]
    checked(at.run())
    assert told(at)["at"] == 1


def first_scene(wanted: Callable[[Scene], bool]) -> tuple[str, int]:
    """The first scene of which something holds."""
    return next((name, n) for name, n in SCENES if wanted(lectures()[name].scenes[n - 1]))


def test_a_version_of_a_scene_is_shown_and_its_link_brings_it_back() -> None:
    where = first_scene(lambda scene: scene.versions is not None and scene.page == "unroll")
    scene = lectures()[where[0]].scenes[where[1] - 1]
    assert scene.versions is not None
    at = visit(PATH, **query(*where))
    (control,) = (one for one in at.get("button_group") if one.label == scene.versions.label)
    name, record = list(scene.others.items())[1]
    assert control.value == next(iter(scene.others))
    checked(control.set_value(name).run())
    assert holding(at, every_page()[PATH]).picture.record == record  # type: ignore[attr-defined]
    assert (told(at)["altered"], told(at)["version"]) == (True, True)
    again = visit(PATH, **address(at))
    assert holding(again, every_page()[PATH]).picture.record == record  # type: ignore[attr-defined]


def test_a_version_that_is_chosen_while_another_scene_opens_changes_nothing_there() -> None:
    lecture, number = first_scene(lambda scene: scene.versions is not None)
    there = first_scene(lambda scene: scene.page != lectures()[lecture].scenes[number - 1].page)
    scene = lectures()[lecture].scenes[number - 1]
    assert scene.versions is not None
    at = visit(PATH, **query(lecture, number))
    (control,) = (one for one in at.get("button_group") if one.label == scene.versions.label)
    mine = holding(at, every_page()[PATH])
    mine.go({"lecture": there[0], "scene": there[1]})  # type: ignore[attr-defined]
    control.set_value(list(scene.others)[1])
    checked(at.run())
    assert mine.picture.record == lectures()[there[0]].scenes[there[1] - 1].study  # type: ignore[attr-defined]


def test_a_training_goes_on_update_by_update_in_a_scene() -> None:
    where = first_scene(lambda scene: "trained" in scene.controls)
    at = visit(PATH, **query(*where))
    before = holding(at, every_page()[PATH]).picture.record.trained  # type: ignore[attr-defined]
    (on,) = (button for button in at.button if button.label == "+1")
    checked(on.click().run())
    after = holding(at, every_page()[PATH]).picture.record.trained  # type: ignore[attr-defined]
    assert (after.training, after.update) == (before.training, before.update + 1)


def test_a_word_that_a_scenes_network_never_met_is_said_and_its_own_phrase_is_not_answered_before() -> None:
    where = first_scene(lambda scene: "phrase" in scene.controls and "phrase" in scene.record)
    at = visit(PATH, **query(*where))
    assert not any(button.label.startswith("**") for button in at.button)
    at = visit(PATH, **query(*where, phrase="it zebra"))
    assert any("“zebra”: no word that it learned" in sentence for sentence in told_in(at))


def told_in(at: AppTest) -> list[str]:
    """All sentences on the page."""
    return [str(one.proto.body) for one in at.get("html")]
