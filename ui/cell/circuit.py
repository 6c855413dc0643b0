"""The circuit on a page: one component that holds the drawing, the highway, the gates and the example by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.gradients.backward import Gradients
from engine.studies.cell.study import CellStudy
from figures.cell.message import View, cell_message
from ui.kit.publish import component

FOLDER = Path(__file__).parent


def _mount() -> Callable[..., Any]:
    return component(
        "inside_the_cell",
        FOLDER / "inside.js",
        (FOLDER / "cell.css").read_text(encoding="utf-8"),
    )


_CIRCUIT = _mount()


@lru_cache(maxsize=16)
def _run(study: CellStudy) -> Gradients:
    """The run of a study, kept for every visitor who asks the same; at most 10 MB each."""
    return study.run()


def show_circuit(study: CellStudy, view: View) -> None:
    """Draw the circuit and everything under it."""
    _CIRCUIT(key="circuit", data=cell_message(study, _run(study), view))
