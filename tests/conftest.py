"""What every test gets: a seeded generator, and NumPy that raises instead of warning."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=40)
settings.load_profile("repeatable")


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator in the same state at the start of every test."""
    return np.random.default_rng(20260101)


@pytest.fixture(autouse=True)
def numpy_raises() -> Iterator[None]:
    """Overflow, an invalid operation or a division by zero that the engine did not announce is an error."""
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        yield
