"""What the page Unroll is answered: the walk of a study, or, where its numbers overflow, of the nearest that runs."""

from __future__ import annotations

from dataclasses import replace

from engine.overflow import Overflow
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import walk
from figures.unroll.walk import unroll_message

OVERFLOW = "With these weights the states grow beyond what float64 holds, and a next layer cannot read infinite numbers"


def answer(study: UnrollStudy) -> bytes:
    """The message of the walk, or of both.

    Raises:
        Overflow: a network from somewhere leaves float64 where a next layer reads; it has no smaller form.
    """
    for nearest, left_out in (
        (study, ""),
        (replace(study, edits=()), "the weights set by hand are left out"),
        (replace(study, edits=(), layers=1, wiring="in-step"), "one layer is shown, in step"),
    ):
        try:
            found = [walk(text) for text in nearest.texts]
        except Overflow:
            if study.trained is not None and not left_out and not study.edits:
                raise
            continue
        return unroll_message(found, f"{OVERFLOW}; {left_out}." if left_out else "")
    raise AssertionError("one layer of an in-step network runs with every weight that can be drawn")
