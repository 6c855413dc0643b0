"""The cliff's message: the error surface, both descents, and what a browser needs to go on by itself.

The browser computes descents by the engine's own operations in the engine's own order (`ui/cliff/descent.js`), so that
a drag is followed at frame rate; the message holds the engine's results for the view it opens with.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from engine.arrays import Array
from engine.studies.cliff.cliff import Surface, surface
from engine.studies.cliff.descent import Path
from engine.studies.cliff.study import DEFAULT, EDGES, KEYS, RANGES, WINDOW, CliffStudy
from figures.message import message
from figures.theme import theme_message

COLUMNS, ROWS = 360, 240  # points of the map; every one is run
SEEN, FOLLOWED, POINTS = ("error", "norm"), ("free", "clipped"), ("steepest", "drop")


@dataclass(frozen=True)
class Stand:
    """How the page stands; it changes no number."""

    presenter: bool = False
    turn: int = 0  # counts what the page's own buttons and links set: the browser then takes the drop as it is sent
    seen: str = "error"  # what the map's colours are, of SEEN
    follow: str = "free"  # the ball whose cause is shown, of FOLLOWED
    point: str = "steepest"  # where on its path, of POINTS
    update: int | None = None  # the update that is shown; None: the balls roll


def map_surface(drop: CliffStudy) -> Surface:
    """The surface at every point of the map, (ROWS, COLUMNS): b rising along the rows, w along the columns."""
    w_from, w_to, b_from, b_to = drop.window
    w, b = np.linspace(w_from, w_to, COLUMNS)[None, :], np.linspace(b_from, b_to, ROWS)[:, None]
    return surface(w, b, drop.steps, drop.target, drop.start)


def cliff_message(drop: CliffStudy, seen: Surface, paths: tuple[Path, Path], stand: Stand) -> bytes:
    """Header and arrays for the browser, which opens with `drop`.

    Arrays: ``error`` and ``log10_norm`` (ROWS, COLUMNS), float32, of the surface `seen` in the window of `drop`;
    ``free`` and ``clipped`` (4, n+1), float64: w, b, error and gradient norm of each descent from its start on.
    """
    header = {
        "drop": asdict(drop),
        "default": asdict(DEFAULT),
        "keys": {key: name for key, name in KEYS.items()},
        "ranges": RANGES,
        "edges": EDGES,
        "paper": WINDOW,
        "presenter": stand.presenter,
        "turn": stand.turn,
        "view": {"seen": stand.seen, "follow": stand.follow, "point": stand.point, "update": stand.update},
        "theme": theme_message(),
    }
    with np.errstate(divide="ignore"):
        log10_norm = np.log10(seen.steepness)  # a norm itself may be beyond float32
    arrays: dict[str, Array] = {
        "error": seen.error.astype(np.float32),
        "log10_norm": log10_norm.astype(np.float32),
        **{name: _rows(path) for name, path in zip(("free", "clipped"), paths, strict=True)},
    }
    return message(header, arrays)


def _rows(path: Path) -> Array:
    return np.stack([path.w, path.b, path.error, path.norm])
