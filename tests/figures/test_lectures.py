"""What stands beside a scene's picture says where its network comes from, and what of the answer follows a change."""

from __future__ import annotations

from dataclasses import replace

from engine.studies.lectures.lecture import Scene, lectures
from engine.studies.shelf import Shelved
from engine.studies.trained import Trained
from engine.studies.unroll.study import UnrollStudy
from figures.lectures.answer import changed
from figures.lectures.source import source

SCENES = [scene for lecture in lectures().values() for scene in lecture.scenes]


def trained_scene() -> tuple[Scene, Trained]:
    """A scene of a network that has learned."""
    for scene in SCENES:
        trained = getattr(scene.study, "trained", None)
        if isinstance(trained, Trained) and trained.update > 1:
            return scene, trained
    raise LookupError


def test_a_network_that_nobody_trained_says_so_whatever_it_is() -> None:
    (scene, *_) = (one for one in SCENES if one.page == "unroll" and not one.parts)
    assert "drawn at random: nothing is learned" in source(scene, UnrollStudy(example="text", text="hello"))
    assert "the lecture's own: nothing is learned" in source(scene, UnrollStudy())


def test_a_trained_network_says_after_how_many_updates_and_before_the_first_that_it_learned_nothing() -> None:
    scene, trained = trained_scene()
    study = scene.study
    assert isinstance(study, Shelved)
    assert f"Trained for {trained.update:,} updates: " in source(scene, study)
    assert "Trained for 1 update: " in source(scene, replace(study, trained=replace(trained, update=1)))
    assert "nothing is learned" in source(scene, replace(study, trained=replace(trained, update=0)))


def test_a_picture_without_a_network_speaks_of_none() -> None:
    assert all(source(scene, scene.study) == "" for scene in SCENES if scene.parts == ("example",))


def test_every_scene_of_a_network_says_what_it_learned() -> None:
    silent = [scene.title for scene in SCENES if isinstance(scene.study, Shelved) and not source(scene, scene.study)]
    assert all(
        scene.parts in (("example",), ("counting",)) or scene.panel == "by_hand"
        for scene in SCENES
        if scene.title in silent
    )


def test_an_answer_that_is_written_down_is_said_to_be_of_the_scene_once_the_picture_is_changed() -> None:
    for scene in SCENES:
        said = changed(scene)
        assert ("the answer and its reason are of the scene" in said) == (not scene.answer.reading)
        assert ("the numbers" in said) == bool(scene.numbers)
