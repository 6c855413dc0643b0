"""Train in a real browser: what it says of its own pictures, where they lag, stop, wait or leave their axes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

from playwright.sync_api import Page

from engine.studies.train.racers import Racer
from engine.studies.train.study import TrainStudy
from engine.training.changes import Change
from tests.browser.train import SMALL, bare_train

Open = Callable[..., Page]


def test_words_of_changes_that_are_near_each_other_stand_in_rows(bare_page: Open) -> None:
    near = (Change(8, "batch", 4), Change(9, "clip", 0.1), Change(10, "rate", 0.02), Change(11, "clip", 2.0))
    train = bare_train(bare_page(), replace(SMALL, changes=near))
    words = train.page.locator(".flags text")
    assert words.all_text_contents() == ["batch 4", "clip 0.1", "rate 0.02", "clip 2"]
    boxes: list[Any] = [words.nth(k).bounding_box() for k in range(4)]
    for one, other in combinations(boxes, 2):
        aside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        assert aside or abs(one["y"] - other["y"]) >= 12


def test_what_an_update_did_follows_the_race_and_says_where_it_is_behind(bare_page: Open) -> None:
    train = bare_train(bare_page(viewport={"width": 1000, "height": 2400}))
    found = train.train(SMALL.goal)
    assert 1 < int(found["told_of"].split()[1]) < SMALL.goal
    assert found["late"] and found["behind"]
    train.pass_time(1)
    train.page.wait_for_function(f"asked.at(-1)[1].names?.includes('moment.0.{SMALL.goal}')")
    assert train.shown()["behind"] == f"update {SMALL.goal} is on its way"
    end = train.answer()
    assert (end["told_of"], end["late"], end["behind"]) == (f"Update {SMALL.goal} of the tanh RNN, told", False, "")


def test_a_race_whose_server_is_silent_says_that_it_waits(bare_page: Open) -> None:
    train = bare_train(bare_page())
    assert train.pass_time(2)["told"] == "beginning · 2 s so far"
    assert train.shown()["racers"][0][1] == "Beginning: its first update is on its way."
    train.page.wait_for_function("stage().querySelector('.bar output').textContent.endsWith('waiting for the server')")
    assert "waiting" not in train.answer()["told"]


def test_two_racers_of_one_cell_differ_by_name_and_dash(bare_page: Open) -> None:
    two = replace(SMALL, racers=(Racer("gru"), Racer("gru", clip=0.0)))
    shown = bare_train(bare_page(), two).shown()
    assert [name for name, _ in shown["racers"]] == ["GRU, clip 1", "GRU, no clip"]
    assert len(set(shown["dashes"])) == 2
    assert shown["maps_of"] == ["GRU, clip 1", "GRU, no clip"]
    small = bare_train(bare_page(viewport={"width": 390, "height": 800}), two)
    small.page.wait_for_function("asked.length === 2")
    small.answer(two)
    words = [word.replace("% ", "").split(" ", 1)[1] for word in small.pass_time(1)["names"]]
    assert sorted(words) == ["clip 1", "clip 1", "no clip", "no clip"]  # where there is no room for more


def test_a_racer_that_left_finite_numbers_says_what_to_try_and_the_others_go_on(bare_page: Open) -> None:
    wild = TrainStudy(
        task="adding",
        length=20,
        hidden=4,
        batch=4,
        optimiser="sgd",
        goal=70,
        racers=(Racer("relu", "identity", 0.0, 10.0), Racer()),
    )
    train = bare_train(bare_page(), wild)
    end = train.train(wild.goal, wild)
    assert "no finite number any more. Try a smaller rate" in end["racers"][0][1]
    assert end["known"] == 70
    assert end["stopped"][0] and not end["stopped"][1]  # a cross on its curve and in its map
    assert end["off"][0] and not end["off"][1]  # and tips where its curves leave their axes
    assert "↑" in "".join(end["names"]) and end["looked_at"] == "An example after update 64"
    named = train.page.locator(".example-row .name").all_text_contents()
    assert "ReLU RNN, after update 32" in named
