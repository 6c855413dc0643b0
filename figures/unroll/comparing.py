"""Two texts that one network has read: how far apart they end, and what a count without order would say of them."""

from __future__ import annotations

from collections import Counter

from engine.arrays import log2_norm
from engine.sequences import places_of
from engine.studies.bag import bag_of
from engine.studies.trained import Trained
from engine.studies.unroll.walk import Walk
from engine.wide import widened
from figures.unroll.words import label, symbol_word
from figures.words import number, percent, power

NAMED = 4  # symbols that are named in the sentence
LISTED = 200  # counts that are sent at most


def comparison(first: Walk, second: Walk) -> dict[str, object]:
    """What is said of both, and each symbol's count in the one and in the other, those that differ first."""
    counts = counted(first, second)
    listed = [[label(symbol), *times] for symbol, *times in counts[:LISTED]]
    said = [_ends(first, second), _bag(first, counts), _best_bag(first, second)]
    return {"said": " ".join(filter(None, said)), "counts": listed}


def counted(first: Walk, second: Walk) -> list[tuple[str, int, int]]:
    """(symbol, times in the first, times in the second): a bag of words of each text."""
    one, other = (Counter(walk.walkthrough.symbols) for walk in (first, second))
    rows = [
        (symbol, one[symbol], other[symbol]) for symbol in first.walkthrough.vocabulary if one[symbol] + other[symbol]
    ]
    return sorted(rows, key=lambda row: row[1] == row[2])


def _ends(first: Walk, second: Walk) -> str:
    """How far apart both end."""
    h, other = widened(first.states)[-1], widened(second.states)[-1]
    apart, *sizes = (power(float(log2_norm(v, (0,)))) for v in (h - other, h, other))
    if apart == "0":
        return "Both texts end in the same state, number for number."
    outputs = " and ".join(_output(walk) for walk in (first, second))
    states = f"The states at the end lie {apart} apart, ‖h − h′‖, with sizes ‖h‖ of {sizes[0]} and {sizes[1]}"
    return f"{states}; the outputs are {outputs}."


def _output(walk: Walk) -> str:
    """What comes out at the end."""
    values = walk.outputs[-1]
    best = int(values.argmax())
    name = f"‘{label(walk.walkthrough.answers[best])}’ at " if walk.walkthrough.output_kind == "softmax" else ""
    return f"{name}{number(float(values[best]))}"


def _bag(walk: Walk, counts: list[tuple[str, int, int]]) -> str:
    """What is left of both where order is gone."""
    differing = [f"‘{label(symbol)}’" for symbol, one, other in counts if one != other]
    bag = f"A bag of {symbol_word(walk.walkthrough)}s, which counts without order,"
    if not differing:
        return f"{bag} is the same for both."
    if len(differing) > NAMED:
        return f"{bag} differs in {len(differing):,} of {len(counts):,}."
    named = differing[0] if len(differing) == 1 else f"{', '.join(differing[:-1])} and {differing[-1]}"
    return f"{bag} differs in {named} alone." if len(differing) < len(counts) else f"{bag} differs in all."


def _best_bag(first: Walk, second: Walk) -> str:
    """How well counts alone could have learned what the network did, and their answers to both phrases."""
    trained = first.walkthrough.trained
    if not isinstance(trained, Trained):
        return ""
    bag = bag_of(trained.task, trained.training.seed)
    if bag is None:
        return ""
    names = trained.task.input_names
    p, q = (bag.probability(places_of(walk.walkthrough.symbols, names)) for walk in (first, second))
    best = (
        f"The best that counts can learn from the same data, by logistic regression, is right on {percent(bag.known)}"
    )
    judged = f"of it and on {percent(bag.accuracy)} of what the network is judged by"
    return f"{best} {judged}; it answers {_side(trained, p)} to the first and {_side(trained, q)} to the second."


def _side(trained: Trained, p: float) -> str:
    """An answer of the bag: the probability of its second answer, or the likelier one by name."""
    if trained.task.loss == "binary-cross-entropy":
        return number(p)
    return f"‘{trained.task.output_names[int(p > 0.5)]}’ at {number(max(p, 1.0 - p))}"
