"""Time inside a cell: operation after operation in the order of computation, on to the next step, and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from engine.cells import CELLS
from engine.studies.cell.gate_behaviour import memory
from engine.studies.cell.study import CellStudy
from figures.cell.words import step_sentences
from figures.cells import look_of
from tests.browser.cell import number_of, open_bare

Open = Callable[..., Page]
SMALL = {"H": "3", "text": "hello"}
BEAT = 1 / 2.6  # seconds from one operation to the next
RANKS = look_of(CELLS["lstm"]).circuit.ranks
LAST = max(RANKS.values())


def known(now: Any) -> set[str]:
    """Quantities that have their number already."""
    return {name for name, words in now["nodes"].items() if name != "x" and re.match(r"−?\d", number_of(words))}


def at_rank(first: int, last: int) -> set[str]:
    return {name for name, rank in RANKS.items() if first <= rank <= last} - {"x"}


def marching(now: Any, end: int) -> set[int]:
    """Ranks of the ends of the wires along which something flows; `end`: 0 of their source, 1 of their target."""
    return {RANKS[wire.split(">")[end]] for wire, drawn in now["wires"].items() if drawn["marching"]}


def test_it_plays_in_the_order_of_computation_and_on_to_the_next_step(bare_page: Open) -> None:
    inside = open_bare(bare_page(), **SMALL)
    now = inside.shown()
    assert (now["playing"], now["step"]) == (True, 2)  # at step 1 there is nothing to keep yet
    inside.pass_time(BEAT / 2)
    for rank in range(LAST + 1):
        now = inside.shown()
        assert known(now) == at_rank(0, rank)
        assert marching(now, 1) == ({rank} if rank else set())
        inside.pass_time(BEAT)
    assert inside.shown()["step"] == 2  # whole, it stands a little longer
    now = inside.pass_time(BEAT)
    assert (now["step"], known(now)) == (3, at_rank(0, 0))
    inside.button("Pause").click()
    assert inside.pass_time(5)["nodes"] == now["nodes"]


def test_backward_it_plays_from_what_leaves_the_last_step_to_what_it_starts_from(bare_page: Open) -> None:
    inside = open_bare(bare_page(), **SMALL, way="backward")
    inside.pass_time(BEAT / 2)
    for rank in range(LAST, -1, -1):
        now = inside.shown()
        assert now["step"] == 4
        assert known(now) == at_rank(rank, LAST)
        assert marching(now, 0) <= {rank}
        assert all(wire["back"] == wire["marching"] for wire in now["wires"].values())
        inside.pass_time(BEAT)
    assert inside.pass_time(2 * BEAT)["step"] == 3


def test_the_end_stands_and_then_it_begins_again(bare_page: Open) -> None:
    inside = open_bare(bare_page(), **SMALL, step="4")
    inside.page.get_by_label("Speed").select_option("4×")
    inside.button("Play").click()
    assert inside.pass_time((LAST + 3) * BEAT / 4)["step"] == 4
    assert inside.pass_time(5 * BEAT)["step"] == 4
    now = inside.pass_time(2 * BEAT)
    assert (now["step"], now["playing"]) == (1, True)


def test_one_operation_on_and_back_forward_and_backward(bare_page: Open) -> None:
    inside = open_bare(bare_page(), **SMALL, step="2")

    def press(*names: str) -> Any:
        for name in names:
            inside.button(name).click()
        return inside.shown()

    assert known(inside.shown()) == at_rank(0, LAST)
    assert known(press("On")) == at_rank(0, 0)
    now = press("On", "On")
    assert known(now) == at_rank(0, 2)
    assert now["now"] == "now computed: f (forget gate), i (input gate), g (candidate), o (output gate)"
    assert known(press("Back")) == at_rank(0, 1)
    now = press("backward", "Whole step")
    assert (known(now), now["step"]) == (at_rank(0, LAST), 2)
    assert known(press("On", "On", "On")) == at_rank(LAST - 2, LAST)
    assert any(wire["back"] for wire in inside.shown()["wires"].values())
    assert known(press("forward")) == at_rank(0, 0)  # the other way begins anew, unless the step was whole
    assert known(press("Whole step", "backward")) == at_rank(0, LAST)


def test_the_keyboard_moves_steps_operations_units_and_quantities(bare_page: Open) -> None:
    inside = open_bare(bare_page(), step="2", H="3")
    inside.circuit.focus()
    focused = "() => document.activeElement?.getAttribute('class')"
    assert inside.page.evaluate(focused) == "circuit"

    def press(key: str) -> Any:
        inside.page.keyboard.press(key)
        return inside.shown()

    for key, step in (("ArrowRight", 3), ("ArrowLeft", 2), ("End", 10), ("Home", 1), ("ArrowLeft", 1)):
        assert press(key)["step"] == step
    assert [press(key)["unit"] for key in "++++--"] == [2, 3, 3, 3, 2, 1]
    before = inside.shown()["title"]
    assert press("ArrowDown")["title"] != before
    assert press("ArrowUp")["title"] == before
    assert known(press("Enter")) == at_rank(0, 0)
    assert known(press("Enter")) == at_rank(0, 1)
    assert known(press("Shift+Enter")) == at_rank(0, 0)
    assert press(" ")["playing"]
    assert not press(" ")["playing"]
    press("Tab")
    assert inside.page.evaluate(focused) != "circuit"
    press("Shift+Tab")
    assert inside.page.evaluate(focused) == "circuit"


def test_another_run_shows_its_whole_step_so_that_a_gate_is_seen_to_close(bare_page: Open) -> None:
    inside = open_bare(bare_page(), step="4")
    before = inside.shown()
    inside.button("Play").click()
    assert known(inside.pass_time(2.5 * BEAT)) == at_rank(0, 2)
    now = inside.send(forget_bias="-20")  # a control has changed
    assert (now["playing"], now["step"], known(now)) == (False, 4, at_rank(0, LAST))
    assert min(before["bars"]["f"]) > 4.0
    assert max(now["bars"]["f"]) < 0.01
    assert now["wires"]["f>kept"]["width"] < before["wires"]["f>kept"]["width"] / 2
    said = step_sentences(CELLS["lstm"], memory(CellStudy(forget_bias=-20.0).run().trace), 10)
    assert now["said"] == said[3].replace("c_4", "c4")
    assert "forget gate f" in now["gates"]["forget"] and "shut (< 0.1) 100 %" in now["gates"]["forget"]
    now = inside.send(text="hello")
    assert (now["step"], now["steps"]) == (4, 4)
    now = inside.send(serial=2, forget_bias="20")  # a preset begins where it is best seen
    assert (now["playing"], now["step"], known(now)) == (True, 2, at_rank(0, 0))


def test_another_layout_leaves_everything_where_it_is(bare_page: Open) -> None:
    inside = open_bare(bare_page(), **SMALL)
    before = inside.pass_time(2.5 * BEAT)
    now = inside.send(layout="presenter", **SMALL)
    assert now["playing"]
    assert (now["step"], known(now)) == (before["step"], known(before))


def test_the_sentence_follows_the_step_in_the_same_frame_without_the_server(bare_page: Open) -> None:
    inside = open_bare(bare_page(), step="2")
    said = step_sentences(CELLS["lstm"], memory(CellStudy().run().trace), 10)
    for t in (3, 7, 10, 1):
        assert inside.pick(t)["said"] == re.sub(r"c_(\d+)", r"c\1", said[t - 1])
    inside.circuit.press("ArrowRight")
    inside.button("backward").click()
    inside.quantity("o").click()
    assert inside.bare.asked() == []


def test_who_wants_less_motion_sees_the_last_step_whole_and_still(bare_page: Open) -> None:
    inside = open_bare(bare_page(reduced_motion="reduce"))
    now = inside.shown()
    assert not now["playing"]
    assert now["step"] == now["steps"] == 10
    assert known(now) == at_rank(0, LAST)
    inside.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    inside.button("Copy link to this view").click()
    link = inside.page.get_by_role("textbox", name="Link to this view")
    assert link.input_value().endswith("/inside_the_cell")  # nobody has chosen that step
    inside.button("On").click()
    inside.button("On").click()
    assert marching(inside.shown(), 1) == {1}
    assert inside.page.evaluate("document.getAnimations().filter((a) => a.playState === 'running').length") == 0
    inside.button("Copy link to this view").click()
    assert link.input_value().endswith("/inside_the_cell?step=10")
