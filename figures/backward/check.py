"""The message of one nudged weight: finite differences beside the backpropagated gradient."""

from __future__ import annotations

import numpy as np

from engine.cells import Cell
from engine.studies.backward.nudge import Nudge
from figures.backward.words import check_verdict
from figures.message import message
from figures.theme import theme_message


def check_message(cell: Cell, found: Nudge) -> bytes:
    """Finite differences beside the gradient. Arrays, (n,): ``sizes``, ``difference``, ``error``, ``relative``,
    ``up``, ``down``; ``exact`` (2,) the weight and its gradient."""
    arrays = {
        "sizes": np.array(found.sizes),
        "difference": found.difference,
        "error": found.error,
        "relative": found.relative,
        "up": found.up,
        "down": found.down,
        "exact": np.array([found.weight, found.gradient]),
    }
    header = {
        "kind": "check",
        "cell": cell.kind,
        "title": cell.title,
        "weight": list(found.place),
        "vector": found.place[0] not in ("U", "W", "V"),
        "said": check_verdict(found),
        "theme": theme_message(),
    }
    return message(header, arrays)
