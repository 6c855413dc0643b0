"""What the presets of Train tell to look for is what the engine computes: the quick ones are run."""

from __future__ import annotations

import re

import pytest

from engine.studies.train.study import TrainStudy
from engine.training.run import Run
from ui.train.presets import PRESETS

SOLVED: dict[str, list[int | None]] = {  # of each racer, after how many updates; None: not within the race
    "forgets": [None, 96],
    "sigmoid": [64, 352],
    "names": [64, 128, 96],
}


def runs_of(name: str) -> list[Run]:
    """The runs of a preset, to the end of the race."""
    study = PRESETS[name].record
    assert isinstance(study, TrainStudy)
    runs = [Run(training) for training in study.trainings()]
    for run in runs:
        run.extend(study.goal)
    return runs


@pytest.mark.parametrize("name", SOLVED)
def test_who_gets_there_and_when_is_as_the_sentence_says(name: str) -> None:
    runs = runs_of(name)
    assert [run.solved for run in runs] == SOLVED[name]
    told = {int(number.replace(",", "")) for number in re.findall(r"\b\d[\d,]*\b", PRESETS[name].look_for)}
    named = {solved for solved in SOLVED[name] if solved in told}
    assert named, PRESETS[name].look_for
    if name == "forgets":
        assert runs[0].evaluations()[-1].loss == pytest.approx(runs[0].training.learned.chance.loss, rel=0.02)


def test_every_number_of_updates_in_a_sentence_lies_within_its_race() -> None:
    for preset in PRESETS.values():
        study = preset.record
        assert isinstance(study, TrainStudy)
        for number in re.findall(r"(?:update|updates|in|by) (\d[\d,]*)", preset.look_for):
            assert int(number.replace(",", "")) <= study.goal, preset.title
