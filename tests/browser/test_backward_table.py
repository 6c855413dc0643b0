"""The table of losses and states, its paths, and the page around it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page

from engine.cells import CELLS
from engine.studies.backward.study import BackwardStudy
from figures.backward.flow import SPAN
from figures.theme import GROUND, ROLES
from figures.words import LOG10_2, number, power
from tests.browser.backward import open_backward, run

STUDY = BackwardStudy()
T = STUDY.length


def test_a_press_on_the_table_shows_the_path_factor_by_factor(page: Page) -> None:
    visit = open_backward(page, still=True)
    for c, cell in enumerate(STUDY.cells):
        found = run(STUDY, cell)
        for k, t in ((9, 4), (3, 3)):
            page.locator(f'[data-place="{c} {k} {t}"]').click()
            shown = visit.until("s.path.startsWith(a)", f"The loss at step {k} gives the {CELLS[cell].title}")
            arriving, inside = found.paths.log2_arriving[k - 1], found.paths.log2_inside[k - 1]
            assert f"error of {power(arriving[k])}" in shown["path"]
            if k > t:
                assert f"{power(arriving[t])} reaches" in shown["path"]
            assert len(shown["times"]) == 2 * (k - t)
            for s in range(t + 1, k + 1):
                assert shown["times"][f"saturation {s}"] == f"×{power(inside[s - 1] - arriving[s])}"
                assert shown["times"][f"weights {s}"] == f"×{power(arriving[s - 1] - inside[s - 1])}"


def test_arrows_walk_through_the_table(page: Page) -> None:
    visit = open_backward(page, still=True, path="5.3")
    visit.table.focus()
    for key, k, t in [
        ("ArrowRight", 5, 4),
        ("ArrowUp", 4, 4),
        ("ArrowUp", 3, 3),
        ("ArrowDown", 4, 3),
        ("ArrowLeft", 4, 2),
    ]:
        page.keyboard.press(key)
        visit.shown()
        norm = power(run(STUDY, "tanh").table.log2_norm[k - 1, t])
        assert f"Of the loss at step {k}, {norm} reaches the state at step {t}" in (
            visit.table.get_attribute("aria-label") or ""
        )


def test_the_words_under_the_pointer_are_the_engines_number(page: Page) -> None:
    open_backward(page, still=True)
    page.locator('[data-place="1 8 2"]').hover()
    tip = page.locator(".backward .tip").first
    tip.wait_for(state="visible")
    norm = power(run(STUDY, "lstm").table.log2_norm[7, 2])
    assert tip.text_content() == f"Of the loss at step 8, {norm} reaches the state at step 2 in the LSTM."


def test_a_colour_means_the_same_in_every_table(page: Page) -> None:
    seen: dict[str, float] = {}
    for query in ({}, {"scale": "0.5"}):
        study = BackwardStudy(scale=float(query.get("scale", "1")))
        places = open_backward(page, still=True, **query).shown()["places"]
        for place, colour in places.items():
            c, k, t = map(int, place.split())
            log10 = run(study, study.cells[c]).table.log2_norm[k - 1, t] * LOG10_2
            share = float(np.clip((log10 - SPAN[0]) / (SPAN[1] - SPAN[0]), 0.0, 1.0))
            assert abs(seen.setdefault(colour, share) - share) < 0.0045  # one of 256 steps
    assert len(seen) > 60


def test_each_row_names_its_loss_and_the_last_line_their_sum(page: Page) -> None:
    visit = open_backward(page, still=True, at="every")
    found = run(BackwardStudy(at="every"), "tanh")
    losses = visit.shown()["losses"]
    assert [losses[f"0 {k}"] for k in range(1, T + 1)] == [number(float(loss)) for loss in found.losses]
    assert number(float(found.losses.sum())) in (visit.table.text_content() or "")


def saved(page: Page, panel: str, name: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.locator(f".panel.{panel}").get_by_role("button", name=name, exact=True).click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target


def test_every_picture_is_taken_home(page: Page, tmp_path: Path) -> None:
    open_backward(page, still=True)
    names = set()
    for panel in ("flow", "update", "items", "way", "check", "reach"):
        png = saved(page, panel, "PNG", tmp_path)
        assert png.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        svg = saved(page, panel, "SVG", tmp_path)
        picture = ElementTree.fromstring(svg.read_text(encoding="utf-8"))
        assert picture.tag == "{http://www.w3.org/2000/svg}svg"
        assert "var(" not in svg.read_text(encoding="utf-8")
        table = saved(page, panel, "CSV", tmp_path)
        with table.open(newline="", encoding="utf-8") as file:
            head, *rows = csv.reader(file)
        assert rows
        assert all(len(row) == len(head) for row in rows)
        names |= {png.stem, svg.stem, table.stem}
    assert len(names) == 6


def test_the_table_is_taken_home_unrounded(page: Page, tmp_path: Path) -> None:
    open_backward(page, still=True)
    with saved(page, "items", "CSV", tmp_path).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * T * (T + 1) // 2
    for row in rows:
        log2 = run(STUDY, row["cell"]).table.log2_norm[int(row["loss k"]) - 1, int(row["state t"])]
        assert float(row["log10 |dL_k/dh_t|"]) == pytest.approx(log2 * LOG10_2, rel=1e-12)


def test_a_copied_link_brings_the_whole_view_back(profile: Callable[..., BrowserContext]) -> None:
    page = profile(permissions=["clipboard-read", "clipboard-write"]).new_page()
    visit = open_backward(page, still=True, at="every")
    visit.button("LSTM").click()
    page.locator('[data-place="1 9 4"]').click()
    page.locator('[data-square="before 9"]').click()
    visit.button("W[3,2]").click()
    page.locator(".update input[type=range]").fill("20")
    visit.pick(6)
    page.wait_for_url("**weight=W.3.2**")
    visit.until("s.checked.startsWith('W[3,2] of the LSTM')")
    visit.button("Copy link to this view").click()
    page.locator('.status [role="status"]').filter(has_text="copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    same = ("step", "verdict", "reading", "update", "squares", "path", "checked", "bars")
    before = visit.shown()
    other = profile().new_page()
    there = open_backward(other, **dict(pair.split("=") for pair in link.split("?")[1].split("&")))
    after = there.shown()
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def test_presets_show_their_view_and_a_picked_one_can_be_picked_again(page: Page) -> None:
    visit = open_backward(page, still=True)
    visit.button("GRU").click()
    visit.until("s.verdict.includes('GRU')")
    page.get_by_role("button", name="Open forget gates").click()
    visit.until("s.verdict.includes('LSTM')")
    visit.button("GRU").click()
    visit.until("s.verdict.includes('GRU') && s.checked.includes('GRU')")
    page.get_by_role("button", name="V sees its own step only").click()
    shown = visit.until("s.verdict.includes('dL/dV in the tanh RNN')")
    assert shown["step"] >= 1


def test_a_telephone_shows_the_picture_and_never_scrolls_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit = open_backward(page, still=True)
    sideways = page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll('[data-testid="stMain"]')]
          .map((e) => e.scrollWidth - e.clientWidth)"""
    )
    assert max(sideways) <= 0
    box = visit.shown()["picture"]
    assert box["left"] >= 0
    assert box["right"] <= 390
    small = page.evaluate(
        """() => [...part(".flow").querySelectorAll("button, select, input")]
          .map((e) => e.getBoundingClientRect()).filter((b) => b.height < 40).length"""
    )
    assert small == 0
    visit.button("Step").click()
    assert visit.shown()["step"] == T


def test_the_picture_stands_above_the_fold(page: Page) -> None:
    assert open_backward(page, still=True).shown()["picture"]["bottom"] < 700


def test_presenter_mode_enlarges_the_type(page: Page) -> None:
    visit = open_backward(page, still=True, present="1")
    assert visit.shown()["font"] > 18
    assert visit.shown()["picture"]["bottom"] < 900
    assert not page.get_by_test_id("stSidebar").is_visible()


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


def test_the_palette_follows_the_readers_theme(page: Page) -> None:
    open_backward(page, still=True)
    painted = "() => getComputedStyle(part('circle.pulse')).fill"
    assert page.evaluate(painted) == rgb(ROLES["gradient"].light)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"(wanted) => ({painted})() === wanted", arg=rgb(ROLES["gradient"].dark))
    ground = "() => getComputedStyle(document.querySelector('[data-testid=\"stApp\"]')).backgroundColor"
    assert page.evaluate(ground) == rgb(GROUND.dark)


@pytest.mark.parametrize(
    "query",
    [
        {"text": "<img src=x onerror=alert(1)>"},
        {"text": "שלום 👨‍👩‍👧‍👦 e\u0301"},
        {"input": "random", "T": "40", "H": "16", "at": "every", "cells": "peephole.lstm.gru"},
        {"input": "numbers", "numbers": "1e6,-1e6,0", "scale": "3", "cells": "identity.relu"},
        {"H": "1", "text": "aaa"},
        {"step": "zero", "path": "9", "weight": "W"},
    ],
)
def test_whatever_a_link_says_the_page_stands(page: Page, query: dict[str, str]) -> None:
    visit = open_backward(page, still=True, **query)
    visit.pick(1)
    assert visit.shown()["verdict"]
    for preset in ("Small weights",):
        page.get_by_role("button", name=preset).click()
    visit.until("s.steps === 11")


def test_going_back_in_the_browser_brings_the_last_study_back(page: Page) -> None:
    visit = open_backward(page, still=True, seed="11")
    before = visit.shown()["losses"]
    page.get_by_role("radio", name="every step").click()
    visit.until("!s.losses['0 1'].startsWith('(')")
    page.wait_for_url("**at=every**")
    page.go_back()
    page.wait_for_url("**/backward?seed=11")
    assert visit.until("s.losses['0 1'].startsWith('(')")["losses"] == before


def test_the_chosen_place_is_compared_over_all_networks(page: Page) -> None:
    open_backward(page, still=True, path="10.2")
    sizes = [f"{CELLS[cell].title} {power(run(STUDY, cell).table.log2_norm[9, 2])}" for cell in STUDY.cells]
    said = page.locator(".items .said").text_content()
    assert said == f"What the loss at step 10 sends to the state at step 2: {', '.join(sizes)}."


def test_a_drag_of_rate_or_step_asks_the_server_nothing(page: Page) -> None:
    visit = open_backward(page, still=True)
    visit.shown()
    page.wait_for_timeout(500)
    page.evaluate(
        """() => {
          const send = WebSocket.prototype.send;
          window.asked = 0;
          WebSocket.prototype.send = function (...given) { window.asked += 1; return send.apply(this, given); };
        }"""
    )
    for value in range(1, 12):
        page.locator("input.scrub").fill(str(value))
        page.locator(".update input[type=range]").fill(str(value))
    page.locator('[data-place="0 8 3"]').click()
    visit.shown()
    assert page.evaluate("window.asked") == 0
    page.locator('[data-square="before 7"]').click()  # the nudge of another weight is the server's work
    page.wait_for_function("window.asked > 0")
