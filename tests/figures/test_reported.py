"""The report on the page: its sentences and pictures are of the sequence that is chosen, or say why there are none."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import numpy as np
import pytest

from engine import CELLS, Layer, Network
from engine.report import report
from engine.studies.own.file import OwnFile
from engine.studies.own.study import OwnStudy
from figures.message import opened
from figures.own.reported import compared, outputs_of, reported, table
from figures.own.words import gates_sentence
from figures.plots.report import report_picture
from tests.engine.networks import random_parameters
from tests.engine.own.golden import FILES
from ui.own.sample import sample

TWO = OwnStudy(text="good\nthe movie was not good")
GATES = "How often gates are shut and open"


def last(parts: Any) -> dict[str, Any]:
    """What the answer says at its end; what came before are shares, which only grow."""
    *shares, found = parts
    assert shares == sorted(shares)
    return dict(opened(found)[0])


def test_the_longest_sequence_is_shown_unless_one_is_chosen_and_named_by_its_own_words() -> None:
    longest, first = (last(reported(TWO, sample(), which)) for which in (0, 1))
    assert (longest["which"], first["which"]) == (2, 1)
    assert "“was” at step 3" in longest["said"]["inputs"]
    assert "“good” at step 1" in first["said"]["inputs"]
    texts = [json.loads(one["pictures"][0]["figure"])["data"][0]["text"] for one in (longest, first)]
    assert [len(each) for each in texts] == [5, 1]


def test_a_sequence_that_is_not_there_gives_way_to_the_last() -> None:
    assert last(reported(TWO, sample(), 9))["which"] == 2


def test_every_picture_says_in_words_what_it_shows() -> None:
    header = last(reported(TWO, sample(), 0))
    assert all(picture["said"] == header["said"][picture["question"]] for picture in header["pictures"])


def test_an_entry_that_cannot_be_read_is_refused_with_a_sentence() -> None:
    header = last(reported(OwnStudy(reads="numbers", numbers="1,2"), sample(), 0))
    assert header["refused"] == "line 1 has 2 numbers, but the network reads 52 a step."


def test_the_table_has_a_row_for_each_step_of_each_sequence() -> None:
    *_, rows = table(TWO, sample())
    assert isinstance(rows, bytes)
    read = list(csv.DictReader(io.StringIO(rows.decode("utf-8-sig"))))
    assert sum(row["quantity"] == "log10 ‖dL/dx‖" for row in read) == 1 + 5


def test_a_network_beside_itself_differs_in_nothing() -> None:
    header = last(compared(TWO, sample(), sample()))
    assert header["said"] == "In nothing that both reports have do the two networks differ."


def test_networks_that_read_different_things_cannot_be_compared_and_the_sentence_says_why() -> None:
    other = OwnFile("half.safetensors", (FILES / "half.safetensors").read_bytes())
    header = last(compared(TWO, sample(), other))
    assert header["refused"].startswith("They cannot be compared: this network reads")


def test_an_output_alone_is_the_output_and_others_are_symbols_only_where_their_number_says_so() -> None:
    assert outputs_of(sample().read, ()) == ("the output",)
    language = OwnFile("language.pt", (FILES / "language.pt").read_bytes()).read
    names = outputs_of(language, ())
    assert language.head is not None
    assert len(names) in (0, len(language.head.readout.d))


def test_gates_that_are_never_shut_are_not_called_the_most_shut(rng: np.random.Generator) -> None:
    p = random_parameters(rng, CELLS["lstm"], 2, 3)
    network = Network((Layer(CELLS["lstm"], p),))
    calm = report(network, np.zeros((4, 2)))
    none = [gate.shut.any() or gate.open.any() for gate in calm.gates]
    sentence = gates_sentence(calm)
    assert ("No gate is ever" in sentence) == (not any(none))
    assert ", 0 % of the time" not in sentence


@pytest.mark.parametrize("name", ["double.safetensors", "legacy.pth"])
def test_bars_of_gates_stand_in_groups_by_layer_and_direction_under_their_letters(name: str) -> None:
    file = OwnFile(name, (FILES / name).read_bytes()).read
    assert file.network is not None
    D = file.network.layers[0].parameters.input_size
    found = report(file.network, np.ones((5, D)))
    ways, letters = report_picture(found, GATES).data[0].x
    assert len(ways) == len(letters) == len(found.gates)
    assert set(ways) == {
        f"{d.layer}{' ←' if d.reverse else ' →' if d.both else ''}" for d in (gate.direction for gate in found.gates)
    }
    assert all(len(letter) == 1 for letter in letters)
