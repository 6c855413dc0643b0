"""What the browser says of a number is what Python says of it, to the last digit."""

from __future__ import annotations

import json
from pathlib import Path

from figures.words import number, power
from tests.node import run
from tests.ui.spoken import COMPARED, IN_PYTHON, IN_THE_END, LOG10S, NUMBERS

ROOT = Path(__file__).parents[2]


def test_node_says_every_number_as_python_does(tmp_path: Path) -> None:
    (tmp_path / "words.mjs").write_bytes((ROOT / "ui" / "kit" / "browser" / "words.js").read_bytes())
    code = (
        'import * as words from "./words.mjs";\nimport { readFileSync } from "node:fs";\n'
        f"const compare = {COMPARED};\n"
        "console.log(JSON.stringify(compare(words, JSON.parse(readFileSync(0)))));\n"
    )
    said = json.loads(run(code, tmp_path, json.dumps({"numbers": NUMBERS, "log10s": LOG10S})))
    assert [
        (v, *pair) for v, *pair in zip(NUMBERS, said["numbers"], IN_PYTHON["numbers"], strict=True) if len({*pair}) > 1
    ] == []
    assert [
        (v, *pair) for v, *pair in zip(LOG10S, said["powers"], IN_PYTHON["powers"], strict=True) if len({*pair}) > 1
    ] == []
    assert said["ends"] == IN_THE_END


def test_the_ends_are_what_python_says() -> None:
    ends = [float("nan"), float("inf"), -float("inf")]
    assert [[number(value), power(value)] for value in ends] == IN_THE_END
