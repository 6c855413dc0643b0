"""Reviews of a visitor's own: how they are written, what is refused, and that a lecture's three are learned."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.studies.phrase import Phrase, understood
from engine.studies.trained import Recipe, Trained
from engine.tasks import task
from engine.tasks.own_reviews import MOST_REVIEWS
from engine.tasks.sentiment import Sentiment
from engine.tasks.symbols import MOST
from engine.training.run import run_of
from engine.training.training import Training

THREE = "movie was good 1\nmovie was bad 0\nmovie was not good 0"
LECTURE = Training(task="sentiment", length=9, text=THREE, hidden=3, batch=3, optimiser="sgd", rate=0.5, clip=0.0)
HAPPY = replace(LECTURE, text="they are happy 1", batch=1, rate=0.1)


def test_words_stand_in_the_vocabulary_in_the_order_in_which_they_came() -> None:
    own = Sentiment(9, THREE)
    assert own.input_names == ("movie", "was", "good", "bad", "not")
    entered, wanted, _ = own.words(own.shown())
    assert [f"{' '.join(words)} {answer}" for words, (answer,) in zip(entered, wanted, strict=True)] == THREE.split(
        "\n"
    )
    marked = Sentiment(9, "\n  Movie was good, 1\r\n\nMOVIE was “bad”:\t0\nMovie was good! 1\nmovie was not good 0\n")
    assert marked.words(marked.shown()) == own.words(own.shown())


def test_a_batch_of_as_many_as_there_are_is_all_of_them_and_they_are_what_is_asked() -> None:
    own = Sentiment(9, THREE)
    for seed in range(5):
        for batch in (own.batch(np.random.default_rng(seed), 3), own.evaluation(seed, 128)):
            assert sorted(own.words(batch)[0]) == sorted(own.words(own.shown())[0])
    assert own.batch(np.random.default_rng(0), 7).x.shape == (4, 7)
    assert own.ends == (3, 4)
    many = Sentiment(9, "\n".join(f"word{k} {k % 2}" for k in range(200)))
    assert many.evaluation(1, 128).x.shape == (1, 128)
    assert many.shown().x.shape == (1, 6)
    assert "heart" in own.evaluated and "3 reviews, 1 of them kind; 5 different words" in own.understood


def test_chance_is_that_of_the_share_that_is_kind() -> None:
    chance = Sentiment(9, THREE).chance
    assert chance.loss == pytest.approx(-(np.log(1 / 3) / 3 + 2 * np.log(2 / 3) / 3), rel=1e-12)
    assert chance.accuracy == pytest.approx(2 / 3)
    alone = Sentiment(9, HAPPY.text)
    assert (alone.chance.loss, alone.chance.accuracy) == (pytest.approx(np.log(2.0)), 0.5)
    assert "coin" in alone.chance.why


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("movie was good", "line 1 ends in “good”, but must end in its answer, 1 or 0, as in “movie was good 1”"),
        ("movie was good 1\n\nbad 2", "line 3 ends in “2”, but must end in its answer"),
        ("movie was good 1\n0", "line 2 has 0 words before its answer, but 1 to 9 are accepted"),
        (f"{'very ' * 9}good 1", "line 1 has 10 words before its answer, but 1 to 9 are accepted"),
        ("good 1\nGood! 0", "line 2 says again “good”, but with the other answer"),
        (" \n\t\n", "there is no review; they are written one a line, as “movie was good 1”"),
        (
            "\n".join(f"w{k % 900} v{k} 1" for k in range(MOST_REVIEWS + 1)),
            "there are more than 2,000 different reviews",
        ),
        ("\n".join(f"w{k} 1" for k in range(MOST + 1)), "there are 1,001 different words, but at most 1,000"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_line_it_stands_in(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        task("sentiment", 9, text)


@given(st.text(alphabet='01 abä.,\n\t"\u2028', max_size=40) | st.text(max_size=30))
def test_whatever_is_written_is_learned_from_or_refused_in_words(text: str) -> None:
    try:
        own = task("sentiment", 9, text)
    except ValueError as refused:
        assert str(refused)
        return
    for batch in (own.batch(np.random.default_rng(1), 5), own.evaluation(1, 7), own.shown()):
        entered, wanted, _ = own.words(batch)
        assert all(entered) and {word for words in wanted for word in words} <= {"0", "1"}
    assert own.understood or not text
    assert own.goal.words and own.chance.why and np.isfinite([own.chance.loss, own.start]).all()


def test_the_lecture_s_network_of_31_numbers_learns_its_three_reviews() -> None:
    assert LECTURE.structure.count == 18 + 9 + 4 == 31
    run = run_of(LECTURE)
    run.extend(100)
    assert run.evaluations()[-1].accuracy == 1.0
    learned = Trained(LECTURE, 100)
    answers = [
        float(learned.run(which)[0].steps and run.evaluations()[-1].outputs[0, which - 1, 0]) for which in (1, 2, 3)
    ]
    assert [answer > 0.9 for answer in answers] == [True, False, False] and max(answers[1:]) < 0.1
    assert Recipe().read(Recipe().write(learned), {}, None) == (learned, "")


def test_one_review_alone_is_learned_update_by_update_at_its_end() -> None:
    run = run_of(HAPPY)
    run.extend(40)
    losses = [
        float(Trained(HAPPY, update).errors(Trained(HAPPY, update).run()[0]).loss.sum()) for update in range(0, 41, 5)
    ]
    assert all(after < before for before, after in pairwise(losses))
    assert run.evaluations()[-1].accuracy == 1.0


def test_a_phrase_of_one_s_own_is_read_by_its_words_alone() -> None:
    own = LECTURE.learned
    found = understood(own, Phrase("Movie was not bad"))
    assert found.codes.tolist() == [0, 1, 4, 3] and found.wanted is None
    assert understood(own, Phrase("movie was not good")).wanted.tolist() == [0.0]  # type: ignore[union-attr]
    strange = understood(own, Phrase("the movie was great"))
    assert "“the”, “great”: no word that it learned, left out" in strange.said[0]
