"""What the browser says of a number is what Python says of it, to the last digit."""

from __future__ import annotations

import json
import math
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from engine.record.numerals import numeral
from engine.sequences import symbols
from figures.words import number, power
from tests.engine.test_numerals import CLEAR, NONE, UNCLEAR
from tests.node import run
from tests.ui.spoken import COMPARED, IN_PYTHON, IN_THE_END, LOG10S, NUMBERS

ROOT = Path(__file__).parents[2]


def in_node(folder: Path, function: str, given: Any, module: str = "words") -> Any:
    """What a function of (a module of the kit, what is given) returns in node."""
    for path in (ROOT / "ui" / "kit" / "browser").glob("*.js"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    code = (
        f'import * as words from "./{module}.js";\nimport {{ readFileSync }} from "node:fs";\n'
        f"const asked = {function};\n"
        "console.log(JSON.stringify(asked(words, JSON.parse(readFileSync(0)))));\n"
    )
    return json.loads(run(code, folder, json.dumps(given)))


TEXTS = [
    "अनुच्छेद क्षि स्त्री",
    unicodedata.normalize("NFD", "한글 é"),
    "क्\u200cष 👨‍👩‍👧‍👦🇨🇭🇩🇪👍🏽 1️⃣",
    "a\r\nb\n🇨🇭",
]


def test_the_browser_cuts_a_text_into_the_symbols_of_python(tmp_path: Path) -> None:
    found = in_node(tmp_path, "({ graphemes }, texts) => texts.map(graphemes)", TEXTS)
    assert found == [list(symbols(text)) for text in TEXTS]


def test_words_are_shortened_between_symbols(tmp_path: Path) -> None:
    asked = "({ shortened }, [words, most]) => most.map((n) => shortened(words, n))"
    assert in_node(tmp_path, asked, ["अनुच्छेद", [9, 4, 3, 1, 0]]) == ["अनुच्छेद", "अनुच्छेद", "अनु…", "अ…", "अ…"]


def test_a_word_that_is_too_wide_for_a_picture_is_broken_between_symbols(tmp_path: Path) -> None:
    asked = "({ wrapped }, words) => wrapped([[[words, 'ink']]], 2, (line) => line.length / 11)"
    families = in_node(tmp_path, asked, "👨‍👩‍👧‍👦" * 5, "save")
    assert [row[0][0] for row in families] == ["👨‍👩‍👧‍👦" * 2, "👨‍👩‍👧‍👦" * 2, "👨‍👩‍👧‍👦"]
    assert in_node(tmp_path, asked.replace("2,", "0.5,"), "👨‍👩‍👧‍👦", "save") == [[["👨‍👩‍👧‍👦", "ink"]]]


def test_the_browser_reads_a_number_as_python_does(tmp_path: Path) -> None:
    words = [*CLEAR, *NONE, *UNCLEAR]
    asked = "({ numeral }, words) => words.map(numeral).map(({ value, unclear }) => [`${value}`, unclear])"
    for (digits, said), typed in zip(in_node(tmp_path, asked, words), words, strict=True):
        value, unclear = numeral(typed)
        assert float(digits) == pytest.approx(math.nan if value is None else value, nan_ok=True), typed
        assert said == unclear


def test_a_number_that_is_typed_wrong_gets_one_sentence(tmp_path: Path) -> None:
    asked = "({ readNumber }, words) => words.map((one) => readNumber(one, [0, 1], '“f”').complaint)"
    assert in_node(tmp_path, asked, ["½", "2", "", "0x1", "1,000"]) == [
        "",
        "“2” is out of range for “f”; 0 to 1 is accepted.",
        "“” is not a number for “f”; 0 to 1 is accepted.",
        "“0x1” is not a number for “f”; 0 to 1 is accepted.",
        "“1,000” may be 1 or 1000; write it without a comma.",
    ]


def test_all_digits_stand_beside_the_rounded_ones_where_they_are_more(tmp_path: Path) -> None:
    values = [0.4893, 0.5, 123456789.0, -1 / 3, 0.0, 1e-300, 0.6043677771171635]
    assert in_node(tmp_path, "({ sayInFull }, values) => values.map(sayInFull)", values) == [
        *("0.489 (0.4893)", "0.5", "1.23e8 (123457000)", "−0.333 (−0.333333)", "0", "1e-300", "0.604 (0.604368)"),
    ]


def test_a_probability_near_1_has_the_digits_that_its_logarithm_is_read_from(tmp_path: Path) -> None:
    values = [0.218, 0.999762, 0.95, 0.9994899999, 1.0, 1 - 2**-53, 0.0]
    said = in_node(tmp_path, "({ sayProbability }, values) => values.map(sayProbability)", values)
    assert said == ["0.218", "0.999762", "0.95", "0.99949", "1", "0.9999999999999999", "0"]


def test_node_says_every_number_as_python_does(tmp_path: Path) -> None:
    said = in_node(tmp_path, COMPARED, {"numbers": NUMBERS, "log10s": LOG10S})
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
