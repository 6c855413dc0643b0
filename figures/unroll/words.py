"""What a walk comes to, in plain words: how well it predicts, beside pure guessing."""

from __future__ import annotations

import numpy as np

from engine.arrays import log2_norm
from engine.sequences import symbols
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import Walk
from engine.wide import widened
from figures.words import number, power

LONGEST_LABEL = 14  # symbols of a name on the screen
INVISIBLE = {" ": "␣", "\n": "⏎", "\t": "⇥", "\r": "⏎", "\r\n": "⏎"}


def label(symbol: str) -> str:
    """A symbol as it stands on the screen: a blank is made visible, a long word is cut."""
    if symbol in INVISIBLE:
        return INVISIBLE[symbol]
    read = symbols(symbol[: 20 * LONGEST_LABEL])[:LONGEST_LABEL]
    while len(read) > 1 and sum(map(len, read)) > 4 * LONGEST_LABEL:
        read = read[:-1]
    kept = "".join(read)[: 4 * LONGEST_LABEL]
    return symbol if kept == symbol else kept + "…"


def own_words(walkthrough: UnrollStudy) -> str:
    """The text or the phrase that is read, as a visitor wrote it."""
    return walkthrough.text if walkthrough.trained is None else walkthrough.phrase


def symbol_word(walkthrough: UnrollStudy) -> str:
    """What one step of the sequence is called."""
    if walkthrough.trained is not None:
        return walkthrough.phrases or ("input" if walkthrough.numeric else "symbol")
    if walkthrough.numeric:
        return "number"
    if walkthrough.example == "hello":
        return "letter"
    by_word = walkthrough.example in ("review", "happy") or walkthrough.by == "word"
    return "word" if by_word else "character"


def walk_verdict(walk: Walk) -> str:
    """What the outputs come to, computed: how often and how surely what was wanted was said, beside guessing; and
    that it is no prediction, where a chain from the end has read it."""
    if walk.walkthrough.unasked:
        return unasked_verdict(walk)
    said = {"softmax": _symbols, "sigmoid": _answer, "linear": _values}[walk.walkthrough.output_kind](walk)
    if not walk.walkthrough.foreknown:
        return said
    read = f"The chain from the end has already read the next {symbol_word(walk.walkthrough)}"
    return f"{said} {read}: this is no prediction."


def unasked_verdict(walk: Walk) -> str:
    """Where the error enters, where nothing is wanted, and what stands there."""
    (name,), value = walk.walkthrough.answers, number(float(walk.outputs[-1, 0]))
    if walk.walkthrough.trained is not None and walk.walkthrough.trained.loss == "probe":
        return f"The file has no head: a probe, one unit of error in a random direction, reads {value} at the end."
    return f"Output “{label(name)}” is {value} at the end, where one unit of error enters: nothing is wanted."


def _symbols(walk: Walk) -> str:
    word = "answer" if walk.walkthrough.trained else symbol_word(walk.walkthrough)
    place = {t: n for n, t in enumerate(walk.output_at)}
    guess = 1.0 / len(walk.walkthrough.answers)
    said = walk.outputs[[place[t] for t in walk.loss_at]]
    right = int((said.argmax(axis=1) == walk.wanted).sum())
    with np.errstate(over="ignore", under="ignore"):
        usual = float(np.exp(-walk.losses.mean()))
    steps = len(walk.wanted)
    begins = (
        f"The wanted {word} is {'' if right else 'not '}the likeliest"
        if steps == 1
        else f"The wanted {word} is the likeliest at {right:,} of {steps:,} steps"
    )
    mean, which = ("", "") if steps == 1 else ("on average ", " (geometric mean)")
    return f"{begins}; {mean}it gets probability {number(usual)}{which}, where guessing gives {number(guess)}."


def _answer(walk: Walk) -> str:
    if len(walk.wanted) > 1:
        said = walk.outputs[np.isin(walk.output_at, walk.loss_at), 0]
        right = int(((said > 0.5) == (walk.wanted > 0.5)).sum())
        return f"The output is on the wanted side of 0.5 at {right:,} of {len(walk.wanted):,} steps."
    y, wanted = float(walk.outputs[0, 0]), int(walk.wanted[0])
    if y == 0.5:
        return f"The last output is exactly 0.5: it cannot tell; wanted is {wanted}."
    side = int(y > 0.5)
    verdict = "right" if side == wanted else "wrong"
    return f"The last output is {number(y)}, nearer to {side}; wanted is {wanted}, so the answer is {verdict}."


def _values(walk: Walk) -> str:
    losses = widened(walk.losses) if walk.far_losses is None else walk.far_losses
    half = 0.0 if walk.walkthrough.trained else 1.0
    missed = (half + float(log2_norm(losses.sum(axis=0)[None], (0,))) - np.log2(len(walk.loss_at))) / 2.0
    silent = float(log2_norm(walk.wanted, (0,)) - np.log2(len(walk.wanted)) / 2.0)
    per = "" if len(walk.loss_at) == 1 else " on average (root mean square)"
    better = "closer than" if missed < silent else "no closer than"
    return f"The prediction misses by {power(missed)}{per}, {better} always saying 0, which misses by {power(silent)}."
