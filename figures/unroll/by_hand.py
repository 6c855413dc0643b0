"""The "hello" that a lecture computes by hand: its written figures beside the exact ones, and why they differ."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from engine.studies.unroll.walk import Walk
from figures.words import number


def _vector(values: Iterable[float]) -> str:
    return f"[{', '.join(number(float(value)) for value in values)}]"


def by_hand(walk: Walk) -> list[dict[str, str]]:
    """Rows of {what, written, exact, why} of step 1; none where other weights or edits make the comparison empty."""
    if not walk.walkthrough.lecture or walk.walkthrough.edits:
        return []
    trace = walk.parts[0].trace.layers[0].forward
    U, V = walk.weights["U1"], walk.readout.V
    entering = U @ trace.x[0, 0]
    exact = trace.h[1, 0]
    first_row = U[0, :3]
    written = np.tanh(first_row + walk.weights["b1"][:, 0])
    rows = [
        (
            "U x for ‘h’ = [1, 0, 0, 0]",
            _vector(first_row),
            _vector(entering),
            "x picks the first column of U; the lecture copied the beginning of its first row.",
        ),
        (
            "W s + b with s = 0",
            _vector(walk.weights["b1"][:, 0]),
            _vector(walk.weights["b1"][:, 0]),
            "The same: nothing is carried yet, so only b is left.",
        ),
        (
            "s = tanh(W s + b + U x)",
            "[0.6, 0.8, 0.2]",
            _vector(exact),
            f"With its own U x the lecture's sums give {_vector(written)}; the last of its figures is a slip.",
        ),
        (
            "V s",
            "[1, 2.5, 0.9, 1.2]",
            _vector(V @ exact),
            "The written product belongs neither to the written s nor to the exact one.",
        ),
        (
            "softmax(V s)",
            "[0.1, 0.4, 0.2, 0.3]: e",
            f"{_vector(walk.outputs[0])}: {walk.walkthrough.vocabulary[int(walk.outputs[0].argmax())]}",
            "So with these weights the likeliest next letter after ‘h’ is not e; training would have to change them.",
        ),
    ]
    return [dict(zip(("what", "written", "exact", "why"), row, strict=True)) for row in rows]
