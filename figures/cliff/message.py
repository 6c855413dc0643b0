"""The cliff's message: the error surface, both descents, and what a browser needs to go on by itself.

The browser computes descents by the engine's own operations in the engine's own order (`ui/cliff/descent.js`), so that
a drag is followed at frame rate; the message holds the engine's results for the study it opens with.
"""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from engine.arrays import Array
from engine.kept import kept
from engine.studies.cliff.cliff import Surface, surface
from engine.studies.cliff.descent import Path
from engine.studies.cliff.study import EDGES, WINDOW, CliffStudy
from figures.message import Shades, message
from figures.theme import theme_message

NORMS = (-3.0, 2.0)  # decades of the gradient's norm that colours tell apart; as in ui/cliff/scene.js
COLUMNS, ROWS = 324, 216  # points of the map; every one is run, and what a telephone waits for on a slow net
KEPT = 12_000_000  # bytes of surfaces, of 1.1 MB each: a drag of the ball changes none


def answer(study: CliffStudy) -> bytes:
    """What the page The cliff is answered."""
    return cliff_message(study, _kept_surface(study.steps, study.target, study.start, study.window), study.paths())


@kept(KEPT)
def _kept_surface(steps: int, target: float, start: float, window: tuple[float, float, float, float]) -> Surface:
    return map_surface(CliffStudy(steps=steps, target=target, start=start, window=window))


def map_surface(drop: CliffStudy) -> Surface:
    """The surface at every point of the map, (ROWS, COLUMNS): b rising along the rows, w along the columns."""
    w_from, w_to, b_from, b_to = drop.window
    w, b = np.linspace(w_from, w_to, COLUMNS)[None, :], np.linspace(b_from, b_to, ROWS)[:, None]
    return surface(w, b, drop.steps, drop.target, drop.start)


def cliff_message(drop: CliffStudy, seen: Surface, paths: tuple[Path, Path]) -> bytes:
    """Header and arrays for the browser, which opens with `drop`.

    Arrays: ``error`` and ``log10_norm`` (ROWS, COLUMNS), as shades, of the surface `seen` in the window of `drop`;
    ``free`` and ``clipped`` (4, n+1), float64: w, b, error and gradient norm of each descent from its start on.
    """
    header = {
        "drop": asdict(drop),
        "default": asdict(CliffStudy()),
        "keys": dict(CliffStudy.keys()),
        "ranges": CliffStudy.ends(),
        "edges": EDGES,
        "paper": WINDOW,
        "sure": [path.sure for path in paths],
        "theme": theme_message(),
    }
    with np.errstate(divide="ignore"):
        log10_norm = np.log10(seen.steepness)
    arrays: dict[str, Array | Shades] = {
        "error": Shades(seen.error, 0.0, max(drop.target, 1.0 - drop.target) ** 2),  # as sigmoid(x_T) is 0 to 1
        "log10_norm": Shades(log10_norm, *NORMS),
        **{name: _rows(path) for name, path in zip(("free", "clipped"), paths, strict=True)},
    }
    return message(header, arrays)


def _rows(path: Path) -> Array:
    return np.stack([path.w, path.b, path.error, path.norm])
