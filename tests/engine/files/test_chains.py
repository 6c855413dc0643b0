"""Which layers read each other, where a file does not say it: said, asked, and never taken for sure."""

from __future__ import annotations

import numpy as np
import pytest

from engine.files import from_state_dict, read_network
from engine.files.network_file import NONE
from engine.tasks import TASKS
from engine.training.run import Run
from engine.training.save import save
from engine.training.training import Training
from tests.engine.files.made import layer
from tests.engine.files.test_state_dicts import Dict, cells, question


def test_modules_whose_names_differ_by_a_number_stand_on_each_other(rng: np.random.Generator) -> None:
    arrays = layer(rng, 4, 5, 4, "lstm2.") | layer(rng, 4, 2, 5, "lstm1.") | layer(rng, 4, 4, 3, "lstm10.")
    assert [one.name for one in from_state_dict(arrays).layers] == ["lstm1", "lstm2", "lstm10"]


@pytest.mark.parametrize("first", ["lstm1", "lstm2"])
def test_modules_that_fit_in_any_order_are_asked(rng: np.random.Generator, first: str) -> None:
    """Neither the numbers in names nor the order of a file says what a program does."""
    second = {"lstm1": "lstm2", "lstm2": "lstm1"}[first]
    file = from_state_dict(layer(rng, 4, 3, 3, f"{first}.") | layer(rng, 4, 3, 3, f"{second}."))
    asked = question(file, "part")
    assert asked.answer == "lstm1 → lstm2"
    assert list(asked.choices) == ["lstm1 → lstm2", "lstm2 → lstm1", "lstm1", "lstm2"]
    assert any("does not say which layer reads which, nor what stands between" in one for one in file.sentences)
    assert [one.name for one in file.answered(part="lstm2 → lstm1").layers] == ["lstm2", "lstm1"]
    alone = file.answered(part="lstm2")
    assert [one.name for one in alone.layers] == ["lstm2"] and not any("which layer" in one for one in alone.sentences)


def norm(size: int) -> Dict:
    return {"mid.weight": np.ones(size), "mid.bias": np.ones(size)}


BETWEEN = {
    "norm": norm(4),
    "dense": {"mid.weight": np.ones((4, 4)), "mid.bias": np.ones(4)},
    "two dense": {"mid.0.weight": np.ones((9, 4)), "mid.2.weight": np.ones((4, 9))},
    "convolution": {"mid.weight": np.ones((4, 4, 3))},
    "attention": {"mid.in_proj_weight": np.ones((12, 4)), "mid.out_proj.weight": np.ones((4, 4))},
}


@pytest.mark.parametrize("what", BETWEEN)
def test_what_lies_between_two_modules_parts_them(rng: np.random.Generator, what: str) -> None:
    below, above, head = layer(rng, 3, 3, 4, "r1."), layer(rng, 3, 4, 4, "r2."), {"fc.weight": np.ones((2, 4))}
    file = from_state_dict(below | BETWEEN[what] | above | head)
    asked = question(file, "part")
    assert (asked.answer, set(asked.choices)) == ("r1", {"r1", "r2", "r1 → r2"})
    assert any("Between r1 and r2 the file holds mid" in one for one in file.sentences)
    assert question(file, "head").answer == NONE and file.head is None
    both = file.answered(part="r1 → r2")
    assert any("Perhaps between them, and not run here: mid" in one for one in both.sentences)
    assert both.head is not None and both.head.name == "fc"


@pytest.mark.parametrize("what", ["norm", "dense", "convolution"])
def test_what_fits_between_two_modules_is_named_wherever_it_lies(rng: np.random.Generator, what: str) -> None:
    """A file in the order of letters, as Keras' and safetensors are, says nothing by its order."""
    rows = layer(rng, 3, 3, 4, "gru.") | layer(rng, 3, 4, 4, "gru_1.")
    for arrays in (BETWEEN[what] | rows, rows | BETWEEN[what]):
        file = from_state_dict(arrays)
        assert question(file, "part").answer == "gru → gru_1"
        assert any("Perhaps between them, and not run here: mid" in one for one in file.sentences)
    file = from_state_dict(BETWEEN["dense"] | rows)
    assert question(file, "head").answer == NONE and "mid" in question(file, "head").choices


def test_a_head_in_the_middle_of_a_file_does_not_part_what_stands_on_each_other(rng: np.random.Generator) -> None:
    """It gives 2 numbers, which the second module cannot read."""
    head = {"head.weight": np.ones((2, 4)), "head.bias": np.ones(2)}
    file = from_state_dict(layer(rng, 3, 3, 4, "gru.") | head | layer(rng, 4, 4, 4, "lstm."))
    assert question(file, "part").answer == "gru → lstm"
    assert any("Perhaps between them, and not run here: head" in one for one in file.sentences)


def test_what_may_stand_before_or_behind_a_network_is_named(rng: np.random.Generator) -> None:
    arrays = {"emb.weight": np.ones((9, 3)), "inp.weight": np.ones((3, 7))} | layer(rng, 3, 3, 4, "r.")
    file = from_state_dict(arrays | norm(4) | {"fc.weight": np.ones((2, 4))})
    assert any("Perhaps before or behind it, and not run here: inp, mid." in one for one in file.sentences)
    assert question(file, "head").answer == "fc"


def test_layers_of_one_module_are_sure(rng: np.random.Generator) -> None:
    stack = {name: rows for k in range(12) for name, rows in layer(rng, 4, 3, 3, "rnn.", f"_l{k}").items()}
    file = from_state_dict(stack)
    assert [one.name for one in file.layers] == [f"rnn.l{k}" for k in range(12)] and not file.questions
    ours = {f"network.{k}.{name}": np.ones(s) for k in range(11) for name, s in (("U", (3, 3)), ("W", (3, 3)))}
    file = from_state_dict(ours | {f"network.{k}.b": np.ones(3) for k in range(11)})
    assert [one.name for one in file.layers] == [f"network.{k}" for k in range(11)]
    assert question(file, "part") is None and not any("does not say" in one for one in file.sentences)


@pytest.mark.parametrize(("task", "parts"), [("order", 1), ("translation", 2)])
def test_of_a_training_that_was_saved_here_all_is_sure(task: str, parts: int) -> None:
    run = Run(Training(task=task, length=TASKS[task].lengths[1], hidden=3, batch=2, layers=2))
    file = read_network(save(run, 0))
    assert [list(one.choices) for one in file.questions] == [["encoder.0 to encoder.1", "network.0 to network.1"]][
        : parts - 1
    ]
    whole = file.answered(part="network.0 to network.1") if parts > 1 else file
    assert (file.head is None) == (parts > 1) and whole.head is not None and whole.head.name == "readout"


def test_two_directions_that_only_names_join_are_said_and_may_be_taken_apart(rng: np.random.Generator) -> None:
    file = from_state_dict(layer(rng, 4, 3, 4, "forward_lstm.") | layer(rng, 4, 3, 4, "backward_lstm."))
    assert file.network is not None and file.network.layers[0].reverse is not None
    assert any("By their names alone" in one and "backward_lstm" in one for one in file.sentences)
    alone = file.answered(part="forward_lstm").network
    assert alone is not None and alone.layers[0].reverse is None


def test_modules_of_different_names_are_ordered_by_their_sizes_and_that_is_said(rng: np.random.Generator) -> None:
    file = from_state_dict(layer(rng, 3, 5, 4, "net.above.") | layer(rng, 4, 2, 5, "net.below."))
    assert cells(file) == ["lstm", "gru"] and any(
        "does not say which layer reads which" in one for one in file.sentences
    )
    assert cells(file.answered(part="net.above")) == ["gru"]
