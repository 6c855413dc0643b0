"""The message of one step of gradient descent: weights before, their gradient, and the loss after, at each rate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.arrays import Array
from engine.studies.backward.look import RATES, Backwards
from figures.backward.networks import as_matrix, networks
from figures.backward.words import update_verdict
from figures.message import message
from figures.theme import theme_message


def update_message(found: Sequence[Backwards]) -> bytes:
    """Arrays, for cell number c: ``c.weight.n`` and ``c.gradient.n`` (rows, columns) for each array of weights n;
    ``c.after`` (R,) the loss after an update at each rate; ``c.before`` the loss."""
    arrays: dict[str, Array] = {}
    for c, one in enumerate(found):
        slopes = one.gradient.named()
        for name, array in one.weights.named().items():
            arrays[f"{c}.weight.{name}"] = as_matrix(array)
            arrays[f"{c}.gradient.{name}"] = as_matrix(slopes[name])
        arrays[f"{c}.after"] = one.update.after
        arrays[f"{c}.before"] = np.array([one.update.before])
    header = {
        "kind": "update",
        "cells": [
            {**network, "said": [update_verdict(one.update, r, one.study.total) for r in range(len(RATES))]}
            for network, one in zip(networks(found), found, strict=True)
        ],
        "rates": list(RATES),
        "theme": theme_message(),
    }
    return message(header, arrays)
