"""How many numbers a network learns: as the lectures count, and as PyTorch and Keras show it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import walk
from figures.unroll.counting import count_pieces, elsewhere, parameter_formula, plain_network, shapes_in_words
from tests.figures.test_unroll import HELLO, REVIEW, SHAPES, sent


def test_the_review_is_counted_as_in_the_lecture() -> None:
    """Lecture C4: 5 inputs, 3 units, 1 output: 18 + 9 + 4 = 31; C3: 15 or 20 inputs without a loop."""
    assert parameter_formula(REVIEW) == ("5·3 + 3 + 3·3 + 3·1 + 1", 31)
    assert shapes_in_words(REVIEW) == "U1 3×5, W1 3×3, b1 3, V 1×3, d 1"
    assert "4·5 = 20 inputs" in plain_network(REVIEW)
    assert "3·5 = 15" in plain_network(REVIEW)
    header = sent(REVIEW)[1]
    assert "".join(words for words, _ in header["count"]) == "5·3 + 3 + 3·3 + 3·1 + 1 = 31"
    assert [words for words, role in header["count"] if role == "state"] == ["3·3"]


@pytest.mark.parametrize(
    ("changes", "formula", "total"),
    [
        ({}, "4·3 + 1 + 1 + 3·4", 26),
        ({"edits": (("U1", 1, 1, 2.0),)}, "4·3 + 1 + 1 + 3·4", 26),
        ({"edits": (("W1", 1, 2, 0.5),)}, "4·3 + 1 + 3·3 + 3·4", 34),
        ({"wiring": "one-to-one"}, "4·3 + 1 + 3·4", 25),
        ({"wiring": "one-to-one", "cell": "gru"}, "3·(4·3 + 3) + 3 + 3·4 + 4", 64),
    ],
)
def test_what_is_one_number_counts_once_and_what_carries_nothing_not_at_all(
    changes: dict[str, Any], formula: str, total: int
) -> None:
    assert parameter_formula(replace(HELLO, **changes)) == (formula, total)


@pytest.mark.parametrize(
    ("cell", "hidden", "shown"),
    [
        ("gru", 3, "Without the readout: 48. PyTorch and Keras both show 54: "),
        ("lstm", 10, "Without the readout: 480. PyTorch shows 520, Keras shows 480: "),
        ("tanh", 3, "Without the readout: 15. PyTorch shows 18, Keras shows 15: "),
        ("sigmoid", 3, "Without the readout: 15. Keras shows 15: PyTorch has no such cell."),
        ("gru_before", 3, "Without the readout: 45. Keras shows 45: that is with reset_after=False"),
        ("mgu", 3, "Without the readout: 30. Neither PyTorch nor Keras has this cell."),
    ],
)
def test_the_counts_of_pytorch_and_keras_stand_beside_the_own(cell: str, hidden: int, shown: str) -> None:
    """As `sum(p.numel() for p in module.parameters())` and `layer.count_params()` print them, of 1 input."""
    assert elsewhere(UnrollStudy(example="sine", cell=cell, hidden=hidden)).startswith(shown)


def test_layers_and_directions_are_counted_elsewhere_too() -> None:
    """torch.nn.LSTM(10, 8, num_layers=3, bidirectional=True): 4608."""
    deep = UnrollStudy(example="text", cell="lstm", layers=3, hidden=8, both=True)
    assert len(deep.vocabulary) == 10
    assert "PyTorch shows 4,608, Keras shows 4,416" in elsewhere(deep)


@pytest.mark.parametrize("cell", CELLS)
def test_a_plain_network_has_no_w(cell: str) -> None:
    plain = replace(HELLO, wiring="one-to-one", cell=cell)
    _, header, _ = sent(plain)
    assert header["elsewhere"] == ""
    assert "W" not in header["shapes"]
    assert not any("Wh" in gate["sum"] for gate in header["cells"][0]["gates"])
    assert all("Ux" in gate["sum"] for gate in header["cells"][0]["gates"])


@pytest.mark.parametrize("walkthrough", [*SHAPES, HELLO, REVIEW, replace(REVIEW, cell="peephole", hidden=5)])
def test_the_formula_comes_to_the_number_of_weights(walkthrough: UnrollStudy) -> None:
    words, total = parameter_formula(walkthrough)
    value = 0
    for term in _top(words.replace(" ", "")):
        value += _product(term)
    assert value == total
    if walkthrough.loops and not walkthrough.lecture:
        assert total == sum(array.size for array in walk(walkthrough).weights.values())
    assert "".join(piece for piece, _ in count_pieces(walkthrough)) == words


def _top(words: str) -> list[str]:
    """The terms of a sum, what stands in brackets left whole."""
    terms, depth = [""], 0
    for letter in words:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "+" and depth == 0:
            terms.append("")
        else:
            terms[-1] += letter
    return terms


def _product(term: str) -> int:
    factor, bracket, rest = term.partition("(")
    if bracket:
        return int(factor.rstrip("·")) * sum(_product(one) for one in _top(rest[:-1]))
    numbers = [int(number) for number in term.split("·")]
    return int(np.prod(numbers))
