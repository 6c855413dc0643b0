"""What the report on a network of one's own says: one computed sentence for each of its questions.

Steps, units and outputs count from 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engine.files.sentences import counted
from engine.report import Agreement, Comparison, Difference, Report
from engine.report.curves import ErrorCurves
from engine.report.directions import Direction
from engine.report.memories import UnitMemories
from engine.studies.cell.gate_behaviour import OPEN, SHUT
from figures.cells import letter_of
from figures.words import WORDS, number, percent, power

ALONE = "the output"  # what the only one of a network is called
MEGABYTE = 1_000_000
LARGEST_NAMED = 3  # inputs and differences that a sentence names
ROUNDING = 1e-9  # of a change: below it two reports say the same


def named(direction: Direction) -> str:
    """A layer, and which of its directions."""
    return f"layer {direction.layer}{f', from the {_end(direction)}' if direction.both else ''}"


def asked_sentence(report: Report, outputs: Sequence[str] = ()) -> str:
    """Where the error comes from."""
    return f"{_origin(report, outputs)}{_holes(report)}"


def _holes(report: Report) -> str:
    """How many steps the network leaves out, where it does."""
    read = report.curves[0].read
    count = sum(int((~one).sum()) for one in read if one is not None)
    if not count:
        return ""
    verb = "is" if count == 1 else "are"
    return f" Of {counted(sum(report.lengths), 'step')}, {count:,} {verb} left out, as the network’s mask says."


def _origin(report: Report, outputs: Sequence[str]) -> str:
    """Which output or loss."""
    origin, many = report.origins[0], len(report.origins) > 1
    if report.asked.loss is not None:
        where = "at one step" if len(origin.steps) == 1 else f"at {len(origin.steps):,} steps"
        return f"The error is that of a loss {where}{' of the first sequence' if many else ''}: {number(origin.value)}."
    step = {"last": "the last step", "final": "the state in which each direction ends"}.get(
        str(report.asked.at), f"step {report.asked.at}"
    )
    if origin.unit is None:
        return f"The error is that of the sum of all outputs at {step}."
    name = (
        ALONE
        if tuple(outputs) == (ALONE,)
        else f"“{outputs[origin.unit]}”"
        if origin.unit < len(outputs)
        else f"output {origin.unit + 1}"
    )
    largest = report.asked.unit in (None, "largest") and len(outputs) != 1
    why = f", the largest there{' of the first sequence' if many else ''}" if largest else ""
    return f"The error is that of {name} at {step}{why}: {number(origin.value)}."


def curves_sentence(report: Report) -> str:
    """How far back the error reaches in the top layer, and at what rate."""
    curve = max(report.curves, key=lambda one: (one.direction.layer, max(one.starts)))
    return f"In {named(curve.direction)}, {curve_clause(curve)}."


def curve_clause(curve: ErrorCurves) -> str:
    """What is left of the error of one layer and direction at its first step, and its half-life."""
    if not any(curve.starts):
        return "no error arrives"
    many = len(curve.log2_dh) > 1
    median = " (median)" if many else ""
    left = curve.log2_left
    if math.isnan(left):
        return "one step has an error, which shows no way back" if max(curve.starts) == 1 else "the error is no number"
    if math.isinf(left) and left < 0:
        return f"exactly nothing of the error reaches the first step that it reads{median}"
    said = f"the first step that it reads receives {power(left)} times the error of the last{median}"
    half = curve.half_life
    if math.isnan(half):
        return f"{said}, not at one rate"
    if math.isinf(half):
        return f"{said}: it keeps its size"
    return f"{said}, {'halving' if half > 0 else 'doubling'} every {number(abs(half))} steps{median}"


def memories_sentence(report: Report) -> str:
    """How long units remember."""
    if not report.memories:
        return "No gate says what is kept: every cell here makes its whole state anew at each step."
    clauses = [_memory_clause(held) for held in report.memories]
    return f"By what its gate keeps, half of a unit’s memory is gone after {'; '.join(clauses)}."


def _memory_clause(held: UnitMemories) -> str:
    low, middle, high = (float(value) for value in np.quantile(held.half_life, [0.0, 0.5, 1.0], method="nearest"))
    ends = f" (from {number(low)} to {number(high)})" if number(low) != number(high) else ""
    return f"{number(middle)} steps{ends} in the {WORDS[held.name]} of {named(held.direction)}"


def gates_sentence(report: Report) -> str:
    """Which gate is shut most, and which open."""
    if not report.gates:
        return "There are no gates that could be shut or open."
    most, never = [], []
    for what, limit in (("shut", f"shut (below {SHUT})"), ("open", f"open (above {OPEN})")):
        shares = [float(getattr(gate, what).mean()) for gate in report.gates]
        share, gate = max(shares), report.gates[int(np.argmax(shares))]
        if share > 0.0:
            most.append(
                f"{limit} most is the {gate.gate} gate of {named(gate.direction)}, {percent(share)} of the time"
            )
        else:
            never.append(limit)
    if not most:
        return f"No gate is ever {' or '.join(never)}."
    said = "; ".join(most)
    return f"{said[0].upper()}{said[1:]}.{f' None is ever {never[0]}.' if never else ''}"


def units_sentence(report: Report) -> str:
    """How many units are dead, and how many saturated."""
    every = sum(one.direction.hidden_size for one in report.units)
    dead, saturated = (
        sum(int(rows.sum()) for rows in each)
        for each in zip(*((one.dead, one.saturated) for one in report.units), strict=True)
    )
    off = sum(int(one.off.sum()) for one in report.units)
    zero = f", {off:,} of them at exactly 0 all the time," if off else ""
    return (
        f"Of {counted(every, 'unit')}, {dead:,} {'is' if dead == 1 else 'are'} dead{zero} and {saturated:,} saturated."
    )


def weights_sentence(report: Report) -> str:
    """The largest spectral radius, and the widest range of singular values."""
    top = max(report.weights, key=lambda one: one.spectral_radius)
    wide = max(report.weights, key=lambda one: float(one.singular_values[0]))
    return (
        f"The largest spectral radius is {number(top.spectral_radius)}, of {_block(top.gate, top.direction)}; the "
        f"largest singular value {number(float(wide.singular_values[0]))}, of {_block(wide.gate, wide.direction)}."
    )


def inputs_sentence(report: Report, words: Sequence[str] = (), sequence: int = 0) -> str:
    """The inputs of one sequence that the output depends on most.

    Args:
        words: what each step of the sequence reads, (T,); none for numbers.
    """
    found = report.inputs[sequence]
    order = [int(k) for k in found.order[:LARGEST_NAMED] if not np.isneginf(found.log2_norm[k])]
    if not order:
        return "The output depends on no input: every dL/dx is exactly 0."
    reads = [f"“{words[k]}” at step {k + 1}" if k < len(words) else f"step {k + 1}" for k in order]
    top = [f"{what} ({power(float(found.log2_norm[k]))})" for what, k in zip(reads, order, strict=True)]
    return f"The output depends most on {_and(top)}: in brackets ‖dL/dx‖."


def cuts_sentence(report: Report) -> str:
    """The shortest truncation that keeps nearly all, and what half as much would cost."""
    cuts = report.cuts
    if cuts.left_out:
        return cuts.left_out
    if not cuts.steps:
        return "The sequences have one step: there is nothing to truncate."
    shares = np.exp2(cuts.median_together)
    if np.isnan(shares).all():
        return "There is no gradient to cut: it is exactly 0."
    how = "pieces of" if any(cut.pieces for cut in cuts.every) else "errors that go back"
    said = [f"{percent(float(shares[k]))} with {how} {counted(cuts.steps[k], 'step')}" for k in _telling(shares)]
    return f"Truncated backpropagation would lose of the gradient’s norm {_and(said)}."


def said(report: Report, words: Sequence[str] = (), outputs: Sequence[str] = ()) -> dict[str, str]:
    """Every sentence by its question."""
    return {
        "asked": asked_sentence(report, outputs),
        "curves": curves_sentence(report),
        "memories": memories_sentence(report),
        "gates": gates_sentence(report),
        "units": units_sentence(report),
        "weights": weights_sentence(report),
        "inputs": inputs_sentence(report, words),
        "cuts": cuts_sentence(report),
    }


def memory_sentence(needed: int) -> str:
    """What a report needs, before it runs."""
    size = f"{number(needed / MEGABYTE)} MB" if needed < 1000 * MEGABYTE else f"{number(needed / (1000 * MEGABYTE))} GB"
    return f"This report needs about {size} of memory at a time, beside the network itself."


def agreement_sentence(found: Agreement) -> str:
    """Whether they agree, and where they differ most."""
    one = found.worst
    if math.isnan(one.relative):
        return f"{one.name} holds no number at {_place(one.place)}; ours is {number(one.ours)} there."
    most = f"{number(one.largest)} at most, {number(one.relative)} of the largest number"
    where = f"{one.name} beside {one.of} differs by {most}"
    if one.within:
        return f"It agrees, within the rounding of {one.within}: {where}."
    return f"It does not agree: {where}, at {_place(one.place)}: {number(one.theirs)}, and ours {number(one.ours)}."


def differences_sentence(found: Comparison) -> str:
    """What differs most between two networks."""
    known = [one for one in found.differences if one.change > ROUNDING]
    if not known:
        return "In nothing that both reports have do the two networks differ."
    return f"They differ most in {'; '.join(difference_clause(one) for one in known[:LARGEST_NAMED])}."


def difference_clause(one: Difference) -> str:
    """One quantity in both."""
    write = percent if one.what in SHARES else number
    return f"{quantity(one)}: {write(one.first)} and {write(one.second)}"


def quantity(one: Difference) -> str:
    """What was compared, in words."""
    what = WHAT[one.what].format(k=one.step, gate=one.gate)
    return what if one.direction is None else f"{what}, {named(one.direction)}"


WHAT = {
    "lost": "the share of the gradient lost by truncation at {k}",
    "half-life": "steps per halving of the error",
    "left": "what is left of the error at the first step",
    "dead": "the share of dead units",
    "saturated": "the share of saturated units",
    "memory": "the median half-life of a unit’s memory in steps",
    "shut": "how often the {gate} gate is shut",
    "open": "how often the {gate} gate is open",
    "radius": "the spectral radius of W of the {gate}",
    "largest": "the largest singular value of W of the {gate}",
}
SHARES = ("lost", "dead", "saturated", "shut", "open")


def _telling(shares: np.ndarray) -> list[int]:
    """Which k are said: the largest that loses at least half, and the smallest that loses less than a hundredth."""
    much, little = np.flatnonzero(shares >= 0.5), np.flatnonzero(shares < 0.01)
    picked = {*much[-1:].tolist(), *little[:1].tolist()}
    return sorted(picked) or sorted({0, len(shares) - 1})


def _block(gate: str, direction: Direction) -> str:
    """The recurrent weights of a gate."""
    return f"W{f' of {letter_of(direction.cell, gate)}' if len(direction.cell.gates) > 1 else ''} in {named(direction)}"


def _place(place: dict[str, int]) -> str:
    return ", ".join(f"{axis} {k:,}" for axis, k in place.items())


def _end(direction: Direction) -> str:
    return "end" if direction.reverse else "start"


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
