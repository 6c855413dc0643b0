"""Reviews, names, phrases and the loan: the lectures' sentences, and what those that are made must be."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from engine.tasks import task
from engine.tasks.entities import Entities
from engine.tasks.loan import Loan
from engine.tasks.pool import Pool
from engine.tasks.sentiment import Sentiment
from engine.tasks.translation import NOUNS, PHRASES, Translation, phrases

POOLED = [kind(length) for kind in (Sentiment, Entities, Translation) for length in kind.lengths]
pooled = pytest.mark.parametrize("task", POOLED, ids=lambda task: f"{task.name}-{task.length}")
Pooled = Sentiment | Entities | Translation


def read(task: Pooled, which: slice) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Of each sentence what is read first, and what is wanted."""
    entered, wanted, source = task.words(task.pool.of(which))
    return list(zip(source or entered, wanted, strict=True))


def parts(task: Pooled) -> tuple[slice, slice]:
    pool: Pool = task.pool
    return slice(0, pool.learned), slice(pool.learned, None)


@pooled
def test_what_is_held_out_is_not_learned_but_each_of_its_words_is(task: Pooled) -> None:
    learned, held = (read(task, part) for part in parts(task))
    assert len(held) >= 5
    assert not {sentence for sentence, _ in learned} & {sentence for sentence, _ in held}
    assert len({sentence for sentence, _ in held}) == len(held)
    known = {word for sentence, _ in learned for word in sentence}
    assert {word for sentence, _ in held for word in sentence} <= known
    answers = {word for _, wanted in learned for word in wanted}
    assert {word for _, wanted in held for word in wanted} <= answers
    entered, _, source = task.words(task.evaluation(3, 40))
    assert {*(source or entered)} <= {sentence for sentence, _ in held}


@pooled
def test_no_sentence_is_longer_than_the_task_says(task: Pooled) -> None:
    lengths = [len(sentence) for part in parts(task) for sentence, _ in read(task, part)]
    assert max(lengths) == task.length or task.length > 6


def test_the_lecture_s_reviews_are_shown_with_its_vocabulary_first() -> None:
    usual = task("sentiment")
    assert usual.input_names[:5] == ("movie", "was", "good", "bad", "not")
    shown = dict(read(usual, slice(0, 6)))  # type: ignore[arg-type]
    assert {" ".join(words): int(answer) for words, (answer,) in shown.items()} == {
        "movie was good": 1,
        "movie was bad": 0,
        "movie was not good": 0,
        "this phone is no good": 0,
        "no the phone is good": 1,
        "they are happy": 1,
    }


def test_no_count_of_words_tells_the_reviews_apart() -> None:
    """Least squares on the counts of words fails where order and negation decide."""
    sentiment = Sentiment(9)
    reviews = read(sentiment, slice(0, None))
    counts = np.array([[words.count(word) for word in sentiment.input_names] + [1] for words, _ in reviews])
    answers = np.array([float(wanted[0]) for _, wanted in reviews])
    guess = counts @ np.linalg.lstsq(counts, answers, rcond=None)[0] > 0.5
    assert 0.5 < (guess == answers).mean() < 0.85
    by_words = defaultdict(set)
    for words, (answer,) in reviews:
        by_words[tuple(sorted(words))].add(answer)
    assert sum(len(answers) == 2 for answers in by_words.values()) > 30


def test_as_many_reviews_are_kind_as_are_not() -> None:
    answers = [int(wanted[0]) for _, wanted in read(Sentiment(12), slice(0, None))]
    assert sum(answers) * 2 == len(answers) == 800


def test_the_lecture_s_sentences_are_tagged_as_it_has_them() -> None:
    usual = task("entities")
    tags = {" ".join(words): "".join(wanted) for words, wanted in read(usual, slice(0, 3))}  # type: ignore[arg-type]
    assert tags == {
        "dhaval loves baby yoda": "1011",
        "bob told ahmed that pizza is delivered": "1010000",
        "ironman punched on hulk's face": "10011",
    }


def test_words_so_far_decide_who_is_a_person_and_single_words_do_not() -> None:
    beginnings, alone = defaultdict(set), defaultdict(set)
    for words, wanted in read(Entities(10), slice(0, None)):
        for k, answer in enumerate(wanted):
            beginnings[words[: k + 1]].add(answer)
            alone[words[k]].add(answer)
    assert all(len(answers) == 1 for answers in beginnings.values())
    both = {word for word, answers in alone.items() if len(answers) == 2}
    assert both >= {"rose", "will", "mark", "grace", "hope", "baby", "jack"}


def test_how_are_you_comes_first() -> None:
    usual = Translation(6)
    assert read(usual, slice(0, 1)) == [(("how", "are", "you"), ("क्या", "हाल", "है", "."))]
    entered, _, source = usual.words(usual.shown())
    assert source[0] == ("how", "are", "you") and entered[0] == (".", "क्या", "हाल", "है")
    assert usual.speaks and next(iter(PHRASES)) == "how are you"


def test_a_decoder_reads_what_is_wanted_one_step_late(rng: np.random.Generator) -> None:
    usual = task("translation")
    for entered, wanted, _ in zip(*usual.words(usual.batch(rng, 50)), strict=True):
        assert entered == (".", *wanted[:-1]) and wanted[-1] == "."


def test_what_is_said_of_a_hindi_noun_agrees_with_its_gender() -> None:
    feminine = {hindi for _, hindi, is_feminine, _ in NOUNS if is_feminine}
    made = [pair for pair in read(Translation(6), slice(len(PHRASES), None))]
    seen = set()
    for english, hindi in made:
        noun = next(word for word in hindi if word in {hindi for _, hindi, *_ in NOUNS})
        endings = {word[-1] for word in hindi if word[:-1] in ("मेर", "आपक", "अच्छ", "कैस")}
        assert endings <= ({"ी"} if noun in feminine else {"ा"}), english
        seen |= endings
        assert ("नहीं" in hindi) == ("not" in english)
    assert seen == {"ा", "ी"}


def test_long_phrases_are_two_joined_by_and() -> None:
    both = read(Translation(13), slice(len(phrases(6).all.x[0]), None))
    joined = [(english, hindi) for english, hindi in both if "and" in english]
    assert len(joined) > 200 and all(hindi.count("और") == 1 for _, hindi in joined)


def test_the_lecture_s_sentences_of_the_loan_are_shown() -> None:
    loan = task("loan")
    entered, wanted, _ = loan.words(loan.shown())
    assert [" ".join(words) for words in entered] == [
        "today due to my current job situation and family conditions i",
        "last year due to my current job situation and family conditions i",
    ]
    assert wanted == (("need",), ("had",))


@pytest.mark.parametrize("length", [6, 7, 11, 12, 50])
def test_the_opening_decides_n_words_later(length: int, rng: np.random.Generator) -> None:
    loan = Loan(length)
    batch = loan.batch(rng, 300)
    assert batch.lengths is not None and set(batch.lengths.tolist()) == {length, length + 1}
    for words, (answer,) in zip(*loan.words(batch)[:2], strict=True):
        two = words[0] in ("this", "last")
        assert len(words) == length + two
        assert answer == ("need" if words[0] in ("today", "currently", "nowadays", "this") else "had")
        assert words[1 + two : 4 + two] == ("due", "to", "my") and words[-1] == "i"
        assert not {"this", "last", "today"} & set(words[1:])
    middle = [words[4:-1] for words in loan.words(batch)[0]]
    assert len(set(middle)) > 5
