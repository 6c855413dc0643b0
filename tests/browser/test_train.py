"""Train in a real browser: a race that asks for its own history, shows all of it, and rests when it is told to."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.studies.train.racers import Racer
from engine.training.changes import Change
from engine.training.run import Run
from figures.words import number
from tests.browser.bare import Profiles
from tests.browser.train import SMALL, bare_train, told

Open = Callable[..., Page]


def test_it_opens_on_a_race_that_asks_for_what_comes_and_shows_it(bare_page: Open) -> None:
    train = bare_train(bare_page())
    assert train.shown()["playing"]
    assert train.questions()[0]["names"] == ["piece.2.0"]
    train.page.wait_for_function("asked.length === 2")  # the next piece, while the first is made
    assert train.questions()[1]["names"] == ["piece.2.0", "piece.2.1"]
    before = train.answer()
    assert (before["known"], before["at"]) == (8, 0)
    after = train.pass_time(1)
    assert after["at"] == 8
    assert after["curves"]["batch0"] and after["curves"]["norm0"] and after["curves"]["loss1"]
    assert len(after["names"]) == 4  # loss and right answers of two racers
    assert "chance" in after["levels"] and "goal" in after["levels"] and "clip" in after["levels"]
    assert train.questions()[-1]["names"][0].startswith("piece.")


def test_every_sentence_holds_the_engines_numbers(bare_page: Open) -> None:
    train = bare_train(bare_page())
    end = train.train(SMALL.goal)
    assert not end["playing"]
    for (name, said), training in zip(end["racers"], SMALL.trainings(), strict=True):
        run = Run(training)
        run.extend(SMALL.goal)
        last = run.evaluations()[-1]
        assert name in ("tanh RNN", "LSTM")
        assert f"loss {number(last.loss)}" in said or run.solved is not None
        assert f"chance {number(SMALL.learned.chance.loss)}" in said or "Learning" in said or "Gets there" in said
    assert end["told"].startswith("32 of 32")
    assert len(end["answers"]) == 3  # what is read, and two answers
    assert end["spread"] == 3  # the state of the tanh RNN, U and W


@pytest.mark.parametrize(
    ("task", "before", "behind"),
    [
        ("sentiment", "Step 1 receives", "times the error at each sequence’s end."),
        ("copy", "At step 1, where all steps’ errors add up, the gradient is", "times step 21’s."),
    ],
)
def test_what_reaches_step_1_is_measured_against_where_the_error_enters(
    task: str, before: str, behind: str, bare_page: Open
) -> None:
    study = replace(SMALL.changed("task", task), goal=2, racers=(Racer("lstm"),)).changed(
        "length", 9 if before[0] == "S" else 1
    )
    train = bare_train(bare_page(), study)
    begun = train.shown()["racers"][0][1]
    ((_, said),) = train.train(2, study)["racers"]
    (training,) = study.trainings()
    run = Run(training)
    run.extend(2)
    times = 2.0 ** float(run.history(0, 2, 2).log2_arriving.max())  # of two in a row the upper one
    found = re.fullmatch(rf".*\. {before} ([\d.]+) {behind}", said)
    assert found and float(found[1]) == pytest.approx(times, rel=6e-3), said
    assert not re.search("guessing", begun) or task == "sentiment"
    if task == "copy":
        assert said.startswith("Before training: loss 2.") and "chance 0.99" in said
        assert run.evaluations()[0].loss < study.learned.start * 1.1


def test_pause_asks_for_nothing_more_and_one_update_and_ten_rest_where_they_should(bare_page: Open) -> None:
    train = bare_train(bare_page())
    train.train(4)
    train.button("Pause").click()
    at = train.shown()["at"]
    if train.questions()[-1]["names"]:
        train.answer()
    asked = len([one for one in train.questions() if one["names"][0].startswith("piece")])
    assert train.pass_time(3)["at"] == at
    assert len([one for one in train.questions() if one["names"][0].startswith("piece")]) == asked
    train.button("One update").click()
    assert train.train(int(at) + 1)["at"] == int(at) + 1
    now = train.pass_time(1)
    assert (now["at"], now["playing"]) == (int(at) + 1, False)
    train.button("Ten").click()
    assert train.train(int(at) + 11)["at"] == int(at) + 11
    assert not train.pass_time(1)["playing"]


def test_rewind_leads_to_the_same_start_and_the_time_axis_to_any_moment(bare_page: Open) -> None:
    train = bare_train(bare_page())
    train.train(SMALL.goal)
    asked = len(train.questions())
    train.button("Rewind").click()
    start = train.shown()
    assert (start["at"], start["known"]) == (0, SMALL.goal)
    train.button("Play").click()
    assert train.pass_time(0.2)["playing"]
    train.button("Rewind").click()
    stopped = train.pass_time(1)
    assert (stopped["at"], stopped["playing"]) == (0, False)
    train.page.mouse.click(*train.place(train.lanes, 0.5, 0.3))
    middle = train.shown()
    assert 5 < middle["at"] < 28
    assert middle["told"] == f"{middle['at']:.0f} of 32"
    train.lanes.press("ArrowRight")
    assert train.shown()["at"] == middle["at"] + 1
    train.lanes.press("Home")
    assert train.shown()["at"] == 0
    assert not [one for one in train.questions()[asked:] if "piece" in one["names"][0]]
    assert train.say(*train.place(train.lanes, 0.5, 0.1)).startswith("update ")


def test_rate_clip_and_batch_change_from_the_present_update_on_and_nothing_before_is_lost(bare_page: Open) -> None:
    train = bare_train(bare_page())
    train.train(8)
    train.button("Pause").click()
    at = int(train.shown()["at"])
    rate = train.page.get_by_label("rate from here on")
    rate.fill("x")
    rate.press("Enter")
    assert "is not a number" in train.shown()["wrong"]
    rate.fill("0.1")
    rate.press("Enter")
    assert train.heard("changes") == [f"{at}_rate_0.1"]
    changed = replace(SMALL, changes=(Change(at, "rate", 0.1),))
    train.bare.mount(told(changed))
    now = train.shown()
    assert 0 < now["known"] <= at
    assert now["changes"] == [f"rate 0.1 from {at + 1} ×"]
    assert train.train(SMALL.goal, changed)["known"] == SMALL.goal


def test_a_change_can_be_one_racers_alone_but_for_the_batch_which_all_share(bare_page: Open) -> None:
    train = bare_train(bare_page())
    train.button("Pause").click()
    whose = train.page.get_by_label("Whose, from here on")
    assert whose.locator("option").all_inner_texts() == ["of all", "of the tanh RNN", "of the LSTM"]
    rate, batch = (train.page.get_by_label(f"{name} from here on") for name in ("rate", "batch"))
    before = rate.input_value()
    whose.select_option("of the LSTM")
    train.shown()
    assert batch.is_disabled()
    rate.fill("0.1")
    rate.press("Enter")
    assert train.heard("changes") == ["0_rate_0.1_2"]
    train.bare.mount(told(replace(SMALL, changes=(Change(0, "rate", 0.1, 2),))))
    assert train.shown()["changes"] == ["LSTM: rate 0.1 from 1 ×"]
    assert rate.input_value() == "0.1"
    whose.focus()  # a field under the hand is left alone
    whose.select_option("of the tanh RNN")
    train.shown()
    assert rate.input_value() == before
    whose.select_option("of all")
    train.shown()
    assert (rate.input_value(), rate.get_attribute("placeholder")) == ("", "each its own")
    assert batch.is_enabled()


def test_a_class_predicts_before_anything_is_shown(bare_page: Open) -> None:
    train = bare_train(bare_page(), predict=True)
    hidden = train.pass_time(1)
    assert (hidden["ballot"], hidden["lanes"], hidden["playing"]) == (True, False, False)
    assert train.questions() == []
    train.button("Start the race").click()
    assert train.page.get_by_text("Say what the tanh RNN will do.").is_visible()
    train.button("does not").first.click()
    train.button("gets there after").last.click()
    train.page.get_by_label("Updates of the LSTM").fill("20")
    train.button("Start the race").click()
    shown = train.train(SMALL.goal)
    assert (shown["ballot"], shown["lanes"]) == (False, True)
    assert [words.split(".")[0] for words in shown["votes"]] == ["Predicted: never", "Predicted: after 20 updates"]


def test_a_slow_update_is_told_in_four_lit_phases(bare_page: Open) -> None:
    train = bare_train(bare_page(viewport={"width": 1000, "height": 2400}))
    train.train(SMALL.goal)
    train.button("Rewind").click()
    train.page.locator(".train .segments select").select_option("slow")
    train.button("Play").click()
    train.pass_time(0.5)
    lit = []
    for _ in range(4):
        now = train.shown()
        assert now["told_of"] == "Update 1 of the tanh RNN, told"
        lit += [k for k in range(4) if f"{k + 1}" not in "".join(now["dim"])]
        train.pass_time(2.2)
    assert lit == [0, 1, 2, 3]
    assert "‖dL/dh‖ is" in now["phases"][2]
    assert "Adam at rate 0.005" in now["phases"][3]


def test_a_text_goes_on_by_itself_at_a_temperature_and_a_moment_opens_elsewhere(bare_page: Open) -> None:
    texts = replace(SMALL.changed("task", "character"), goal=8)
    train = bare_train(bare_page(viewport={"width": 1000, "height": 2400}), texts)
    train.train(8, texts)
    train.pass_time(1)
    train.answer(texts)
    assert [words[1:3] for words in train.shown()["spoken"]] == ["he", "he"]
    train.page.get_by_label("Temperature").fill("1")
    hotter = "/^spoken[.][01][.][0-9]+[.]10$/"
    train.page.wait_for_function(f"asked.at(-1)[1].names.every((name) => {hotter}.test(name))")
    assert train.shown()["doors"][0].endswith("/unroll?trained=task-character.n-25.H-6.B-8%408")


def test_what_a_racer_says_while_it_runs_is_asked_for_again_and_says_of_which_update_it_is(bare_page: Open) -> None:
    texts = replace(SMALL.changed("task", "character"), goal=600)
    train = bare_train(bare_page(viewport={"width": 1000, "height": 2400}), texts)
    seen = train.train(300, texts)
    assert seen["playing"]
    of = sorted({int(name.split(".")[2]) for one in train.questions() for name in one["names"] if "spoken.0" in name})
    assert of[0] == 0 and len(of) > 2
    train.button("Pause").click()
    train.lanes.press("Home")
    moment = next(update for update in range(32, 300, 32) if update not in of)
    for _ in range(moment):
        train.lanes.press("ArrowRight")
    late = train.shown()["spoken_after"]
    assert len(late) == 2 and {int(words.removeprefix("after update ")) for words in late} <= {*of} - {moment}
    train.page.wait_for_function(f"asked.at(-1)[1].names.includes('spoken.0.{moment}.5')")
    train.answer(texts)
    assert train.shown()["spoken_after"] == []


@pytest.mark.parametrize("layout", ["presenter", "frame"])
def test_the_race_and_its_buttons_fit_on_one_screen(bare_page: Open, layout: str) -> None:
    size = {"width": 1248, "height": 560} if layout == "presenter" else {"width": 780, "height": 540}
    train = bare_train(bare_page(viewport=size), layout=layout)
    train.answer(layout=layout)
    train.pass_time(1)
    bottom = train.page.evaluate("stage().querySelector('.race').getBoundingClientRect().bottom")
    assert bottom <= size["height"] + 2
    assert all(train.shown()["maps"][:2])


def test_the_numbers_taken_home_are_the_engines(bare_page: Open) -> None:
    train = bare_train(bare_page())
    train.train(SMALL.goal)

    def saved(panel: str) -> list[list[str]]:
        with train.page.expect_download() as download:
            train.page.locator(f".{panel} .tools").get_by_role("button", name="CSV").click()
        return list(csv.reader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))

    head, *rows = saved("race")
    run = Run(SMALL.trainings()[1])
    run.extend(SMALL.goal)
    history = run.history(0, SMALL.goal, SMALL.goal)
    assert len(rows) == SMALL.goal
    assert [float(row[head.index("LSTM: loss of the batch")]) for row in rows] == history.loss.tolist()
    first = head.index("LSTM: log10 ‖dL/dh‖ at step 1")
    found = np.array([[float(v) for v in row[first : first + 10]] for row in rows])
    np.testing.assert_allclose(found, history.log2_dh * np.log10(2.0), rtol=1e-5)
    head, *rows = saved("spread")
    start = [row for row in rows if row[:2] == ["0", "state"]]
    assert sum(float(row[4]) for row in start) == Run(SMALL.trainings()[0]).evaluations()[0].gates["state"].sum()


def test_a_saved_race_plays_without_a_server(bare_page: Open, profiles: Profiles, tmp_path: Path) -> None:
    train = bare_train(bare_page())
    train.train(SMALL.goal)
    with train.page.expect_download() as download:
        train.page.locator(".race .tools").get_by_role("button", name="HTML").click()
    file = tmp_path / "race.html"
    file.write_bytes(Path(download.value.path()).read_bytes())
    page = profiles.profile(offline=True, held=False).new_page()
    page.goto(file.as_uri())
    assert page.locator(".stage.train.saved").get_attribute("data-known") == f"{SMALL.goal}"
    page.get_by_role("button", name="Rewind").click()
    page.get_by_role("button", name="Play", exact=True).click()
    page.locator(".stage:not([data-at='0'])").wait_for()
    page.close()
