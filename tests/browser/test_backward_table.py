"""The table of losses and states, its paths, what is taken home, and room of every size."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.cells import CELLS
from engine.studies.backward.study import BackwardStudy
from figures.backward.flow import SPAN
from figures.theme import ROLES
from figures.words import LOG10_2, number, power
from tests.browser.backward import open_bare, run

Open = Callable[..., Page]
STUDY = BackwardStudy()
T = STUDY.length


def test_a_press_on_the_table_shows_the_path_factor_by_factor(bare_page: Open) -> None:
    page = bare_page()
    visit = open_bare(page, still=True)
    for c, cell in enumerate(STUDY.cells):
        found = run(STUDY, cell)
        for k, t in ((9, 4), (3, 3)):
            page.locator(f'[data-place="{c} {k} {t}"]').click()
            shown = visit.until("s.path.startsWith(a)", f"The loss at step {k} gives the {CELLS[cell].title}")
            arriving, inside = found.paths.log2_arriving[k - 1], found.paths.log2_inside[k - 1]
            assert f"error of {power(arriving[k])}" in shown["path"]
            if k > t:
                assert f"{power(arriving[t])} reaches" in shown["path"]
                assert "saturation multiplies it by" in shown["path"]
                assert page.locator(".way p.said .term").all_text_contents() == ["saturation"]  # explained on the spot
            assert len(shown["times"]) == 2 * (k - t)
            for s in range(t + 1, k + 1):
                assert shown["times"][f"saturation {s}"] == f"×{power(inside[s - 1] - arriving[s])}"
                assert shown["times"][f"weights {s}"] == f"×{power(arriving[s - 1] - inside[s - 1])}"


def test_arrows_walk_through_the_table(bare_page: Open) -> None:
    page = bare_page()
    visit = open_bare(page, still=True, path="5.3")
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


def test_the_words_under_the_pointer_are_the_engines_number(bare_page: Open) -> None:
    page = bare_page()
    open_bare(page, still=True)
    page.locator('[data-place="1 8 2"]').hover()
    tip = page.locator('[id="table"] .tip')
    tip.wait_for(state="visible")
    norm = power(run(STUDY, "lstm").table.log2_norm[7, 2])
    assert tip.text_content() == f"Of the loss at step 8, {norm} reaches the state at step 2 in the LSTM."


def test_a_colour_means_the_same_in_every_table(bare_page: Open) -> None:
    seen: dict[str, float] = {}
    for query in ({}, {"scale": "0.5"}):
        study = BackwardStudy(scale=float(query.get("scale", "1")))
        places = open_bare(bare_page(), still=True, **query).shown()["places"]
        for place, colour in places.items():
            c, k, t = map(int, place.split())
            log10 = run(study, study.cells[c]).table.log2_norm[k - 1, t] * LOG10_2
            share = float(np.clip((log10 - SPAN[0]) / (SPAN[1] - SPAN[0]), 0.0, 1.0))
            assert abs(seen.setdefault(colour, share) - share) < 0.0045  # one of 256 steps
    assert len(seen) > 60


def test_each_row_names_its_loss_and_the_last_line_their_sum(bare_page: Open) -> None:
    visit = open_bare(bare_page(), still=True, at="every")
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


# A browser lets a page save ten files a second.
@pytest.mark.parametrize("panels", [("flow", "update", "items"), ("way", "check", "reach")])
def test_every_picture_is_taken_home(bare_page: Open, tmp_path: Path, panels: tuple[str, ...]) -> None:
    page = bare_page()
    open_bare(page, still=True)
    names = set()
    for panel in panels:
        png = saved(page, panel, "PNG", tmp_path)
        assert png.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        svg = saved(page, panel, "SVG", tmp_path)
        picture = ElementTree.fromstring(svg.read_text(encoding="utf-8"))
        assert picture.tag == "{http://www.w3.org/2000/svg}svg"
        assert "var(" not in svg.read_text(encoding="utf-8")
        table = saved(page, panel, "CSV", tmp_path)
        with table.open(newline="", encoding="utf-8-sig") as file:
            head, *rows = csv.reader(file)
        assert rows
        assert all(len(row) == len(head) for row in rows)
        names |= {png.stem, svg.stem, table.stem}
    assert len(names) == len(panels)


def test_the_table_is_taken_home_unrounded(bare_page: Open, tmp_path: Path) -> None:
    page = bare_page()
    open_bare(page, still=True)
    with saved(page, "items", "CSV", tmp_path).open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * T * (T + 1) // 2
    for row in rows:
        log2 = run(STUDY, row["cell"]).table.log2_norm[int(row["loss k"]) - 1, int(row["state t"])]
        assert float(row["log10 |dL_k/dh_t|"]) == pytest.approx(log2 * LOG10_2, rel=1e-12)


@pytest.mark.parametrize("query", [{}, {"input": "random", "T": "40", "H": "16", "cells": "peephole.lstm.gru"}])
def test_nothing_scrolls_sideways_at_any_width(bare_page: Open, query: dict[str, str]) -> None:
    page = bare_page()
    visit = open_bare(page, still=True, **query)
    for width in (360, 390, 540, 580, 620, 700, 764, 820, 980, 1080):
        page.set_viewport_size({"width": width, "height": 800})
        visit.shown()
        page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.evaluate("everywhere('.stage').every((e) => e.scrollWidth <= e.clientWidth)"), width


@pytest.mark.parametrize("width", [390, 1000, 1440])
def test_no_words_in_the_pictures_are_smaller_than_twelve_pixels(bare_page: Open, width: int) -> None:
    page = bare_page(viewport={"width": width, "height": 900})
    open_bare(page, still=True).shown()
    sizes = page.evaluate(
        """() => everywhere(".stage svg text").filter((e) => e.textContent)
          .map((e) => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert min(sizes) >= 12
    assert len(sizes) > 100


def test_a_finger_finds_every_button(bare_page: Open) -> None:
    page = bare_page(viewport={"width": 390, "height": 844}, has_touch=True)
    visit = open_bare(page, still=True)
    assert visit.shown()["picture"]["right"] <= 390
    small = page.evaluate(
        """() => everywhere(".stage button, .stage select, .stage input")
          .map((e) => e.getBoundingClientRect()).filter((b) => b.height && b.height < 40).length"""
    )
    assert small == 0
    visit.button("Step").click()
    assert visit.shown()["step"] == T


@pytest.mark.parametrize(("layout", "width", "height"), [("presenter", 1280, 680), ("frame", 800, 540)])
def test_the_flow_its_button_and_its_verdict_stand_on_one_screen(
    bare_page: Open, layout: str, width: int, height: int
) -> None:
    page = bare_page(viewport={"width": width, "height": height})
    open_bare(page, still=True, layout=layout).shown()
    bottoms = page.evaluate(
        """() => ["p.verdict", ".play", "svg.reverse", ".scrub", "p.reading"]
          .map((s) => part(s).getBoundingClientRect().bottom)"""
    )
    assert max(bottoms) <= height


def test_the_chosen_place_is_compared_over_all_networks(bare_page: Open) -> None:
    page = bare_page()
    open_bare(page, still=True, path="10.2")
    sizes = [f"{CELLS[cell].title} {power(run(STUDY, cell).table.log2_norm[9, 2])}" for cell in STUDY.cells]
    said = page.locator(".items p.said").text_content()
    assert said == f"What the loss at step 10 sends to the state at step 2: {', '.join(sizes)}."


def test_a_touch_that_scrolls_the_page_changes_nothing(bare_page: Open) -> None:
    page = bare_page(viewport={"width": 390, "height": 844}, has_touch=True)
    visit = open_bare(page, still=True)
    before = visit.shown()
    for selector in ("svg.reverse", "svg.matrices", "svg.table"):
        page.evaluate(
            """(selector) => {
              const { left, top } = part(selector).getBoundingClientRect();
              const at = (name, down) => part(selector).dispatchEvent(new PointerEvent(name, {
                pointerType: "touch", isPrimary: true, pointerId: 3, bubbles: true,
                clientX: left + 90, clientY: top + 60 + down,
              }));
              at("pointerdown", 0);
              at("pointermove", 30);
              at("pointercancel", 60);
            }""",
            selector,
        )
    assert visit.shown() == before
    assert visit.bare.asked() == []


def test_a_drag_of_rate_or_step_asks_the_server_nothing(bare_page: Open) -> None:
    page = bare_page()
    visit = open_bare(page, still=True)
    for value in range(1, 12):
        page.locator("input.scrub").fill(str(value))
        page.locator(".update input[type=range]").fill(str(value))
    page.locator('[data-place="0 8 3"]').click()
    visit.shown()
    assert visit.bare.asked() == []
    page.locator('[data-square="before 7"]').click()  # the nudge of another weight is the server's work
    assert len(visit.bare.asked()) == 1


def test_pictures_follow_the_readers_theme(bare_page: Open) -> None:
    page = bare_page()
    open_bare(page, still=True)
    painted = "() => part('circle.pulse').getAttribute('fill')"
    assert page.evaluate(painted) == ROLES["gradient"].light
    page.evaluate("document.documentElement.classList.add('dark')")
    page.wait_for_function(f"(wanted) => ({painted})() === wanted", arg=ROLES["gradient"].dark)


@pytest.mark.parametrize(
    "query",
    [
        {"text": "<img src=x onerror=alert(1)>"},
        {"text": "שלום 👨‍👩‍👧‍👦 e\u0301"},
        {"input": "random", "T": "40", "H": "16", "at": "every", "cells": "peephole.lstm.gru"},
        {"input": "numbers", "numbers": "1e6,-1e6,0", "scale": "3", "cells": "identity.relu"},
        {"H": "1", "text": "aaa"},
        {"H": "1", "cells": "relu"},
        {"step": "zero", "path": "9", "weight": "W"},
    ],
)
def test_whatever_a_link_says_every_picture_stands(bare_page: Open, query: dict[str, str]) -> None:
    page = bare_page()
    visit = open_bare(page, still=True, **query)
    assert visit.shown()["verdict"]
    box = page.locator("svg.path").bounding_box()
    assert box is not None
    for share in (0.2, 0.5, 0.8):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 40)
        visit.shown()
    assert "not a number" not in page.evaluate("everywhere('.stage').map((e) => e.textContent).join()")
    assert visit.send(serial=2, at="every", scale="0.5")["steps"] == T


def test_a_network_with_one_loss_has_one_row_that_hands_and_keys_stay_on(bare_page: Open) -> None:
    page = bare_page()
    visit = open_bare(page, trained="n-8.H-3.B-4@2", path="3.1")
    assert [words for words in visit.shown()["losses"].values() if words] == [visit.shown()["losses"]["0 8"]]
    assert visit.shown()["path"].startswith("The loss at step 8 gives the tanh RNN")
    page.locator('[data-place="0 8 5"]').click(force=True)  # under the line of the path
    assert visit.until("s.path.includes(a)", "reaches the state at step 5")
    page.locator('[data-place="0 4 2"]').click(force=True)
    visit.table.press("ArrowUp")
    visit.table.press("ArrowLeft")
    assert visit.until("s.path.includes(a)", "reaches the state at step 4")
