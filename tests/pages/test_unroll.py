"""Unroll: every number that the picture is sent is the engine's, whatever is chosen, typed or set by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.cells import CELLS
from engine.sequences import symbols
from engine.studies.unroll.study import EXAMPLES, WIRINGS, UnrollStudy
from tests.pages.visits import address, checked, said, visit
from tests.pages.walks import PAGE, assert_shows, sent, set_by_hand
from ui.unroll.presets import PRESETS

TEXTS = {
    "script": "<script>alert(1)</script>",
    "emoji": "👨‍👩‍👧‍👦👍🏽🇨🇭 ok",
    "right to left": "שלום \u202eabc\u202c مرحبا",
    "combining marks": "e\u0301e\u0301a\u0300\u0323 कैसे",
    "line breaks": "one\ntwo\tthree",
    "quotes": "\"a\" & 'b' = <i>c</i>",
}


def test_the_page_opens_on_hello_with_the_lectures_weights() -> None:
    at = visit(PAGE)
    assert_shows(at, UnrollStudy())
    header, _ = sent(at)
    assert header["parts"][0]["labels"] == list("hello")
    assert (header["view"]["t"], header["editable"], header["presenter"]) == (None, True, False)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_shows_its_walk_and_what_to_look_for(name: str) -> None:
    at = visit(PAGE)
    checked(at.button(key=f"preset_{name}").click().run())
    assert_shows(at, PRESETS[name].record)
    assert f"**Look for:** {PRESETS[name].look_for}" in [markdown.value for markdown in at.markdown]
    assert UnrollStudy.from_query(address(at)) == (PRESETS[name].record, [])
    assert_shows(visit(PAGE, preset=name), PRESETS[name].record)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_can_be_chosen(example: str) -> None:
    at = visit(PAGE)
    checked(at.selectbox(key="walk_example").select(example).run())
    found, complaints = UnrollStudy.from_query(address(at))
    assert (found.example, complaints) == (example, [])
    assert found.wiring == ("many-to-one" if example in ("review", "happy") else "in-step")
    assert found.label == int(example == "happy")
    assert_shows(at, found)


@pytest.mark.parametrize("wiring", WIRINGS)
def test_every_wiring_can_be_chosen(wiring: str) -> None:
    at = visit(PAGE)
    checked(at.selectbox(key="walk_wiring").select(wiring).run())
    assert_shows(at, UnrollStudy(wiring=wiring))
    assert at.toggle(key="walk_both").disabled == (wiring == "delayed")


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_can_be_chosen(cell: str) -> None:
    at = visit(PAGE)
    checked(at.selectbox(key="walk_cell").select(cell).run())
    assert_shows(at, UnrollStudy(cell=cell))


def test_layers_directions_and_units_follow_their_controls() -> None:
    at = visit(PAGE)
    at.segmented_control(key="walk_layers").set_value(3)
    at.toggle(key="walk_both").set_value(True)
    checked(at.number_input(key="walk_hidden").set_value(5).run())
    assert_shows(at, UnrollStudy(layers=3, both=True, hidden=5))
    checked(at.selectbox(key="walk_wiring").select("delayed").run())
    assert_shows(at, UnrollStudy(layers=3, hidden=5, wiring="delayed"))


def test_a_number_out_of_range_is_moved_and_said() -> None:
    at = visit(PAGE)
    checked(at.number_input(key="walk_hidden").set_value(900).run())
    assert at.number_input(key="walk_hidden").value == 64
    assert any("64 is used" in sentence for sentence in said(at))
    assert_shows(at, UnrollStudy(hidden=64))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_an_own_text_enters_one_symbol_a_step(text: str) -> None:
    at = visit(PAGE)
    checked(at.selectbox(key="walk_example").select("text").run())
    checked(at.text_area(key="walk_text").input(text).run())
    header, _ = sent(at)
    assert header["steps"] == len(symbols(text))
    assert said(at) == []
    assert_shows(visit(PAGE, **address(at)), UnrollStudy(example="text", text=text))


@pytest.mark.parametrize(("text", "part"), [("", "0 characters"), ("x", "1 character;"), ("x" * 10_000, "first 1,000")])
def test_a_text_that_cannot_be_taken_is_said_and_the_page_stays(text: str, part: str) -> None:
    at = visit(PAGE, example="text")
    checked(at.text_area(key="walk_text").input(text).run())
    assert any(part in sentence for sentence in said(at))
    header, _ = sent(at)
    assert header["steps"] == (1000 if len(text) > 10 else len(UnrollStudy().text))


def test_one_word_is_too_few_words() -> None:
    at = visit(PAGE, example="text", text="hello")
    checked(at.segmented_control(key="walk_by").set_value("word").run())
    assert any("1 word;" in sentence for sentence in said(at))
    assert_shows(at, UnrollStudy(example="text", text="hello"))
    checked(at.text_area(key="walk_text").input("hello there").run())
    assert_shows(at, UnrollStudy(example="text", text="hello there", by="word"))


def test_own_numbers_enter_and_words_among_them_are_said() -> None:
    at = visit(PAGE)
    checked(at.selectbox(key="walk_example").select("numbers").run())
    checked(at.text_area(key="walk_numbers").input("2 -1, 0.5").run())
    assert_shows(at, UnrollStudy(example="numbers", numbers=(2.0, -1.0, 0.5)))
    checked(at.text_area(key="walk_numbers").input("2 banana").run())
    assert any("banana" in sentence for sentence in said(at))
    assert_shows(at, UnrollStudy(example="numbers", numbers=(2.0, -1.0, 0.5)))


def test_weights_set_by_hand_are_run_kept_in_the_link_and_restored() -> None:
    edits = (("U1", 2, 1, -0.75), ("V", 4, 3, 2.0))
    at = set_by_hand(visit(PAGE), "U1_2_1_-0.75;V_4_3_2")
    assert_shows(at, UnrollStudy(edits=edits))
    assert address(at) == {"edits": "U1_2_1_-0.75;V_4_3_2"}
    assert sent(at)[0]["edits"] == [["U1", 2, 1], ["V", 4, 3]]
    assert_shows(visit(PAGE, **address(at)), UnrollStudy(edits=edits))
    set_by_hand(at, "")
    assert_shows(at, UnrollStudy())
    assert address(at) == {}


def test_weights_set_by_hand_go_with_the_network_they_were_set_in() -> None:
    at = set_by_hand(visit(PAGE), "U1_2_1_-0.75")
    checked(at.segmented_control(key="walk_layers").set_value(2).run())
    assert_shows(at, UnrollStudy(layers=2))


@pytest.mark.parametrize("typed", ["<script>", "U1_99_1_2", "U1_1_1_1e9", "X_1_1_1", "U1_1_1_nan", ";;;"])
def test_a_weight_that_cannot_be_set_is_said(typed: str) -> None:
    at = set_by_hand(visit(PAGE), typed)
    assert len(said(at)) == 1
    assert sent(at)[0]["steps"] == 5


def test_numbers_that_overflow_in_a_stack_are_said_and_the_nearest_walk_is_shown() -> None:
    query = {"example": "text", "text": "ab" * 500, "cell": "identity", "layers": "2", "edits": "W1_1_1_100"}
    at = visit(PAGE, **query)
    (sentence,) = said(at)
    assert "left out" in sentence
    assert_shows(at, UnrollStudy(example="text", text="ab" * 500, cell="identity", layers=2))


def test_the_seed_rests_while_the_weights_are_the_lectures() -> None:
    at = visit(PAGE)
    assert at.number_input(key="walk_seed").disabled
    checked(at.selectbox(key="walk_cell").select("gru").run())
    assert not at.number_input(key="walk_seed").disabled
    checked(at.button(key="walk_dice").click().run())
    assert_shows(at, replace(UnrollStudy(cell="gru"), seed=at.number_input(key="walk_seed").value))
