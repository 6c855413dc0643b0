"""Unroll without a browser: what its picture was sent, and whether it is the engine's."""

from __future__ import annotations

from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

import tests.pages.visits as visits
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import walk
from tests.pages.visits import checked, holding, letter
from ui.kit.page import every_page

PATH = "pages/unroll.py"


def visit(**query: str) -> AppTest:
    """The page as a visitor with this link finds it."""
    return visits.visit(PATH, **query)


def field(at: AppTest, name: str) -> Any:
    """The control of a field."""
    return visits.field(at, "unroll", name)


def sent(at: AppTest) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and arrays that the picture was sent."""
    _, header, arrays = letter(at, "unroll")
    return header, arrays


def assert_shows(at: AppTest, study: UnrollStudy) -> None:
    """Every number is that of the engine's own run."""
    header, arrays = sent(at)
    found = walk(study)
    assert header["steps"] == study.columns
    np.testing.assert_allclose(arrays["outputs"], found.outputs, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(arrays["losses"], found.losses, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(arrays["0.h"], found.parts[0].trace.layers[0].forward.h[:, 0], rtol=1e-6, atol=1e-12)
    for name, array in found.weights.items():
        np.testing.assert_array_equal(arrays[f"weights.{name}"], array)


def set_by_hand(at: AppTest, words: str) -> AppTest:
    """What the picture asks for when a visitor types over weights."""
    holding(at, every_page()[PATH]).patch("edits", words)
    return checked(at.run())
