"""A prediction beside the computed answer, in words."""

from __future__ import annotations

from engine.studies.vanish.predict import Answer, Outcome


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
