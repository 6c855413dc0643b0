"""The golden files, what their frameworks computed, and files that tests make themselves."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.files import NetworkFile, read_network
from engine.networks.network import NetworkTrace, run_network

Array = np.ndarray[Any, np.dtype[Any]]
FILES = Path(__file__).parents[2] / "golden" / "files"
FRAMEWORK = {".keras": "keras", ".h5": "keras"}  # others: torch
FORMS = {"keras": "keras_forms", "torch": "onnx"}  # where what is not there stands


def whole(name: str) -> bytes:
    return (FILES / name).read_bytes()


@cache
def opened(name: str) -> NetworkFile:
    return read_network(FILES / name)


@cache
def golden(name: str) -> dict[str, Array]:
    """What went into a file's network and what came out, by name."""
    framework = FRAMEWORK.get(Path(name).suffix, "torch")
    for outputs in (framework, FORMS[framework]):
        with np.load(FILES / f"outputs_{outputs}.npz") as arrays:
            found = {key.split("/")[1]: arrays[key] for key in arrays.files if key.split("/")[0] == name}
        if found:
            return found
    raise KeyError(name)


def run(file: NetworkFile, values: dict[str, Array]) -> NetworkTrace:
    assert file.network is not None
    return run_network(file.network, values["symbols"] if "symbols" in values else values["x"], values.get("lengths"))


def assert_close(actual: Array, expected: Array, within: float) -> None:
    assert actual.shape == expected.shape
    np.testing.assert_allclose(actual, expected, rtol=0.0, atol=within * max(1.0, float(np.abs(expected).max())))
