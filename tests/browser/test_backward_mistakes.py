"""The pass by hand on the page Backward: a mistake is chosen, and what it does is told."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from engine.studies.backward.look import backwards
from engine.studies.backward.mistakes import OF_CELLS, tried
from engine.studies.backward.study import BackwardStudy
from figures.backward import answer
from figures.backward.view import BackwardView
from figures.words import number
from tests.browser.backward import Backward
from tests.browser.visit import message

STUDY = BackwardStudy()


def _open(page: Page, cell: str) -> Backward:
    visit = Backward.on_bare_page(page)
    answered = answer.mistakes(STUDY, cell)
    visit.bare.mount(message("backward", "Backward", BackwardView(), answered, 1, "page"), "mistakes")
    return visit


def test_a_chosen_mistake_shows_both_lines_and_how_far_off_it_leads(bare_page: Callable[..., Page]) -> None:
    page = bare_page()
    _open(page, "lstm")
    found = tried(backwards(STUDY, "lstm").gradients)
    part = page.locator(".panel.mistakes")
    for k in (0, 3):
        part.locator("select").select_option(str(k))
        expect(part.locator("code")).to_have_text([OF_CELLS["lstm"][k].right, OF_CELLS["lstm"][k].wrong])
        expect(part.locator("dd").first).to_have_text(number(found[k].misses["U"]))
    part.locator("select").select_option("0")
    expect(part.locator("dd").nth(3)).to_have_text("not seen")
    assert part.locator("[data-curve=right]").get_attribute("d") != part.locator("[data-curve=wrong]").get_attribute(
        "d"
    )


def test_a_cell_whose_pass_is_not_written_shows_a_sentence_alone(bare_page: Callable[..., Page]) -> None:
    page = bare_page()
    answered = answer.mistakes(BackwardStudy(cells=("leaky",)), "leaky")
    visit = Backward.on_bare_page(page)
    visit.bare.mount(message("backward", "Backward", BackwardView(), answered, 1, "page"), "mistakes")
    expect(page.locator(".panel.mistakes .said").first).to_contain_text("is not written by hand here")
    expect(page.locator(".panel.mistakes code").first).to_be_hidden()
