"""Pieces that a stage asks for: none is lost for good, none is asked for twice at once, and nobody asks unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from figures.message import message
from figures.theme import theme_message
from tests.browser.bare import Bare, Profiles, sealed

ENTRY = "tests/browser/kit/asker.js"
NOTHING: Mapping[str, bytes] = {}


def told(kind: str = "one", asked: int | None = None, pieces: Mapping[str, bytes] = NOTHING, **more: Any) -> bytes:
    """A message as the server seals it: an answer, and pieces behind it."""
    envelope = {"page": "asker", "serial": 1, "view": {}, "keys": {}, "usual": {}, "layout": "page", **more}
    envelope |= {"pieces": [[name, len(piece)] for name, piece in pieces.items()]}
    envelope |= {} if asked is None else {"asked": asked}
    return sealed(envelope, message({"theme": theme_message(), "kind": kind}, {}) + b"".join(pieces.values()))


@pytest.fixture
def asker(profiles: Profiles) -> Iterator[Callable[[], Bare]]:
    """Open a bare page with the stage of asker.js, whose timers the test moves; it must meet no error."""
    profiles.errors.clear()

    def open_() -> Bare:
        shown = Bare(profiles.page(fake_time=True, locale="en-GB"), ENTRY)
        shown.page.clock.install()
        shown.page.goto("/asker")
        shown.mount(told())
        return shown

    yield open_
    assert profiles.errors == []


def want(stage: Bare, *names: str) -> list[list[str]]:
    """What the stage has asked for once it wants these."""
    stage.page.evaluate("(names) => want(...names)", list(names))
    return names_asked(stage)


def names_asked(stage: Bare) -> list[list[str]]:
    return [value["names"] for kind, value in stage.asked() if kind == "pieces"]


def number(stage: Bare) -> int:
    """Of the last question."""
    return int(stage.asked()[-1][1]["number"])


def test_a_question_is_put_once_until_it_is_answered(asker: Callable[[], Bare]) -> None:
    stage = asker()
    assert want(stage, "early.1", "late.1") == [["early.1", "late.1"]]
    assert want(stage, "early.1", "late.1") == [["early.1", "late.1"]]
    stage.mount(told(asked=number(stage), pieces={"early.1": b"12345678", "late.1": b"1234567890123456"}))
    stage.page.wait_for_function("document.querySelector('.stage').dataset.pieces === 'early.1:8 late.1:16'")
    assert len(names_asked(stage)) == 1
    assert want(stage, "early.1", "late.2")[1:] == [["late.2"]]


def test_one_more_question_follows_while_the_first_is_answered_and_asks_for_both(asker: Callable[[], Bare]) -> None:
    stage = asker()
    want(stage, "early.1")
    assert want(stage, "early.1", "early.2") == [["early.1"]]
    stage.page.clock.run_for(100)
    both = [["early.1"], ["early.1", "early.2"]]
    assert names_asked(stage) == both
    first = number(stage) - 1
    want(stage, "early.1", "early.2", "early.3")
    stage.page.clock.run_for(1000)
    assert names_asked(stage) == both  # two at most
    stage.mount(told(asked=first, pieces={"early.1": b"12345678"}))
    stage.page.clock.run_for(100)
    assert names_asked(stage)[2:] == [["early.1", "early.2", "early.3"]]


def test_what_was_lost_is_asked_for_again_and_an_answer_to_another_question_counts_for_nothing(
    asker: Callable[[], Bare],
) -> None:
    stage = asker()
    want(stage, "early.1")
    stage.mount(told(asked=number(stage) - 1))
    assert len(names_asked(stage)) == 1
    stage.page.clock.run_for(3100)
    assert names_asked(stage) == [["early.1"]] * 2
    stage.page.clock.run_for(5000)  # the next patience is longer
    assert len(names_asked(stage)) == 2
    stage.page.clock.run_for(1500)
    assert len(names_asked(stage)) == 3


def test_what_takes_too_long_is_asked_for_again_at_once_and_what_there_is_not_after_a_while(
    asker: Callable[[], Bare],
) -> None:
    stage = asker()
    want(stage, "early.1")
    stage.mount(told(asked=number(stage), late={"early.1": 5}))
    assert want(stage, "early.1") == [["early.1"]] * 2
    stage.mount(told(asked=number(stage)))
    assert want(stage, "early.1") == [["early.1"]] * 2
    stage.page.clock.run_for(500)
    assert names_asked(stage) == [["early.1"]] * 3


def test_a_page_that_nobody_sees_asks_nothing_until_it_is_seen(asker: Callable[[], Bare]) -> None:
    stage = asker()
    hide = "(hidden) => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true }); }"
    stage.page.evaluate(hide, True)
    assert want(stage, "early.1") == []
    stage.page.clock.run_for(20_000)
    assert names_asked(stage) == []
    stage.page.evaluate(hide, False)
    stage.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert names_asked(stage) == [["early.1"]]


def test_of_another_answer_only_those_pieces_are_kept_that_are_its_own_too(asker: Callable[[], Bare]) -> None:
    stage = asker()
    want(stage, "early.1", "late.1")
    stage.mount(told(asked=number(stage), pieces={"early.1": b"12345678", "late.1": b"12345678"}))
    stage.mount(told(more=1))
    assert stage.page.evaluate("document.querySelector('.stage').dataset.pieces") == "early.1:8 late.1:8"
    stage.mount(told("other"))
    assert stage.page.evaluate("document.querySelector('.stage').dataset.pieces") == ""


def test_two_stages_do_not_take_each_others_answers(asker: Callable[[], Bare]) -> None:
    stage = asker()
    want(stage, "early.1")
    first = number(stage)
    stage.page.goto("/asker")
    stage.mount(told())
    want(stage, "early.1")
    assert number(stage) != first
    stage.mount(told(asked=first))
    stage.page.clock.run_for(3100)
    assert names_asked(stage) == [["early.1"]] * 2
