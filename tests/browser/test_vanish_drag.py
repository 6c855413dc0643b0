"""A drag of the scale is followed by everything at once, without a word to the server, and ends in the link."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, WebSocket

from engine.studies.vanish.study import VanishStudy
from tests.browser.vanish import Lab, open_lab, ready, verdicts


@pytest.fixture
def frames(page: Page) -> list[int]:
    """The size of every message that the page sent to the server; a drag must not add one."""
    sent: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda payload: sent.append(len(payload)))

    page.on("websocket", listen)
    return sent


def dragged(lab: Lab, start: float, stops: list[float]) -> Iterator[None]:
    """Hold the slider at each of the places, given as shares of its length; released at the end."""
    box = lab.scale.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    lab.page.mouse.move(box["x"] + start * box["width"], y)
    lab.page.mouse.down()
    for stop in stops:
        lab.page.mouse.move(box["x"] + stop * box["width"], y, steps=3)
        yield
    lab.page.mouse.up()


def test_everything_follows_the_drag_at_once_and_says_what_the_engine_finds(page: Page, frames: list[int]) -> None:
    lab, experiment = open_lab(page, still=True), VanishStudy()
    page.wait_for_timeout(200)
    before, sent, seen = lab.shown(), len(frames), set()
    for _ in dragged(lab, 0.29, [0.1, 0.35, 0.6, 0.95]):
        now = lab.shown()
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
        assert "scale" not in lab.address()
        before = now
    page.wait_for_url(re.compile(r"scale="))
    assert float(lab.address()["scale"]) == float(before["scale"])
    settled = lab.shown()
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
def test_every_verdict_on_the_way_is_the_engines(page: Page, experiment: VanishStudy) -> None:
    lab = open_lab(page, still=True, **experiment.to_query())
    for _ in dragged(lab, 0.29, [0.01, 0.2, 0.27, 0.3, 0.33, 0.5, 0.7, 0.99]):
        now = lab.shown()
        assert now["verdicts"] == verdicts(experiment, float(now["scale"]))


def test_the_keyboard_moves_the_scale_too(page: Page) -> None:
    lab = open_lab(page, T="12", H="3", still=True)
    lab.scale.focus()
    page.keyboard.press("ArrowRight")
    assert lab.until("s.scale === '1.05'")["verdicts"] == verdicts(VanishStudy(steps=12, hidden=3), 1.05)
    page.wait_for_url(re.compile(r"scale=1\.05"))
    page.keyboard.press("End")
    page.wait_for_url(re.compile(r"scale=3"))
    page.keyboard.press("Home")
    page.wait_for_url(re.compile(r"scale=0\.2"))
    assert lab.shown()["scale"] == "0.20"


def test_the_maps_of_every_scale_are_a_slider_too(page: Page, frames: list[int]) -> None:
    lab, experiment = open_lab(page, T="12", H="3", still=True), VanishStudy(steps=12, hidden=3)
    lab.landscape.scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    box, sent = lab.landscape.bounding_box(), len(frames)
    assert box is not None
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    first = lab.shown()
    assert first["step"] == 5
    assert float(first["scale"]) == pytest.approx(1.6, abs=0.11)
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.9 * box["height"], steps=3)
    second = lab.shown()
    assert second["step"] == 11
    assert float(second["scale"]) == pytest.approx(0.45, abs=0.11)
    assert second["verdicts"] == verdicts(experiment, float(second["scale"]))
    assert len(frames) == sent
    page.mouse.up()
    page.wait_for_url(re.compile(r"scale="))
    assert float(lab.address()["scale"]) == float(second["scale"])


def test_a_drag_after_a_change_of_the_controls_starts_from_the_new_runs(page: Page) -> None:
    lab = open_lab(page, T="12", H="3", still=True)
    page.get_by_role("button", name="Vanish", exact=True).click()
    page.wait_for_url(re.compile(r"\?scale=0\.5$"))
    lab.until("s.steps === 50 && s.scale === '0.50'")
    ready(lab)
    for _ in dragged(lab, 0.11, [0.5]):
        now = lab.shown()
        assert now["verdicts"] == verdicts(VanishStudy(), float(now["scale"]))


def test_the_picture_is_kept_while_its_numbers_change(page: Page) -> None:
    lab = open_lab(page, T="12", H="3", still=True)
    pictures = "Array.from(lab().querySelectorAll('svg[class]'))"
    page.evaluate(f"{pictures}.forEach((picture) => {{ picture.kept = true; }})")
    before = lab.shown()
    page.get_by_label("Seed", exact=True).fill("99")
    page.get_by_label("Seed", exact=True).press("Enter")
    page.wait_for_url(re.compile(r"seed=99"))
    after = lab.until("s.lines['dh-tanh'] !== a", before["lines"]["dh-tanh"])
    assert after["verdicts"] == verdicts(VanishStudy(steps=12, hidden=3, seed=99), 1.0)
    assert page.evaluate("() => Array.from(lab().querySelectorAll('svg[class]'), (picture) => picture.kept)") == [
        True,
        True,
        True,
    ]


def test_the_front_pages_picture_follows_the_drag(page: Page, frames: list[int]) -> None:
    lab, experiment = open_lab(page, "/", still=True), VanishStudy(steps=24)
    page.wait_for_timeout(200)
    sent = len(frames)
    for _ in dragged(lab, 0.29, [0.1, 0.8]):
        now = lab.shown()
        assert now["verdicts"] == verdicts(experiment, float(now["scale"]))
        assert len(frames) == sent
    lab.until("s.scale === a", now["scale"])
