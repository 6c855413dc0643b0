"""The golden files of every format, each with what its framework computes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

FILES = Path(__file__).parents[2] / "golden" / "files"
_ALL = {
    key: array
    for framework in ("torch", "keras")
    for key, array in np.load(FILES / f"outputs_{framework}.npz").items()
    if not key.partition("/")[2].startswith(("weight", "bias"))
}
NAMES = sorted({key.partition("/")[0] for key in _ALL})


def outputs_of(name: str) -> dict[str, np.ndarray]:
    """Inputs and outputs of one file by their names."""
    return {key.partition("/")[2]: array for key, array in _ALL.items() if key.startswith(f"{name}/")}
