"""The player, with time held by the test."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.bare import Bare
from tests.browser.kit.conftest import told

Open = Callable[..., Bare]


def at(trial: Bare) -> float:
    return float(trial.said("at"))


def test_it_plays_from_the_start_to_the_end_and_stops(bare: Open) -> None:
    trial = bare(told(steps=10))
    assert trial.said("playing") == "true"
    trial.pass_time(1)
    assert at(trial) == pytest.approx(2, abs=0.02)
    trial.pass_time(5)
    assert (trial.said("at"), trial.said("playing")) == ("10", "false")
    trial.page.get_by_role("button", name="Play").click()  # from the end it begins again
    trial.pass_time(1)
    assert at(trial) == pytest.approx(2, abs=0.02)


def test_a_loop_holds_its_end_and_begins_again(bare: Open) -> None:
    trial = bare(told(steps=4, loop=True))
    trial.pass_time(2.1)
    assert (trial.said("at"), trial.said("playing")) == ("4", "true")
    trial.pass_time(0.8)
    assert trial.said("at") == "4"
    trial.pass_time(0.5)
    assert 0 < at(trial) < 2
    for _ in range(5):  # a step by hand stops it; from the end the next one leads to the first
        trial.page.get_by_role("button", name="Step", exact=True).click()
    assert (trial.said("at"), trial.said("playing")) == ("1", "false")


def test_each_unit_has_its_own_pace(bare: Open) -> None:
    trial = bare(told(steps=4, pace=[2, 0.5]))
    trial.pass_time(1.5)  # half a second for the first, then slowly
    assert at(trial) == pytest.approx(1.5, abs=0.02)
    trial.pass_time(1.25)
    assert at(trial) == pytest.approx(2.5, abs=0.04)


def test_speed_multiplies_the_pace(bare: Open) -> None:
    trial = bare(told(steps=10))
    trial.page.get_by_label("Speed").select_option("4×")
    trial.pass_time(0.5)
    assert at(trial) == pytest.approx(4, abs=0.1)


def test_a_page_that_was_hidden_does_not_leap(bare: Open) -> None:
    trial = bare(told(steps=10))
    trial.page.evaluate("unrolledTime.pass(1 / 60)")
    before = at(trial)
    trial.page.evaluate("unrolledTime.skip(60)")
    trial.pass_time(1 / 60)
    assert at(trial) - before < 0.3


def test_buttons_move_to_whole_steps_and_stop_it(bare: Open) -> None:
    trial = bare(told(steps=10))
    trial.pass_time(1.2)
    press = {name: trial.page.get_by_role("button", name=name, exact=True) for name in ("Step", "Back", "Show all")}
    press["Step"].click()
    assert (trial.said("at"), trial.said("playing")) == ("3", "false")
    press["Step"].click()
    press["Back"].click()
    assert trial.said("at") == "3"
    press["Show all"].click()
    assert trial.said("at") == "10"
    press["Step"].click()  # it does not loop
    assert trial.said("at") == "10"
    trial.page.get_by_role("slider", name="Step").last.fill("5")
    assert trial.said("at") == "5"


def test_keys_move_it_and_leave_the_browsers_own_alone(bare: Open) -> None:
    trial = bare(told(steps=30, step=15))
    trial.page.locator("svg.line").focus()
    keyboard = trial.page.keyboard
    steps = []
    for key in ("ArrowRight", "ArrowLeft", "PageDown", "PageUp", "End", "Home", "ArrowLeft", "Control+ArrowRight"):
        keyboard.press(key)
        steps.append(int(trial.said("t")))
    assert steps == [16, 15, 5, 15, 30, 1, 1, 1]
    keyboard.press("ArrowUp")
    assert trial.said("unit") == "2"
    keyboard.press("Space")
    assert trial.said("playing") == "true"
    keyboard.press("Tab")
    assert trial.page.evaluate("!document.activeElement.closest('svg')")


def test_reduced_motion_shows_whole_steps_at_most_two_a_second(bare: Open) -> None:
    trial = bare(told(steps=30), reduced_motion="reduce")
    assert (trial.said("at"), trial.said("playing")) == ("30", "false")  # it opens at its end
    trial.page.get_by_label("Speed").select_option("4×")
    trial.page.get_by_role("button", name="Play").click()
    seen = []
    for _ in range(20):
        trial.pass_time(0.1)
        seen.append(at(trial))
    assert seen[-1] == pytest.approx(4, abs=1)
    assert all(place == int(place) for place in seen)


def test_another_answer_leaves_everything_where_it_is(bare: Open) -> None:
    trial = bare(told(steps=10, step=7, unit=2))
    trial.mount(told(steps=20, step=3, unit=1))
    assert (trial.said("at"), trial.said("unit")) == ("7", "2")
    trial.mount(told(steps=5, step=3))
    assert trial.said("at") == "5"
    trial.mount(told(steps=5, step=3, serial=2))
    assert (trial.said("at"), trial.said("unit")) == ("3", "1")
