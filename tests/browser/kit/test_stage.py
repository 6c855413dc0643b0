"""The mount shell, and what stands around pictures."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.bare import Bare
from tests.browser.kit.conftest import told

Open = Callable[..., Bare]


def test_the_same_bytes_change_nothing_and_the_same_answer_is_not_painted_again(bare: Open) -> None:
    trial = bare(told(steps=10, step=3))
    trial.page.locator("svg.line").press("ArrowUp")
    trial.mount(told(steps=10, step=3))
    assert (trial.said("unit"), trial.said("number")) == ("2", "1")
    trial.mount(told(steps=10, step=3, layout="presenter"))  # the same answer in another envelope
    assert (trial.said("unit"), trial.said("number")) == ("2", "1")
    assert trial.root().evaluate("(root) => getComputedStyle(root).fontSize") == "21px"
    trial.mount(told(steps=11, step=3))
    assert (trial.said("unit"), trial.said("number")) == ("2", "2")


def test_a_message_is_drawn_at_once(bare: Open) -> None:
    trial = bare(told(steps=10, step=3))
    drawn = trial.page.evaluate(
        """async ([entry, steps]) => {
          const { default: mount } = await import(`/bundle/${entry}`);
          const parent = document.getElementById("host");
          const data = Uint8Array.from(atob(steps), (letter) => letter.charCodeAt(0));
          mount({ parentElement: parent, data });
          return parent.querySelector(".stage").dataset.number;
        }""",
        [trial.entry, _words(told(steps=12, step=3))],
    )
    assert drawn == "2"


def _words(message: bytes) -> str:
    import base64

    return base64.b64encode(message).decode()


def test_another_theme_and_another_width_are_drawn(bare: Open) -> None:
    trial = bare(told(steps=10, step=3))
    ink = "document.querySelector('.states rect').getAttribute('stroke')"
    light = trial.page.evaluate(ink)
    trial.page.evaluate("document.documentElement.className = 'dark'")
    trial.page.wait_for_function(f"{ink} !== '{light}'")
    trial.page.set_viewport_size({"width": 500, "height": 800})
    trial.page.wait_for_function("document.querySelector('svg.line').getAttribute('width') === '468'")


def test_styles_come_once_into_the_root_that_holds_the_stage(bare: Open) -> None:
    trial = bare(told(steps=10, step=3))
    trial.mount(told(steps=10, step=3), "beside")
    assert trial.page.evaluate("document.adoptedStyleSheets.length") == 2  # the kit's, then the page's
    found = trial.page.evaluate(
        """async ([entry, words]) => {
          const { default: mount } = await import(`/bundle/${entry}`);
          const tree = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
          const parent = tree.appendChild(document.createElement("div"));
          mount({ parentElement: parent, data: Uint8Array.from(atob(words), (letter) => letter.charCodeAt(0)) });
          return [tree.adoptedStyleSheets.length, getComputedStyle(parent.querySelector(".tip")).position];
        }""",
        [trial.entry, _words(told(steps=10, step=3))],
    )
    assert found == [2, "absolute"]


def test_every_question_mark_is_named_for_what_it_explains(bare: Open) -> None:
    trial = bare(told(steps=10, step=3))
    assert trial.page.get_by_role("heading", level=2).all_text_contents() == ["The walk", "States"]
    trial.page.get_by_role("button", name="About: States").click()
    sheet = trial.page.locator(".help")
    assert sheet.text_content() == "10 steps."
    assert sheet.evaluate("(e) => e.matches(':popover-open')")
    trial.page.keyboard.press("Escape")
    assert not sheet.is_visible()


def test_more_than_three_choices_are_a_list(bare: Open) -> None:
    trial = bare(None)
    found = trial.page.evaluate("""async () => {
      const { segments } = await import("/module/ui/kit/browser/elements.js");
      const seen = [];
      const offer = segments(document.body, "Letter", (value) => seen.push(value));
      const options = (names) => [...names].map((name) => [name, name.toUpperCase()]);
      const box = offer(options("abc"), "b");
      seen.push([...box.children].map((one) => [one.textContent, one.ariaPressed]));
      box.children[2].click();
      offer(options("abcd"), "d");
      const list = box.querySelector("select");
      seen.push([list.value, list.ariaLabel]);
      list.value = "a"; list.dispatchEvent(new Event("change"));
      offer(options("a"), "a");
      seen.push(box.hidden);
      return seen;
    }""")
    buttons = [["A", "false"], ["B", "true"], ["C", "false"]]
    assert found == [buttons, "c", ["d", "Letter"], "a", True]


@pytest.mark.parametrize("font", [12, 21])
def test_names_of_steps_never_collide_and_both_ends_are_named(bare: Open, font: int) -> None:
    trial = bare(None)
    cases = [[1, last, width] for last in (1, 2, 7, 12, 99, 100, 101, 1000, 10000) for width in (60, 150, 400, 1300)]
    found = trial.page.evaluate(
        """async ([cases, font]) => {
          const { stepTicks } = await import("/module/ui/kit/browser/axes.js");
          return cases.map(([first, last, width]) => stepTicks(first, last, width, font));
        }""",
        [cases, font],
    )
    for (first, last, width), ticks in zip(cases, found, strict=True):
        assert ticks[0] == first
        assert ticks == sorted(set(ticks))
        if width >= 150:
            assert ticks[-1] == last
        between = [other - one for one, other in itertools.pairwise(ticks[1:-1])]
        assert len(set(between)) <= 1
        assert not between or ticks[1] - ticks[0] <= between[0], ticks
        for one, other in itertools.pairwise(ticks):
            apart = (other - one) * width / (last - first)
            assert apart > font * 0.6 * (len(str(one)) + len(str(other))) / 2, (first, last, width, ticks)


def test_powers_of_ten_are_even_and_do_not_collide(bare: Open) -> None:
    trial = bare(None)
    spans = [[low, high] for low in (0, -1, -7, -46, -300) for high in (1, 3, 12)]
    found: Any = trial.page.evaluate(
        """async (spans) => {
          const { powerTicks } = await import("/module/ui/kit/browser/axes.js");
          return spans.map(([low, high]) => powerTicks(low, high, 150, 14));
        }""",
        spans,
    )
    for (low, high), ticks in zip(spans, found, strict=True):
        assert 0 in ticks
        strides = {other - one for one, other in itertools.pairwise(ticks)}
        assert len(strides) <= 1
        assert all(stride * 150 / (high - low) >= 14 for stride in strides)


@pytest.mark.parametrize("width", [360, 390, 800, 1280])
def test_no_width_scrolls_sideways_and_type_is_never_small(bare: Open, width: int) -> None:
    trial = bare(told(steps=40, step=3), viewport={"width": width, "height": 720})
    trial.drawn()
    assert trial.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = trial.page.evaluate("""[...document.querySelectorAll(".stage *")]
      .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
      .map((one) => parseFloat(getComputedStyle(one).fontSize)).filter((size) => size < 12)""")
    assert small == []


def test_a_finger_finds_targets_of_forty_pixels(bare: Open) -> None:
    trial = bare(told(steps=10, step=3), has_touch=True, is_mobile=True, viewport={"width": 390, "height": 700})
    trial.drawn()
    heights = trial.page.evaluate("""[...document.querySelectorAll(".stage :is(button, select, input)")]
      .filter((one) => one.offsetParent).map((one) => [one.textContent, one.getBoundingClientRect().height])""")
    assert [name for name, height in heights if height < 40] == []


@pytest.mark.parametrize("layout", ["presenter", "frame"])
def test_what_is_presented_fits_on_the_screen(bare: Open, layout: str) -> None:
    trial = bare(None, viewport={"width": 1280, "height": 720})
    trial.page.evaluate("document.body.style.paddingTop = '200px'")
    trial.mount(told(steps=10, step=3, layout=layout, verdict="What is said in two lines at least. " * 8))
    trial.drawn()
    bottom = "Math.max(...[...document.querySelectorAll('.main')].map((one) => one.getBoundingClientRect().bottom))"
    assert trial.page.evaluate(bottom) <= 720
    if layout == "presenter":
        assert 4 * 21 <= trial.page.evaluate("document.querySelector('.states canvas').clientHeight") < 16 * 21


def test_what_one_scrolls_to_has_a_screen_of_its_own(bare: Open) -> None:
    trial = bare(None, viewport={"width": 1280, "height": 720})
    trial.page.evaluate("document.body.style.paddingTop = '420px'")
    trial.mount(told(steps=10, step=3, layout="presenter"))
    trial.drawn()
    tall = "document.querySelector('.stage').getBoundingClientRect().height"
    assert trial.page.evaluate("document.querySelector('.states canvas').clientHeight") > 12 * 21
    assert trial.page.evaluate(tall) <= 720


def test_on_paper_pictures_take_the_width_of_the_sheet(bare: Open) -> None:
    trial = bare(told(steps=10, step=3))
    trial.drawn()
    trial.page.emulate_media(media="print")
    boxes = trial.page.evaluate("""() => {
      document.body.style.width = "500px"; // nothing is drawn again on the way to a printer
      return ["svg.line", ".states svg", ".states canvas"].map((name) => {
        const { left, right, top, bottom } = document.querySelector(name).getBoundingClientRect();
        return { left, right, top, bottom };
      });
    }""")
    trial.page.emulate_media(media="screen")
    assert all(box["right"] <= 517 for box in boxes)
    _, picture, canvas = boxes
    assert picture["left"] + 15 < canvas["left"] < canvas["right"] < picture["right"]
    assert picture["top"] < canvas["top"] < canvas["bottom"] < picture["bottom"]


def test_on_paper_there_are_no_controls(bare: Open) -> None:
    trial = bare(told(steps=10, step=3))
    trial.page.emulate_media(media="print")
    for words in ("Play", "PNG", "Copy link to this view", "About: States"):
        assert not trial.page.get_by_role("button", name=re.compile(words)).first.is_visible()
    trial.page.emulate_media(media="screen")
