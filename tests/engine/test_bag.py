"""The best bag of words: at a minimum, blind to order, and as good as the task's own data allow."""

from __future__ import annotations

import numpy as np
import pytest

from engine.studies.bag import PENALTY, _counts, bag_of
from engine.tasks import TASKS, task
from engine.tasks.sentiment import Sentiment


def places(names: tuple[str, ...], text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array([names.index(word) for word in text.split()])


def test_its_loss_has_no_slope_left() -> None:
    reviews = Sentiment(9)
    bag = bag_of(reviews, 7)
    assert bag is not None
    n, wanted = _counts(reviews.pool.of(slice(0, reviews.pool.learned)), reviews.inputs)
    p = 1.0 / (1.0 + np.exp(-(n @ bag.w + bag.b)))
    np.testing.assert_allclose(n.T @ (p - wanted) / len(n) + PENALTY * bag.w, 0.0, atol=1e-10)
    assert (p - wanted).mean() == pytest.approx(0.0, abs=1e-10)


def test_it_fails_where_order_decides_and_answers_the_same_to_the_same_words() -> None:
    reviews = Sentiment(9)
    bag = bag_of(reviews, 7)
    assert bag is not None and bag.accuracy < 0.8 and 0.5 < bag.known < 0.9
    kind, unkind = (places(reviews.input_names, text) for text in ("the phone is no good", "no the phone is good"))
    assert bag.probability(kind) == pytest.approx(bag.probability(unkind), rel=1e-12)


def test_words_alone_tell_the_loan_and_a_lecture_s_three_reviews() -> None:
    loan = bag_of(task("loan"), 7)
    assert loan is not None and loan.accuracy == 1.0
    three = Sentiment(9, "movie was good 1\nmovie was bad 0\nmovie was not good 0")
    bag = bag_of(three, 7)
    assert bag is not None and bag.accuracy == 1.0
    assert bag.probability(places(three.input_names, "movie was not bad")) < 0.5


def test_only_two_answers_at_the_end_of_words_are_told_apart() -> None:
    assert {name for name in TASKS if bag_of(task(name), 1) is not None} == {"sentiment", "loan"}
