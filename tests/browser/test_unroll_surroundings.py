"""The walk on a telephone, in the dark, for a class, at rest, and with whatever a visitor writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.parameters import Parameters
from engine.sequences import read_symbols
from figures.theme import ROLES
from figures.unroll.words import label
from tests.browser.bare import PHONE
from tests.browser.unroll import Unroll, bare_unroll

Open = Callable[..., Page]
ASKED = (Path(__file__).parent / "access.js").read_text(encoding="utf-8")
FAMILY = "👨‍👩‍👧‍👦"
AWKWARD = [
    "<script>document.title = 1</script>",
    "<img src=x onerror=document.title=1>",
    "\"'`&lt;\\u003c",
    f"a{FAMILY}e\u0301 שלום سلام",
    "]]>-->*/",
    "the  \n\tmat",
]
# What is shown at each step, turned to by a key.
STEPS = """async (count) => {
  const seen = [];
  for (let n = 0; n < count; n++) {
    const { t, columns, sentence } = shown();
    seen.push({ t, sentence, enters: columns[t].enters });
    stage().querySelector("svg.diagram").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
    await new Promise(requestAnimationFrame);
  }
  return seen;
}"""


@pytest.mark.parametrize("query", [{}, {"cell": "lstm", "both": "1", "layers": "2", "H": "3"}, {"example": "sine"}])
def test_what_is_to_come_can_be_read_as_what_was(bare_page: Open, query: dict[str, str]) -> None:
    walk = bare_unroll(bare_page(), **query)
    walk.page.add_script_tag(content=ASKED)
    for dark in (False, True, True, False):
        walk.page.evaluate("(dark) => document.documentElement.classList.toggle('dark', dark)", dark)
        walk.after(1.5)
        assert walk.shown()["playing"]
        for what in ("pale", "faint"):
            assert walk.page.evaluate("(what) => settledOn(what)", what) == []


@pytest.mark.parametrize("query", [{}, {"wiring": "delayed", "layers": "3"}, {"both": "1", "H": "40", "cell": "lstm"}])
def test_a_telephone_never_scrolls_sideways_and_is_large_enough_to_touch(
    bare_page: Open, query: dict[str, str]
) -> None:
    walk = bare_unroll(bare_page(**PHONE), **query, step="2")
    wide = walk.page.evaluate("[document.documentElement, stage()].map((e) => e.scrollWidth - e.clientWidth)")
    assert max(wide) <= 0
    box = walk.shown()["box"]
    assert box["left"] >= 0
    assert box["right"] <= 390
    spilt = walk.page.evaluate(
        """() => Array.from(stage().querySelectorAll(".eq-cell, .eq-result"))
          .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.outerHTML)"""
    )
    assert spilt == []
    small = walk.page.evaluate(
        """() => Array.from(stage().querySelectorAll("button, select, .walk input"))
          .filter((e) => e.getClientRects().length && e.getBoundingClientRect().height < 40)
          .map((e) => e.textContent)"""
    )
    assert small == []


class Finger:
    """A finger on a unit of a column."""

    def __init__(self, walk: Unroll, t: int) -> None:
        self.walk = walk
        self.x, self.y = walk.middle('[data-unit="0 1"]', t)
        self.devtools = walk.page.context.new_cdp_session(walk.page)

    def does(self, kind: str, across: float = 0) -> None:
        points = [] if kind in ("End", "Cancel") else [{"x": self.x + across, "y": self.y}]
        self.devtools.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})


def test_a_finger_turns_steps_by_swiping_and_picks_by_tapping(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(**PHONE), step="3")
    finger = Finger(walk, 3)
    finger.does("Start")
    for across in (-15, -40, -75):
        finger.does("Move", across)
    finger.does("End")
    assert walk.shown()["t"] in (4, 5)
    walk.page.touchscreen.tap(*walk.middle('[data-unit="0 1"]', 2))
    assert (walk.shown()["t"], walk.shown()["playing"]) == (2, False)


def test_a_swipe_that_the_browser_takes_over_lets_the_walk_go_on(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(**PHONE))
    walk.bare.pass_time(2.5)
    finger = Finger(walk, 2)
    finger.does("Start")
    for across in (15, 40, 75):
        finger.does("Move", across)
    assert (walk.shown()["t"], walk.shown()["playing"]) == (1, False)
    finger.does("Cancel")
    assert (walk.shown()["t"], walk.shown()["playing"]) == (2, True)


def test_reduced_motion_starts_at_rest_with_everything_computed(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(reduced_motion="reduce"))
    now = walk.shown()
    assert (now["t"], now["playing"]) == (5, False)
    assert all(column["gradient"] > 0 for t, column in now["columns"].items() if t != "5")
    walk.button("Rolled").click()
    assert len(walk.shown()["columns"]) == 1  # at once
    walk.button("Unrolled").click()
    walk.button("Play").click()
    walk.bare.pass_time(1.1)
    whole = walk.shown()
    assert (whole["t"], whole["playing"]) == (2, True)
    assert all(whole["columns"]["2"]["values"].values())  # whole steps, no half-filled states


def test_the_palette_follows_the_readers_theme_while_the_page_is_open(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), step="3")
    input_colour = "stage().querySelector('.enters').getAttribute('fill')"
    before = walk.shown()
    assert walk.page.evaluate(input_colour) == ROLES["input"].light
    walk.page.evaluate("document.documentElement.classList.add('dark')")
    walk.page.wait_for_function(f"{input_colour} === '{ROLES['input'].dark}'")
    now = walk.shown()
    assert now["columns"]["3"]["fills"] != before["columns"]["3"]["fills"]
    assert now["columns"]["3"]["values"] == before["columns"]["3"]["values"]
    assert all(a != b for a, b in zip(now["pictures"], before["pictures"], strict=True))


@pytest.mark.parametrize("query", [{}, {"wiring": "delayed", "layers": "3", "both": "0"}, {"layers": "3", "both": "1"}])
def test_for_a_class_everything_is_larger_and_the_walk_fits_on_one_screen(
    bare_page: Open, query: dict[str, str]
) -> None:
    page = bare_page(viewport={"width": 1440, "height": 900})
    walk = bare_unroll(page, **query, step="2")
    small = walk.shown()
    large = walk.follow(1, "presenter", **query, step="2")
    assert (large["t"], large["playing"]) == (2, False)
    assert large["font"] > 1.3 * small["font"]
    below = page.evaluate(
        "Math.max(...Array.from(stage().querySelectorAll('.main'), (e) => e.getBoundingClientRect().bottom))"
    )
    assert below <= 900


def test_a_projector_shows_every_number_of_few_units(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(viewport={"width": 1240, "height": 640}))
    for serial, hidden in enumerate(("2", "3", "4"), 2):
        shown = walk.follow(serial, "presenter", H=hidden, step="2")
        assert len([words for words in shown["columns"]["1"]["values"].values() if words]) == int(hidden)


def test_whatever_is_written_is_shown_as_text_one_symbol_a_step(bare_page: Open) -> None:
    walk = bare_unroll(bare_page())
    for serial, text in enumerate(AWKWARD, 2):
        walk.follow(serial, example="text", text=text, step="1")
        read = read_symbols(text)
        seen = walk.page.evaluate(STEPS, len(read))
        assert [now["t"] for now in seen] == list(range(1, len(read) + 1))
        assert [now["enters"] for now in seen] == [label(symbol) for symbol in read]
        for now, symbol in zip(seen, read, strict=True):
            assert f"‘\u2068{label(symbol)}\u2069’ enters" in now["sentence"]
        assert walk.page.evaluate("stage().querySelectorAll('script, img, iframe').length") == 0
        assert walk.page.title() == "Bare page"


def test_words_in_any_language_enter_as_words(bare_page: Open) -> None:
    text = f"שלום <b>bold</b> {FAMILY} Donaudampfschifffahrtsgesellschaft"
    now = bare_unroll(bare_page(), example="text", text=text, by="word", step="3").shown()
    assert now["steps"] == 4
    assert now["columns"]["3"]["enters"] == FAMILY
    assert now["columns"]["2"]["enters"].startswith("<b>")
    assert now["columns"]["4"]["enters"].endswith("…")


def test_a_reader_who_cannot_see_it_hears_the_step(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), step="3")
    assert walk.diagram.get_attribute("role") == "slider"
    assert walk.diagram.get_attribute("aria-valuenow") == "3"
    assert (walk.diagram.get_attribute("aria-valuetext") or "").startswith("Step 3 of 5: ‘\u2068l\u2069’ enters.")
    assert walk.page.locator(".sentence").get_attribute("aria-live") == "polite"
    walk.button("Play").click()
    walk.shown()
    assert walk.page.locator(".sentence").get_attribute("aria-live") == "off"  # nobody is talked over


def test_what_overflows_is_said_above_the_walk(bare_page: Open) -> None:
    query = {"example": "text", "text": "ab" * 500, "cell": "identity", "layers": "2", "edits": "W1_1_1_100"}
    walk = bare_unroll(bare_page(), **query, step="2")
    assert "the weights set by hand are left out." in walk.shown()["warning"]
    assert walk.follow(step="2")["warning"] == ""


def test_words_of_the_field_are_explained_where_they_stand(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), example="text", text="abcab", step="2")
    for term, meaning in (("of size", "the square root of the sum"), ("geometric mean", "the n-th root")):
        mark = walk.page.get_by_role("button", name=f"About: {term}", exact=True)
        assert mark.count() == 1  # where it stands first
        mark.click()
        sheet = walk.page.locator(".stage .help")
        sheet.wait_for(state="visible")
        assert meaning in (sheet.text_content() or "")
        walk.page.keyboard.press("Escape")
        sheet.wait_for(state="hidden")


def test_the_count_and_the_plain_network_stand_on_the_page(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), example="review", wiring="many-to-one", step="1")
    assert walk.page.locator(".count .formula").text_content() == "5·3 + 3 + 3·3 + 3·1 + 1 = 31"
    plain = walk.page.locator(".count").text_content() or ""
    assert "4·5 = 20 inputs" in plain
    assert "3·5 = 15" in plain


def test_a_plain_network_has_no_loop_and_no_w(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), wiring="one-to-one", step="1")
    visible = "(e) => e.checkVisibility({ visibilityProperty: true }) && e.textContent"
    names = walk.page.evaluate(f"Array.from(document.querySelectorAll('svg.diagram text'), {visible})")
    assert "U" in names and "V" in names
    assert "W" not in names and "0" not in names  # no arrow from a state before
    assert walk.page.get_by_role("button", name="Rolled", exact=True).count() == 0
    assert "W h" not in walk.shown()["sentence"]
    said = walk.page.locator(".eq").text_content() or ""
    assert "U x + b" in said and "W" not in said


def test_the_cost_of_a_vocabulary_follows_its_sliders_as_the_arrays_of_such_networks_do(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), step="1", large="1")
    rows = walk.page.locator(".vocabulary tbody tr")
    assert "75,000" in (rows.nth(0).text_content() or "")
    assert "126,000" in (rows.nth(0).text_content() or "")
    sizes: dict[str, int] = {}
    for name, notch in (("words", "80"), ("known", "90"), ("said", "70"), ("hidden", "110"), ("embedding", "60")):
        slider = walk.page.locator(f".vocabulary input[name={name}]")
        slider.fill(notch)
        value = slider.locator("xpath=../output").text_content() or ""
        sizes[name] = int(value.replace(",", ""))
    n, D, K, H, E = sizes.values()

    def loop(inputs: int) -> int:
        layer = Parameters(np.zeros((H, inputs)), np.zeros((H, H)), np.zeros(H))
        return layer.count + K * H + K

    plain = [np.zeros((H, n * D)), np.zeros(H), np.zeros((n * K, H)), np.zeros(n * K)]
    expected = [sum(array.size for array in plain), loop(D), np.zeros((D, E)).size + loop(E)]
    shown = [(rows.nth(k).locator("td").nth(2).text_content() or "").replace(",", "") for k in range(3)]
    assert shown == [str(count) for count in expected]
    sums = [(rows.nth(k).locator("td").last.text_content() or "") for k in range(3)]
    for words, count in zip(sums, expected, strict=True):
        terms = [np.prod([int(factor) for factor in term.split("·")]) for term in words.replace(",", "").split(" + ")]
        assert sum(terms) == count


def test_what_a_vocabulary_costs_is_folded_until_it_is_asked_for_and_stays_in_the_link(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), step="1")
    assert not walk.page.locator(".vocabulary table").is_visible()
    walk.page.locator(".vocabulary summary").click()
    assert walk.page.locator(".vocabulary table").is_visible()
    walk.page.wait_for_url("**large=1**")
