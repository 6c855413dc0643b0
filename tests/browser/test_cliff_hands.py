"""Hands on the cliff: a press, a finger, a drag, a key; all is followed at once, and told once it is let go of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page

from engine.studies.cliff.resting import resting_places
from engine.studies.cliff.study import CliffStudy
from figures.cliff.message import COLUMNS
from figures.words import number
from tests.browser.cliff import Cliff, assert_says_the_engines, bare_cliff

Open = Callable[..., Page]
USUAL = CliffStudy()


def middle_of(box: dict[str, float]) -> tuple[float, float]:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_hand_on_the_map_is_followed_and_lets_both_balls_roll_from_where_it_lets_go(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page(), still=True)
    mouse = cliff.page.mouse
    mouse.move(*cliff.place(6.4, -2.6))
    mouse.down()
    held = cliff.shown()
    assert middle_of(held["start"]) == pytest.approx(cliff.place(6.4, -2.6), abs=2.0)
    assert not held["playing"]
    mouse.move(*cliff.place(5.2, -2.0), steps=3)
    moved = cliff.shown()
    assert moved["said"] != held["said"]
    assert cliff.told() == []
    mouse.up()
    rolling = cliff.shown()
    assert (rolling["at"], rolling["playing"]) == ("update 0 of 200", True)
    (drop,) = cliff.told()
    assert (drop.w, drop.b) == pytest.approx((5.2, -2.0), abs=0.01)
    assert drop == replace(USUAL, w=drop.w, b=drop.b)
    assert_says_the_engines(rolling["said"], drop)
    assert rolling["said"] == moved["said"]
    assert middle_of(rolling["start"]) == pytest.approx(cliff.place(drop.w, drop.b), abs=1.0)


def touch(cliff: Cliff, *names: str) -> None:
    """Events of a finger on the map, which moves 20 pixels to the right with each `pointermove`."""
    x, y = cliff.place(6.0, -2.0)
    cliff.page.evaluate(
        """({ names, x, y }) => {
          const map = stage().querySelector("svg.map-picture");
          const finger = { pointerType: "touch", isPrimary: true, bubbles: true, clientY: y };
          for (const name of names) {
            if (name === "pointermove") x += 20;
            map.dispatchEvent(new PointerEvent(name, { ...finger, clientX: x }));
          }
        }""",
        {"names": names, "x": x, "y": y},
    )


def test_a_finger_drops_them_too_and_one_that_scrolls_leaves_them_rolling(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page())
    before = cliff.pass_time(0.3)
    assert before["playing"]
    touch(cliff, "pointerdown", "pointercancel")
    assert cliff.shown() == before
    touch(cliff, "pointerdown", "pointermove")
    assert cliff.shown()["said"] != before["said"]
    touch(cliff, "pointercancel")
    assert cliff.shown() == before
    assert cliff.told() == []
    assert cliff.pass_time(0.3)["at"] != before["at"]
    touch(cliff, "pointerdown", "pointerup")
    (drop,) = cliff.told()
    assert (drop.w, drop.b) == pytest.approx((6.0, -2.0), abs=0.01)
    assert_says_the_engines(cliff.shown()["said"], drop)


def hold(cliff: Cliff, name: str, stops: list[float]) -> Iterator[None]:
    """Hold a slider at each of the places, given as shares of its length; released at the end."""
    mouse, selector = cliff.page.mouse, f'.cliff input[name="{name}"]'
    mouse.move(*cliff.middle(selector, stops[0]))
    mouse.down()
    for stop in stops[1:]:
        mouse.move(*cliff.middle(selector, stop), steps=3)
        yield
    mouse.up()


def test_a_drag_of_rate_threshold_or_momentum_is_followed_at_once_without_the_server(bare_page: Open) -> None:
    cliff, drop = bare_cliff(bare_page(), still=True), USUAL
    for name in ("rate", "threshold", "momentum"):
        told, seen = len(cliff.told()), set()
        for _ in hold(cliff, name, [0.5, 0.3, 0.45, 0.62, 0.7]):
            now = cliff.shown()
            seen.add(now["sliders"][name])
            drop = replace(drop, **{name: float(now["sliders"][name])})
            assert_says_the_engines(now["said"], drop)
            assert len(cliff.told()) == told
        assert len(seen) == 4
        assert cliff.told()[-1] == drop
        assert cliff.shown()["said"] == now["said"]


def test_a_drag_takes_few_milliseconds_a_frame(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page(), still=True)
    devtools = cliff.page.context.new_cdp_session(cliff.page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})  # not what other work takes

    def spent() -> float:
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))

    before = spent()
    cliff.page.evaluate(
        """async () => {
          const input = stage().querySelector('input[name="rate"]');
          for (let k = 0; k < 40; k++) {
            input.value = 150 + 3 * k;
            input.dispatchEvent(new Event("input"));
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          }
        }"""
    )
    taken = 1000 * (spent() - before) / 40
    assert taken < 33.0, f"{taken:.1f} ms a frame"  # 20 on a machine with a dozen times more work than it can do
    assert cliff.shown()["sliders"]["rate"] != "0.1"


def test_t_is_dragged_over_a_coarse_surface_and_the_engines_follows(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page(), still=True)
    before = cliff.shown()
    assert before["points"] == COLUMNS
    for _ in hold(cliff, "steps", [0.25, 0.1, 0.04]):
        now = cliff.shown()
        assert now["points"] == 90
        assert now["surface"] != before["surface"]
        assert_says_the_engines(now["said"], replace(USUAL, steps=int(now["sliders"]["steps"])))
    (drop,) = cliff.told()
    assert drop.steps == int(now["sliders"]["steps"])
    late = cliff.follow(T="17")  # of a place that the slider has left meanwhile
    assert (late["points"], late["said"]) == (90, now["said"])
    after = cliff.follow(T=f"{drop.steps}")
    assert after["points"] == COLUMNS
    assert after["surface"] != before["surface"]
    assert after["said"] == now["said"]


def test_arrow_keys_move_the_place_of_the_drop(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page(), still=True)
    keyboard = cliff.page.keyboard
    cliff.map.focus()
    for key in ("ArrowRight", "ArrowUp", "Shift+ArrowLeft"):
        keyboard.press(key)
    drop = cliff.told()[-1]
    assert (drop.w, drop.b) == pytest.approx((4.53, -2.08), abs=1e-9)
    assert_says_the_engines(cliff.shown()["said"], drop)
    keyboard.press("Enter")
    assert cliff.shown()["playing"]
    keyboard.press(" ")
    assert not cliff.shown()["playing"]
    keyboard.press("Tab")
    assert cliff.page.evaluate("document.activeElement.classList[0]") != "map-picture"


def test_the_map_goes_as_far_as_the_throw_and_back_and_leaves_the_balls_where_they_are(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page(), update="150")
    near = cliff.shown()
    assert (near["at"], near["edges"]["free"]) == ("update 150 of 200", "visible")
    cliff.button("Whole throw").click()
    (drop,) = cliff.told()
    low, high = drop.window[:2]
    assert low < 4.4
    assert high > 10.9
    assert cliff.shown()["points"] == 90  # until the engine's comes
    window = ",".join(map(str, drop.window))
    far = cliff.follow(window=window)
    assert far["points"] == COLUMNS
    assert (far["at"], far["edges"]["free"], far["balls"]["free"]) == ("update 150 of 200", "hidden", "visible")
    path = drop.paths()[0]
    x, y = cliff.place(path.w[150], path.b[150], drop.window)
    ball = cliff.page.locator("[data-ball=free]").bounding_box()
    assert ball is not None
    assert middle_of({**ball}) == pytest.approx((x, y), abs=1.0)
    cliff.button("Figure 6").click()
    assert cliff.told()[-1] == USUAL
    assert cliff.follow()["surface"] == near["surface"]
    cliff.button("Closer").click()
    assert cliff.told()[-1].window == pytest.approx((4.05, 5.55, -2.6, -1.6))
    for _ in range(2):
        cliff.button("Farther").click()
    assert cliff.told()[-1].window == pytest.approx((1.8, 7.8, -4.1, -0.1))
    assert cliff.shown()["at"] == "update 150 of 200"


def test_the_landscape_turns_under_the_pointer_and_the_keys(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page(), still=True)
    first = cliff.shown()["hill"]
    x, y = cliff.middle("canvas.hill-picture")
    cliff.page.mouse.move(x, y)
    cliff.page.mouse.down()
    cliff.page.mouse.move(x + 60, y + 20, steps=3)
    cliff.page.mouse.up()
    second = cliff.shown()["hill"]
    assert second != first
    cliff.page.locator("canvas.hill-picture").press("ArrowLeft")
    assert cliff.shown()["hill"] != second


def test_the_resting_places_and_the_latch_are_moved_by_a_hand(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page(), still=True)
    cliff.page.mouse.click(*cliff.middle("svg.resting", 0.5))
    drop = cliff.told()[-1]
    assert drop.b == pytest.approx(-2.5, abs=0.1)
    shown = cliff.shown()
    assert shown["resting"].startswith(f"At w = {number(drop.w)}, b = {number(drop.b)} ")
    assert_says_the_engines(shown["said"], drop)
    words = cliff.say(*cliff.middle("svg.resting", 0.5))
    assert words.startswith(f"b {number(drop.b)}: ")
    for place in resting_places(drop.w, drop.b).x:
        assert f"{number(place)} " in words
    cliff.page.mouse.click(*cliff.middle("svg.latch-region", 0.5))
    moved = cliff.told()[-1]
    assert moved.latch_w == pytest.approx(2.0, abs=0.3)
    assert moved.latch_u == pytest.approx(0.0, abs=0.3)
    assert moved == replace(drop, latch_w=moved.latch_w, latch_u=moved.latch_u)
    cliff.page.locator("svg.latch-region").press("ArrowUp")
    cliff.page.locator("svg.latch-region").press("Shift+ArrowRight")
    assert cliff.told()[-1].latch_u == pytest.approx(moved.latch_u + 0.01)
    assert cliff.told()[-1].latch_w == pytest.approx(moved.latch_w + 0.1)
    assert cliff.shown()["sliders"]["latch_w"] == number(cliff.told()[-1].latch_w)
