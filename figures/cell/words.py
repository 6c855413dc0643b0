"""What the gates of a run do, in words: one computed sentence, and what there is where there are no gates."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.cells import Cell
from engine.studies.cell.gate_behaviour import Memory, Openness
from figures.cells import look_of
from figures.words import WORDS, number, percent

OFTEN = 0.05  # of the time: a gate that is stuck less often is left to the pictures


def verdict(cell: Cell, held: Memory | None, gates: Mapping[str, Openness]) -> str:
    """One computed sentence: how long the memory lasts, and which gates are stuck."""
    if held is None:
        by = look_of(cell).made_by
        return f"Nothing of the old state passes unchanged: all of it goes through W and {by} at every step."
    what = f"half of what a unit of the {WORDS[held.name]} holds is gone after {_steps(held.half_life)}"
    said = f"On average over all steps, {what}."
    stuck = [
        f"the {name} gate is {word} {percent(float(share.mean()))}"
        for name, gate in gates.items()
        for word, share in (("shut", gate.shut), ("open", gate.open))
        if share.mean() > OFTEN
    ]
    if stuck:
        return f"{said} {stuck[0][:1].upper()}{', '.join(stuck)[1:]} of the time."
    return (
        f"{said} No gate is nearly shut or nearly open for more than {percent(OFTEN)} of the time." if gates else said
    )


def step_sentences(cell: Cell, held: Memory | None, steps: int) -> list[str]:
    """For each step, what of the memory is kept, forgotten and written, summed over units by absolute value.

    Kept and forgotten are shares of sum |m_{t-1}|; written is a share of sum |kept| + sum |written|.
    """
    if held is None:
        by = look_of(cell).made_by
        return [f"At step {t} nothing is kept as it is: all of h_{t} is made anew, by W and {by}." for t in _all(steps)]
    sizes = [np.abs(rows).sum(axis=1) for rows in (held.before, held.kept, held.forgotten, held.written)]
    said = []
    for t, (before, kept, forgotten, written) in enumerate(np.stack(sizes, axis=1), 1):
        name, after = WORDS[held.name], f"{held.name}_{t}"
        if before == 0.0:
            said.append(f"Step {t} starts from an empty {name}: nothing to keep or forget, all of {after} is written.")
            continue
        new = written / (kept + written) if kept + written > 0.0 else 0.0
        said.append(
            f"At step {t}, {percent(kept / before)} of the {name} is kept and {percent(forgotten / before)} "
            f"forgotten; of what makes {after}, {percent(new)} is newly written."
        )
    return said


def gates_sentence(cell: Cell, gates: Mapping[str, Openness]) -> str:
    """For a cell without gates: what it has instead. Empty for every other."""
    if gates:
        return ""
    return look_of(cell).instead or (
        f"A {cell.title} has no gates: nothing decides what is kept. The whole state is multiplied by W at every step, "
        "so what it remembers is up to W alone, and an error that flows back meets W each time."
    )


def _all(steps: int) -> range:
    return range(1, steps + 1)


def _steps(half_lives: np.ndarray) -> str:
    low, middle, high = (float(value) for value in np.quantile(half_lives, [0.0, 0.5, 1.0], method="nearest"))
    if number(low) == number(high):
        return f"{number(middle)} steps"
    return f"{number(middle)} steps (from {number(low)} to {number(high)} over the units)"
