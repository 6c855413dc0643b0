"""`make papers`: figures of papers, reproduced in updates, with every seed fixed; a Markdown table of what came out.

temporal order   Pascanu, Mikolov and Bengio (2013): 50 tanh units, sparse W of spectral radius 0.95, batch 20,
                 SGD 0.05, at most 8,000 updates; solved is under 1 % error on 1,000 fresh sequences
adding           Hochreiter and Schmidhuber (1997), Le, Jaitly and Hinton (2015): T = 50, 32 units, Adam, clip 1,
                 batch 32; solved is a mean squared error of 0.01 on 1,000 fresh sequences
copy memory      Arjovsky, Shah and Bengio (2016): T = 50; where tanh RNN and LSTM come to rest
next character   Karpathy (2015): the loss of 25 characters at the first update is 25 ln V
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from engine.memory import keep_freed_memory
from engine.training.evaluation import evaluate
from engine.training.run import Run
from engine.training.training import Training

SEEDS = (1, 2, 3, 4, 5)
LOOK = 50  # updates between two looks at whether a run has solved its task
FRESH = 1000  # sequences of such a look

ORDER = Training(
    task="order",
    hidden=50,
    initialiser="sparse",
    scale=0.95,
    batch=20,
    optimiser="sgd",
    rate=0.05,
)
ADDING = Training(task="adding", length=50, hidden=32, optimiser="adam", clip=1.0, batch=32)
COPY = Training(task="copy", length=50, hidden=32, optimiser="adam", rate=0.005, clip=1.0, batch=32)
CHARACTERS = Training(task="character", length=25, hidden=100, batch=1, summed=True, optimiser="adagrad", rate=0.1)
TEXT = "Every step of a recurrent network reads one character, and says which comes next. "


@dataclass(frozen=True)
class Figure:
    """One row: a training under some seeds, and what a paper says of it."""

    name: str
    training: Training
    wanted: str
    most: int
    told: Callable[[Training, int], str]  # what came out
    seeds: tuple[int, ...] = SEEDS


def solved_after(training: Training, most: int) -> int | None:
    """After how many updates, in steps of LOOK, the goal is reached on FRESH sequences; None: not within `most`."""
    run, goal = Run(training), training.learned.goal
    while run.updates < most and not run.stopped:
        run.extend(run.updates + LOOK)
        one = evaluate(training, training.structure.model(run.at(run.updates).numbers), run.updates, FRESH)
        if goal.reached(one.loss, one.accuracy):
            return run.updates
    return None


def when_solved(training: Training, most: int) -> str:
    """For each seed."""
    found = solved_after(training, most)
    return "never" if found is None else f"{found:,}"


def resting_loss(training: Training, most: int) -> str:
    """The loss of the last tenth of the updates, beside the plateau."""
    run = Run(training)
    run.extend(most)
    loss = float(run.history(most - most // 10, most, 0).loss.mean())
    return f"{loss:.4f} ({loss / training.learned.chance.loss - 1:+.2%})"


def first_loss(training: Training, most: int) -> str:
    """The summed loss of the first update, beside 25 ln V."""
    run = Run(training)
    run.extend(1)
    start = training.length * np.log(training.learned.outputs)
    return f"{training.length * run.history(0, 1, 0).loss[0]:.2f} (25 ln V = {start:.2f})"


def figures() -> Iterator[Figure]:
    """All rows."""
    for length, without, clipped in (
        (20, "5 of 5", "5 of 5"),
        (30, "0 of 5", "nearly all"),
        (40, "0 of 5", "nearly all"),
    ):
        for clip, wanted in ((0.0, without), (1.0, clipped)):
            words = f"temporal order, T = {length}, {f'clip {clip:g}' if clip else 'no clipping'}"
            yield Figure(words, replace(ORDER, length=length, clip=clip), wanted, 8000, when_solved)
    for words, changes, wanted, most in (
        ("GRU, rate 0.01", {"cell": "gru", "rate": 0.01}, "near 300", 2000),
        ("LSTM, rate 0.005, forget bias 1", {"cell": "lstm", "rate": 0.005, "bias": 1.0}, "600 to 900", 3000),
        (
            "ReLU, identity, rate 0.002",
            {"cell": "relu", "initialiser": "identity", "rate": 0.002},
            "2,400 to 3,900",
            6000,
        ),
        ("tanh, rate 0.005", {"cell": "tanh", "rate": 0.005}, "far slower or never", 8000),
    ):
        yield Figure(f"adding, T = 50, {words}", replace(ADDING, **changes), wanted, most, when_solved)
    for cell in ("tanh", "lstm"):
        for most in (600, 2000):
            words = f"copy memory, T = 50, {cell}: mean loss of the {most // 10} updates before {most:,}"
            yield Figure(words, replace(COPY, cell=cell), "0.2971 within 1 %", most, resting_loss)
    yield Figure(
        "next character: first loss of 25", replace(CHARACTERS, text=TEXT), "25 ln V", 1, first_loss, SEEDS[:2]
    )


def main() -> None:
    """Print the table, a row as soon as it is known."""
    keep_freed_memory()
    print("| experiment | as it is told | here, by seed |\n| --- | --- | --- |", flush=True)
    for figure in figures():
        if sys.argv[1:] and not any(word in figure.name for word in sys.argv[1:]):
            continue
        found = [figure.told(replace(figure.training, seed=seed), figure.most) for seed in figure.seeds]
        print(f"| {figure.name} | {figure.wanted} | {', '.join(found)} |", flush=True)


if __name__ == "__main__":
    main()
