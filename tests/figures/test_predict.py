"""A prediction beside the answer, in words."""

from __future__ import annotations

import pytest

from engine.studies.vanish.predict import Answer, Outcome
from figures.vanish.predict import answer_words, mark, vote_words


@pytest.mark.parametrize(
    ("vote", "after", "answer", "words"),
    [
        ("vanishes", 7, Answer("vanishes", 7), "Right."),
        ("vanishes", 8, Answer("vanishes", 7), "Right, 1 step too late."),
        ("explodes", 2, Answer("explodes", 7), "Right, 5 steps too early."),
        ("stays", 10, Answer("stays", None), "Right."),
        ("stays", 10, Answer("vanishes", 7), "Not so."),
        (None, 10, Answer("vanishes", 7), ""),
        ("stays", 10, Answer(None, None), ""),
    ],
)
def test_a_vote_is_measured_against_the_answer(vote: Outcome | None, after: int, answer: Answer, words: str) -> None:
    assert mark(vote, after, answer) == words


def test_votes_and_answers_read_alike() -> None:
    assert vote_words("vanishes", 7) == answer_words(Answer("vanishes", 7)) == "vanishes, tenfold after 7 steps"
    assert vote_words(None, 7) == "no vote"
    assert vote_words("stays", 7) == "stays"
    assert "within a factor of 10" in answer_words(Answer("stays", None))
    assert "no error" in answer_words(Answer(None, None))
