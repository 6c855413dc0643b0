"""The player, with time held by the test."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.bare import Bare
from tests.browser.kit.conftest import told

Open = Callable[..., Bare]


def test_it_plays_from_the_start_to_the_end_and_stops(bare: Open) -> None:
    trial = bare(told(steps=10))
    assert trial.said("playing") == "true"
    trial.pass_time(1)
    assert float(trial.said("at")) == pytest.approx(2, abs=0.02)
    trial.pass_time(5)
    assert (trial.said("at"), trial.said("playing")) == ("10", "false")
