"""Unroll in the app: what takes a server is that controls, presets and the address lead the picture, and it them."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page

from figures.words import number
from tests.browser.unroll import Unroll, open_unroll, run_of


def enters(walk: Unroll) -> Any:
    """What enters, column by column."""
    return [column["enters"] for _, column in sorted(walk.shown()["columns"].items(), key=lambda one: int(one[0]))]


def test_a_preset_plays_from_its_start_again_and_again_and_back_restores(page: Page) -> None:
    walk = open_unroll(page, step="2")
    for _ in range(2):
        page.get_by_role("button", name="‘happy’", exact=True).click()
        walk.until("s.steps === 3 && s.playing && s.t === 1")
        page.wait_for_url(re.compile(r"example=happy"))
        assert enters(walk) == ["they", "are", "happy"]
        walk.scrub.fill("3")
        walk.until("!s.playing && s.t === 3")
    page.go_back()
    walk.until("s.steps === 5 && s.t === 2")
    assert enters(walk) == list("hello")
    page.go_forward()
    walk.until("s.steps === 3")


def test_a_weight_typed_over_is_run_linked_and_restored(page: Page) -> None:
    walk = open_unroll(page, step="2", unit="1")
    before = walk.shown()["columns"]["2"]["values"]
    typed = page.locator('.eq-ledger .eq-row:not([hidden]) input[aria-label^="U1[1, 2]"]')
    for _ in range(2):  # the very same again is heard again
        typed.fill("-0.75")
        page.keyboard.press("Enter")
        walk.until("s.columns[2].values['0 0'] !== a", before["0 0"])
        h = run_of(edits="U1_1_2_-0.75").parts[0].trace.layers[0].forward.h[2, 0]
        assert list(walk.shown()["columns"]["2"]["values"].values()) == [number(float(value)) for value in h]
        page.wait_for_url(re.compile(r"edits=U1_1_2_-0.75"))
        assert walk.address() == {"edits": "U1_1_2_-0.75", "step": "2"}
        page.locator(".eq-restore").click()
        walk.until("s.columns[2].values['0 0'] === a", before["0 0"])
        page.wait_for_function("() => !new URL(location.href).searchParams.has('edits')")


def test_a_new_text_is_walked_at_once_and_the_page_stays(page: Page) -> None:
    walk = open_unroll(page, example="text", text="abcabc", step="4")
    box = page.get_by_label("Text", exact=True)
    box.fill("xyzzy!")
    box.press("Control+Enter")
    now = walk.until("s.columns[1]?.enters === 'x'")
    assert (now["steps"], now["t"]) == (6, 4)
    assert enters(walk) == list("xyzzy!")


def test_presenter_mode_keeps_the_step_and_the_picture_above_the_fold(page: Page) -> None:
    walk = open_unroll(page, step="3")
    usual = walk.shown()
    assert usual["box"]["bottom"] < 900
    page.get_by_role("button", name="Present").click()
    page.get_by_role("button", name="Leave").wait_for()
    large = walk.until("s.t === 3 && !s.playing && s.font > 1.4 * a", usual["font"])
    assert large["box"]["bottom"] < 900
    assert walk.address() == {"step": "3", "present": "1"}
