"""Lectures in a browser: keys and a clicker walk them on a projector, notes follow, and Back is one scene."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from engine.studies.lectures.lecture import lectures
from tests.browser.conftest import open_page
from ui.lectures.scene import CONTROLS

AT_THE_START = re.compile("^0:00 / ")
FITS = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  return main.scrollHeight <= main.clientHeight + 1 && main.scrollWidth <= main.clientWidth + 1;
}"""


HIDDEN = """(names) => {
  const stages = [...document.querySelectorAll("*")].map((host) => host.shadowRoot?.querySelector(".stage:not(.lectures)")).filter(Boolean);
  const found = (name) => stages.flatMap((stage) => [...stage.querySelectorAll(name)]);
  return names.map((name) => [...new Set(found(name).map((one) => getComputedStyle(one).visibility))].join());
}"""  # noqa: E501


def begin(page: Page, address: str) -> None:
    """Open a scene and wait for its question."""
    open_page(page, address)
    expect(page.locator(".lectures .question")).not_to_be_empty(timeout=30_000)


@pytest.mark.parametrize("letter", list(lectures()))
def test_a_clicker_walks_a_whole_lecture_on_a_projector_without_a_scroll_bar(page: Page, letter: str) -> None:
    scenes = lectures()[letter].scenes
    page.set_viewport_size({"width": 1280, "height": 720})
    begin(page, f"/lectures?lecture={letter}&present=1")
    question, answer = page.locator(".lectures .question"), page.locator(".lectures .because")
    for number, scene in enumerate(scenes, 1):
        expect(question).to_have_text(scene.question, timeout=30_000)
        expect(answer).to_be_hidden()
        expect(page.locator('[class*="st-key-scene"] .stage:not(.lectures)').first).to_be_visible(timeout=30_000)
        page.wait_for_function(FITS)
        covered = [name for name in scene.covers if name != CONTROLS]
        if covered:  # some may come later
            page.wait_for_function(f"(names) => ({HIDDEN})(names).includes('hidden')", arg=covered)
            assert set(page.evaluate(HIDDEN, covered)) <= {"hidden", ""}
        page.keyboard.press("PageDown")
        expect(answer).to_be_visible()
        page.wait_for_function(FITS)
        if covered:
            page.wait_for_function(f"(names) => ({HIDDEN})(names).join().includes('visible')", arg=covered)
        expect(page.locator("html")).to_have_attribute("data-revealed", f"{letter}.{number}")
        if number < len(scenes):
            page.keyboard.press("ArrowRight")
    page.keyboard.press("PageUp")
    expect(question).to_have_text(scenes[-2].question, timeout=30_000)


@pytest.fixture
def at_hello(page: Page) -> Page:
    """A scene of Unroll, presented."""
    begin(page, "/lectures?lecture=e&scene=8&present=1")
    return page


def test_back_is_one_scene_and_forward_again(at_hello: Page) -> None:
    question = at_hello.locator(".lectures .question")
    first = question.inner_text()
    at_hello.keyboard.press("PageDown")
    at_hello.keyboard.press("PageDown")
    expect(question).not_to_have_text(first)
    at_hello.wait_for_url("**scene=9**")
    at_hello.go_back()
    expect(question).to_have_text(first)


def test_a_picture_reached_by_the_keyboard_and_a_field_keep_their_keys(at_hello: Page) -> None:
    walk = at_hello.locator(".stage.unroll")
    expect(walk).to_have_attribute("data-t", "2")
    picture = walk.locator("svg.diagram").first
    picture.focus()
    at_hello.keyboard.press("ArrowRight")
    expect(walk).to_have_attribute("data-t", "3")
    expect(at_hello.locator(".lectures .because")).to_be_hidden()
    at_hello.keyboard.press("Escape")


def test_after_a_press_in_a_picture_a_clicker_still_turns_the_lecture(at_hello: Page) -> None:
    at_hello.locator(".stage.unroll svg.diagram").first.click(position={"x": 200, "y": 200})
    at_hello.keyboard.press("PageDown")
    expect(at_hello.locator(".lectures .because")).to_be_visible()


def test_notes_in_a_second_window_follow_the_first_and_lead_it(at_hello: Page) -> None:
    scenes = lectures()["e"].scenes
    with at_hello.context.expect_page() as opened:
        at_hello.get_by_role("button", name="Notes").click()
    notes = opened.value
    words = notes.locator(".lectures .words")
    expect(words).to_have_text(scenes[7].notes)
    expect(notes.locator(".lectures .after")).to_contain_text(scenes[8].title)
    expect(notes.locator(".stage:not(.lectures)")).to_have_count(0)
    at_hello.bring_to_front()
    at_hello.keyboard.press("PageDown")
    at_hello.keyboard.press("PageDown")
    expect(words).to_have_text(scenes[8].notes)
    notes.bring_to_front()
    notes.keyboard.press("PageDown")
    expect(at_hello.locator(".lectures .because")).to_be_visible()
    notes.keyboard.press("PageDown")
    expect(at_hello.locator(".lectures .question")).to_have_text(scenes[9].question)
    expect(words).to_have_text(scenes[9].notes)
    notes.close()


def test_a_prediction_is_marked_beside_the_answer(at_hello: Page) -> None:
    options = at_hello.locator(".lectures .option")
    options.first.click()
    expect(options.first).to_have_attribute("aria-pressed", "true")
    at_hello.get_by_role("button", name="Reveal").click()
    expect(options.first).to_have_attribute("data-mark", "predicted")
    expect(at_hello.locator(".lectures .option.right")).to_have_text("x, and W s is no longer 0")


def test_a_machine_that_nobody_else_can_open_says_how_to_open_it(at_hello: Page) -> None:
    at_hello.get_by_role("button", name="Follow").click()
    expect(at_hello.locator(".lectures .following")).to_contain_text("--server.address=0.0.0.0")


def test_what_came_out_is_told_when_the_walk_of_a_scene_has_ended_and_not_before(page: Page) -> None:
    begin(page, "/lectures?lecture=c&scene=8")
    verdict = page.locator(".stage.unroll .verdict")
    expect(verdict).to_contain_text("so the answer is right", timeout=30_000)
    expect(verdict).not_to_be_visible()
    for _ in range(2):
        page.locator(".stage.unroll").get_by_role("button", name="Step").click()
    expect(verdict).to_be_visible()


def place_of(letter: str, title: str) -> int:
    """The number of a scene."""
    return next(n for n, scene in enumerate(lectures()[letter].scenes, 1) if scene.title == title)


def test_factors_are_multiplied_as_they_are_pressed_or_typed(page: Page) -> None:
    begin(page, f"/lectures?lecture=d&scene={place_of('d', 'A product of gradients')}")
    stage = page.locator(".stage.by-hand")
    verdict = stage.locator(".verdict")
    expect(verdict).to_have_text("0.5 × 0.5 = 0.25", timeout=30_000)
    stage.get_by_role("button", name="0.03 × 0.05").click()
    expect(verdict).to_have_text("0.03 × 0.05 = 0.0015")
    field = stage.get_by_label("Factors")
    field.fill("2, 3, x")
    field.press("Enter")
    expect(page.locator("p.said")).to_contain_text("“x”")
    expect(verdict).to_have_text("0.03 × 0.05 = 0.0015")
    field.fill("2^10")
    field.press("Enter")
    expect(verdict).to_contain_text("1020, a product of 10 factors")
    expect(stage.locator("[data-curve]")).to_have_count(2)


def test_a_scene_of_a_training_goes_on_and_says_what_it_brought(page: Page) -> None:
    begin(page, f"/lectures?lecture=e&scene={place_of('e', 'Trained until it spells')}&revealed=1")
    said = page.locator(".lectures .numbers")
    expect(said).to_contain_text("e o h h", timeout=30_000)
    page.get_by_role("button", name="+10", exact=True).click()
    expect(said).to_contain_text("e l l o")


def test_what_is_changed_in_a_scene_stays_out_of_the_next_link_and_each_lecture_has_its_time(page: Page) -> None:
    begin(page, f"/lectures?lecture=a&scene={len(lectures()['a'].scenes)}&present=1")
    rate, timer = page.locator(".stage.backward-update input[type=range]"), page.locator(".lectures .timer")
    expect(rate).to_be_visible(timeout=30_000)
    rate.press("ArrowRight")
    page.wait_for_url("**rate=**")
    page.get_by_role("button", name="Reveal").click()
    expect(timer).not_to_have_text(AT_THE_START)
    page.reload()
    expect(timer).not_to_have_text(AT_THE_START, timeout=30_000)
    expect(page.locator(".lectures .where")).to_contain_text("the last scene")
    page.locator(".lectures .end button").dispatch_event("click")
    page.wait_for_url("**lecture=b**")
    expect(page.locator(".stage.unroll")).to_be_visible(timeout=30_000)
    expect(timer).to_have_text(AT_THE_START)
    expect(page.locator(".stage.backward-update")).to_have_count(0)
    assert "rate" not in page.url
    page.go_back()
    expect(timer).not_to_have_text(AT_THE_START, timeout=30_000)
