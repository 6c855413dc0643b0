"""What would take too much together is said, and the nearest record that does not is offered."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.record import Bound, Record, TooLargeError
from engine.studies.cell.study import CellStudy
from engine.studies.unroll.study import UnrollStudy
from engine.studies.vanish.study import MOST_WORK, VanishStudy, work
from figures.cell.message import answer as cell_answer
from figures.unroll.answer import answer as unroll_answer

SYMBOLS = "".join(map(chr, range(0x4E00, 0x4E00 + 1_001)))  # all different
MOST_BYTES = 12_000_000  # of one message
UNROLL: dict[str, str] = {"example": "text", "by": "word", "text": " ".join(SYMBOLS[:1_000]), "layers": "3", "H": "64"}
SECOND = " ".join(map(chr, range(0xAC00, 0xAC00 + 1_000)))  # and other ones
CELL = {"text": SYMBOLS, "H": "32", "at": "every"}
VANISH = {"input": "text", "text": SYMBOLS, "H": "128"}


def bound_of(record: Record) -> Bound:
    assert record.bound is not None
    return record.bound


@pytest.mark.parametrize("cell", ["leaky", "peephole"])
@pytest.mark.parametrize(
    ("kind", "query", "answer"),
    [
        (UnrollStudy, {**UNROLL, "wiring": "delayed"}, unroll_answer),
        (UnrollStudy, {**UNROLL, "both": "1"}, unroll_answer),
        (UnrollStudy, {**UNROLL, "wiring": "delayed", "second": SECOND}, unroll_answer),
        (CellStudy, CELL, cell_answer),
        (CellStudy, {"input": "random", "T": "1000", "H": "32"}, cell_answer),
    ],
)
def test_the_largest_link_is_answered_by_the_nearest_that_is_not_too_large(
    cell: str, kind: type[Record], query: dict[str, str], answer: Callable[[Any], bytes]
) -> None:
    record, said = kind.from_query({**query, "cell": cell})
    assert bound_of(record).size(record) <= bound_of(record).most
    assert len(said) <= 1
    assert kind.from_query(record.to_query()) == (record, [])
    assert len(answer(record)) < MOST_BYTES
    for sentence in said:
        key, _, rest = sentence.partition(": ")
        assert key in ("H", "text")
        assert " million numbers to show, but at most 2.5 million are accepted; " in rest
        assert re.search(
            r"; (\d+ is used|the first \d+ \w+ are used)(, with the first \d+ words of second)?\.$", sentence
        )


def test_what_gives_way_gives_way_no_further_than_it_must() -> None:
    study, (said,) = VanishStudy.from_query(VANISH)
    assert (
        said == "H: 128 would take 145 million products at each gate, but at most 25 million are accepted; 24 is used."
    )
    assert work(study) <= MOST_WORK < work_of(study, hidden=study.hidden + 1)
    with pytest.raises(TooLargeError, match=r"^H: 25 would take 25\.6 million products at each gate, but at most"):
        replace(study, hidden=study.hidden + 1)


def work_of(study: VanishStudy, hidden: int) -> int:
    T, D = study.sizes
    return T * hidden * (hidden + D)


def test_a_text_is_cut_only_where_fewer_units_do_not_help() -> None:
    study, (said,) = CellStudy.from_query(CELL)
    assert study.hidden == 32
    assert study.text == SYMBOLS[: len(study.text)]
    assert said.startswith("text: 1,001 characters would take ")
    assert said.endswith(f"; the first {len(study.text)} characters are used.")
    ordinary, said_nothing = CellStudy.from_query({**CELL, "text": "the quick brown fox " * 50})
    assert (len(ordinary.text), ordinary.hidden, said_nothing) == (1_000, 32, [])


def test_the_sizes_of_a_sequence_are_known_without_making_it() -> None:
    for inputs in ("random", "zeros", "text", "numbers"):
        study = VanishStudy(inputs=inputs, text="hello, hello", steps=9)
        T, _, D = study.sequence().x.shape
        assert study.sizes == (T, D)


@pytest.mark.parametrize(
    ("start", "name", "value", "used"),
    [
        (VanishStudy(inputs="text", text=SYMBOLS, hidden=20), "hidden", 128, {"hidden": 24}),
        (VanishStudy(hidden=128, inputs="text"), "text", SYMBOLS, {"text": SYMBOLS, "hidden": 24}),
        (VanishStudy(hidden=128, text=SYMBOLS[:900]), "inputs", "text", {"inputs": "text", "hidden": 29}),
    ],
)
def test_a_change_that_would_take_too_much_makes_the_nearest_that_does_not(
    start: VanishStudy, name: str, value: Any, used: dict[str, Any]
) -> None:
    with pytest.raises(TooLargeError):
        start.changed(name, value)
    after, said = start.nearest(name, value)
    assert after == replace(start, **used)
    assert said.startswith("H: ")
    assert start.nearest("seed", 8) == (replace(start, seed=8), "")
