"""A prediction beside the computed answer, in words."""

from __future__ import annotations

import json
from dataclasses import asdict

from engine.studies.vanish.families import at_family_scale, family
from engine.studies.vanish.predict import Answer, Outcome, answer
from engine.studies.vanish.study import VanishStudy


def answer_votes(study: VanishStudy) -> bytes:
    """What becomes of the error in each compared cell, as `read_answers` reads it."""
    scale = (at_family_scale(study).scale,)
    found = [answer(family(study, cell, scale).log2_dh[0]) for cell in study.cells]
    return json.dumps([asdict(one) for one in found]).encode()


def read_answers(answered: bytes) -> list[Answer]:
    """The computed answers, in the order of the cells."""
    return [Answer(**one) for one in json.loads(answered)]


def answer_words(answer: Answer) -> str:
    """The computed answer."""
    if answer.outcome is None:
        return "no error that could be compared"
    if answer.after is None:
        return "stays within a factor of 10"
    return f"{answer.outcome}, tenfold after {_steps(answer.after)}"


def vote_words(vote: Outcome | None, after: int) -> str:
    """What was predicted."""
    if vote is None:
        return "no vote"
    return vote if vote == "stays" else f"{vote}, tenfold after {_steps(after)}"


def mark(vote: Outcome | None, after: int, answer: Answer) -> str:
    """Whether the prediction came true, and by how many steps it was off."""
    if vote is None or answer.outcome is None:
        return ""
    if vote != answer.outcome:
        return "Not so."
    if answer.after is None or after == answer.after:
        return "Right."
    way = "late" if after > answer.after else "early"
    return f"Right, {_steps(abs(after - answer.after))} too {way}."


def _steps(count: int) -> str:
    return f"{count:,} step{'' if count == 1 else 's'}"
