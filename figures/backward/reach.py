"""The message of the two loan sentences: how much the asked word depends on every word before it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.cells import CELLS
from engine.studies.backward.look import LongRange
from figures.backward.words import reach_verdict
from figures.message import message
from figures.theme import theme_message
from figures.words import LOG10_2


def reach_message(readings: Sequence[LongRange]) -> bytes:
    """How much each sentence's prediction depends on every word. Arrays: ``s.c`` (T,) log10 of the norm."""
    arrays = {
        f"{s}.{c}": row * LOG10_2 for s, reading in enumerate(readings) for c, row in enumerate(reading.log2_norms)
    }
    header = {
        "kind": "reach",
        "sentences": [
            {
                "words": list(reading.sentence.words),
                "asked": reading.sentence.asked,
                "first": list(reading.sentence.first),
                "said": reach_verdict(reading),
            }
            for reading in readings
        ],
        "cells": [{"name": cell, "title": CELLS[cell].title} for cell in readings[0].cells],
        "theme": theme_message(),
    }
    return message(header, arrays)
