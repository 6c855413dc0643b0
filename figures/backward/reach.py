"""The message of the two loan sentences: how much the asked word depends on every word before it.

Of a trained network what it reads takes their place, and the change of its answer when each word is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.cells import CELLS, Cell
from engine.studies.backward.left_out import LeftOut
from engine.studies.backward.look import LongRange
from figures.backward.words import left_out_verdict, reach_verdict
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
            for s, reading in enumerate(readings)
        ],
        "cells": [{"name": cell, "title": CELLS[cell].title} for cell in readings[0].cells],
        "theme": theme_message(),
    }
    return message(header, arrays)


def left_out_message(cell: Cell, readings: Sequence[LeftOut]) -> bytes:
    """The same of a trained network. Arrays: ``s.0`` (T + 1,) log10 ||dL/dx_t||, and ``left.s`` (T + 1,) by how much
    the probability of what is wanted changes without the symbol; what is asked stands last, and has neither."""
    arrays = {}
    for s, reading in enumerate(readings):
        arrays[f"{s}.0"] = np.append(reading.log2_norms * LOG10_2, -np.inf)
        arrays[f"left.{s}"] = np.append(reading.without - reading.share, np.nan)
    header = {
        "kind": "reach",
        "left": True,
        "sentences": [
            {
                "words": [*reading.symbols, reading.wanted],
                "asked": len(reading.symbols) + 1,
                "first": [] if reading.decides is None else [reading.decides],
                "said": left_out_verdict(reading, cell.title, s > 0),
            }
            for s, reading in enumerate(readings)
        ],
        "cells": [{"name": cell.kind, "title": cell.title}],
        "theme": theme_message(),
    }
    return message(header, arrays)
