"""Answers are computed once for everyone who asks, kept up to a limit, and nobody is held up by another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from tests.ui.made import fails, in_parts, text, zeros
from ui.kit.answers import Answers, answered, kept
from ui.kit.line import Line

CROWD = 50


class Gone(BaseException):
    """What stops a visitor's script."""


class Gate:
    """A maker that counts its calls and answers when it is opened."""

    def __init__(self) -> None:
        self.__qualname__ = "Gate"  # a maker's name is part of the question
        self.calls, self.begun, self.opened = 0, Event(), Event()

    def __call__(self, record: str) -> bytes:
        self.calls += 1
        self.begun.set()
        assert self.opened.wait(10)
        return record.encode()


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.opened.set()


def test_the_answer_is_what_the_maker_returns() -> None:
    assert Answers().answered(text, "one", "two") == b"one two"
    assert Answers().answered(in_parts, (0.1, 0.2), 0.0) == b"whole"


def test_what_was_answered_once_is_kept_for_everyone() -> None:
    answers = Answers()
    assert answers.kept(text, "one") is None
    first = answers.answered(text, "one")
    assert answers.kept(text, "one") is first
    assert answers.answered(text, "one") is first


@pytest.mark.parametrize("asked", [(text, "two"), (text, "one", "more"), (fails, "one")])
def test_another_maker_record_or_rest_is_another_question(asked: tuple[Callable[..., object], str]) -> None:
    answers = Answers()
    answers.answered(text, "one")
    assert answers.kept(*asked) is None


def test_the_process_has_one_set_of_answers() -> None:
    assert kept(text, "of this test alone") is None
    assert answered(text, "of this test alone") is kept(text, "of this test alone")


def test_what_is_kept_stays_under_a_limit_of_bytes() -> None:
    answers = Answers(kept_bytes=250_000)
    for size in (100_000, 99_999, 99_998):
        answers.answered(zeros, size)
    assert answers.kept(zeros, 100_000) is None
    assert answers.kept(zeros, 99_999) is not None
    assert answers.kept(zeros, 99_998) is not None


@pytest.mark.parametrize("heavy", [False, True])
def test_a_crowd_that_asks_at_once_costs_one_run(gate: Gate, heavy: bool) -> None:
    answers, together = Answers(), Barrier(CROWD + 1)

    def ask(_: int) -> bytes:
        together.wait()
        return answers.answered(gate, "class", heavy=heavy)

    with ThreadPoolExecutor(CROWD) as crowd:
        asked = [crowd.submit(ask, k) for k in range(CROWD)]
        together.wait()
        gate.begun.wait(10)
        gate.opened.set()
        found = [one.result(timeout=10) for one in asked]
    assert gate.calls == 1
    assert all(one is found[0] for one in found)


def test_an_error_reaches_all_who_wait_and_is_not_kept(gate: Gate) -> None:
    answers, failing = Answers(), [True]

    def make(record: str) -> bytes:
        gate(record)
        if failing[0]:
            raise ValueError("too large")
        return b"now"

    with ThreadPoolExecutor(5) as crowd:
        asked = [crowd.submit(answers.answered, make, "class") for _ in range(5)]
        gate.begun.wait(10)
        gate.opened.set()
        for one in asked:
            with pytest.raises(ValueError, match="too large"):
                one.result(timeout=10)
    failing[0] = False
    assert answers.answered(make, "class") == b"now"


def test_what_waits_hears_the_share_that_is_done(gate: Gate) -> None:
    answers, heard, told = Answers(), [], Event()

    def make(record: str) -> Iterator[float | bytes]:
        yield 0.25
        yield gate(record)

    def watch(share: float) -> None:
        heard.append(share)
        told.set()

    with ThreadPoolExecutor(2) as crowd:
        first = crowd.submit(answers.answered, make, "class", heavy=True)
        gate.begun.wait(10)
        second = crowd.submit(answers.answered, make, "class", heavy=True, watch=watch)
        assert told.wait(10)
        gate.opened.set()
        assert first.result(timeout=10) == second.result(timeout=10) == b"class"
    assert set(heard) == {0.25}


def test_a_waiter_who_goes_takes_nothing_from_the_others(gate: Gate) -> None:
    answers = Answers()

    def go(_share: float) -> None:
        raise Gone

    with ThreadPoolExecutor(1) as crowd:
        stays = crowd.submit(answers.answered, gate, "class")
        gate.begun.wait(10)
        with pytest.raises(Gone):
            answers.answered(gate, "class", watch=go)
        gate.opened.set()
        assert stays.result(timeout=10) == b"class"
    assert gate.calls == 1


def test_where_the_one_who_computes_goes_another_begins_again() -> None:
    answers, begun, joined, calls = Answers(), Event(), Event(), []

    def make(_record: str) -> Iterator[float | bytes]:
        calls.append(1)
        begun.set()
        if len(calls) == 1:
            assert joined.wait(10)
        yield 0.5
        yield b"done"

    def go(_share: float) -> None:
        raise Gone

    with ThreadPoolExecutor(2) as crowd:
        goes = crowd.submit(answers.answered, make, "class", heavy=True, watch=go)
        begun.wait(10)
        stays = crowd.submit(answers.answered, make, "class", heavy=True, watch=lambda _share: joined.set())
        with pytest.raises(Gone):
            goes.result(timeout=10)
        assert stays.result(timeout=10) == b"done"
    assert len(calls) == 2


def test_heavy_runs_wait_for_their_budget_and_light_ones_do_not(gate: Gate) -> None:
    answers = Answers(heavy=1)
    with ThreadPoolExecutor(2) as crowd:
        first = crowd.submit(answers.answered, gate, "first", heavy=True)
        gate.begun.wait(10)
        second = crowd.submit(answers.answered, text, "second", heavy=True)
        assert answers.answered(text, "light") == b"light"
        assert not second.done()
        gate.opened.set()
        assert first.result(timeout=10) == b"first"
        assert second.result(timeout=10) == b"second"


def test_who_leaves_the_line_gives_the_place_to_the_next() -> None:
    line, order, inside, out = Line(1), [], Event(), Event()

    def hold() -> None:
        with line.place(lambda: None):
            inside.set()
            assert out.wait(10)

    def wait(number: int, tick: Callable[[], object]) -> None:
        with line.place(tick):
            order.append(number)

    def go() -> None:
        raise Gone

    with ThreadPoolExecutor(4) as crowd:
        crowd.submit(hold)
        inside.wait(10)
        goes = crowd.submit(wait, 0, go)
        with pytest.raises(Gone):
            goes.result(timeout=10)
        waiting = []
        for number in (1, 2):
            waiting.append(crowd.submit(wait, number, lambda: None))
            while len(line._waiting) < number:
                Event().wait(0.001)
        out.set()
        for one in waiting:
            one.result(timeout=10)
    assert order == [1, 2]
