"""Whether the network of a scene's picture has learned, and how long, read from its record."""

from __future__ import annotations

from engine.record import Record
from engine.studies.lectures.lecture import Scene
from engine.studies.shelf import Shelved
from engine.studies.trained import Trained
from engine.studies.unroll.study import UnrollStudy

NO_NETWORK = {"by_hand", "example", "counting"}  # pictures of numbers that are typed or counted


def source(scene: Scene, shown: Record) -> str:
    """The sentence; "" where the picture shows no network of its own."""
    if not isinstance(shown, Shelved) or NO_NETWORK & {scene.panel, *scene.parts}:
        return ""
    if isinstance(shown.trained, Trained):
        return _learned(shown.trained)
    if shown.trained is not None:
        return f"{shown.trained.words_of_it}."
    edits = len(shown.edits) if isinstance(shown, UnrollStudy) else 0
    by_hand = f", {edits} set by hand" if edits else ""
    if isinstance(shown, UnrollStudy) and shown.lecture:
        return f"The weights are the lecture's own{by_hand}: nothing is learned yet."
    return f"The weights are drawn at random{by_hand}: nothing is learned yet."


def _learned(trained: Trained) -> str:
    if trained.update == 0:
        return "The weights are drawn at random: nothing is learned yet."
    updates = f"{trained.update:,} update{'' if trained.update == 1 else 's'}"
    return f"Trained for {updates}: {trained.task.title[:1].lower()}{trained.task.title[1:]}."
