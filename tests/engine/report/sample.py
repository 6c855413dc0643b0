"""The sample that is shipped: its network, its reviews, and what PyTorch computes of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from engine import NetworkFile, read_network

STATIC = Path(__file__).parents[3] / "static"


@cache
def opened() -> NetworkFile:
    return read_network(STATIC / "sample.safetensors")


def reviews() -> list[np.ndarray[Any, Any]]:
    symbols = opened().symbols
    assert symbols is not None
    lines = (STATIC / "sample.txt").read_text(encoding="utf-8").splitlines()
    return [np.array([symbols.index(word) for word in line.split()]) for line in lines]


def outputs() -> dict[str, np.ndarray[Any, Any]]:
    with np.load(STATIC / "sample_outputs.npz") as arrays:
        return dict(arrays)
