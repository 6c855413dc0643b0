"""What the controls say is what the engine runs, what the lab is sent, and what stands in the link."""

from __future__ import annotations

from dataclasses import fields

import pytest

from engine.cells import CELLS
from engine.initialise import INITIALISERS
from engine.sequences import read_symbols
from engine.studies.inputs import INPUTS, LARGEST_NUMBER, LOSSES, PLACES
from engine.studies.vanish.study import MOST_CELLS, SYMBOLS, VanishStudy
from tests.pages.vanish import assert_shows, field, sent, shown, visit
from tests.pages.visits import AWKWARD, checked, said

RANGES = VanishStudy.ends()
NUMBERS = ("steps", "hidden", "forget_bias", "clip", "seed")


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_at_an_end_of_its_range_is_taken(name: str) -> None:
    at = visit(H="3", T="6")
    for value in RANGES[name]:
        checked(field(at, name).set_value(f"{value:g}" if value < 1e5 else f"{value:.0f}").run())
        assert getattr(shown(at), name) == value
        assert said(at) == []
    assert_shows(at, shown(at))


@pytest.mark.parametrize(
    ("key", "words"),
    [("initialiser", tuple(INITIALISERS)), ("inputs", INPUTS), ("loss", LOSSES)],
)
def test_every_choice_of_a_list_is_run_and_linked(key: str, words: tuple[str, ...]) -> None:
    at = visit(H="3", T="6")
    for word in words:
        checked(field(at, key).set_value(word).run())
        assert getattr(shown(at), key) == word
        assert_shows(at, shown(at))


def test_the_loss_stands_at_the_last_step_or_at_every_one() -> None:
    at = visit(H="3", T="6")
    for place in reversed(PLACES):
        checked(field(at, "at").set_value(place).run())
        assert shown(at).at == place
        assert_shows(at, shown(at))


def test_a_rerun_that_overtakes_the_place_of_the_loss_keeps_the_last_one() -> None:
    """Seen once on a busy machine: the lab asked for all scales before the control had said its own value."""
    at = visit(H="3", T="6", at="every")
    checked(field(at, "at").set_value(None).run())
    assert shown(at).at == "every"
    assert field(at, "at").value == "every"


@pytest.mark.parametrize("cell", CELLS)
def test_each_cell_can_be_looked_at_alone(cell: str) -> None:
    at = visit(H="3", T="6")
    checked(field(at, "cells").set_value([cell]).run())
    assert_shows(at, VanishStudy(cells=(cell,), hidden=3, steps=6))


def test_no_cell_at_all_leaves_one_and_says_so() -> None:
    at = visit(H="3", T="6")
    checked(field(at, "cells").set_value([]).run())
    assert shown(at).cells == ("tanh",)
    assert len(said(at)) == 1


def test_more_than_four_cells_leave_four_and_say_so() -> None:
    at = visit(H="3", T="6")
    checked(field(at, "cells").set_value(list(CELLS)).run())
    assert len(shown(at).cells) == MOST_CELLS
    assert len(said(at)) == 1


@pytest.mark.parametrize("text", ["abc", AWKWARD, "👨‍👩‍👧‍👦" * 3, "a\nb\tc", "x" * SYMBOLS[1]])
def test_an_own_text_is_run_and_linked(text: str) -> None:
    at = visit(H="3", input="text")
    checked(field(at, "text").set_value(text).run())
    assert said(at) == []
    assert shown(at).text == text
    header, _ = sent(at)
    assert header["labels"] == list(read_symbols(text)[:-1])
    assert_shows(at, shown(at))


@pytest.mark.parametrize("text", ["", " ", "ab"])
def test_a_text_too_short_is_said_and_the_last_one_stays_in_use(text: str) -> None:
    at = visit(H="3", input="text", text="before")
    checked(field(at, "text").set_value(text).run())
    (sentence,) = said(at)
    assert f"{len(text)} character" in sentence
    assert shown(at).text == "before"
    assert field(at, "text").value == text  # what was typed stays there to be mended


def test_a_text_of_a_hundred_thousand_characters_is_cut_and_said() -> None:
    at = visit(H="3", input="text")
    checked(field(at, "text").set_value("abcd" * 25_000).run())
    assert len(said(at)) == 1
    assert shown(at).text == ("abcd" * 25_000)[: SYMBOLS[1]]


@pytest.mark.parametrize("typed", ["", "1", "1, x", "nan 1", "1e999, 2", "1;2e9", "<script>", "9" * 100_000])
def test_numbers_that_cannot_be_read_are_said_and_the_last_ones_stay_in_use(typed: str) -> None:
    at = visit(H="3", input="numbers", numbers="1,2,3")
    checked(field(at, "numbers").set_value(typed).run())
    assert len(said(at)) == 1
    assert shown(at).numbers == (1.0, 2.0, 3.0)
    assert field(at, "numbers").value == typed


def test_own_numbers_are_run_whole_and_linked_whole() -> None:
    at = visit(H="3", input="numbers")
    checked(field(at, "numbers").set_value(f"0.1234567890123 -7;{LARGEST_NUMBER}").run())
    assert shown(at).numbers == (0.1234567890123, -7.0, LARGEST_NUMBER)
    assert_shows(at, shown(at))


def test_an_own_text_survives_a_look_at_another_input() -> None:
    at = visit(H="3", input="text", text="mine own")
    checked(field(at, "inputs").set_value("sine").run())
    checked(field(at, "inputs").set_value("text").run())
    assert field(at, "text").value == "mine own"
    assert shown(at).text == "mine own"


def test_controls_that_do_nothing_are_disabled() -> None:
    at = visit(H="3", cells="tanh", input="text", loss="probe")
    assert field(at, "steps").disabled
    assert field(at, "at").disabled
    assert field(at, "steps").help


def test_every_cell_with_gates_has_the_bias_of_the_one_that_says_what_is_kept() -> None:
    at, biases = visit(H="3", T="6", cells="tanh"), ("forget_bias", "update_bias", "write_bias")
    cells = {"lstm": "forget_bias", "gru": "update_bias", "coupled": "write_bias", "mgu": "write_bias", "leaky": None}
    for cell, name in cells.items():
        checked(field(at, "cells").set_value([cell]).run())
        offered = {(widget.key or "").split(".")[1] for widget in at.text_input} & set(biases)
        assert offered == ({name} if name else set())
    checked(field(at, "cells").set_value(["mgu", "gru"]).run())
    checked(field(at, "write_bias").set_value("-5").run())
    assert shown(at) == VanishStudy(cells=("gru", "mgu"), steps=6, hidden=3, write_bias=-5.0)
    assert_shows(at, shown(at))


def test_the_dice_roll_a_new_seed_and_the_old_one_comes_back() -> None:
    at = visit(H="3", T="6", seed="41")
    assert "vanish.back" not in {button.key for button in at.button}
    checked(at.button(key="vanish.roll").click().run())
    rolled = shown(at).seed
    assert rolled != 41
    assert_shows(at, shown(at))
    checked(at.button(key="vanish.back").click().run())
    assert shown(at).seed == 41
    checked(at.button(key="vanish.back").click().run())
    assert shown(at).seed == rolled


@pytest.mark.parametrize(
    ("steps", "hidden", "count", "words"),
    [("6", "3", 24, []), ("1000", "32", 12, ["only 12 other seeds"]), ("1000", "128", 0, ["too long here"])],
)
def test_where_a_run_costs_much_fewer_seeds_are_run_and_it_is_said(
    steps: str, hidden: str, count: int, words: list[str]
) -> None:
    at = visit(T=steps, H=hidden, cells="tanh")
    before = {caption.value for caption in at.caption}  # the menu's
    checked(field(at, "other_seeds").set_value(True).run())
    said = [caption.value for caption in at.caption if caption.value not in before]
    assert len(said) == len(words)
    assert all(word in sentence for sentence, word in zip(said, words, strict=True))
    assert shown(at).other_seeds
    seeds = sent(at)[0]["seeds"]
    assert (seeds["count"] if seeds else 0) == count


def test_every_field_of_an_experiment_is_a_control_or_the_drag() -> None:
    at = visit(input="text", cells="lstm.gru.mgu")
    keys = {"scale", "numbers", "trained", *VanishStudy.about_it, *VanishStudy.typed}  # of a trained network alone
    for group in (at.selectbox, at.button_group, at.text_area, at.text_input, at.toggle):
        keys |= {(widget.key or "").removeprefix("vanish.").partition(".")[0] for widget in group}
    assert {field.name for field in fields(VanishStudy)} <= keys
