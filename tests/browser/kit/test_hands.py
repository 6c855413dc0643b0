"""Hands on a picture and on a slider: a mouse, a finger, and a finger that only wants to scroll."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from tests.browser.bare import Bare
from tests.browser.kit.conftest import told

Open = Callable[..., Bare]
PHONE: Any = {"has_touch": True, "is_mobile": True, "viewport": {"width": 390, "height": 700}}


class Finger:
    """One finger on a trial page that is long enough to scroll."""

    def __init__(self, trial: Bare) -> None:
        self.trial = trial
        self.page = trial.page
        self.page.evaluate("document.body.style.paddingBottom = '2000px'")
        self.devtools = self.page.context.new_cdp_session(self.page)

    def stroke(self, *places: tuple[float, float], lifts: bool = True) -> None:
        """Touch the first place, move over the others in small steps, lift."""
        self._touch("touchStart", *places[0])
        for (x0, y0), (x1, y1) in pairwise(places):
            for k in range(1, 11):
                self._touch("touchMove", x0 + (x1 - x0) * k / 10, y0 + (y1 - y0) * k / 10)
        if lifts:
            self.devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        self.trial.drawn()

    def _touch(self, kind: str, x: float, y: float) -> None:
        self.devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})

    def scrolled(self) -> float:
        return float(self.page.evaluate("scrollY"))


def place(trial: Bare, selector: str, across: float, down: float = 0.5) -> tuple[float, float]:
    box = trial.page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def test_a_mouse_picks_on_press_and_while_it_is_held(bare: Open) -> None:
    trial = bare(told(steps=10, step=1))
    mouse = trial.page.mouse
    mouse.move(*place(trial, "svg.line", 0.5))
    assert trial.said("t") == "1"
    assert trial.page.locator(".tip").text_content() == "Step 5: −0.76."
    mouse.down()
    assert trial.said("t") == "5"
    mouse.move(*place(trial, "svg.line", 0.9))
    mouse.move(3, 700)  # far from the picture it is still held
    assert trial.said("t") == "1"
    mouse.up()
    mouse.move(*place(trial, "svg.line", 0.9))
    assert trial.said("t") == "1"
    mouse.move(3, 700)
    assert not trial.page.locator(".tip").is_visible()


def test_words_stay_inside_the_stage(bare: Open) -> None:
    trial = bare(told(steps=10, step=1))
    for across in (0.02, 0.5, 0.99):
        trial.page.mouse.move(*place(trial, "svg.line", across))
        tip, root = trial.page.locator(".tip").bounding_box(), trial.root().bounding_box()
        assert tip is not None
        assert root is not None
        assert root["x"] <= tip["x"] <= tip["x"] + tip["width"] <= root["x"] + root["width"] + 1
    pointer = place(trial, "svg.line", 0.99)
    assert tip["x"] + tip["width"] < pointer[0]  # on the side with room


def test_a_finger_picks_when_it_lifts_or_moves_sideways(bare: Open) -> None:
    trial = bare(told(steps=10, step=1), **PHONE)
    finger = Finger(trial)
    x, y = place(trial, "svg.line", 0.5)
    finger.stroke((x, y), (x + 2, y + 9), lifts=False)  # it may yet go on to scroll
    assert trial.said("t") == "1"
    finger.devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert trial.said("t") == "5"
    assert trial.page.locator(".tip").is_visible()
    finger.stroke(place(trial, "svg.line", 0.3), place(trial, "svg.line", 0.8))
    assert int(trial.said("t")) == pytest.approx(8, abs=1)
    assert finger.scrolled() == 0


def test_a_finger_that_scrolls_changes_nothing(bare: Open) -> None:
    trial = bare(told(steps=10, step=1), **PHONE)
    finger = Finger(trial)
    for selector in ("svg.line", ".heatmap", ".slider input", "input.scrub"):
        trial.page.evaluate("scrollTo(0, 0)")
        x, y = place(trial, selector, 0.7)
        finger.stroke((x, y), (x + 3, y - 90))
        assert finger.scrolled() > 20, selector
        assert (trial.said("t"), trial.said("scale")) == ("1", "1"), selector
        assert trial.page.locator(".slider input").input_value() == "1"
    assert trial.asked() == []


def test_a_finger_moves_a_slider_sideways_or_with_a_tap(bare: Open) -> None:
    trial = bare(told(steps=10, step=1), **PHONE)
    finger = Finger(trial)
    finger.stroke(place(trial, ".slider input", 0.5), place(trial, ".slider input", 0.9))
    dragged = float(trial.said("scale"))
    assert dragged == pytest.approx(1.8, abs=0.1)
    assert trial.asked() == [["scale", dragged]]
    finger.stroke(place(trial, ".slider input", 0.25))
    assert float(trial.said("scale")) == pytest.approx(0.5, abs=0.1)


def test_a_cancelled_touch_lets_it_play_on(bare: Open) -> None:
    trial = bare(told(steps=10), **PHONE)
    trial.pass_time(1)
    finger = Finger(trial)
    finger.stroke(place(trial, "svg.line", 0.5), place(trial, "svg.line", 0.9), lifts=False)
    assert trial.said("playing") == "false"
    finger.devtools.send("Input.dispatchTouchEvent", {"type": "touchCancel", "touchPoints": []})
    assert (trial.said("playing"), trial.said("t")) == ("true", "2")
    trial.pass_time(1)
    assert trial.said("t") == "4"


@pytest.mark.parametrize("picture", ["svg.line", ".slider input"])
def test_a_cancelled_touch_restores_what_was_before(bare: Open, picture: str) -> None:
    trial = bare(told(steps=10, step=2), **PHONE)
    finger = Finger(trial)
    finger.stroke(place(trial, picture, 0.5), place(trial, picture, 0.9), lifts=False)
    changed = (trial.said("t"), trial.said("scale"))
    assert changed != ("2", "1")
    finger.devtools.send("Input.dispatchTouchEvent", {"type": "touchCancel", "touchPoints": []})
    assert (trial.said("t"), trial.said("scale")) == ("2", "1")


def test_a_slider_gives_values_as_they_are_written(bare: Open) -> None:
    trial = bare(told(steps=10, step=1))
    slide = trial.page.locator(".slider input")
    slide.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight"):
        slide.press(key)
    assert trial.said("scale") == "1.15"  # not 1.1500000000000001
    assert trial.page.locator(".slider output").text_content() == "1.15"


def test_what_a_hand_pans_is_not_snatched_back(bare: Open) -> None:
    trial = bare(told(steps=10, step=1))
    found = trial.page.evaluate("""async () => {
      const { pannable } = await import("/module/ui/kit/browser/hands.js");
      const pan = document.createElement("div");
      pan.style.cssText = "width: 100px; overflow: auto";
      pan.innerHTML = "<div style='width: 1000px; height: 10px'></div>";
      document.body.append(pan);
      const { reveal } = pannable(pan, { reduced: () => true });
      const seen = [];
      reveal(500); seen.push(pan.scrollLeft);
      pan.dispatchEvent(new PointerEvent("pointerdown")); pan.scrollLeft = 20;
      reveal(500); seen.push(pan.scrollLeft);
      pan.dispatchEvent(new PointerEvent("pointerup"));
      reveal(500); seen.push(pan.scrollLeft);
      return seen;
    }""")
    assert found == [450, 20, 20]
