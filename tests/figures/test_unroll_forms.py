"""Unroll of networks in the forms that only files bring: a column shows what the engine computed there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.activations import ACTIVATIONS, SIGMOID
from engine.more_activations import KINDS, activation_named, affine, clipped, hard_sigmoid, scaled_tanh
from engine.networks.merging import merged
from engine.networks.network import run_network
from engine.studies.unroll.study import UnrollStudy
from figures.cells.written import NAMES, rule, written
from figures.message import opened
from figures.unroll.answer import answer
from figures.unroll.counting import parameter_formula
from tests.engine.brought_forms import FORMS, H, T, formed
from tests.engine.networks import WIDENED

CLOSE = {"rtol": 1e-11, "atol": 1e-13}
Header = dict[str, Any]
Arrays = dict[str, np.ndarray]


def states(header: Header, arrays: Arrays, k: int, back: int = 0) -> np.ndarray:
    """The states of chain k by column, (T, H); `back`: those that each column starts from."""
    h = arrays[f"{k}.h"]
    if header["chains"][k]["reverse"]:
        return h[back : T + back]
    return h[1 - back : T + 1 - back]


def read_by(header: Header, arrays: Arrays, layer: int) -> np.ndarray:
    """What a layer reads by column, as the browser puts it together, (T, D)."""
    if layer == 1:
        return arrays["values"]
    below = [states(header, arrays, k) for k, chain in enumerate(header["chains"]) if chain["layer"] == layer - 1]
    return np.asarray(merged(header["merges"][layer - 2], below))


@pytest.mark.parametrize("where", ["final", "last", "every"])
@pytest.mark.parametrize("start", [False, True])
@pytest.mark.parametrize("name", FORMS)
def test_every_sum_is_made_of_what_is_drawn_beside_it(name: str, start: bool, where: Any) -> None:
    brought = formed(name, start, where)
    header, arrays = opened(answer(UnrollStudy(trained=brought)))
    for k, chain in enumerate(header["chains"]):  # type: ignore[arg-type]
        cell = header["cells"][chain["cell"]]  # type: ignore[index]
        U, W, b = (arrays[f"weights.{letter}{chain['suffix']}"] for letter in "UWb")
        x, before = read_by(header, arrays, chain["layer"]), states(header, arrays, k, back=1)
        for g, gate in enumerate(cell["gates"]):
            if gate["sum"] == "Ux + Wh + b" and gate["reads"] is None:
                rows = slice(g * H, (g + 1) * H)
                sums = x @ U[rows].T + before @ W[rows].T + b[rows, 0]
                np.testing.assert_allclose(arrays[f"{k}.sums"][g], sums, **CLOSE)
            found = activation_named(gate["activation"])
            assert found is not None
            np.testing.assert_allclose(arrays[f"{k}.gates"][g], found.value(arrays[f"{k}.sums"][g]), **CLOSE)


@pytest.mark.parametrize("where", ["final", "last", "every"])
@pytest.mark.parametrize("name", FORMS)
def test_each_output_is_read_from_the_columns_that_are_named(name: str, where: Any) -> None:
    brought = formed(name, True, where)
    header, arrays = opened(answer(UnrollStudy(trained=brought)))
    layers = len(brought.network.layers)
    tops = [k for k, chain in enumerate(header["chains"]) if chain["layer"] == layers]  # type: ignore[arg-type]
    output: Any = header["output"]
    assert output["at"] == sorted(output["at"])
    for n, columns in enumerate(output["reads"]):
        each = [states(header, arrays, k)[column - 1] for k, column in zip(tops, columns, strict=True)]
        h = merged(header["merges"][-1], each)  # type: ignore[index]
        expected = arrays["weights.V"] @ h + arrays["weights.d"][:, 0]
        np.testing.assert_allclose(arrays["outputs"][n], expected, **CLOSE)
    trace = run_network(brought.network, brought.example().x)
    assert brought.readout is not None
    final = (
        brought.readout.V @ (trace.layers[-1].ending if where == "final" else trace.outputs[-1])[0] + brought.readout.d
    )
    assert any(np.isclose(arrays["outputs"][:, 0], final[1], rtol=1e-11, atol=0.0))


@pytest.mark.parametrize("name", FORMS)
def test_a_start_of_its_own_stands_before_the_first_step(name: str) -> None:
    header, arrays = opened(answer(UnrollStudy(trained=formed(name, True))))
    for k, (chain, start) in enumerate(zip(header["chains"], formed(name, True).network.start or (), strict=True)):  # type: ignore[arg-type]
        first = -1 if chain["reverse"] else 0
        np.testing.assert_array_equal(arrays[f"{k}.h"][first], start.h)
        assert chain["start"]["h"] == pytest.approx(float(np.log10(np.linalg.norm(start.h))))
        assert ("c" in chain["start"]) == (start.c is not None)
    zeros, _ = opened(answer(UnrollStudy(trained=formed(name, False))))
    assert all(chain["start"] is None for chain in zeros["chains"])  # type: ignore[union-attr]


@pytest.mark.parametrize("name", FORMS)
def test_the_count_is_of_the_cells_that_are_there(name: str) -> None:
    brought = formed(name)
    words, total = parameter_formula(UnrollStudy(trained=brought))
    assert total == brought.network.count + H * (brought.network.layers[-1].output_size // H) + 1
    assert eval(words.replace("·", "*"), {"__builtins__": {}}) == total


@pytest.mark.parametrize("activation", [a for c in WIDENED.values() for a in c.activations.values()], ids=repr)
def test_a_rule_says_what_the_activation_does(activation: Any) -> None:
    known = {"σ": SIGMOID.value, "tanh": np.tanh, "exp": np.exp, "log": np.log, "max": np.maximum, "min": np.minimum}
    words = rule(activation)
    if not words:
        assert activation.name in ACTIVATIONS
        return
    assert written(activation)
    if ", or" in words or ", " in words.split(")")[-1] or "|" in words or words.count("=") > 0:
        return  # told in words
    code = (
        words.replace("\N{MINUS SIGN}", "-")
        .replace(" a", " * a")
        .replace("max( * a", "max(a")
        .replace("tanh(0.7", "tanh(0.7")
    )
    code = code.replace(", * a", ", a").replace("1.2 tanh", "1.2 * tanh").replace("0.7 a", "0.7 * a")
    for a in (-3.0, -0.4, 0.0, 0.7, 5.0):
        value = eval(code, {"__builtins__": {}}, {**known, "a": a})
        assert value == pytest.approx(float(activation.value(np.array([a]))[0]), rel=1e-4, abs=1e-4)


def test_every_kind_of_activation_has_a_name_and_a_rule() -> None:
    assert written(hard_sigmoid(0.2)) == "hard σ"
    assert rule(hard_sigmoid(0.2)) == "min(max(0.2 a + 0.5, 0), 1)"
    assert rule(clipped(SIGMOID, 2.0)) == "σ(min(max(a, −2), 2))"
    own = {
        **{kind: make() for kind, make in KINDS.items()},
        "affine": affine(0.5, 0.1),
        "scaled_tanh": scaled_tanh(1.5),
    }
    assert {*own, "clipped"} == set(NAMES)
    for one in own.values():
        assert rule(one)
        assert written(one)
