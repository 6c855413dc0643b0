"""What is said and drawn of a file: layers, blocks, heads, and what was left out, as they lie in it."""

from __future__ import annotations

import numpy as np
import pytest

from engine import from_state_dict, read_network
from figures.own.found import LONGEST, MOST, found_of
from tests.engine.own.golden import FILES, NAMES


def state(layers: int = 1, H: int = 3, D: int = 2, gates: int = 4, prefix: str = "rnn.") -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    made = {}
    for k in range(layers):
        made[f"{prefix}weight_ih_l{k}"] = rng.standard_normal((gates * H, H if k else D))
        made[f"{prefix}weight_hh_l{k}"] = rng.standard_normal((gates * H, H))
    return made


@pytest.mark.parametrize("name", NAMES)
def test_every_block_of_a_golden_file_has_its_gate_in_its_own_direction_and_in_the_legend(name: str) -> None:
    found = found_of(read_network(FILES / name), name)
    legend = {(gate["letter"], gate["label"]) for gate in found["gates"]}
    for layer in found["layers"]:
        if not layer["run"]:
            continue
        for way, gates in zip(layer["ways"], layer["gates"], strict=True):
            assert {(gate["letter"], gate["label"]) for gate in gates.values()} <= legend
            for tensor in way:
                assert tensor["blocks"], tensor["name"]
                assert {gate for gate, *_ in tensor["blocks"]} <= set(gates), tensor["name"]


def test_two_directions_of_different_cells_are_both_named() -> None:
    found = found_of(read_network(FILES / "merged.keras"), "merged.keras")
    first = found["layers"][0]
    assert first["title"] == "LSTM and GRU"
    assert [gate["letter"] for gate in first["gates"][1].values()] == ["r", "z", "n"]
    assert "LSTM with 3 units from the start and GRU with 3 units from the end" in found["said"]


def test_the_blocks_of_a_stack_lie_one_below_the_other_in_the_order_of_pytorch() -> None:
    found = found_of(from_state_dict(state()), "a.pt")
    (weights,) = [one for one in found["layers"][0]["ways"][0] if one["role"].startswith("recurrent")]
    assert weights["blocks"] == [
        ["input", 0, 0, 3],
        ["forget", 0, 3, 6],
        ["candidate", 0, 6, 9],
        ["output", 0, 9, 12],
    ]
    assert weights["letter"] == "W"


def test_equal_layers_are_counted_and_the_rest_is_said() -> None:
    found = found_of(from_state_dict(state(3)), "a.pt")
    assert found["said"] == "3 layers of LSTM with 3 units: 2 numbers a step."
    assert found["before"] == {"title": "Input", "said": "2 numbers a step", "shape": None}
    assert found["counts"] == {"In the file": "204", "PyTorch": "276", "Keras": "240", "Here": "240"}


def test_of_many_layers_only_so_many_are_drawn_and_the_others_are_counted() -> None:
    found = found_of(from_state_dict(state(MOST + 5)), "a.pt")
    assert len(found["layers"]) == MOST
    assert found["more"] == 5


def test_a_long_name_keeps_its_end() -> None:
    found = found_of(from_state_dict(state(prefix="a" * 200 + ".rnn.")), "b" * 200 + ".pt")
    assert len(found["name"]) == LONGEST
    assert found["name"].startswith("…")
    assert found["name"].endswith("b.pt")
    assert len(found["layers"][0]["name"]) == LONGEST
    assert found["layers"][0]["name"].endswith(".rnn")


def test_what_was_left_out_stands_by_its_reason_with_its_shape() -> None:
    odd = {f"conv{k}.weight": np.zeros((2, 2, 3, 3)) for k in range(25)}
    found = found_of(from_state_dict({**state(), **odd}), "a.pt")
    names = [name for one in found["left"] for name in one["names"]]
    assert "conv0.weight (2 × 2 × 3 × 3)" in names
    assert sum(one["more"] for one in found["left"]) + len(names) == 25
