"""A study of one cell: its record, what its presets do to a memory, and its link."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cells import CELLS
from engine.record.reading import read_numbers, read_text
from engine.sequences import symbols
from engine.studies.cell.study import BIASED, NUMBERS, SYMBOLS, CellStudy
from engine.studies.inputs import LARGEST_NUMBER

RANGES = CellStudy.ends()

WIDE = "<script>alert(1)</script> & \"quotes\" 'too' 👨‍👩‍👧‍👦 e\u0301 שלום"


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_runs_and_its_gates_carry_the_biases(cell: str) -> None:
    study = replace(CellStudy(cell=cell), **{f"{gate}_bias": k + 0.25 for k, gate in enumerate(BIASED)})
    p = study.parameters()
    for k, gate in enumerate(BIASED):
        if gate in CELLS[cell].gates:
            assert (p.b[CELLS[cell].rows(gate, study.hidden)] == k + 0.25).all()
            assert study.biases[gate] == k + 0.25
    gradients = study.run()
    assert gradients.trace.steps == len(symbols(study.text)) - 1
    assert np.isfinite(gradients.dh).all()


def test_an_update_gate_held_at_one_copies_the_state_to_the_end() -> None:
    trace = CellStudy(cell="gru", update_bias=30.0, start="drawn").run().trace
    assert np.abs(trace.h[0]).max() > 0.1
    np.testing.assert_allclose(trace.h[-1], trace.h[0], rtol=0, atol=1e-11)


def test_a_forget_gate_held_open_keeps_and_one_held_shut_drops_what_was_there() -> None:
    kept = CellStudy(forget_bias=30.0, input_bias=-30.0, start="drawn").run().trace
    assert kept.c is not None
    np.testing.assert_allclose(kept.c[-1], kept.c[0], rtol=0, atol=1e-11)
    dropped = CellStudy(forget_bias=-30.0, start="drawn").run().trace
    assert dropped.c is not None
    written = dropped.gates["input"] * dropped.gates["candidate"]
    np.testing.assert_allclose(dropped.c[1:], written, rtol=0, atol=1e-11)


def test_a_start_of_zeros_is_zero_and_a_drawn_one_depends_on_the_seed() -> None:
    assert not CellStudy().run().trace.h[0].any()
    one, other = (CellStudy(start="drawn", seed=seed).first_state().h for seed in (1, 2))
    assert (one != other).all()
    np.testing.assert_array_equal(one, CellStudy(start="drawn", seed=1).first_state().h)


def test_words_are_read_as_words() -> None:
    sequence = CellStudy(text="movie was not good", unit="word").sequence()
    assert sequence.labels == ("movie", "was", "not")
    assert sequence.vocabulary == ("good", "movie", "not", "was")
    np.testing.assert_array_equal(sequence.x[:, 0], np.eye(4)[[1, 3, 2]])
    np.testing.assert_array_equal(sequence.classes[:, 0], [3, 2, 0])


@pytest.mark.parametrize(
    "wrong",
    [
        {"cell": "no"}, {"hidden": 0}, {"hidden": 33}, {"forget_bias": 31.0}, {"text": "x"},
        {"text": "x" * (SYMBOLS[1] + 1)},
        {"unit": "word", "text": "one"}, {"numbers": (1.0,)}, {"numbers": (1.0, float("nan"))}, {"start": "warm"},
        {"loss": "none"}, {"at": "first"}, {"leak": 1.5}, {"seed": -1}, {"inputs": "noise"}, {"steps": 1},
    ],
)  # fmt: skip
def test_a_field_out_of_range_says_what_came_and_what_is_accepted(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"must be|are accepted|there are"):
        CellStudy(**wrong)  # type: ignore[arg-type]


def _numbers(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False)


STUDIES = st.builds(
    CellStudy,
    cell=st.sampled_from(list(CELLS)),
    hidden=st.integers(1, 32),
    inputs=st.sampled_from(["random", "zeros", "impulse", "sine", "text", "numbers"]),
    unit=st.sampled_from(["character", "word"]),
    text=st.sampled_from(["hello hello", "they are happy", WIDE, "a b"]),
    numbers=st.lists(_numbers(-1e6, 1e6), min_size=2, max_size=9).map(tuple),
    steps=st.integers(2, 200),
    **{f"{gate}_bias": _numbers(*RANGES[f"{gate}_bias"]) for gate in BIASED},
    leak=_numbers(0.0, 1.0),
    start=st.sampled_from(["zeros", "drawn"]),
    loss=st.sampled_from(["cross-entropy", "probe"]),
    at=st.sampled_from(["last", "every"]),
    seed=st.integers(0, 999_999),
)


@given(STUDIES)
def test_a_link_brings_the_same_study_back(study: CellStudy) -> None:
    there = urlencode(study.to_query())
    back, complaints = CellStudy.from_query(dict(parse_qsl(there, keep_blank_values=True)))
    assert back == study
    assert complaints == []


def test_the_default_study_has_a_plain_address() -> None:
    assert CellStudy().to_query() == {}
    assert CellStudy.from_query({"present": "1", "step": "3"}) == (CellStudy(), [])


KEYS = ("cell", "H", "input", "by", "text", "numbers", "T", "forget_bias", "leak", "start", "loss", "at", "seed")


@given(st.dictionaries(st.sampled_from(KEYS), st.text() | st.sampled_from(["nan", "inf", "-1", "1e999", "", "gru"])))
def test_whatever_stands_in_a_link_a_study_comes_out(query: dict[str, str]) -> None:
    study, complaints = CellStudy.from_query(query)
    assert isinstance(study, CellStudy)
    for sentence in complaints:
        assert sentence.split(":")[0] in query
        assert sentence.endswith(".")


def test_a_text_that_is_too_short_or_too_long_gets_a_sentence() -> None:
    assert read_text("x", SYMBOLS, "character")[0] is None
    assert read_text("one", SYMBOLS, "word")[0] is None
    cut, said = read_text("x" * 2000, SYMBOLS, "character")
    assert cut is not None and len(cut) == SYMBOLS[1]
    assert "the first 1,001 are used" in said
    assert read_text(WIDE, SYMBOLS, "character") == (WIDE, "")


@pytest.mark.parametrize("words", ["1, x", "1", "1 2 nan", "1 1e9", ""])
def test_numbers_that_cannot_be_read_are_named(words: str) -> None:
    values, said = read_numbers(words, NUMBERS, LARGEST_NUMBER)
    assert values is None
    assert said.endswith(".")
