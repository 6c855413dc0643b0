"""What the page on the backward pass says of its numbers."""

from __future__ import annotations

import math

import numpy as np

from engine.cells import CELLS
from engine.studies.backward.left_out import LeftOut
from engine.studies.backward.look import LongRange
from engine.studies.backward.nudge import Nudge
from engine.studies.backward.update import Update
from figures.words import number, power

SAME = 1e-12  # a loss that changes by a smaller share is the same but for rounding


def update_verdict(update: Update, r: int, loss: str = "loss") -> str:
    """What one step at rate number `r` does to the loss, which is called so."""
    before, after = update.before, float(update.after[r])
    rate = number(update.rates[r])
    if not (math.isfinite(before) and math.isfinite(after)):
        return f"At rate {rate} the new weights or their loss are beyond what float64 holds."
    if abs(after - before) <= SAME * abs(before):
        return f"At rate {rate} the {loss} stays {number(before)}."
    way = "falls" if after < before else "rises"
    return f"At rate {rate} the {loss} {way} from {number(before)} to {number(after)}."


def check_verdict(found: Nudge) -> str:
    """How well finite differences and the gradient agree, and where best."""
    relative = np.where(np.isnan(found.relative), np.inf, found.relative)
    best = int(relative.argmin())
    if not math.isfinite(relative[best]):
        return "The loss or its gradient is beyond what float64 holds, so that nothing can be compared."
    if found.gradient == 0.0 and not found.difference.any():
        return "Both are 0 in float64: this weight changes nothing that it could show."
    size = number(found.sizes[best])
    return f"They agree best at a nudge of {size}: the relative difference is {number(float(relative[best]))}."


def reach_verdict(reading: LongRange) -> str:
    """How much of the pull of the last word read the deciding word has, in each cell."""
    sentence = reading.sentence
    words = [sentence.words[k - 1] for k in sentence.first]
    before, first = sentence.words[sentence.asked - 2], sentence.first[0]
    shares = [
        _share(float(row[first - 1]), float(row[sentence.asked - 2]), CELLS[cell].title)
        for cell, row in zip(reading.cells, reading.log2_norms, strict=True)
    ]
    listed = shares[0] if len(shares) == 1 else f"{', '.join(shares[:-1])} and {shares[-1]}"
    return (
        f"“{words[0]}”, {sentence.asked - first} words back, weighs on “{sentence.words[sentence.asked - 1]}” this "
        f"many times as much as “{before}”, the word just before it: {listed}."
    )


def _share(log2_first: float, log2_before: float, title: str) -> str:
    """How many times one pull is the other, in the network called `title`."""
    if log2_before > -math.inf:
        return f"{power(log2_first - log2_before)} in the {title}"
    return f"nothing reaches {'either' if log2_first == -math.inf else 'the nearer one'} in the {title}"


def left_out_verdict(reading: LeftOut, title: str, instead: bool = False) -> str:
    """What a trained network answers, whether that is right, and what the word that decides has to do with it: the one
    that the task knows, else that without which the answer changes most. `instead`: it is opened otherwise."""
    right = "right" if reading.right else f"wrong, wanted is “{reading.wanted}”"
    opened = f"Opened with “{reading.symbols[0]}” instead, the" if instead else "The"
    said = f"{opened} {title} answers “{reading.answer}”: {right}."
    change = reading.without - reading.share
    T = len(change)
    if T < 2 or np.isnan(change).any():
        return said
    t = int(np.abs(change).argmax()) + 1 if reading.decides is None else reading.decides
    word, pull = reading.symbols[t - 1], float(reading.log2_norms[t - 1] - reading.log2_norms[-1])
    weighs = (
        f" has {power(pull)} times the gradient of “{reading.symbols[-1]}”, the last;" if t < T else " is the last;"
    )
    before, after = _likely(reading.share), _likely(float(reading.without[t - 1]))
    return f"{said} “{word}”, {T + 1 - t} back,{weighs} left out, “{reading.wanted}” goes from {before} to {after}."


def _likely(p: float) -> str:
    """A probability that never looks like certainty."""
    return "over 0.999" if number(p) == "1" and p < 1.0 else "under 0.001" if p < 0.001 else number(p)
