"""The renderer inside a cell knows no kind of cell."""

from __future__ import annotations

import re

from engine.activations import ACTIVATIONS as FUNCTIONS
from engine.cells import CELLS
from ui.kit.page import UI


def test_the_renderer_knows_no_kind_of_cell() -> None:
    """A new cell costs one layout: nothing that draws, plays or explains a circuit names a cell."""
    for path in (UI / "cell").glob("*.js"):
        source = path.read_text(encoding="utf-8").lower()
        for cell in CELLS.values():
            if cell.name not in FUNCTIONS:
                assert not re.search(rf"\b{re.escape(cell.name)}\b", source), f"{path.name} names {cell.name}"
