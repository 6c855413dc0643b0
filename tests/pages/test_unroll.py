"""Unroll: every number that the picture is sent is the engine's, whatever is chosen, typed or set by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.cells import CELLS
from engine.sequences import symbols
from engine.studies.unroll.choices import EXAMPLES, WIRINGS
from engine.studies.unroll.study import UnrollStudy
from tests.pages.unroll import assert_shows, field, sent, set_by_hand, visit
from tests.pages.visits import address, checked, letter, said
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
    at = visit()
    assert_shows(at, UnrollStudy())
    envelope, header, _ = letter(at, "unroll")
    assert header["parts"][0]["labels"] == list("hello")
    assert envelope["view"]["t"] is None  # so it plays


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_shows_the_engines_numbers(name: str) -> None:
    record = PRESETS[name].record
    assert isinstance(record, UnrollStudy)
    assert_shows(visit(preset=name), record)


def test_an_example_brings_its_wiring_and_its_answer_along() -> None:
    at = visit()
    for example in [*EXAMPLES, "hello"]:
        checked(field(at, "example").set_value(example).run())
        found, complaints = UnrollStudy.from_query(address(at))
        assert (found.example, complaints) == (example, [])
        assert found.wiring == ("many-to-one" if example in ("review", "happy") else "in-step")
        assert found.label == int(example == "happy")
        assert_shows(at, found)


def test_every_wiring_and_every_cell_is_run_by_the_engine() -> None:
    at = visit()
    for wiring in [*WIRINGS, "in-step"]:
        checked(field(at, "wiring").set_value(wiring).run())
        assert_shows(at, UnrollStudy(wiring=wiring))
        assert field(at, "both").proto.disabled == (wiring == "delayed")
    for cell in CELLS:
        checked(field(at, "cell").set_value(cell).run())
        assert_shows(at, UnrollStudy(cell=cell))


def test_layers_directions_and_units_follow_their_controls() -> None:
    at = visit()
    field(at, "layers").set_value(3)
    field(at, "both").set_value(True)
    checked(field(at, "hidden").set_value("5").run())
    assert_shows(at, UnrollStudy(layers=3, both=True, hidden=5))
    checked(field(at, "wiring").set_value("delayed").run())
    assert_shows(at, UnrollStudy(layers=3, hidden=5, wiring="delayed"))


def test_an_own_text_enters_one_symbol_a_step() -> None:
    at = visit(example="text")
    for text in TEXTS.values():
        checked(field(at, "text").set_value(text).run())
        assert said(at) == []
        assert sent(at)[0]["steps"] == len(symbols(text))
        assert_shows(at, UnrollStudy(example="text", text=text))
        assert address(at) == {"example": "text", "text": text}


def test_one_word_is_too_few_words_and_stays_typed() -> None:
    at = visit(example="text", text="hello")
    checked(field(at, "by").set_value("word").run())
    assert any("1 word;" in sentence for sentence in said(at))
    assert field(at, "text").value == "hello"
    assert_shows(at, UnrollStudy(example="text", by="word"))
    checked(field(at, "by").set_value("character").run())
    assert said(at) == []
    assert_shows(at, UnrollStudy(example="text", text="hello"))
    checked(field(at, "by").set_value("word").run())
    checked(field(at, "text").set_value("hello there").run())
    assert_shows(at, UnrollStudy(example="text", text="hello there", by="word"))


def test_of_a_text_that_is_too_long_by_character_the_beginning_is_read_and_that_is_said() -> None:
    at = visit(example="text", text="hello " * 500, by="word")
    checked(field(at, "by").set_value("character").run())
    assert any("the first 1,000 are used" in sentence for sentence in said(at))
    assert_shows(at, UnrollStudy(example="text", text=("hello " * 500)[:1000]))


def test_own_numbers_enter_and_stay_where_words_among_them_are_said() -> None:
    at = visit(example="numbers")
    for typed in ("2 -1, 0.5", "2 banana"):
        checked(field(at, "numbers").set_value(typed).run())
        assert_shows(at, UnrollStudy(example="numbers", numbers=(2.0, -1.0, 0.5)))
    assert any("banana" in sentence for sentence in said(at))


def test_weights_set_by_hand_are_run_kept_in_the_link_and_restored() -> None:
    edits = (("U1", 2, 1, -0.75), ("V", 4, 3, 2.0))
    at = set_by_hand(visit(), "U1_2_1_-0.75;V_4_3_2")
    assert_shows(at, UnrollStudy(edits=edits))
    assert address(at) == {"edits": "U1_2_1_-0.75;V_4_3_2"}
    assert sent(at)[0]["edits"] == [["U1", 2, 1], ["V", 4, 3]]
    assert_shows(visit(**address(at)), UnrollStudy(edits=edits))
    set_by_hand(at, "")
    assert_shows(at, UnrollStudy())
    assert address(at) == {}


def test_weights_set_by_hand_stay_with_the_network_they_were_set_in() -> None:
    at = set_by_hand(visit(step="2"), "U1_2_1_-0.75")
    checked(field(at, "layers").set_value(2).run())
    assert_shows(at, UnrollStudy(layers=2))
    assert address(at) == {"layers": "2", "step": "2"}


@pytest.mark.parametrize("typed", ["<script>", "U1_99_1_2", "U1_1_1_1e9", "X_1_1_1", "U1_1_1_nan", ";;;"])
def test_a_weight_that_cannot_be_set_is_said(typed: str) -> None:
    at = set_by_hand(visit(), typed)
    assert len(said(at)) == 1
    assert sent(at)[0]["steps"] == 5


def test_numbers_that_overflow_in_a_stack_are_said_and_the_nearest_walk_is_shown() -> None:
    query = {"example": "text", "text": "ab" * 500, "cell": "identity", "layers": "2", "edits": "W1_1_1_100"}
    at = visit(**query)
    assert "left out" in sent(at)[0]["warning"]
    assert_shows(at, UnrollStudy(example="text", text="ab" * 500, cell="identity", layers=2))
    assert address(at) == query  # what the visitor asked for is not forgotten


def test_the_seed_rests_while_the_weights_are_the_lectures() -> None:
    at = visit()
    assert field(at, "seed").disabled
    checked(field(at, "cell").set_value("gru").run())
    assert not field(at, "seed").disabled
    checked(at.button(key="unroll.roll").click().run())
    assert_shows(at, replace(UnrollStudy(cell="gru"), seed=int(field(at, "seed").value)))


def test_another_example_keeps_what_of_the_view_it_has() -> None:
    at = visit(step="5", unit="3")
    checked(field(at, "example").set_value("happy").run())
    assert address(at)["step"] == "3"
    view = letter(at, "unroll")[0]["view"]
    assert (view["t"], view["unit"]) == (3, 3)
