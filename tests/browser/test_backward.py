"""The page Backward on the real server: what only a server and a browser together show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from engine.studies.backward.look import nudged
from engine.studies.backward.study import BackwardStudy
from figures.backward.words import check_verdict
from tests.browser.backward import open_backward

STUDY = BackwardStudy()


def test_a_picked_weight_is_checked_by_the_server_and_nothing_else_is_sent(page: Page) -> None:
    received: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: received.append(len(data))))
    visit = open_backward(page, still=True)
    visit.pick(4)
    page.wait_for_url("**step=4**")
    received.clear()
    page.locator('[data-square="before 4"]').click()
    shown = visit.until("s.checked.startsWith('W[2,1] of the tanh RNN')")
    assert check_verdict(nudged(STUDY, "tanh", ("W", 2, 1))) in shown["checked"]
    assert shown["step"] == 4
    assert sum(received) < 40_000  # the flow alone is larger
    page.wait_for_url("**weight=W.2.1**")
    assert visit.address() == {"step": "4", "weight": "W.2.1"}


def test_a_link_brings_the_whole_view_back_and_a_record_of_the_history_needs_one_press(
    profile: Callable[..., BrowserContext],
) -> None:
    page = profile(permissions=["clipboard-read", "clipboard-write"]).new_page()
    visit = open_backward(page, still=True)
    page.get_by_role("radio", name="every step").click()
    visit.until("!s.losses['0 1'].startsWith('(')")
    page.wait_for_url("**at=every**")
    visit.button("LSTM").click()
    page.locator('[data-place="1 9 4"]').click()
    page.locator('[data-square="before 9"]').click()
    visit.button("W[3,2]").click()
    page.locator(".update input[type=range]").fill("20")
    page.locator(".check input[type=range]").fill("3")
    visit.pick(6)
    visit.until("s.checked.startsWith('W[3,2] of the LSTM')")
    for part in ("nudge=", "rate=", "path=9.4", "weight=W.3.2", "single=1", "focus=lstm"):
        page.wait_for_url(f"**{part}**")
    visit.button("Copy link to this view").click()
    page.locator('.share [role="status"]').filter(has_text="copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    same = ("step", "verdict", "reading", "update", "squares", "path", "check", "checked", "bars")
    before = visit.shown()
    there = open_backward(profile().new_page(), **dict(pair.split("=") for pair in link.split("?")[1].split("&")))
    after = there.shown()
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    page.go_back()
    visit.until("s.losses['0 1'].startsWith('(')")
    assert "at" not in visit.address()


def test_presets_show_their_view_and_a_picked_one_can_be_picked_again(page: Page) -> None:
    visit = open_backward(page, still=True)
    visit.button("GRU").click()
    visit.until("s.verdict.includes('GRU') && s.checked.includes('GRU')")
    page.get_by_role("button", name="Open forget gates").click()
    visit.until("s.verdict.includes('LSTM') && s.checked.includes('LSTM')")
    visit.button("GRU").click()
    visit.until("s.verdict.includes('GRU') && s.checked.includes('GRU')")
    page.get_by_role("button", name="V sees its own step only").click()
    shown = visit.until("s.verdict.includes('dL/dV in the tanh RNN') && s.checked.startsWith('V[1,2] of the tanh RNN')")
    assert shown["step"] >= 1
    page.get_by_role("button", name="Open forget gates").click()
    visit.until("s.verdict.includes('LSTM') && s.checked.includes('LSTM')")


def test_coming_back_from_another_page_finds_the_weight_and_the_step(page: Page) -> None:
    visit = open_backward(page, still=True)
    page.locator('[data-square="before 4"]').click()
    visit.until("s.checked.startsWith('W[2,1]')")
    visit.pick(7)
    page.wait_for_url("**step=7**")
    menu = page.get_by_test_id("stSidebar")
    menu.get_by_role("link", name="Unroll").click()
    page.wait_for_url("**/unroll**")
    menu.get_by_role("link", name="Backward").click()
    shown = visit.until("s.step === 7 && !s.playing && s.checked.startsWith('W[2,1]')")
    assert "dL/dW" in shown["verdict"]
    page.wait_for_url("**weight=W.2.1**")


def test_controls_stand_right_after_the_first_picture_where_there_is_no_room_beside_it(page: Page) -> None:
    visit = open_backward(page, still=True)
    assert visit.shown()["picture"]["bottom"] < 700  # above the fold
    tops = """() => ["svg.reverse", ".st-key-controls", ".matrices"].map((s) => {
      const { left, top } = part(s).getBoundingClientRect();
      return [left, top];
    })"""
    for width, beside in ((1440, True), (1000, True), (980, False), (820, False), (390, False)):
        page.set_viewport_size({"width": width, "height": 900})
        visit.shown()
        page.wait_for_function(
            f"(beside) => {{ const [flow, controls] = ({tops})(); return controls[0] < flow[0] - 50 === beside; }}",
            arg=beside,
        )
        flow, controls, update = page.evaluate(tops)
        if beside:
            assert controls[1] < flow[1]
        else:
            assert flow[1] < controls[1] < update[1]
        page.wait_for_function("""() => {
          const [left, right] = ["steps", "hidden"].map((n) => part(`.st-key-half_${n}`).getBoundingClientRect());
          return left.top === right.top && left.right < right.left;
        }""")


@pytest.mark.parametrize(("query", "width", "height"), [("present", 1280, 720), ("embed", 800, 600)])
def test_what_is_presented_stands_on_one_screen(page: Page, query: str, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    visit = open_backward(page, still=True, **{query: "1" if query == "present" else "true"})
    parts = ("p.verdict", ".play", "svg.reverse", ".scrub")
    bottoms = page.evaluate("(parts) => parts.map((s) => part(s).getBoundingClientRect().bottom)", list(parts))
    assert max(bottoms) <= height
    if query == "present":
        assert visit.shown()["font"] > 18
    assert not page.get_by_test_id("stSidebar").is_visible()
