"""The row of presets, and what to look for while one of them is shown."""

from __future__ import annotations

from engine.studies.cliff.study import CliffStudy
from ui.cliff.address import put
from ui.cliff.stories import STORIES
from ui.presets import buttons, what_to_look_for


def preset_buttons() -> None:
    """The row of buttons."""
    buttons(STORIES, _choose)


def look_for(drop: CliffStudy) -> None:
    """What to look for."""
    what_to_look_for(STORIES, drop, "then press anywhere on the map")


def _choose(name: str) -> None:
    put(STORIES[name].record)
