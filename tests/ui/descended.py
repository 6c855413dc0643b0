"""Descents and resting places that are compared between the engine and what runs in the browser."""

from __future__ import annotations

import json
import random
from dataclasses import asdict

import numpy as np
import pytest

from engine.studies.cliff.resting import (
    fold,
    latch_states,
    latch_threshold,
    resting_places,
    run_latch,
    run_unit,
)
from engine.studies.cliff.study import CliffStudy
from ui.cliff.presets import PRESETS

_draw = random.Random(5)
DROPS = [
    *(preset.record for preset in PRESETS.values() if isinstance(preset.record, CliffStudy)),
    CliffStudy(w=20.0, b=-10.0, start=0.0, steps=200, rate=10.0, momentum=0.99, count=500),
    CliffStudy(w=-20.0, b=10.0, start=0.0, steps=200, target=0.01, rate=10.0),
    *(
        CliffStudy(
            w=_draw.uniform(3.5, 7.0),
            b=_draw.uniform(-3.5, -1.5),
            rate=10 ** _draw.uniform(-2, 0.5),
            threshold=10 ** _draw.uniform(-2, 1),
            momentum=_draw.choice((0.0, 0.3, 0.9)),
            count=_draw.randint(50, 300),
            steps=_draw.randint(5, 120),
            target=_draw.uniform(0.1, 0.9),
            start=_draw.uniform(-2.0, 2.0),
        )
        for _ in range(30)
    ),
]
POINTS = [(_draw.uniform(-8.0, 8.0), _draw.uniform(-6.0, 4.0)) for _ in range(60)] + [(5.0, -2.5), (4.94, -2.575)]
LATCHES = [(1.25, 0.05), (1.5, 0.0), (2.0, 0.5), (3.0, 1.3), (0.8, 0.4), (1.0, 0.0), (2.0, -0.6)]

# Runs in node and in a browser alike, given the functions of ui/cliff/descent.js and unit.js. Bits travel as hex.
COMPARED = """({ descend }, unit, { drops, points, latches }) => {
  const bits = (values) => Array.from(new BigUint64Array(Float64Array.from(values).buffer), (v) => v.toString(16));
  const row = ({ w, b, error, norm, clipped, sure }) => [...[w, b, error, norm].map(bits), Array.from(clipped), sure];
  const both = ({ x, product }) => [Array.from(x), Array.from(product)];
  return {
    paths: drops.map((drop) => [null, drop.threshold].map((threshold) => row(descend(drop, threshold)))),
    resting: points.map(([w, b]) => unit.restingPlaces(w, b)),
    folds: points.map(([w]) => unit.fold(w)),
    runs: points.map(([w, b]) => both(unit.runUnit(w, b, 40, 0.5))),
    states: latches.map(([w, u]) => unit.latchStates(w, u)),
    thresholds: latches.map(([w]) => unit.latchThreshold(w)),
    kept: latches.map(([w, u]) => both(unit.runLatch(w, u, 50, 0.3))),
  };
}"""


def asked() -> str:
    """What is compared, as JSON."""
    return json.dumps({"drops": [asdict(drop) for drop in DROPS], "points": POINTS, "latches": LATCHES})


def assert_the_engines(answer: str) -> None:
    """Paths agree with the engine's in every bit, and in how much of them is sure; all else to rounding."""
    said = json.loads(answer)
    for drop, pair in zip(DROPS, said["paths"], strict=True):
        for path, (w, b, error, norm, clipped, sure) in zip(drop.paths(), pair, strict=True):
            for values, bits in ((path.w, w), (path.b, b), (path.error, error), (path.norm, norm)):
                found = np.array([int(word, 16) for word in bits], dtype=np.uint64).view(np.float64)
                assert np.array_equal(values, found, equal_nan=True), drop
            assert path.clipped.tolist() == [bool(one) for one in clipped]
            assert path.sure == sure
    for (w, b), places, edges, (x, product) in zip(POINTS, said["resting"], said["folds"], said["runs"], strict=True):
        at_rest = resting_places(w, b)
        np.testing.assert_allclose(np.array(places).T, [at_rest.x, at_rest.slope], rtol=1e-9, atol=1e-9)
        assert edges == (None if fold(w) is None else pytest.approx(fold(w), abs=1e-12))
        run = run_unit(w, b, 40)
        np.testing.assert_allclose(x, run.x, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(product, run.log10_product, rtol=1e-6, atol=1e-6)
    for (w, u), states, threshold, (x, product) in zip(
        LATCHES, said["states"], said["thresholds"], said["kept"], strict=True
    ):
        at_rest = latch_states(w, u)
        np.testing.assert_allclose(np.array(states).T, [at_rest.x, at_rest.slope], rtol=1e-6, atol=1e-9)
        expected = latch_threshold(w)
        assert threshold == (None if expected is None else pytest.approx(expected, abs=1e-12))
        kept = run_latch(w, u, 50, 0.3)
        np.testing.assert_allclose(x, kept.x, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(product, kept.log10_product, rtol=1e-9, atol=1e-9)
