"""Readings of a trained network's answers: how a phrase goes on, tags, two phrases side by side, when it is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine.sequences import places_of
from engine.studies.bag import Bag, bag_of
from engine.studies.lectures.readings.absent import AbsentError
from engine.studies.spoken import spoken
from engine.studies.trained import Trained
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import Walk, walk

NONE_TRAINED = "read of a trained network alone"


def _trained(study: UnrollStudy) -> Trained:
    if not isinstance(study.trained, Trained):
        raise AbsentError(NONE_TRAINED)
    return study.trained


def _after(study: UnrollStudy, update: int | None) -> UnrollStudy:
    """The same after so many updates; None: after those that are shown."""
    trained = _trained(study)
    return study if update is None else replace(study, trained=replace(trained, update=update, numbers=b""))


def goes_on(study: UnrollStudy, words: int | None = None) -> str:
    """The next words, each the likeliest after those before it; of a decoder all that it says."""
    if _trained(study).phrase is None:
        raise AbsentError("no phrase is read")
    return " ".join(spoken(_trained(study)).goes_on[:words])


def parts_said(study: UnrollStudy, parts: Sequence[str]) -> str:
    """Which of some phrases stand, as it says them by themselves, in what a decoder says of the whole."""
    said = f" {goes_on(study)} "
    alone = {part: goes_on(study.changed("phrase", part)).removesuffix(" .") for part in parts}
    return " and ".join(part for part, words in alone.items() if f" {words} " in said) or "neither"


def speaks_after(study: UnrollStudy) -> str:
    """The last word that is read before a decoder says its first, "after ‘you’"."""
    _, heard = _trained(study).entered()
    if not heard:
        raise AbsentError("there is no decoder")
    return f"after ‘{heard[-1]}’"


def words_in_and_out(study: UnrollStudy) -> tuple[float, ...]:
    """How many words a decoder's network reads and says, without the full stop at the end."""
    heard = _trained(study).entered()[1]
    return float(len(heard)), float(len(goes_on(study).removesuffix(" .").split()))


def handed_over(study: UnrollStudy) -> float:
    """How many numbers one step hands to the next, or an encoder to a decoder."""
    return float(study.hidden * study.layers * (2 if study.cell == "lstm" else 1))


def _yes(found: Walk) -> list[int]:
    """At each step with a loss, whether a yes or no, said above a half, is yes."""
    if found.outputs.shape[1] != 1:
        raise AbsentError("read of a yes or no alone")
    return [int(found.outputs[found.output_at.index(step), 0] > 0.5) for step in found.loss_at]


def tags(study: UnrollStudy) -> str:
    """What a yes or no at every step says, "1 0 1"."""
    return " ".join(map(str, _yes(walk(study))))


def yes_count(study: UnrollStudy) -> str:
    """At how many steps it says yes."""
    return str(sum(_yes(walk(study))))


def _all_right(found: Walk) -> bool:
    if found.outputs.shape[1] == 1:
        return _yes(found) == [int(value > 0.5) for value in np.asarray(found.wanted)]
    read = [found.output_at.index(step) for step in found.loss_at]
    return bool((found.outputs[read].argmax(axis=1) == np.asarray(found.wanted)).all())


def right_after(study: UnrollStudy, most: int) -> str:
    """After how many updates all that is asked is right for the first time; `most` are tried."""
    for update in range(most + 1):
        if _all_right(walk(_after(study, update))):
            return str(update)
    raise AbsentError(f"not within {most} updates")


def updates(study: UnrollStudy) -> float:
    """After how many updates it is shown."""
    return float(_trained(study).update)


def said(study: UnrollStudy) -> str:
    """The likeliest answer wherever one is asked, or of a yes or no its size."""
    found = walk(study)
    read = [found.output_at.index(step) for step in found.loss_at]
    if found.outputs.shape[1] == 1:
        return " ".join(f"{value:.3g}" for value in found.outputs[read, 0])
    return " ".join(study.answers[k] for k in found.outputs[read].argmax(axis=1))


def both_say(study: UnrollStudy, update: int | None = None) -> tuple[float, ...]:
    """The last output for each of two phrases, after so many updates of its training or those that are shown."""
    texts = _after(study, update).texts
    if len(texts) < 2:
        raise AbsentError("there is one text alone")
    return tuple(float(walk(text).outputs[-1, -1]) for text in texts)


def by_counts(study: UnrollStudy) -> tuple[float, ...]:
    """The same of the best rule that counts words, learned from the same data."""
    bag = _bag(study)
    return tuple(bag.probability(places_of(text.symbols, study.vocabulary)) for text in study.texts)


def counts_right(study: UnrollStudy) -> str:
    """Of how many of two phrases that rule says what is wanted."""
    texts = study.texts
    if len(texts) < 2:
        raise AbsentError("there is one text alone")
    found = [None if text.understood is None else text.understood.wanted for text in texts]
    if any(wanted is None for wanted in found):
        raise AbsentError("nobody says what is wanted of them")
    said = [p > 0.5 for p in by_counts(study)]
    right = sum(p == bool(wanted[-1]) for p, wanted in zip(said, found, strict=True) if wanted is not None)
    return ("neither", "one of them", "both")[right]


def _bag(study: UnrollStudy) -> Bag:
    trained = _trained(study)
    found = bag_of(trained.task, trained.training.seed)
    if found is None:
        raise AbsentError("counts of words say nothing here")
    return found


MADE = (
    goes_on,
    parts_said,
    speaks_after,
    words_in_and_out,
    handed_over,
    tags,
    yes_count,
    right_after,
    updates,
    said,
    both_say,
    by_counts,
    counts_right,
)
READINGS: Mapping[str, Callable[..., Any]] = {made.__name__: made for made in MADE}
