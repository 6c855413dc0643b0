"""The error flows from the loss at the right to step 1, and under each step stands the engine's own contribution."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.cells import CELLS
from engine.record.numerals import MINUS
from engine.studies.backward.left_out import left_out
from engine.studies.backward.look import RATES, long_range
from engine.studies.backward.study import BackwardStudy
from figures.backward.flow import along, each_step
from figures.backward.words import left_out_verdict, reach_verdict, update_verdict
from figures.words import number, power
from tests.browser.backward import open_bare, run

Open = Callable[..., Page]
STUDY = BackwardStudy()
T = STUDY.length
PACE = 1.9  # steps a second


def terms(study: BackwardStudy, cell: str, name: str) -> np.ndarray:
    return along(each_step(run(study, cell).contributions)[name])


def test_the_error_goes_from_the_last_step_to_the_first_by_itself_and_begins_again(bare_page: Open) -> None:
    visit = open_bare(bare_page())
    seen = [visit.shown()["step"]]
    assert seen == [T]
    for _ in range(T):
        shown = visit.pass_time(1 / PACE)
        assert shown["playing"]
        seen.append(shown["step"])
    assert seen == sorted(seen, reverse=True)
    assert set(seen) == set(range(1, T + 1))
    done = visit.pass_time(0.5)
    assert all(done["arrows"].values())
    assert done["totals"]["W"] == number(float(np.linalg.norm(run(STUDY, "tanh").gradient.parameters.W)))
    assert visit.pass_time(2.8)["step"] == 1  # it stands
    again = visit.pass_time(1)
    assert again["step"] > 5
    assert again["playing"]


def test_a_long_sequence_takes_no_longer_than_nine_seconds(bare_page: Open) -> None:
    visit = open_bare(bare_page(), input="random", T="40")
    assert visit.pass_time(8.5)["step"] > 1
    assert all(visit.pass_time(0.6)["arrows"].values())


def test_nothing_stands_left_of_where_the_error_has_come_to(bare_page: Open) -> None:
    page = bare_page()
    visit = open_bare(page, step="7")
    shown = visit.shown()
    assert not shown["playing"]
    assert shown["step"] == 7
    for t in range(1, T + 1):
        assert (shown["bars"][f"W {t}"] > 0.0) == (t >= 7), t
    for t in range(1, T):
        assert shown["arrows"][str(t)] == (t >= 7)


@pytest.mark.parametrize("cell", STUDY.cells)
def test_each_step_shows_the_engines_numbers(bare_page: Open, cell: str) -> None:
    page = bare_page()
    visit = open_bare(page, still=True, focus=cell)
    found, parts = run(STUDY, cell), terms(STUDY, cell, "W")
    norms = np.linalg.norm(found.contributions.parameters.W, axis=(1, 2))
    total = parts.sum()
    log2 = found.contributions.gradients.log2_dh[:, 0]
    for t in (T, T - 1, 6, 1):
        shown = visit.pick(t)
        together = number(float(100.0 * parts[t - 1 :].sum() / total))
        assert shown["reading"] == (
            f"step {t}: ‖dL/dh‖ = {power(log2[t])} · adds {number(float(parts[t - 1]))} along dL/dW"
            f" (norm {number(float(norms[t - 1]))}) · steps {t} to {T} together: {together} %"
        )
        assert shown["norms"][str(t)] == power(log2[t])
        assert shown["totals"]["W"] == number(float(parts[t - 1 :].sum()))


def test_the_sentence_says_how_much_the_steps_next_to_the_loss_make(bare_page: Open) -> None:
    visit = open_bare(bare_page(), still=True)
    for cell in STUDY.cells:
        visit.button(CELLS[cell].title).click()
        parts = terms(STUDY, cell, "W")
        late, early = (100.0 * float(some.sum()) / float(parts.sum()) for some in (parts[-3:], parts[:3]))
        assert visit.shown()["verdict"] == (
            f"The last three steps make up {number(late)} % of dL/dW in the {CELLS[cell].title}, "
            f"the first three {number(early)} %."
        )


def test_the_bars_stand_on_each_other_and_reach_the_total(bare_page: Open) -> None:
    page = bare_page()
    visit = open_bare(page, still=True, at="every")
    study = BackwardStudy(at="every")
    bars = visit.shown()["bars"]
    for name in ("V", "W", "U", "b"):
        parts = terms(study, "tanh", name)
        heights = np.array([bars[f"{name} {t}"] for t in range(1, T + 1)])
        scale = heights.max() / np.abs(parts).max()
        np.testing.assert_allclose(heights, np.abs(parts) * scale, atol=0.02)
    edges = page.evaluate(
        """() => {
          const at = (t) => { const e = part(`[data-bar="V ${t}"]`); const y = Number(e.getAttribute("y"));
            return [y, y + Number(e.getAttribute("height"))]; };
          const pile = part('[data-pile="V"]');
          return { bars: Array.from({ length: 11 }, (_, k) => at(k + 1)), top: Number(pile.getAttribute("y")) };
        }"""
    )
    for left, right in zip(edges["bars"][:-1], edges["bars"][1:], strict=True):
        assert min(abs(one - other) for one in left for other in right) < 0.03
    assert min(abs(edge - edges["top"]) for edge in edges["bars"][0]) < 0.03


def test_one_weight_shows_its_own_signed_contributions(bare_page: Open) -> None:
    page = bare_page()
    visit = open_bare(page, still=True, weight="U.2.1")
    visit.button("U[2,1]").click()
    each = each_step(run(STUDY, "tanh").contributions)["U"][:, 1, 0]
    for t in (T, 9, 8, 6):
        shown = visit.pick(t)
        assert f"adds {number(float(each[t - 1]))} to dL/dU[2,1]" in shown["reading"]
    assert visit.pick(1)["totals"]["U"] == number(float(run(STUDY, "tanh").gradient.parameters.U[1, 0]))


def test_keys_pick_steps_play_and_leave(bare_page: Open) -> None:
    page = bare_page()
    visit = open_bare(page)
    visit.picture.focus()
    for key, step in [("Home", 1), ("ArrowRight", 2), ("End", T), ("ArrowRight", T), ("ArrowLeft", T - 1)]:
        page.keyboard.press(key)
        shown = visit.shown()
        assert (shown["step"], shown["playing"]) == (step, False)
    page.keyboard.press("Space")
    assert visit.shown()["playing"]
    page.keyboard.press("Space")
    assert not visit.shown()["playing"]
    focused = "() => document.activeElement?.getAttribute('class')"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "scrub"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(focused) == "reverse"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(focused) != "reverse"


def test_step_goes_back_one_step_and_begins_again_at_the_loss(bare_page: Open) -> None:
    page = bare_page()
    visit = open_bare(page, still=True)
    for t in (T, T - 1, T - 2):
        visit.button("Step").click()
        assert visit.shown()["step"] == t


def test_a_press_on_the_picture_picks_that_step_and_that_array(bare_page: Open) -> None:
    page = bare_page()
    visit = open_bare(page, still=True)
    box = visit.shown()["picture"]
    page.mouse.click(box["left"] + 0.6 * box["width"], box["bottom"] - 80.0)  # the lane of U
    shown = visit.until("s.reading.includes('dL/dU')")
    assert 4 < shown["step"] < 9
    assert "dL/dU" in shown["verdict"]


def test_a_reader_who_wants_no_motion_sees_the_end_and_whole_steps_on_demand(bare_page: Open) -> None:
    visit = open_bare(bare_page(reduced_motion="reduce"))
    shown = visit.shown()
    assert (shown["step"], shown["playing"]) == (1, False)
    visit.button("Play").click()
    places = {visit.pass_time(0.1)["pulse"] for _ in range(15)}
    assert 2 <= len(places) <= 4


def test_the_update_shows_before_minus_rate_times_gradient_after(bare_page: Open) -> None:
    page = bare_page()
    visit = open_bare(page, still=True)
    found = run(STUDY, "tanh")
    W, G = found.weights.parameters.W, found.gradient.parameters.W
    rates = page.locator(".update input[type=range]")
    for rate in (0.001, 0.1, 10.0):
        rates.fill(str(RATES.index(rate)))
        shown = visit.shown()
        for k, name in enumerate(("before", "step", "after")):
            values = (W, rate * G, W - rate * G)[k].ravel()
            assert [shown["squares"][f"{name} {n}"] for n in range(16)] == [number(float(v)) for v in values]
        assert shown["update"] == update_verdict(found.update, RATES.index(rate), found.study.total)


def test_the_two_sentences_say_what_the_engine_finds(bare_page: Open) -> None:
    page = bare_page()
    visit = open_bare(page, still=True)
    for s, reading in enumerate(long_range(STUDY)):
        half = page.locator(".reach .grow").nth(s)
        assert half.locator(".said").text_content() == reach_verdict(reading)
        words = half.locator("svg").text_content() or ""
        assert all(word in words for word in reading.sentence.words)
        sizes = visit.shown()["sizes"]
        for c, row in enumerate(reading.log2_norms):
            assert sizes[f"{s} {c} 1"].endswith(power(row[0]))


def test_beside_the_gradient_of_each_word_stands_the_answer_without_it(bare_page: Open) -> None:
    page = bare_page()
    trained = "task-loan.n-8.H-6.B-8.cell-lstm.rate-0.03@60"
    open_bare(page, still=True, trained=trained)
    study, _ = BackwardStudy.from_query({"trained": trained})
    for s, found in enumerate(left_out(study)):
        half = page.locator(".reach .grow").nth(s)
        assert half.locator(".said").text_content() == left_out_verdict(found, "LSTM", s > 0)
        for t, without in enumerate(found.without - found.share, 1):
            size = half.locator(f'[data-size="{s} 0 {t}"]').text_content() or ""
            assert size == power(float(found.log2_norms[t - 1]))
            shown = half.locator(f'[data-changed="{s} {t}"]').text_content() or ""
            assert float(shown.replace(MINUS, "-")) == pytest.approx(without, rel=5e-3, abs=5e-4)


def test_no_bar_of_the_long_range_runs_off_its_picture(bare_page: Open) -> None:
    page = bare_page()
    open_bare(page, still=True, cells="identity", scale="3", seed="10")
    for half in page.locator(".reach .grow svg").all():
        box = half.bounding_box()
        assert box is not None
        for mark in [*half.locator("rect[data-influence]").all(), *half.locator("text[data-size]").all()]:
            place = mark.bounding_box()
            assert place is not None
            assert place["x"] + place["width"] <= box["x"] + box["width"]


def test_the_words_under_the_pointer_are_the_contribution_of_that_step(bare_page: Open) -> None:
    page = bare_page()
    open_bare(page, still=True)
    page.locator('[data-bar="W 10"]').hover(force=True)
    tip = page.locator(".stage .tip").first
    tip.wait_for(state="visible")
    parts = terms(STUDY, "tanh", "W")
    norm = float(np.linalg.norm(run(STUDY, "tanh").contributions.parameters.W[9]))
    share = number(float(100.0 * parts[9] / parts.sum()))
    assert tip.text_content() == (
        f"Step 10 adds {number(float(parts[9]))} along dL/dW, {share} % of the total {number(float(parts.sum()))}"
        f" (its norm: {number(norm)})."
    )


def test_nothing_moves_while_the_error_flows(bare_page: Open) -> None:
    page = bare_page()
    visit = open_bare(page, still=True)
    tops = "() => [...everywhere('.panel')].map((e) => e.getBoundingClientRect().top)"
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        visit.shown()
        seen = set()
        for step in range(T, 0, -1):
            visit.pick(step)
            seen.add(str(page.evaluate(tops)))
        assert len(seen) == 1
