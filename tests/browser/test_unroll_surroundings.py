"""The walk on a telephone, in the dark, for a class, at rest, and with whatever a visitor writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from engine.sequences import symbols
from figures.theme import GROUND, ROLES
from figures.unroll.walk import label
from tests.browser.unroll import Unroll, open_unroll

FAMILY = "👨‍👩‍👧‍👦"
AWKWARD = [
    "<script>document.title = 1</script>",
    "<img src=x onerror=document.title=1>",
    "\"'`&lt;\\u003c",
    f"a{FAMILY}e\u0301 שלום سلام",
    "]]>-->*/",
    "the  \n\tmat",
]


@pytest.mark.parametrize("query", [{}, {"wiring": "delayed", "layers": "3"}, {"both": "1", "H": "40", "cell": "lstm"}])
def test_a_telephone_never_scrolls_sideways_and_is_large_enough_to_touch(page: Page, query: dict[str, str]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    walk = open_unroll(page, **query, step="2")
    wide = page.evaluate(
        """() => [document.documentElement, document.querySelector('[data-testid="stMain"]'), unroll()]
          .map((e) => e.scrollWidth - e.clientWidth)"""
    )
    assert max(wide) <= 0
    box = walk.shown()["box"]
    assert box["left"] >= 0
    assert box["right"] <= 390
    small = page.evaluate(
        """() => Array.from(unroll().querySelectorAll(".walk button, .walk select, .walk input, .choices button"))
          .filter((e) => e.getClientRects().length && e.getBoundingClientRect().height < 40)
          .map((e) => e.textContent)"""
    )
    assert small == []


def test_a_finger_turns_steps_by_swiping_and_picks_by_tapping(profile: Callable[..., BrowserContext]) -> None:
    context = profile(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    walk = open_unroll(page, step="3")
    x, y = walk.middle('[data-unit="0 1"]', 3)
    touch = context.new_cdp_session(page)

    def finger(kind: str, across: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x + across, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    finger("touchStart", 0)
    for across in (-15, -40, -75):
        finger("touchMove", across)
    finger("touchEnd", 0)
    swiped = walk.until("s.t > 3")["t"]
    assert swiped in (4, 5)
    page.touchscreen.tap(*walk.middle('[data-unit="0 1"]', 2))
    assert walk.until("s.t === 2")["playing"] is False


def test_reduced_motion_starts_at_rest_with_everything_computed(profile: Callable[..., BrowserContext]) -> None:
    walk = open_unroll(profile(reduced_motion="reduce").new_page())
    now = walk.until("s.t === 5")
    assert not now["playing"]
    assert all(column["gradient"] > 0 for t, column in now["columns"].items() if t != "5")
    walk.button("Rolled").click()
    assert len(walk.shown()["columns"]) == 1  # at once
    walk.button("Unrolled").click()
    walk.button("Play").click()
    whole = walk.until("s.playing && s.t === 2")
    assert all(whole["columns"]["2"]["values"].values())  # whole steps, no half-filled states


def test_the_palette_follows_the_readers_theme_while_the_page_is_open(page: Page) -> None:
    walk = open_unroll(page, step="3")
    look = """() => ({
      input: unroll().querySelector(".enters").getAttribute("fill"),
      ground: getComputedStyle(document.querySelector('[data-testid="stApp"]')).backgroundColor,
    })"""
    light = page.evaluate(look)
    before = walk.shown()
    assert light["input"] == ROLES["input"].light
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"(wanted) => ({look})().input === wanted", arg=ROLES["input"].dark)
    dark = page.evaluate(look)
    assert dark["ground"] == f"rgb({', '.join(str(int(GROUND.dark[at : at + 2], 16)) for at in (1, 3, 5))})"
    now = walk.shown()
    assert now["columns"]["3"]["fills"] != before["columns"]["3"]["fills"]
    assert now["columns"]["3"]["values"] == before["columns"]["3"]["values"]
    assert all(a != b for a, b in zip(now["pictures"], before["pictures"], strict=True))


def test_for_a_class_everything_is_larger_and_the_picture_stands_above_the_fold(page: Page) -> None:
    small = open_unroll(page, step="3").shown()
    assert small["box"]["bottom"] < 900
    large = open_unroll(page, step="3", present="1").shown()
    assert large["font"] > 1.3 * small["font"]
    assert large["box"]["bottom"] < 900


@pytest.mark.parametrize("text", AWKWARD)
def test_whatever_is_written_is_shown_as_text_one_symbol_a_step(page: Page, text: str) -> None:
    walk = open_unroll(page, example="text", text=text, step="2")
    read = symbols(text)
    seen = []
    walk.diagram.focus()
    page.keyboard.press("Home")
    for t in range(1, len(read) + 1):
        now = walk.shown()
        assert now["t"] == t
        seen.append(now["columns"][str(t)]["enters"])
        assert f"‘\u2068{label(read[t - 1])}\u2069’ enters" in now["sentence"]
        page.keyboard.press("ArrowRight")
    assert seen == [label(symbol) for symbol in read]
    assert page.evaluate("() => unroll().querySelectorAll('script, img, iframe').length") == 0
    assert page.title() == "Unroll · Unrolled"


def test_words_in_any_language_enter_as_words(page: Page) -> None:
    text = f"שלום <b>bold</b> {FAMILY} Donaudampfschifffahrtsgesellschaft"
    walk = open_unroll(page, example="text", text=text, by="word", step="3")
    now = walk.shown()
    assert now["steps"] == 4
    assert now["columns"]["3"]["enters"] == FAMILY
    assert now["columns"]["2"]["enters"].startswith("<b>")
    assert now["columns"]["4"]["enters"].endswith("…")


def test_a_new_text_is_walked_at_once_and_the_page_stays(page: Page) -> None:
    walk = open_unroll(page, example="text", text="abcabc", step="4")
    box = page.get_by_label("Text", exact=True)
    box.fill("xyzzy!")
    box.press("Control+Enter")
    now = walk.until("s.columns[1]?.enters === 'x'")
    assert now["steps"] == 6
    assert [now["columns"][str(t)]["enters"] for t in range(1, 7)] == list("xyzzy!")


def describes(walk: Unroll) -> tuple[str, str]:
    return walk.diagram.get_attribute("role") or "", walk.diagram.get_attribute("aria-label") or ""


def test_a_reader_who_cannot_see_it_hears_the_step(page: Page) -> None:
    walk = open_unroll(page, step="3")
    role, words = describes(walk)
    assert role == "slider"
    assert words.startswith("tanh RNN, unrolled")
    assert walk.diagram.get_attribute("aria-valuenow") == "3"
    assert (walk.diagram.get_attribute("aria-valuetext") or "").startswith("Step 3 of 5: ‘\u2068l\u2069’ enters.")
    walk.button("Rolled").click()
    walk.until("s.rolled")
    assert "rolled up" in describes(walk)[1]
