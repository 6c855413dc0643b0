"""The engine beside PyTorch: same weights in, same states, gates and gradients out.

The values in tests/golden/ were written by tests/golden/make_torch.py, never by the engine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS
from engine.errors import cross_entropy, squared_error
from engine.forward import State, unroll
from engine.gradients.backward import backpropagate
from engine.parameters import Parameters, Readout
from tests.engine.networks import assert_close

Array = np.ndarray[Any, np.dtype[Any]]
FOLDER = Path(__file__).parents[1] / "golden"


def golden_cases() -> dict[str, dict[str, Array]]:
    """Every case of every file: "lstm T7 B3 D2 H4 cross_entropy_every" -> its arrays by name."""
    cases: dict[str, dict[str, Array]] = {}
    for path in sorted(FOLDER.glob("torch_*.npz")):
        model = path.stem.removeprefix("torch_")
        with np.load(path, allow_pickle=False) as arrays:
            for key, value in arrays.items():
                case, name = key.rsplit("/", 1)
                cases.setdefault(f"{model} {case}", {})[name] = value
    return cases


CASES = golden_cases()


def test_every_cell_that_torch_has_is_among_the_golden_cases() -> None:
    assert {case.split(maxsplit=1)[0] for case in CASES} == {"tanh", "relu", "lstm", "gru"}
    assert len(CASES) == 4 * 4 * 2


@pytest.mark.parametrize("case", CASES)
def test_states_gates_and_gradients_are_those_of_torch(case: str) -> None:
    golden = CASES[case]
    cell = CELLS[case.split(maxsplit=1)[0]]
    parameters = Parameters(golden["U"], golden["W"], golden["b"], {name: golden[name] for name in cell.extras})
    trace = unroll(cell, parameters, golden["x"], State(golden["h0"], golden.get("c0")))
    assert_close("h", trace.h, golden["h"], 1e-12)
    gates = np.split(golden["gates"], len(cell.gates), axis=2)
    assert list(trace.gates) == list(cell.gates)
    for name, expected in zip(cell.gates, gates, strict=True):
        assert_close(name, trace.gates[name], expected, 1e-12)

    readout = Readout(golden["V"], golden["d"])
    if case.endswith("cross_entropy_every"):
        errors = cross_entropy(trace, readout, golden["classes"], "every")
    else:
        errors = squared_error(trace, readout, golden["target"], "last")
    assert errors.loss.sum() == pytest.approx(float(golden["loss"]), rel=1e-12)

    gradients = backpropagate(trace, errors)
    assert_close("dL/dh", gradients.dh, golden["dh"], 1e-9)
    assert_close("dL/dx", gradients.dx, golden["dx"], 1e-9)
    for name, gradient in gradients.parameters.named().items():
        assert_close(f"dL/d{name}", gradient, golden[f"d{name}"], 1e-9)
    assert gradients.readout is not None
    assert_close("dL/dV", gradients.readout.V, golden["dV"], 1e-9)
    assert_close("dL/dd", gradients.readout.d, golden["dd"], 1e-9)
    if cell.has_memory:
        assert trace.c is not None and gradients.dc is not None
        assert_close("c", trace.c, golden["c"], 1e-12)
        assert_close("dL/dc", gradients.dc, golden["dc"], 1e-9)
