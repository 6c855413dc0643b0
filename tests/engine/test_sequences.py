"""Input sequences: what a reader calls a character, and what is to be predicted."""

from __future__ import annotations

import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.sequences import (
    RANDOM_INPUTS,
    RANDOM_OUTPUTS,
    SINE_PERIOD,
    impulse,
    number_sequence,
    random_sequence,
    read_symbols,
    sine,
    symbols,
    text_sequence,
    vocabulary_of,
    zeros,
)


@pytest.mark.parametrize(
    "symbol",
    [
        pytest.param("e\u0301", id="letter with a combining accent"),
        pytest.param("a\u0308\u0323", id="letter with two combining marks"),
        pytest.param("कि", id="letter with a spacing vowel sign"),
        pytest.param("ก\u0e33"[:1] + "\u0e31", id="Thai letter with a vowel above"),
        pytest.param("👨‍👩‍👧‍👦", id="family joined by zero-width joiners"),
        pytest.param("🏳️‍🌈", id="rainbow flag"),
        pytest.param("👍🏽", id="skin tone"),
        pytest.param("👩🏿‍🔬", id="skin tone inside a joined emoji"),
        pytest.param("🇨🇭", id="flag of two regional letters"),
        pytest.param("🏴󠁧󠁢󠁳󠁣󠁴󠁿", id="flag of Scotland, by tags"),
        pytest.param("❤️", id="variation selector"),
        pytest.param("1️⃣", id="keycap"),
        pytest.param("क्षि", id="consonants joined by a virama, with a vowel sign"),
        pytest.param("ক্ষ", id="the same in Bengali"),
        pytest.param("स्त्री", id="three consonants joined"),
        pytest.param("\u1112\u1161\u11ab", id="a Korean syllable in its parts"),
        pytest.param("\r\n", id="the end of a line"),
        pytest.param("नी\u200c", id="a letter and what keeps it from joining the next"),
    ],
)
def test_what_a_reader_sees_as_one_character_is_one_symbol(symbol: str) -> None:
    assert symbols(symbol) == (symbol,)
    assert symbols(f"a{symbol}b") == ("a", symbol, "b")
    assert symbols(symbol * 3) == (symbol,) * 3


def test_a_word_of_an_indic_script_has_as_many_symbols_as_a_reader_says() -> None:
    assert symbols("अनुच्छेद") == ("अ", "नु", "च्छे", "द")


def test_what_keeps_two_letters_apart_goes_with_the_one_before() -> None:
    assert symbols("क्\u200cष") == ("क्\u200c", "ष")
    assert symbols("می\u200cخ") == ("م", "ی\u200c", "خ")


def test_a_syllable_in_its_parts_is_as_one_that_is_composed() -> None:
    assert len(symbols(unicodedata.normalize("NFD", "한글"))) == len(symbols("한글")) == 2


def test_a_flag_that_begins_a_line_stays_whole() -> None:
    assert symbols("a\n🇨🇭\r\n🇩🇪") == ("a", "\n", "🇨🇭", "\r\n", "🇩🇪")


def test_plain_text_is_read_without_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "regex", None)
    assert symbols("hello\n") == tuple("hello\n")
    with pytest.raises(ImportError, match="regex"):
        symbols("é")


def test_two_flags_in_a_row_are_two_symbols() -> None:
    assert symbols("🇨🇭🇩🇪🇫") == ("🇨🇭", "🇩🇪", "🇫")


def test_a_composed_and_a_decomposed_letter_are_one_symbol_each() -> None:
    assert len(symbols("\u00e9")) == len(symbols("e\u0301")) == 1


def test_plain_text_has_one_symbol_per_character() -> None:
    assert symbols('a "b" <c>\n&') == tuple('a "b" <c>\n&')
    assert symbols("שלום") == tuple("שלום")
    assert symbols("") == ()


def test_a_mark_with_nothing_before_it_stands_alone() -> None:
    assert symbols("\u0301a") == ("\u0301", "a")


@given(st.text())
@example("\u200d")
@example("\u200d\u200d\u0301🏽")
def test_symbols_put_together_are_the_text_again(text: str) -> None:
    found = symbols(text)
    assert "".join(found) == text
    assert all(found)


@given(st.text(min_size=1))
def test_cutting_after_whole_symbols_keeps_them_as_they_are(text: str) -> None:
    found = symbols(text)
    for n in range(len(found) + 1):
        assert symbols("".join(found[:n])) == found[:n]


def test_each_step_of_a_text_predicts_the_next_symbol() -> None:
    sequence = text_sequence("hello")
    assert sequence.vocabulary == ("e", "h", "l", "o")
    assert sequence.labels == ("h", "e", "l", "l")
    assert sequence.x.shape == (4, 1, 4)
    assert [sequence.vocabulary[k] for k in sequence.x[:, 0].argmax(axis=1)] == list("hell")
    assert [sequence.vocabulary[k] for k in sequence.classes[:, 0]] == list("ello")


@given(st.text(min_size=3, max_size=40).filter(lambda text: len(symbols(text)) >= 3))
def test_a_texts_targets_are_its_inputs_one_step_later(text: str) -> None:
    sequence = text_sequence(text)
    read = read_symbols(text)
    assert len(sequence.labels) == len(sequence.x) == len(read) - 1
    assert np.array_equal(sequence.x.sum(axis=2), np.ones((len(read) - 1, 1)))
    assert np.array_equal(sequence.x[1:], sequence.targets[:-1])
    assert np.array_equal(sequence.targets.argmax(axis=2), sequence.classes)
    assert tuple(sequence.vocabulary[k] for k in sequence.classes[:, 0]) == read[1:]
    assert sequence.outputs == len(sequence.vocabulary) == len(set(read))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("No, the phone is GOOD!", ("no", "the", "phone", "is", "good")),
        ("(how) are “you”?", ("how", "are", "you")),
        ("hulk's e-mail: -2 5% C#", ("hulk's", "e-mail", "-2", "5%", "c#")),
        ("yes — 😀! ...", ("yes", "—", "😀", "...")),
        ("e\u0301te\u0301 \u00e9t\u00e9", ("\u00e9t\u00e9",) * 2),
    ],
)
def test_a_word_is_read_without_capitals_and_the_marks_at_its_ends(text: str, words: tuple[str, ...]) -> None:
    assert read_symbols(text, "word") == words


def test_characters_are_read_as_they_are_written() -> None:
    assert read_symbols("No, e\u0301") == ("N", "o", ",", " ", "\u00e9")


@given(
    st.lists(st.sampled_from("abcde"), min_size=2).flatmap(lambda read: st.tuples(st.just(read), st.permutations(read)))
)
def test_the_places_of_symbols_do_not_depend_on_their_order(both: tuple[list[str], list[str]]) -> None:
    one, other = both
    assert vocabulary_of(tuple(one)) == vocabulary_of(tuple(other)) == tuple(sorted(set(one)))


def test_a_text_of_one_repeated_symbol_has_a_vocabulary_of_one() -> None:
    sequence = text_sequence("aaa")
    assert (sequence.outputs, sequence.x.shape) == (1, (2, 1, 1))


def test_own_numbers_enter_unchanged_and_are_their_own_labels() -> None:
    sequence = number_sequence(np.array([1.0, -0.5, 1234.5]), seed=1)
    assert np.array_equal(sequence.x[:, 0, 0], [1.0, -0.5, 1234.5])
    assert sequence.labels == ("1", "-0.5", "1230")
    assert sequence.targets.shape == (3, 1, RANDOM_OUTPUTS)


def test_the_random_input_is_standard_normal_and_decided_by_the_seed() -> None:
    x = random_sequence(4000, seed=3).x
    assert x.shape == (4000, 1, RANDOM_INPUTS)
    assert abs(x.mean()) < 0.02
    assert x.std() == pytest.approx(1.0, abs=0.02)
    assert np.array_equal(x, random_sequence(4000, seed=3).x)
    assert not np.array_equal(x, random_sequence(4000, seed=4).x)


def test_drawn_classes_are_among_the_outputs() -> None:
    classes = random_sequence(500, seed=0).classes
    assert set(classes.ravel()) == set(range(RANDOM_OUTPUTS))


def test_the_named_inputs_are_what_they_are_called() -> None:
    assert not zeros(7).any()
    assert np.array_equal(impulse(4), [1.0, 0.0, 0.0, 0.0])
    wave = sine(2 * SINE_PERIOD)
    np.testing.assert_allclose(wave[:SINE_PERIOD], wave[SINE_PERIOD:], atol=1e-12)
    assert wave.max() == pytest.approx(1.0, abs=0.01)
