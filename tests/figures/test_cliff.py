"""The cliff's message says what the engine found, and how the browser may go on."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.studies.cliff.cliff import surface
from engine.studies.cliff.study import EDGES, WINDOW, CliffStudy
from figures.cliff.message import COLUMNS, NORMS, ROWS, answer
from figures.message import opened
from figures.theme import theme_message

ROOT = Path(__file__).parents[2]


def sent(drop: CliffStudy) -> tuple[Any, dict[str, Any]]:
    return opened(answer(drop))


@pytest.mark.parametrize(
    "drop", [CliffStudy(), CliffStudy(steps=7, target=0.3, start=-1.0, window=(-3.0, 2.0, 0.0, 1.5))]
)
def test_every_point_of_the_map_is_the_engines(drop: CliffStudy) -> None:
    _, arrays = sent(drop)
    assert arrays["error"].shape == arrays["log10_norm"].shape == (ROWS, COLUMNS)
    w_from, w_to, b_from, b_to = drop.window
    for row, column in [(0, 0), (ROWS - 1, 0), (0, COLUMNS - 1), (57, 211), (ROWS - 1, COLUMNS - 1)]:
        w = w_from + column / (COLUMNS - 1) * (w_to - w_from)
        b = b_from + row / (ROWS - 1) * (b_to - b_from)
        found = surface(w, b, drop.steps, drop.target, drop.start)
        assert arrays["error"][row, column] == pytest.approx(float(found.error), abs=1e-5)
        log10_norm = np.clip(np.log10(float(found.steepness)), *NORMS)  # beyond, colours do not tell it apart
        assert arrays["log10_norm"][row, column] == pytest.approx(log10_norm, abs=5e-5)


def test_the_maps_colours_end_where_its_message_does() -> None:
    scene = (ROOT / "ui" / "cliff" / "scene.js").read_text(encoding="utf-8")
    assert f"export const NORMS = [{NORMS[0]:g}, {NORMS[1]:g}];" in scene


@pytest.mark.parametrize("drop", [CliffStudy(), CliffStudy(momentum=0.7, count=33, threshold=0.02)])
def test_both_paths_are_the_engines_to_the_bit(drop: CliffStudy) -> None:
    _, arrays = sent(drop)
    for name, path in zip(("free", "clipped"), drop.paths(), strict=True):
        assert arrays[name].dtype == np.float64
        assert np.array_equal(arrays[name], [path.w, path.b, path.error, path.norm])


def test_the_browser_learns_the_drop_its_ranges_and_how_a_link_calls_them() -> None:
    drop = CliffStudy(w=5.1, rate=0.3, window=(1.0, 2.0, 3.0, 4.0))
    header, _ = sent(drop)
    assert header["drop"] == json.loads(json.dumps(asdict(drop)))
    assert header["default"] == json.loads(json.dumps(asdict(CliffStudy())))
    assert header["ranges"] == json.loads(json.dumps(CliffStudy.ends()))
    assert (tuple(header["paper"]), tuple(header["edges"])) == (WINDOW, EDGES)
    assert set(header["keys"].values()) == set(asdict(drop))
    changed = {key for key, name in header["keys"].items() if header["drop"][name] != header["default"][name]}
    assert changed == set(drop.to_query())
    assert header["theme"] == json.loads(json.dumps(theme_message()))


@pytest.mark.parametrize(
    "drop",
    [
        CliffStudy(w=4.94, b=-2.575, rate=10.0),
        CliffStudy(window=(-20.0, 20.0, -20.0, 20.0), steps=200),
        CliffStudy(w=20.0, b=-10.0, start=0.0, steps=200, rate=10.0, momentum=0.99, count=500),
        CliffStudy(w=-20.0, b=10.0, start=0.0, steps=200, target=0.01, rate=10.0, count=500),
    ],
    ids=["steepest", "everything", "from the place that repels", "two in turn"],
)
def test_the_header_is_json_however_extreme_the_result(drop: CliffStudy) -> None:
    data = answer(drop)
    length = int.from_bytes(data[:4], "little")

    def refuse(word: str) -> None:
        raise AssertionError(f"the header holds {word}, which no browser reads")

    json.loads(data[4 : 4 + length], parse_constant=refuse)
    assert len(data) < 800_000
