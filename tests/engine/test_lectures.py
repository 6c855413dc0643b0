"""The lectures: every file can be read, every number that a scene tells is what the engine computes."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest

from engine.record.kinds import Cells, Choice, Number, Switch
from engine.studies.lectures.lecture import Figure, Scene, lectures, read_lecture
from engine.studies.lectures.readings import READINGS
from engine.studies.lectures.study import LecturesStudy

LISTED = {"A": 5, "B": 6, "C": 7, "D": 8, "E": 12}  # how many ids each lecture of the list has
SCENES = [
    pytest.param(scene, id=f"{letter}{n} {scene.title}")
    for letter, lecture in lectures().items()
    for n, scene in enumerate(lecture.scenes, 1)
]
FIGURES = [
    pytest.param(scene, figure, id=f"{letter}{n} {figure.label or 'answer'}")
    for letter, lecture in lectures().items()
    for n, scene in enumerate(lecture.scenes, 1)
    for figure in (scene.answer, *scene.numbers)
    if figure.reading
]


@pytest.mark.parametrize("scene", SCENES)
def test_a_scenes_link_is_taken_as_it_stands(scene: Scene) -> None:
    _, complaints = type(scene.study).from_query(scene.record)
    assert complaints == []
    assert set(scene.record) <= set(type(scene.study).keys())


@pytest.mark.parametrize("scene", [one for one in SCENES if one.values[0].versions])
def test_the_versions_of_a_scene_are_links_too_and_the_first_is_its_own(scene: Scene) -> None:
    assert scene.versions is not None
    assert len(scene.others) > 1
    assert next(iter(scene.others.values())) == scene.study
    assert len(set(map(str, scene.others.values()))) == len(scene.others)
    for told in scene.versions.records.values():
        words = {**scene.record, **{key: str(value) for key, value in told.items()}}
        assert type(scene.study).from_query(words)[1] == []


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_asks_shows_and_tells(scene: Scene) -> None:
    assert scene.question.endswith("?")
    assert scene.shown.endswith(".")
    assert scene.look_for.endswith(".")
    assert scene.notes
    assert scene.minutes > 0
    assert len(scene.controls) <= 3
    assert set(scene.controls) <= set(scene.study.declared())
    assert scene.answer.reading or scene.answer.says


@pytest.mark.slow
@pytest.mark.parametrize(("scene", "figure"), FIGURES)
def test_a_number_that_a_scene_tells_is_what_the_engine_computes(scene: Scene, figure: Figure) -> None:
    value = figure.value(scene.page, scene.study)
    if isinstance(figure.holds, str):
        assert value == figure.holds
    else:
        np.testing.assert_allclose(np.asarray(value), np.asarray(figure.holds), rtol=0.0, atol=figure.tolerance)


@pytest.mark.parametrize("scene", SCENES)
def test_a_number_differs_from_the_lectures_for_a_reason_that_is_told(scene: Scene) -> None:
    for figure in scene.numbers:
        assert figure.label
        assert not figure.because or figure.lecture or figure.says or figure.reading


def test_every_id_of_the_list_is_on_a_scene_of_its_lecture() -> None:
    assert [letter.upper() for letter in lectures()] == list(LISTED)
    for letter, lecture in lectures().items():
        told = {one for scene in lecture.scenes for one in scene.ids}
        assert told == {f"{letter.upper()}{n}" for n in range(1, LISTED[letter.upper()] + 1)}


@pytest.mark.parametrize("letter", list(lectures()))
def test_a_lecture_has_five_to_twelve_scenes_and_takes_8_to_15_minutes(letter: str) -> None:
    lecture = lectures()[letter]
    assert 5 <= len(lecture.scenes) <= 12
    assert 8 - 1e-9 <= lecture.minutes <= 15 + 1e-9


@pytest.mark.parametrize("letter", list(lectures()))
def test_a_lecture_has_an_order_of_scenes_without_the_same_title_twice(letter: str) -> None:
    titles = [scene.title for scene in lectures()[letter].scenes]
    assert all(one != other for one, other in pairwise(sorted(titles)))


def test_with_its_loop_cut_the_network_answers_every_l_alike() -> None:
    scene = lectures()["b"].scenes[0]
    trained, cut = scene.others.values()
    assert scene.answer.value("unroll", trained) == "no"
    assert scene.answer.value("unroll", cut) == "yes"


def test_a_step_that_is_too_long_at_first_is_none_after_ten_updates() -> None:
    scene = next(one for one in lectures()["a"].scenes if one.title == "A step too far")
    goes = READINGS["backward"]["loss_goes"]
    assert [goes(scene.study, rate, update) for update in (0, 10) for rate in (0.1, 10.0)] == [
        *("it falls", "it rises"),
        *("it falls", "it falls"),
    ]


def test_an_answer_follows_the_start_of_the_loop_and_zeros_are_one_start() -> None:
    scene = next(one for one in lectures()["c"].scenes if one.ids == ("C5",))
    says_from, outputs = READINGS["unroll"]["says_from"], READINGS["unroll"]["outputs"]
    assert len({says_from(scene.study, 1), says_from(scene.study, 2), outputs(scene.study)}) == 3


@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_a_random_start_is_told_of_a_plain_layer_alone(name: str) -> None:
    scene = next(one for one in lectures()["c"].scenes if one.ids == ("C5",))
    assert "plain layer" in str(Figure({"seed": 1}, "says_from").value("unroll", scene.study.changed("cell", name)))


GOOD = """
title = "t"
lead = "l"
[[scenes]]
ids = ["E5"]
title = "One"
question = "What?"
shown = "That."
page = "unroll"
look_for = "it."
notes = "n"
minutes = 1
answer = { reading = "hidden", given = { step = 1 }, holds = [0.6] }
"""


def test_a_scene_is_read_as_it_is_written() -> None:
    (scene,) = read_lecture("e", GOOD).scenes
    assert (scene.title, scene.ids, scene.choices) == ("One", ("E5",), ())
    assert scene.answer.given == {"step": 1}


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('page = "unroll"', 'page = "unrol"', "page is 'unrol', but must be one of unroll, cell"),
        ('"hidden"', '"hiden"', "there is no reading 'hiden' of unroll; there are entering"),
        ('notes = "n"\n', "", "scene 1: notes must be said"),
        ('notes = "n"', 'notes = "n"\nnots = "n"', "scene 1: nots means nothing; there are ids"),
        ("minutes = 1\n", 'minutes = 1\nversions = { label = "W is" }\n', "scene 1, versions: records must be said"),
        (", holds = [0.6]", "", "answer: a reading says what it holds"),
    ],
)
def test_what_a_file_gets_wrong_is_said_with_its_place(before: str, after: str, named: str) -> None:
    with pytest.raises(ValueError, match=re.escape(named)) as raised:
        read_lecture("e", GOOD.replace(before, after))
    assert str(raised.value).startswith("e.toml, scene 1")


def test_a_scene_beyond_the_last_becomes_the_last_and_that_is_said() -> None:
    letter, lecture = next(iter(lectures().items()))
    last = len(lecture.scenes)
    study, complaints = LecturesStudy.from_query({"lecture": letter, "scene": "12"})
    assert study.scene == last
    assert complaints == ([] if last == 12 else [f"scene: this lecture has {last} scenes; the last is shown."])


PHRASES = ("x", "a b c d e f g h i j k l m n o p q r s t u v w x")
CHANGED = [
    pytest.param(scene, name, id=f"{letter}{n} {name}")
    for letter, lecture in lectures().items()
    for n, scene in enumerate(lecture.scenes, 1)
    for name in scene.controls
]


@pytest.mark.slow
@pytest.mark.parametrize(("scene", "name"), CHANGED)
def test_whatever_is_changed_in_a_scene_its_numbers_are_read_or_what_is_missing_is_said(
    scene: Scene, name: str
) -> None:
    kind = scene.study.declared()[name].kind
    values = {
        Switch: (False, True),
        Cells: (("lstm",), ("gru", "tanh")),
        Choice: tuple(kind.allowed(scene.study)) if isinstance(kind, Choice) else (),
        Number: kind.ends(scene.study) if isinstance(kind, Number) else (),
    }
    for value in next((found for form, found in values.items() if isinstance(kind, form)), ("", *PHRASES)):
        words = value if isinstance(value, str) else kind.write(value)
        study, _ = type(scene.study).from_query({**scene.record, scene.study.declared()[name].key: words})
        for figure in (scene.answer, *scene.numbers):
            figure.value(scene.page, study)


@pytest.mark.slow
@pytest.mark.parametrize("scene", [one for one in SCENES if one.values[0].versions])
def test_of_every_version_of_a_scene_its_numbers_are_read(scene: Scene) -> None:
    for study in scene.others.values():
        for figure in (scene.answer, *scene.numbers):
            figure.value(scene.page, study)
