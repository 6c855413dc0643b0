"""The presets that tell what a network remembers: each the sample on a sequence, and what to look for."""

from __future__ import annotations

from engine.studies.own.study import OwnStudy
from ui.kit.page import Preset

PRESETS: dict[str, Preset] = {
    "reviews": Preset(
        "Reviews",
        "An LSTM that has learned whether a review is kind, on five that it has never read: the longest goes on for "
        "twelve words after the one that decides.",
        OwnStudy(),
    ),
    "turned": Preset(
        "One word more",
        "The same review twice, once with “not”: what the answer depends on moves to that word.",
        OwnStudy(text="well i think this movie is good\nwell i think this movie is not good"),
    ),
    "nonsense": Preset(
        "Nonsense",
        "Words drawn at random, as a file gives no input: gates behave otherwise on what a network was never made for.",
        OwnStudy(reads="random"),
    ),
}
