"""The view in the address: replaced, never pushed; put back after others; found again where a stage is mounted anew."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.bare import Bare
from tests.browser.kit.conftest import told

Open = Callable[..., Bare]


def query(trial: Bare) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(trial.page.url).query).items()}


def wait_for_query(trial: Bare, **wanted: str) -> None:
    """Until the address says just this."""
    trial.page.wait_for_function(
        "(wanted) => JSON.stringify([...new URLSearchParams(location.search)].sort()) === JSON.stringify(wanted)",
        arg=sorted([key, value] for key, value in wanted.items()),
    )


def press_up(trial: Bare, host: str = "host") -> None:
    trial.root(host).locator("svg.line").press("ArrowUp")


def entries(trial: Bare) -> int:
    return int(trial.page.evaluate("history.length"))


def test_the_address_follows_the_view_without_an_entry_of_history(bare: Open) -> None:
    trial = bare(told(steps=10), "/trial?H=4&more=a%20b")
    before = entries(trial)
    trial.page.get_by_role("button", name="Show all").click()
    press_up(trial)
    wait_for_query(trial, H="4", more="a b", step="10", unit="2")
    trial.root().locator("svg.line").press("ArrowDown")  # as usual: not in the link
    trial.page.get_by_role("button", name="by size").click()
    wait_for_query(trial, H="4", more="a b", step="10", sort="size")
    assert entries(trial) == before


def test_while_it_plays_the_address_rests(bare: Open) -> None:
    trial = bare(None, fake_time=True)
    trial.page.clock.install()
    trial.mount(told(steps=10))
    press_up(trial)
    trial.page.clock.run_for(400)  # longer than the address waits
    assert query(trial) == {}
    trial.pass_time(6)
    wait_for_query(trial, unit="2")


def test_what_others_push_gets_the_present_view(bare: Open) -> None:
    trial = bare(told(steps=10, step=3), "/trial?step=3")
    press_up(trial)
    wait_for_query(trial, step="3", unit="2")
    before = entries(trial)
    trial.page.evaluate("history.pushState({}, '', '/trial?H=5&step=9')")
    assert query(trial) == {"H": "5", "step": "3", "unit": "2"}  # at once
    assert entries(trial) == before + 1


def test_what_is_opened_while_it_plays_takes_the_old_step_out_of_the_address(bare: Open) -> None:
    trial = bare(None)
    trial.page.clock.install()
    trial.mount(told(steps=10, step=3))
    trial.pass_time(6)
    wait_for_query(trial, step="3")
    trial.page.evaluate("history.pushState({}, '', '/trial?H=5')")  # the server's, of a preset
    trial.mount(told(steps=10, serial=2))
    assert query(trial) == {"H": "5"}  # it plays on, and nothing waits for its end


def test_without_the_navigation_interface_the_next_draw_puts_it_back(bare: Open) -> None:
    trial = bare(None)
    trial.page.evaluate("delete window.navigation; Object.defineProperty(window, 'navigation', {value: undefined})")
    trial.mount(told(steps=10, step=3))
    wait_for_query(trial, step="3")
    trial.page.evaluate("history.pushState({}, '', '/trial?H=5&step=9')")
    trial.mount(told(steps=12, step=3))
    wait_for_query(trial, H="5", step="3")


def test_going_back_leaves_the_address_to_the_server(bare: Open) -> None:
    trial = bare(told(steps=10, step=3))
    wait_for_query(trial, step="3")
    trial.page.evaluate("history.pushState({}, '', '/trial?H=5')")
    press_up(trial)
    wait_for_query(trial, H="5", step="3", unit="2")
    trial.page.evaluate("history.back()")
    wait_for_query(trial, step="3")
    trial.mount(told(steps=10, step=3, serial=2))
    assert trial.said("unit") == "1"
    wait_for_query(trial, step="3")


def test_going_back_to_another_view_of_the_same_record_opens_it(bare: Open) -> None:
    """As between two presets of one record: the server has nothing to answer."""
    trial = bare(told(steps=10, step=3, unit=2), "/trial?H=4")
    wait_for_query(trial, H="4", step="3", unit="2")
    trial.page.evaluate("history.pushState({}, '', '/trial?H=4&step=7')")
    trial.mount(told(steps=10, step=7, serial=2))
    wait_for_query(trial, H="4", step="7")
    trial.page.evaluate("history.back()")
    wait_for_query(trial, H="4", step="3", unit="2")
    assert (trial.said("t"), trial.said("unit")) == ("3", "2")
    trial.page.evaluate("history.forward()")
    wait_for_query(trial, H="4", step="7")
    assert (trial.said("t"), trial.said("unit")) == ("7", "1")


def test_going_back_behind_a_reload_opens_the_view_that_the_server_reads_there(bare: Open) -> None:
    trial = bare(None, "/trial?H=4&step=3&unit=2")
    trial.page.evaluate("history.pushState({}, '', '/trial?H=4&step=7')")
    trial.page.reload()
    trial.mount(told(steps=10, step=7))
    wait_for_query(trial, H="4", step="7")
    press_up(trial)
    wait_for_query(trial, H="4", step="7", unit="2")
    trial.page.evaluate("history.back()")
    wait_for_query(trial, H="4", step="3", unit="2")
    trial.drawn()
    assert trial.said("t") == "7"  # nothing is made up before the server has answered
    trial.mount(told(steps=10, step=3, unit=2))
    assert (trial.said("t"), trial.said("unit")) == ("3", "2")
    press_up(trial)
    wait_for_query(trial, H="4", step="3", unit="3")


def test_another_page_keeps_its_own_address(bare: Open) -> None:
    trial = bare(None, fake_time=True)
    trial.page.clock.install()
    trial.mount(told(steps=10, step=3))
    wait_for_query(trial, step="3")
    press_up(trial)
    trial.page.evaluate("history.pushState({}, '', '/other')")
    trial.page.clock.run_for(400)  # longer than the address waits
    assert query(trial) == {}


def test_stages_share_an_address_and_every_link_has_all_views(bare: Open) -> None:
    keys = {"step": "step", "unit": "unit", "sort": "sort", "row": "row"}
    trial = bare(told(steps=10, step=3, keys=keys), "/trial?H=7")
    other = Bare(trial.page, "tests/browser/kit/other.js")
    other.mount(told(keys=keys, usual={"row": 1}), "beside")
    other.root("beside").evaluate("(root) => { root.dataset.row = 2; root.style.width = '50%'; }")
    press_up(trial)
    wait_for_query(trial, H="7", step="3", unit="2", row="2")
    trial.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    trial.page.get_by_role("button", name="Copy link to this view").click()
    link = trial.page.get_by_role("textbox", name="Link to this view").input_value()
    assert parse_qs(urlsplit(link).query) == {"H": ["7"], "step": ["3"], "unit": ["2"], "row": ["2"]}


@pytest.mark.parametrize("serial", [1, 2])
def test_a_stage_that_is_mounted_anew_finds_its_view(bare: Open, serial: int) -> None:
    trial = bare(told(steps=10, step=3))
    press_up(trial)
    assert trial.said("unit") == "2"
    trial.page.evaluate("document.getElementById('host').remove()")
    trial.mount(told(steps=10, step=3, serial=serial, layout="presenter"))
    assert trial.said("unit") == ("2" if serial == 1 else "1")  # another link has led here


def test_values_are_written_short(bare: Open) -> None:
    trial = bare(None, "/trial?H=4&present=1&e=7")
    found = trial.page.evaluate("""async () => {
      const { parametersOf, linkTo } = await import("/module/ui/kit/browser/address.js");
      const keys = { a: "a", b: "b", c: "c", d: "d", e: "e" };
      const usual = { a: 0.5, b: false, c: [1, 2], d: null, e: 1 };
      const view = { a: 0.1, b: true, c: ["W", 1, 2], d: null, e: 1, unknown: 3 };
      const envelope = { page: "x", serial: 1, view, keys, usual, layout: "presenter", query: { H: "5" } };
      return [parametersOf({ keys, usual }, view), linkTo(envelope, view)];
    }""")
    assert found[0] == {"a": "0.1", "b": "1", "c": "W.1.2", "d": None, "e": None}
    assert found[1].endswith("/trial?H=5&present=1&a=0.1&b=1&c=W.1.2")
