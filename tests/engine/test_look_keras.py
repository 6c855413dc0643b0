"""Layers and models of Keras as they are: what they give and the gradients of their inputs, as Keras computed them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine import entering, look
from engine.look import Look

NAMES = ("lstm", "before", "relu", "turned", "turned end", "both", "both end", "sum", "stateful", "cells", "masked")
MODELS = ("masked", "symbols", "functional")
Golden = dict[str, np.ndarray[Any, Any]]


@cache
def golden(name: str) -> Golden:
    with np.load(Path(__file__).parents[1] / "golden" / "look_keras.npz") as arrays:
        return {key.partition("/")[2]: arrays[key] for key in arrays.files if key.startswith(f"{name}/")}


class Weight:
    """Like a variable of Keras: a path, and an array for who asks."""

    def __init__(self, path: str, rows: np.ndarray[Any, Any]) -> None:
        self.path, self.rows = path, rows

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray[Any, Any]:
        return self.rows


def layer_of(values: Golden, k: int, config: Any) -> SimpleNamespace:
    start = f"weight/{k}/"
    weights = [Weight(key.removeprefix(start), rows) for key, rows in values.items() if key.startswith(start)]
    return SimpleNamespace(name=str(values[f"layer/{k}"]), weights=weights, get_config=lambda: config)


def module(name: str) -> Any:
    """Like the layer or model of this case."""
    values = golden(name)
    config = json.loads(str(values["config"]))
    kind: dict[str, Any] = {"get_weights": lambda self: [], "get_config": lambda self: config}
    if name not in MODELS:
        own = layer_of(values, 0, config)
        return type(str(values["class"]), (), {**kind, "name": own.name, "weights": own.weights})()
    layers = [layer_of(values, k, one["config"]) for k, one in enumerate(config["layers"]) if f"layer/{k}" in values]
    return type(str(values["class"]), (), {**kind, "layers": layers, "get_layer": None})()


def given(found: Look, name: str) -> np.ndarray[Any, Any]:
    """What the layer or model itself gives, batch first."""
    return found.outputs.swapaxes(0, 1) if golden(name)["outputs"].ndim == 3 else found.ending


@pytest.mark.parametrize("name", (*NAMES, "symbols", "functional"))
def test_what_it_gives_is_what_keras_gives(name: str) -> None:
    values = golden(name)
    found = look(module(name), values["x"])
    np.testing.assert_allclose(given(found, name), values["outputs"], rtol=0.0, atol=1e-12)
    assert found.asked.at == ("last" if values["outputs"].ndim == 3 else "final")
    assert found.report.lengths == (6, 6, 6)


@pytest.mark.parametrize("name", (*NAMES, "functional"))
def test_gradients_of_inputs_are_those_of_keras(name: str) -> None:
    values = golden(name)
    every = values["outputs"].ndim == 3
    network = module(name)
    head = look(network, values["x"]).head
    weights = values["weights"].swapaxes(0, 1) if every else values["weights"][None]
    dh = weights if head is None else weights @ np.asarray(head.V)
    found = look(network, values["x"], loss=lambda trace: entering(trace, dh, "every" if every else "final"))
    np.testing.assert_allclose(found.gradients.dx.swapaxes(0, 1), values["dx"], rtol=0.0, atol=1e-12)
    assert len(found.report.curves) == sum(len(layer.directions) for layer in found.network.layers)


def test_masks_of_the_model_leave_steps_out_of_the_report() -> None:
    for name in ("masked", "symbols"):
        found = look(module(name), golden(name)["x"])
        assert found.trace.mask is not None and not found.trace.mask.all()
        for b, read in enumerate(found.report.curves[0].read):
            assert read is None or read.tolist() == found.trace.mask[:, b].tolist()


def test_what_is_otherwise_here_is_said() -> None:
    notes = " ".join(look(module("stateful"), golden("stateful")["x"]).notes)
    assert "has dropout 0.3, which is not applied here, as in evaluation." in notes
    assert "is stateful: in its program a batch starts from the states of the batch before; here from zeros." in notes


def test_a_program_of_its_authors_is_read_by_the_names_of_its_weights() -> None:
    own = module("lstm")
    own.__class__.get_config = lambda self: _refused()
    found = look(own, golden("lstm")["x"])
    np.testing.assert_allclose(given(found, "lstm"), golden("lstm")["outputs"], rtol=0.0, atol=1e-12)


def _refused() -> Any:
    raise NotImplementedError
