"""What the page Unroll sent its picture, and whether it is the engine's."""

from __future__ import annotations

from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import walk
from figures.message import opened
from tests.pages.visits import checked, components

PAGE = "pages/unroll.py"


def sent(at: AppTest) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and arrays that the picture was sent."""
    header, arrays = opened(components(at)["unrolled_network"].bytes)
    return dict(header), arrays


def assert_shows(at: AppTest, walkthrough: UnrollStudy) -> None:
    """Every number is that of the engine's own run."""
    header, arrays = sent(at)
    found = walk(walkthrough)
    assert header["steps"] == walkthrough.columns
    np.testing.assert_allclose(arrays["outputs"], found.outputs, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(arrays["losses"], found.losses, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(arrays["0.h"], found.parts[0].trace.layers[0].forward.h[:, 0], rtol=1e-6, atol=1e-12)
    for name, array in found.weights.items():
        np.testing.assert_array_equal(arrays[f"weights.{name}"], array)


def set_by_hand(at: AppTest, text: str) -> AppTest:
    """What the picture sends when a visitor types over weights."""
    at.session_state["walk_typed"] = text
    return checked(at.run())
