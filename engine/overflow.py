"""The one thing that can go wrong with numbers that were all right: they grow beyond float64 where something reads on.

Within a layer states may overflow: they are shown as infinite, and losses and gradients are still right (see
`engine/cells/rnn.py`). A layer above, a decoder or a product of Jacobians cannot go on from infinite numbers.
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Array


class Overflow(ArithmeticError):  # noqa: N818 (a word of the field, as pages and messages say it)
    """Numbers left float64 where a further layer, network or product has to read them; the message says where."""


def readable(rows: Array, whose: str, reader: str) -> None:
    """Nothing, where `rows` (steps, ...) are all finite numbers.

    Raises:
        Overflow: naming the first step at which `whose` are not, and the `reader` that cannot go on from there.
    """
    finite = np.isfinite(rows)
    if not finite.all():
        step = 1 + int(np.argmin(finite.reshape(len(rows), -1).all(axis=1)))
        raise Overflow(f"{whose} grow beyond what float64 holds at step {step}, and {reader}")
