"""Where one is in the lectures: which lecture, which scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.record import Record, declare
from engine.studies.lectures.lecture import MOST_SCENES, Lecture, Scene, lectures

TITLES = {letter: f"{letter.upper()}. {lecture.title}" for letter, lecture in lectures().items()}


@dataclass(frozen=True)
class LecturesStudy(Record):
    """A scene of a lecture.

    Raises:
        ValueError: there is no such lecture, or it has no such scene; the message says what came and what is accepted.
    """

    lecture: str = declare.choice(next(iter(TITLES)), TITLES, "lecture")
    scene: int = declare.whole(1, 1, MOST_SCENES, "scene")  # of `told.scenes`, counted from 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.scene > len(self.told.scenes):
            raise ValueError(f"scene is {self.scene}, but must be from 1 to {len(self.told.scenes)}")

    @classmethod
    def fitted(cls, found: dict[str, Any], of: Record | None) -> tuple[dict[str, Any], list[str]]:
        """Beyond the last scene the last is shown."""
        last = len(lectures()[found["lecture"]].scenes)
        if found["scene"] <= last:
            return found, []
        return {**found, "scene": last}, [f"scene: this lecture has {last} scenes; the last is shown."]

    @property
    def told(self) -> Lecture:
        """The lecture."""
        return lectures()[self.lecture]

    @property
    def now(self) -> Scene:
        """The scene."""
        return self.told.scenes[self.scene - 1]
