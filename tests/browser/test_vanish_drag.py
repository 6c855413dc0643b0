"""A drag of the scale is followed by everything at once, without a word to the server, and ends in the link."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocket

from engine.studies.vanish.study import VanishStudy
from tests.browser.vanish import open_bare, open_vanish, verdicts


@pytest.fixture
def frames(page: Page) -> list[int]:
    """The size of every message that the page sent to the server; a drag must not add one."""
    sent: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda payload: sent.append(len(payload)))

    page.on("websocket", listen)
    return sent


def test_everything_follows_the_drag_at_once_and_says_what_the_engine_finds(page: Page, frames: list[int]) -> None:
    vanish, experiment = open_vanish(page, still=True), VanishStudy()
    before, seen, sent = vanish.shown(), set(), 0
    for _ in vanish.dragged(0.29, [0.1, 0.35, 0.6, 0.95]):
        sent = sent or len(frames)  # the slider was taken: every scale is there
        now = vanish.shown()
        assert now["scale"] not in seen
        seen.add(now["scale"])
        assert now["verdicts"] == verdicts(experiment, float(now["scale"]))
        assert now["verdicts"] != before["verdicts"]
        assert now["lines"]["dh-tanh"] != before["lines"]["dh-tanh"]
        assert now["arrows"] != before["arrows"]
        assert now["metrics"] != before["metrics"]
        assert now["growth"]["saturation"] != before["growth"]["saturation"]
        assert now["growth"]["weights"] != before["growth"]["weights"]
        assert now["factors"] != before["factors"]
        assert len(frames) == sent
        assert "scale" not in vanish.address()
        before = now
    page.wait_for_url(re.compile(r"scale="))
    assert float(vanish.address()["scale"]) == float(before["scale"])
    settled = vanish.shown()
    assert settled["verdicts"] == before["verdicts"]
    assert len(frames) > sent


@pytest.mark.parametrize(
    "experiment",
    [
        VanishStudy(cells=("identity", "relu"), steps=20, hidden=4, initialiser="identity"),
        VanishStudy(cells=("sigmoid", "lstm"), steps=200, hidden=4),
    ],
    ids=["explodes", "far below float32"],
)
def test_every_verdict_on_the_way_is_the_engines(bare_page: Callable[..., Page], experiment: VanishStudy) -> None:
    vanish = open_bare(bare_page(), still=True, **experiment.to_query())
    for _ in vanish.dragged(0.29, [0.01, 0.2, 0.27, 0.3, 0.33, 0.5, 0.7, 0.99]):
        now = vanish.shown()
        assert now["verdicts"] == verdicts(experiment, float(now["scale"]))


def test_the_keyboard_moves_the_scale_too(page: Page) -> None:
    vanish = open_vanish(page, T="12", H="3", still=True)
    vanish.scale.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"scale=1\.05"))
    assert vanish.until("s.scale === '1.05'")["verdicts"] == verdicts(VanishStudy(steps=12, hidden=3), 1.05)
    page.keyboard.press("End")
    page.wait_for_url(re.compile(r"scale=3"))
    page.keyboard.press("Home")
    page.wait_for_url(re.compile(r"scale=0\.2"))
    assert vanish.shown()["scale"] == "0.20"


def test_the_maps_of_every_scale_are_a_slider_too(page: Page, frames: list[int]) -> None:
    vanish, experiment = open_vanish(page, T="12", H="3", still=True), VanishStudy(steps=12, hidden=3)
    page.locator(".panel.land").scroll_into_view_if_needed()  # who looks at them needs every scale
    page.locator('.stage[data-whole="true"]').wait_for()
    box, sent = vanish.maps.bounding_box(), len(frames)
    assert box is not None
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    first = vanish.shown()
    assert first["step"] == 5
    assert float(first["scale"]) == pytest.approx(1.6, abs=0.11)
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.9 * box["height"], steps=3)
    second = vanish.shown()
    assert second["step"] == 11
    assert float(second["scale"]) == pytest.approx(0.45, abs=0.11)
    assert second["verdicts"] == verdicts(experiment, float(second["scale"]))
    assert len(frames) == sent
    page.mouse.up()
    page.wait_for_url(re.compile(r"scale="))
    assert float(vanish.address()["scale"]) == float(second["scale"])


def test_a_drag_after_a_change_of_the_controls_starts_from_the_new_runs(page: Page) -> None:
    vanish = open_vanish(page, T="12", H="3", still=True)
    page.get_by_role("button", name="Vanish", exact=True).click()
    page.wait_for_url(re.compile(r"\?scale=0\.5$"))
    vanish.until("s.steps === 50 && s.scale === '0.50'")
    for _ in vanish.dragged(0.11, [0.5]):
        now = vanish.shown()
        assert now["verdicts"] == verdicts(VanishStudy(), float(now["scale"]))


def test_the_picture_is_kept_while_its_numbers_change(page: Page) -> None:
    vanish = open_vanish(page, T="12", H="3", still=True)
    pictures = "Array.from(stage().querySelectorAll('svg[class]'))"
    page.evaluate(f"{pictures}.forEach((picture) => {{ picture.kept = true; }})")
    before = vanish.shown()
    page.get_by_label("Seed", exact=True).fill("99")
    page.get_by_label("Seed", exact=True).press("Enter")
    page.wait_for_url(re.compile(r"seed=99"))
    after = vanish.until("s.lines['dh-tanh'] !== a", before["lines"]["dh-tanh"])
    assert after["verdicts"] == verdicts(VanishStudy(steps=12, hidden=3, seed=99), 1.0)
    kept = page.evaluate(f"{pictures}.map((picture) => Boolean(picture.kept))")
    assert kept == [True, True, True]


def test_the_front_pages_picture_follows_the_drag(page: Page, frames: list[int]) -> None:
    vanish, experiment = open_vanish(page, "/", still=True), VanishStudy(steps=24)
    sent = 0
    for _ in vanish.dragged(0.29, [0.1, 0.8]):
        sent = sent or len(frames)
        now = vanish.shown()
        assert now["verdicts"] == verdicts(experiment, float(now["scale"]))
        assert len(frames) == sent
    vanish.until("s.scale === a", now["scale"])


def test_until_every_scale_is_there_the_slider_stays_put_and_asks_once(bare_page: Callable[..., Page]) -> None:
    page = bare_page()
    vanish = open_bare(page, still=True, T="12", H="3")
    before = vanish.send(serial=2, T="12", H="3", first_look=True)
    assert vanish.scale.input_value() == "16"
    box = vanish.scale.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.29 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2, steps=3)
    page.wait_for_function("asked.length > 0")
    now = vanish.shown()
    assert (now["scale"], now["verdicts"]) == (before["scale"], before["verdicts"]) == ("1.00", before["verdicts"])
    assert page.locator(".stage").get_attribute("aria-busy") == "true"
    later = vanish.send(serial=2, T="12", H="3")  # every scale has come while the hand was on it
    assert float(later["scale"]) == pytest.approx(2.45, abs=0.06)
    page.mouse.up()
    assert [name for name, _ in vanish.bare.asked()] == ["whole", "scale"]
    assert vanish.bare.asked()[-1][1] == float(later["scale"])


def test_an_answer_that_comes_late_does_not_move_the_slider_back(bare_page: Callable[..., Page]) -> None:
    vanish = open_bare(bare_page(), still=True, T="12", H="3", seeds="1")
    vanish.scale.focus()
    for _ in range(3):
        vanish.page.keyboard.press("ArrowRight")
    assert vanish.send(T="12", H="3", seeds="1", scale="1.05")["scale"] == "1.15"  # the answer to the first press


def test_no_key_is_lost_until_every_scale_is_there(bare_page: Callable[..., Page]) -> None:
    vanish = open_bare(bare_page(), still=True, T="12", H="3")
    vanish.send(serial=2, T="12", H="3", first_look=True)
    vanish.scale.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowRight"):
        vanish.page.keyboard.press(key)
        assert vanish.shown()["scale"] == "1.00"
    assert [value for name, value in vanish.bare.asked() if name == "scale"] == [1.05, 1.1, 1.05, 1.1]
    assert vanish.send(serial=2, T="12", H="3")["scale"] == "1.10"


@pytest.mark.parametrize("ends", ["pointercancel", "pointerup"])
def test_a_finger_that_scrolls_over_the_slider_leaves_the_scale(bare_page: Callable[..., Page], ends: str) -> None:
    vanish = open_bare(bare_page(has_touch=True), still=True, T="12", H="3")
    way = [("pointerdown", 300, 0), ("pointermove", 302, 30), (ends, 302, 60)]
    for kind, x, y in way:
        touch = {"pointerId": 1, "pointerType": "touch", "isPrimary": True, "clientX": x, "clientY": y, "bubbles": True}
        vanish.curves.dispatch_event(kind, touch)
        vanish.scale.dispatch_event(kind, touch)
    assert vanish.shown()["scale"] == "1.00"
    assert "scale" not in [name for name, _ in vanish.bare.asked()]
