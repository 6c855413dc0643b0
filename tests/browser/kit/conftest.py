"""The kit's browser half on bare pages; what it is tried with is the page in trial.js."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from figures.message import message
from figures.theme import theme_message
from tests.browser.bare import Bare, Profiles, sealed

ENTRY = "tests/browser/kit/trial.js"
KEYS = {"step": "step", "unit": "unit", "sort": "sort"}
USUAL = {"step": None, "unit": 1, "sort": "number"}
UNITS = 3


def told(
    steps: int = 10,
    serial: int | str = 1,
    layout: str = "page",
    verdict: str = "It walks.",
    labels: Mapping[int, str] | None = None,
    loop: bool = False,
    pace: Sequence[float] = (2,),
    keys: Mapping[str, str] = KEYS,
    usual: Mapping[str, object] = USUAL,
    **view: Any,
) -> bytes:
    """A message for the page in trial.js: `labels` are words by step, further arguments its view."""
    states = np.cos(np.arange((steps + 1) * UNITS, dtype=np.float32)).reshape(steps + 1, UNITS)
    words = [(labels or {}).get(t, f"w{t}") for t in range(1, steps + 1)]
    header = {
        **{"theme": theme_message(), "steps": steps, "units": UNITS, "labels": words, "verdict": verdict},
        **{"loop": loop, "pace": list(pace)},
    }
    envelope = {
        "page": "trial",
        "title": "The trial",
        "serial": serial,
        "view": {**usual, **view},
        "keys": dict(keys),
        "usual": dict(usual),
        "layout": layout,
    }
    return sealed(envelope, message(header, {"h": states}))


@pytest.fixture
def bare(profiles: Profiles) -> Iterator[Callable[..., Bare]]:
    """Open the trial page: `bare(told(step=3), "/trial?x=1", has_touch=True)`; it must meet no error."""
    profiles.errors.clear()

    def open_(first: bytes | None, path: str = "/trial", **settings: Any) -> Bare:
        shown = Bare(profiles.page(**settings), ENTRY)
        shown.page.goto(path)
        if first is not None:
            shown.mount(first)
        return shown

    yield open_
    assert profiles.errors == []
