"""What a visitor enters is read as the network reads it, or refused with one sentence that says what and where."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine import read_network
from engine.studies.own.entries import LONGEST, Accepts, NothingYetError, accepts, entered

FILES = Path(__file__).parents[2] / "golden" / "files"
LETTERS = Accepts(4, 4, True, ("h", "e", "l", "o"))
WORDS = Accepts(2, 4, True, ("<unk>", "good", "not", "bad"))
ONE_HOT = Accepts(4, 4, False, ("h", "e", "l", "o"))
NUMBERS = Accepts(2, 2, False)
ONE_NUMBER = Accepts(1, 0, False)


def test_letters_are_looked_up_and_lines_are_sequences_of_their_own_length() -> None:
    found = entered(LETTERS, "text", "hello\nhe")
    assert found.x[:, 0].tolist() == [0, 1, 2, 2, 3]
    assert found.lengths.tolist() == [5, 2]
    assert [one.tolist() for one in found.sequences] == [[0, 1, 2, 2, 3], [0, 1]]
    assert found.words[1] == ("h", "e")


def test_words_are_found_whatever_their_capitals_and_marks_and_others_are_unknown() -> None:
    assert entered(WORDS, "text", "Good, not  zebra!").x[:, 0].tolist() == [1, 2, 0]


def test_a_word_is_refused_by_name_where_the_vocabulary_has_none_for_unknown_ones() -> None:
    with pytest.raises(ValueError, match="“zebra” is not among the 3 symbols"):
        entered(Accepts(2, 3, True, ("good", "not", "bad")), "text", "good zebra")


def test_without_an_embedding_a_symbol_is_a_one_among_zeros() -> None:
    assert np.array_equal(entered(ONE_HOT, "text", "ho").x[:, 0], [[1, 0, 0, 0], [0, 0, 0, 1]])


def test_a_symbol_of_several_letters_goes_before_its_first_letter() -> None:
    assert entered(Accepts(2, 3, True, ("<", "a", "<a>")), "text", "<a><a").x[:, 0].tolist() == [2, 0, 1]


def test_where_a_line_break_is_a_symbol_an_empty_line_parts_sequences() -> None:
    found = entered(Accepts(2, 3, True, ("a", "b", "\n")), "text", "a\nb\n\nb")
    assert [one.tolist() for one in found.sequences] == [[0, 2, 1], [1]]


def test_without_a_vocabulary_large_embeddings_read_code_points() -> None:
    assert entered(Accepts(2, 256, True), "text", "aé").x[:, 0].tolist() == [97, 233]
    with pytest.raises(ValueError, match="code point 8,364"):
        entered(Accepts(2, 256, True), "text", "€")
    assert "text" not in Accepts(2, 100, True).ways


@pytest.mark.parametrize("words", ["0, 3 1", "[0 3 1]", "0;3;1"])
def test_token_numbers_are_read_however_they_are_parted(words: str) -> None:
    assert entered(LETTERS, "tokens", words).x[:, 0].tolist() == [0, 3, 1]


@pytest.mark.parametrize("word", ["4", "-1", "1.5", "x", "9" * 30])
def test_a_token_that_is_none_is_refused_by_name(word: str) -> None:
    with pytest.raises(ValueError, match="whole numbers from 0 to 3"):
        entered(LETTERS, "tokens", f"0 {word}")


@pytest.mark.parametrize("text", ["1,2\n3,4\n\n5,6", "a,b\n1,2\n3,4\n\n\n5;6", "1\t2\r\n3\t4\r\n\r\n5\t6"])
def test_rows_are_steps_and_empty_lines_part_sequences(text: str) -> None:
    found = entered(NUMBERS, "numbers", text)
    assert [one.tolist() for one in found.sequences] == [[[1, 2], [3, 4]], [[5, 6]]]


def test_decimal_commas_are_read_where_semicolons_part() -> None:
    assert entered(NUMBERS, "numbers", "0,5;1,5").sequences[0].tolist() == [[0.5, 1.5]]


def test_of_one_number_a_step_a_line_of_many_is_a_sequence() -> None:
    found = entered(ONE_NUMBER, "numbers", "1, 2, 3\n4, 5")
    assert [one[:, 0].tolist() for one in found.sequences] == [[1, 2, 3], [4, 5]]
    assert entered(ONE_NUMBER, "numbers", "1\n2\n3").sequences[0][:, 0].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,2\n3", "line 2 has 1 number, but the network reads 2 a step"),
        ("1,2\n3,x", "line 2: “x” is no number"),
        ("1,2\n3,nan", "line 2: “nan” is no number between"),
        ("1,2\n3,1e9", "line 2: “1e9” is no number between"),
    ],
)
def test_numbers_are_refused_with_their_line(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        entered(NUMBERS, "numbers", text)


@pytest.mark.parametrize(("taken", "reads"), [(LETTERS, "text"), (LETTERS, "tokens"), (NUMBERS, "numbers")])
def test_an_empty_entry_says_what_can_be_entered(taken: Accepts, reads: str) -> None:
    with pytest.raises(NothingYetError, match="Nothing is entered yet"):
        entered(taken, reads, " \n ")


def test_too_long_and_too_many_are_refused_with_their_numbers() -> None:
    with pytest.raises(ValueError, match="2,001 steps was entered, but at most 2,000"):
        entered(LETTERS, "text", "h" * (LONGEST + 1))
    with pytest.raises(ValueError, match="65 sequences were entered, but at most 64"):
        entered(LETTERS, "text", "h\n" * 65)


def test_what_a_network_cannot_read_is_told_with_what_it_can() -> None:
    with pytest.raises(ValueError, match="2 numbers a step; token numbers, numbers, CSV or a random sequence"):
        entered(NUMBERS, "text", "hello")


def test_a_drawn_sequence_is_the_same_under_a_seed_and_says_so() -> None:
    one, again, other = (entered(NUMBERS, "random", "", 9, seed) for seed in (3, 3, 4))
    assert one.x.shape == (9, 1, 2)
    assert np.array_equal(one.x, again.x)
    assert not np.array_equal(one.x, other.x)
    assert "seed 3" in one.said


def test_what_a_file_reads_is_told_by_its_network_and_vocabulary() -> None:
    language, numbers = (read_network(FILES / name) for name in ("language.pt", "legacy.pth"))
    assert accepts(language).ways == ("tokens", "random")
    assert accepts(language, tuple("abcdef")).ways == ("text", "tokens", "random")
    assert accepts(numbers).ways == ("tokens", "numbers", "random")
    assert accepts(language, tuple("abcdefg")).ways == ("tokens", "random")  # more than it has
