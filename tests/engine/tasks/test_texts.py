"""Next character and next word: how texts are read, what is held out, what the corpus teaches."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.tasks import task
from engine.tasks.symbols import MOST, RARE, characters, sentences

ENGLISH = "the rain in spain stays mainly in the plain, or so they say. " * 20


def follows(name: str, beginning: str) -> dict[str, int]:
    """How often each word comes behind a beginning, in all windows of the usual task."""
    usual = task(name)
    entered, wanted, _ = usual.words(usual.evaluation(0, len(usual.codes.sizes)))  # type: ignore[attr-defined]
    words = tuple(beginning.split())
    found = [ys[len(words) - 1] for xs, ys in zip(entered, wanted, strict=True) if xs[: len(words)] == words]
    return {word: found.count(word) for word in found}


def test_hello_is_four_steps_in_the_lecture_s_order() -> None:
    hello = task("character")
    assert hello.input_names == ("h", "e", "l", "o")
    assert hello.words(hello.shown())[:2] == ((("h", "e", "l", "l"),), (("e", "l", "l", "o"),))
    assert hello.speaks and hello.understood == ""


def test_an_untrained_network_starts_at_ln_v_a_character() -> None:
    text = task("character", 25, ENGLISH)
    assert 25 * text.start == pytest.approx(25 * np.log(len(set(ENGLISH))))


def test_the_corpus_goes_on_as_the_lectures_do() -> None:
    after = follows("word", "it would mean the")
    assert sorted(after, key=after.__getitem__, reverse=True) == ["world", "same", "most"]
    assert len(set(after.values())) == 3
    for beginning in ("not interested at", "we are not interested at", "i am not interested at"):
        assert set(follows("word", beginning)) == {"this"}
        assert set(follows("word", f"{beginning} this")) == {"time"}


def test_the_least_loss_of_a_corpus_is_that_of_its_own_shares() -> None:
    word = task("word")
    assert 0.0 < word.least < word.goal.threshold < word.chance.loss  # type: ignore[attr-defined]
    assert follows("word", "the stars") == {"are": 1}


def test_windows_hold_what_stands_in_the_text_and_the_end_is_held_out() -> None:
    text = task("character", 25, ENGLISH)
    learned, asked = ("".join(ENGLISH[: len(ENGLISH) * 9 // 10]), ENGLISH[-len(ENGLISH) // 10 :])
    for where, batch in ((learned, text.batch(np.random.default_rng(0), 50)), (asked, text.evaluation(0, 50))):
        for entered, wanted, _ in zip(*text.words(batch)[:2], range(50), strict=True):
            assert "".join(entered) + wanted[-1] in where
            assert entered[1:] == wanted[:-1]
    assert "1,220 characters, 16 different. The last tenth of the text is held out" in text.understood


def test_sentences_end_at_marks_and_words_lose_theirs() -> None:
    codes = sentences("No, the phone is good! It costs 3.50 today.\n\nWhy?\nFive\n")
    read = [codes.vocabulary[code] for code in codes.values]
    assert " ".join(read) == "no the phone is good . it costs 3.50 today . why . five ."
    assert codes.sizes.tolist() == [6, 5, 2, 2]


def test_lines_are_sentences_where_no_mark_is() -> None:
    assert sentences("one two\nthree four five\n").sizes.tolist() == [3, 4]
    assert sentences("क्या हाल है।  यह घर है।").sizes.tolist() == [4, 4]


def test_characters_are_what_a_reader_calls_so() -> None:
    codes = characters("कि कि\r\n")
    assert codes.vocabulary == ("कि", " ", "\n") and codes.values.tolist() == [0, 1, 0, 2]


def test_the_rarest_of_very_many_symbols_share_a_place_and_that_is_said() -> None:
    words = [f"w{k}" for k in range(2 * MOST)]
    text = " ".join([*words, *words[:500]]) + "."
    codes = sentences(text)
    assert len(codes.vocabulary) == MOST and codes.vocabulary[-1] == RARE
    assert {f"w{k}" for k in range(500)} <= set(codes.vocabulary)
    read = [codes.vocabulary[code] for code in codes.values]
    assert all(found in (word, RARE) for found, word in zip(read, [*words, *words[:500], "."], strict=True))
    assert f"The {2 * MOST - MOST + 2:,} rarest of them are read as one, <rare>." in task("word", 12, text).understood


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("character", "ab", "the text has 2 characters, but at least 3 are needed"),
        ("character", "baaaa", "all characters of the text behind the first are the same: there is nothing to learn"),
        ("word", "...", "the text has 0 words and ends of sentences, but at least 3 are needed"),
        ("word", " \n ", "the text has 0 words"),
        ("word", "Hello.", "the text has 2 words"),
        ("character", "ab" * 10_000_001, "the text has 20 MB, but at most 20 MB are accepted"),
    ],
)
def test_a_text_that_teaches_nothing_is_refused(name: str, text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(complaint)):
        task(name, text=text)


@pytest.mark.parametrize(
    "text", ["abba", "<b>&amp;</b>", "a\u0301e\u0301o", "\ud83d\ude00 \U0001f600", "\0\1\2", "x\u202ey"]
)
def test_any_characters_are_a_text(text: str) -> None:
    own = task("character", 5, text)
    assert "".join(own.words(own.shown())[0][0])
