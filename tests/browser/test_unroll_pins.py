"""Pinned values on Unroll: kept in sight at every step, in the link, and let go again."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import walk
from figures.words import number
from tests.browser.unroll import bare_unroll

Open = Callable[..., Page]


def test_what_is_explained_is_pinned_and_its_values_stand_at_every_step(bare_page: Open) -> None:
    page = bare_page()
    visit = bare_unroll(page, step="5", unit="3")
    pins = page.locator(".panel.pins")
    expect(pins).to_be_hidden()
    page.get_by_role("button", name="Pin", exact=True).click()
    h = walk(UnrollStudy()).parts[0].trace.layers[0].forward.h[1:, 0, 2]
    expect(pins.locator("[data-pinned]")).to_have_text([number(float(value)) for value in h])
    page.wait_for_url("**pins=1.3**")
    assert visit.address()["pins"] == "1.3"
    pins.get_by_role("button", name="unit 3").click()
    expect(pins).to_be_hidden()
    expect(page.get_by_role("button", name="Pin", exact=True)).to_be_visible()


def test_a_link_brings_units_and_outputs_back_and_none_tells_a_value_before_it_comes(bare_page: Open) -> None:
    page = bare_page()
    walking = bare_unroll(page, pins="1.1.0.1")
    shown = page.locator(".panel.pins [data-pinned]")
    expect(shown).to_have_count(0)
    walking.bare.pass_time(4.7)
    walking.after(0.1)
    expect(shown).to_have_count(4)  # of two steps that are over
    bare_unroll(page, step="5", pins="1.1.0.1")
    expect(shown).to_have_count(10)
