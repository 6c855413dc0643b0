"""Orders in which a heatmap can show its units."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array


def by_variance(states: Array) -> list[int]:
    """Units of (T, H) states, those that vary most over time first."""
    with np.errstate(over="ignore", invalid="ignore"):
        return [int(unit) for unit in np.argsort(-np.nan_to_num(states.var(axis=0)), kind="stable")]


def by_similarity(states: Array) -> list[int]:
    """Units of (T, H) states, each followed by the one left whose course is most like its own (by correlation).

    The first is the unit that varies most.
    """
    with np.errstate(all="ignore"):
        centred = states - states.mean(axis=0)
        unit_length = np.nan_to_num(centred / np.linalg.norm(centred, axis=0))
    alike = unit_length.T @ unit_length
    order = by_variance(states)[:1]
    left = set(range(states.shape[1])) - set(order)
    while left:
        nearest = max(sorted(left), key=lambda unit: alike[order[-1], unit])
        order.append(nearest)
        left.remove(nearest)
    return order
