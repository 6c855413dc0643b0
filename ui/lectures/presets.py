"""Each lecture is a preset: it begins with its first scene, which says itself what to look for."""

from __future__ import annotations

from engine.studies.lectures.study import TITLES, LecturesStudy
from ui.kit.page import Preset

PRESETS: dict[str, Preset] = {letter: Preset(TITLES[letter], "", LecturesStudy(lecture=letter)) for letter in TITLES}
