"""All pictures of the page Backward look at one network and weight, and another study keeps the look."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from engine.record.numerals import MINUS
from engine.studies.backward.look import nudged
from engine.studies.backward.study import BackwardStudy
from figures.backward.words import check_verdict
from figures.words import number
from tests.browser.backward import open_bare, run

Open = Callable[..., Page]
STUDY = BackwardStudy()
PACE = 1.9  # steps a second


def test_a_picked_weight_is_nudged_by_the_engine(bare_page: Open) -> None:
    page = bare_page()
    visit = open_bare(page, still=True)
    page.locator('[data-square="before 4"]').click()
    assert visit.bare.asked() == [["look", {"cell": "tanh", "weight": "W.2.1"}]]
    found = nudged(STUDY, "tanh", ("W", 2, 1))
    shown = visit.check(step="1")
    assert shown["checked"].startswith("W[2,1] of the tanh RNN")
    assert check_verdict(found) in shown["checked"]
    for k in (1, 4, 9):
        page.locator(".check input[type=range]").fill(str(k))
        fields = visit.shown()["check"]
        assert fields["relative"] == number(float(found.relative[k]))
        for field, value in (("up", found.up[k]), ("down", found.down[k]), ("gradient", found.gradient)):
            assert float(fields[field].replace(MINUS, "-")) == pytest.approx(value, rel=1e-11)
    page.wait_for_url("**nudge=1e-10**")
    assert visit.address()["weight"] == "W.2.1"


def test_each_picture_turns_the_others_to_the_weight_and_network_that_are_pressed_in_it(bare_page: Open) -> None:
    page = bare_page()
    visit = open_bare(page, still=True)
    page.locator('[data-place="1 9 4"]').click()  # of the LSTM
    assert "in the LSTM" in visit.shown()["verdict"]
    page.locator(".update select").select_option("b")
    assert "dL/db in the LSTM" in visit.shown()["verdict"]
    visit.button("GRU").click()
    shown = visit.shown()
    assert shown["path"].startswith("The loss at step 9 gives the GRU")
    found = run(STUDY, "gru").weights.parameters.b
    assert shown["squares"]["before 1"] == number(float(found[1]))
    told = [value for _, value in visit.bare.asked()]
    assert told[-1] == {"cell": "gru", "weight": "b.2.3"}
    assert len(told) == 3


def test_a_weight_that_a_smaller_network_lacks_comes_back_with_the_larger_one(bare_page: Open) -> None:
    page = bare_page()
    visit = open_bare(page, still=True, H="8", weight="W.8.7")
    visit.send(step="1", H="4")
    assert visit.button("W[4,4]").is_visible()
    visit.send(step="1", H="8")
    assert visit.button("W[8,7]").is_visible()
    assert visit.bare.asked() == []


def test_the_network_in_focus_stays_when_another_stands_before_it(bare_page: Open) -> None:
    visit = open_bare(bare_page(), still=True, cells="lstm.gru")
    assert "in the LSTM" in visit.send(step="1", cells="tanh.lstm.gru")["verdict"]
    visit.page.wait_for_url("**focus=lstm**")


def test_another_study_keeps_the_view(bare_page: Open) -> None:
    visit = open_bare(bare_page(), still=True)
    visit.button("GRU").click()
    visit.pick(4)
    shown = visit.send(at="every")
    assert not shown["losses"]["0 1"].startswith("(")
    assert shown["step"] == 4
    assert re.search(r"in the GRU", shown["verdict"])
    visit.page.wait_for_url("**focus=gru**")
    assert visit.address() == {"step": "4", "focus": "gru"}


def test_a_shorter_sequence_keeps_what_is_left_of_the_way(bare_page: Open) -> None:
    visit = open_bare(bare_page(), input="random", T="12")
    visit.pass_time(3.0 / PACE)
    assert visit.shown()["step"] == 9
    shown = visit.send(input="random", T="20")
    assert (shown["step"], shown["playing"]) == (9, True)


def test_a_mark_that_lies_nowhere_is_not_drawn_and_comes_back(bare_page: Open) -> None:
    """An exploded network's relative difference is no number at most nudges."""
    page = bare_page()
    exploded = {"trained": "task-order.H-16.scale-3.opt-sgd.cell-relu.clip-0.rate-1@1", "which": "1"}
    open_bare(page, still=True, **exploded)  # the console is watched
    assert page.locator(".check circle").get_attribute("display") == "none"
    drawn = page.evaluate("Array.from(document.querySelectorAll('svg'), (picture) => picture.outerHTML).join('')")
    assert "NaN" not in drawn
    open_bare(page, still=True)
    assert page.locator(".check circle").get_attribute("display") is None


def test_a_gradient_that_float64_flushes_is_not_said_to_be_exactly_0(bare_page: Open) -> None:
    backward = open_bare(bare_page(), input="numbers", numbers="1000 1000 1000 1000 1000", H="1", cells="tanh")
    words = backward.page.locator(".stage.backward-flow").inner_text()
    assert "dL/dW of the tanh RNN is so small that float64 holds it as 0" in words
    assert "exactly 0" not in words
    assert "1000" in words
    assert "1e+03" not in words
