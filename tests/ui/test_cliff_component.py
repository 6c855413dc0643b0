"""What the cliff's modules compute by themselves is the engine's, in node as in Chromium."""

from __future__ import annotations

from pathlib import Path

from tests.node import run
from tests.ui.descended import COMPARED, asked, assert_the_engines
from ui.kit.page import UI


def test_node_descends_as_the_engine_does(tmp_path: Path) -> None:
    for name in ("descent", "unit"):
        (tmp_path / f"{name}.mjs").write_bytes((UI / "cliff" / f"{name}.js").read_bytes())
    code = (
        'import * as descent from "./descent.mjs";\nimport * as unit from "./unit.mjs";\n'
        'import { readFileSync } from "node:fs";\n'
        f"const compare = {COMPARED};\n"
        "console.log(JSON.stringify(compare(descent, unit, JSON.parse(readFileSync(0)))));\n"
    )
    assert_the_engines(run(code, tmp_path, asked()))
