"""One path by hand: factors that are typed and their product; and how large the slope in each factor can be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.activations import ACTIVATIONS
from engine.arrays import Array
from engine.cells import CELLS, RNN
from engine.measures import largest_path, running_product, unit_factors
from engine.studies.vanish.study import VanishStudy
from figures.message import message
from figures.theme import theme_message
from figures.vanish.factors import read_factors
from figures.vanish.product import product_sentence
from figures.words import LOG10_2, number

CURVES = ("tanh", "sigmoid")  # whose slopes are drawn
FARTHEST = 6.0  # |a| of the curves
POINTS = 400  # of each network at most


def answer_by_hand(study: VanishStudy, words: str) -> bytes:
    """The message. Arrays: ``factors`` (n,), ``running`` (n,) log10 of the product's size so far; ``a``, and of each
    curve its slope there by name; of each plain network c in the study ``a.c`` and ``slope.c``, a point for each unit
    and step."""
    factors, _ = read_factors(words)
    assert factors is not None
    product = running_product(np.array(factors))
    a = np.linspace(-FARTHEST, FARTHEST, 161)
    arrays: dict[str, Array] = {"factors": np.array(factors), "running": product.log2_size * LOG10_2, "a": a}
    arrays |= {name: ACTIVATIONS[name].derivative(a) for name in CURVES}
    networks = []
    for name in study.cells:
        trace = study.run(name).trace
        if not isinstance(trace.cell, RNN):
            continue
        sums = trace.pre_activations["state"][:, 0]
        slopes = trace.cell.activation.derivative(sums)
        if name in CURVES:
            stride = -(-sums.size // POINTS)
            arrays |= {f"a.{name}": sums.ravel()[::stride], f"slope.{name}": slopes.ravel()[::stride]}
        path = unit_factors(trace, largest_path(trace))[:0:-1]  # from the last step back to the first
        networks.append(
            {
                "name": name,
                "title": CELLS[name].title,
                "curve": name in CURVES,
                "mean": number(float(slopes.mean())),
                "path": _in_words(path),
            }
        )
    header = {
        "words": words,
        "said": product_sentence(factors),
        "curves": [
            {"name": name, "most": ACTIVATIONS[name].steepest, "words": number(ACTIVATIONS[name].steepest)}
            for name in CURVES
        ],
        "networks": networks,
        "theme": theme_message(),
    }
    return message(header, arrays)


def _in_words(factors: Sequence[float] | Array) -> str:
    return ", ".join(f"{factor:.4g}" for factor in factors)
