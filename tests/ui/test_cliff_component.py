"""The cliff's modules join into one; what they compute by themselves is the engine's, in node as in Chromium."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.ui.descended import COMPARED, asked, assert_the_engines
from tests.ui.test_component import check, top_level_names
from ui.cliff.bench import FOLDER, MODULES
from ui.component import joined

NODE = shutil.which("node")
with_node = pytest.mark.skipif(NODE is None, reason="node is not installed; the browser tests run the same modules")


def test_the_joined_modules_import_nothing_export_one_mount_and_name_nothing_twice() -> None:
    source = joined(FOLDER, MODULES)
    assert not re.findall(r"^\s*import\b", source, re.M)
    (export,) = re.findall(r"^export .*", source, re.M)
    assert export.startswith("export default function mount(")
    assert [name for name, count in Counter(top_level_names(source)).items() if count > 1] == []


@with_node
def test_the_joined_modules_parse(tmp_path: Path) -> None:
    check(joined(FOLDER, MODULES), tmp_path)


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
