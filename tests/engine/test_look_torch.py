"""Whole modules of PyTorch: outputs, losses, every parameter's gradient and ||dL/dh_t|| as PyTorch computed them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine import look
from engine.look import Look
from tests.engine.test_look import Module, Tensor

WITHIN = {np.dtype(np.float64): 1e-12, np.dtype(np.float32): 2e-6}
RNNS: dict[str, dict[str, dict[str, Any]]] = {  # what the modules of each case say of themselves, by their names
    "lstm": {"": {"batch_first": False}},
    "gru": {"": {"batch_first": True}},
    "relu": {"": {"batch_first": False, "nonlinearity": "relu"}},
    "both": {"": {"batch_first": False}},
    "tagger": {"": {}, "rnn": {"batch_first": True, "dropout": 0.5}, "drop": {"p": 0.1}},
    "last": {"": {}, "rnn": {"batch_first": True}},
    "packed": {"": {}, "rnn": {"batch_first": True, "dropout": 0.0}},
    "binary": {"": {}, "rnn": {"batch_first": False}},
    "stacked": {"": {}, "low": {"nonlinearity": "relu"}, "high": {"nonlinearity": "tanh"}},
    "stepped": {"": {}, "cell": {}},
}


@cache
def golden(name: str) -> dict[str, np.ndarray[Any, Any]]:
    with np.load(Path(__file__).parents[1] / "golden" / "look_torch.npz") as arrays:
        return {key.partition("/")[2]: arrays[key] for key in arrays.files if key.startswith(f"{name}/")}


def under(values: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {key.removeprefix(prefix): rows for key, rows in values.items() if key.startswith(prefix)}


@cache
def looked(name: str) -> Look:
    values = golden(name)
    module = Module.of(
        {key: Tensor(rows) for key, rows in under(values, "state/").items()},
        {key: SimpleNamespace(**attributes) for key, attributes in RNNS[name].items()},
    )
    return look(module, Tensor(values["x"]), target=Tensor(values["target"]), lengths=values.get("lengths"))


def tolerance(name: str) -> float:
    return WITHIN[next(iter(under(golden(name), "state/").values())).dtype]


@pytest.mark.parametrize("name", RNNS)
def test_outputs_and_losses_are_pytorchs(name: str) -> None:
    found, values, within = looked(name), golden(name), tolerance(name)
    np.testing.assert_allclose(
        found.outputs, values["outputs"], rtol=0.0, atol=within * np.abs(values["outputs"]).max()
    )
    loss = sum(origin.value for origin in found.report.origins)
    assert loss == pytest.approx(float(values["loss"]), rel=within)


@pytest.mark.parametrize("name", RNNS)
def test_gradients_have_the_names_shapes_and_numbers_of_the_modules_own(name: str) -> None:
    found, expected, within = looked(name).to_torch(), under(golden(name), "grad/"), tolerance(name)
    assert {key: rows.shape for key, rows in found.items()} == {key: rows.shape for key, rows in expected.items()}
    for key, rows in expected.items():
        np.testing.assert_allclose(found[key], rows, rtol=0.0, atol=within * np.abs(rows).max(), err_msg=key)


@pytest.mark.parametrize("name", RNNS)
def test_the_reports_curves_are_the_norms_of_pytorchs_gradients_of_states(name: str) -> None:
    expected, within = under(golden(name), "dh/"), tolerance(name)
    curves = looked(name).report.curves
    assert len(curves) == len(expected)
    for curve in curves:
        rows = expected[f"{curve.direction.layer - 1}_{int(curve.direction.reverse)}"]
        for b, row in enumerate(rows):
            own = row[~np.isnan(row)]
            np.testing.assert_allclose(2.0 ** curve.by_position(b), 2.0**own, rtol=within)


def test_dropout_is_said_and_not_applied() -> None:
    said = [note for note in looked("tagger").notes if "dropout" in note]
    assert said == [
        "rnn has dropout 0.5, which is not applied here, as in evaluation.",
        "drop has dropout 0.1, which is not applied here, as in evaluation.",
    ]
    assert not any("dropout" in note for note in looked("packed").notes)


def test_each_module_keeps_its_own_activation() -> None:
    assert [layer.cell.name for layer in looked("stacked").network.layers] == ["relu", "tanh", "tanh"]
