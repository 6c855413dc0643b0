"""A vocabulary is read in whatever form tokenisers write it, or refused with a sentence."""

from __future__ import annotations

import json

import pytest

from engine.studies.own.vocabulary import read_vocabulary


@pytest.mark.parametrize(
    "held",
    [
        ["a", "b", "c"],
        {"a": 0, "c": 2, "b": 1},
        {"0": "a", "1": "b", "2": "c"},
        {"version": "1.0", "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "c": 2}}},
        {"stoi": {"a": 0, "b": 1, "c": 2}},
    ],
)
def test_json_is_read_in_every_usual_form(held: object) -> None:
    assert read_vocabulary(json.dumps(held).encode()) == ("a", "b", "c")


def test_a_text_has_a_symbol_a_line_and_an_empty_line_is_a_line_break() -> None:
    assert read_vocabulary("\ufeffa\r\nb\r\n\r\nc\r\n".encode()) == ("a", "b", "\n", "c")


def test_numbers_that_are_left_out_have_no_symbol() -> None:
    assert read_vocabulary(b'{"a": 1, "b": 3}') == ("", "a", "", "b")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff\xfe\x00", "byte 1 is no text in UTF-8"),
        (b"[1, 2]", "more than texts"),
        (b"{}", "says no symbols"),
        (b'{"a": {"b": "c"}}', "says no symbols"),
        (b"[" * 100_000, "nested too deeply|cannot be read"),
        (b'{"a": 0', "cannot be read"),
        (b'{"a": 0, "b": 900000}', "from 0 to 900000 for 2 symbols"),
        (b'{"a": -1, "b": 0}', "its numbers go from"),
        (b"alone", "a single line"),
        (json.dumps(["x" * 201]).encode(), "too long for a symbol"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_vocabulary(data)
