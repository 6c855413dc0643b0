"""The cliff's modules join into one; what they compute by themselves is the engine's, in node as in Chromium."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.ui.descended import COMPARED, asked, assert_the_engines
from ui.cliff.mount import FOLDER

NODE = shutil.which("node")
with_node = pytest.mark.skipif(NODE is None, reason="node is not installed; the browser tests run the same modules")


@with_node
def test_node_descends_as_the_engine_does(tmp_path: Path) -> None:
    for name in ("descent", "unit"):
        (tmp_path / f"{name}.mjs").write_bytes((FOLDER / f"{name}.js").read_bytes())
    (tmp_path / "run.mjs").write_text(
        'import * as descent from "./descent.mjs";\nimport * as unit from "./unit.mjs";\n'
        'import { readFileSync } from "node:fs";\n'
        f"const compare = {COMPARED};\n"
        "console.log(JSON.stringify(compare(descent, unit, JSON.parse(readFileSync(0)))));\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [str(NODE), str(tmp_path / "run.mjs")], input=asked(), capture_output=True, text=True, check=True
    )
    assert_the_engines(done.stdout)
