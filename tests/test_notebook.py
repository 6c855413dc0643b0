"""The example notebook runs from its first cell to its last, and prints what it has kept."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "look.ipynb"


def test_every_cell_prints_what_the_notebook_has_kept() -> None:
    names: dict[str, object] = {}
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert len(code) > 5
    for cell in code:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec("".join(cell["source"]), names)
        assert said.getvalue() == "".join(text for output in cell["outputs"] for text in output["text"])
