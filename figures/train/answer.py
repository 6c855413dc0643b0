"""What Train is answered: how the race is set up, at once; and the history of the race, in pieces as it grows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np

from engine.arrays import Array
from engine.cells import CELLS
from engine.studies.doors import STUDIES, refusal
from engine.studies.train.study import TrainStudy
from engine.studies.trained import Recipe, Trained
from engine.tasks import Batch, Task
from engine.training.changes import ENDS
from engine.training.evaluation import LOWEST, Evaluation
from engine.training.run import Run, run_of
from engine.training.training import Training
from figures.cells import look_of
from figures.message import Shades, message
from figures.theme import theme_message
from figures.train.racers import named

COLUMNS = 900  # of a map, at most; as in ui/train/history.js
SECONDS = 0.8  # that one piece may take; where it is not there by then, it is asked for again
LARGEST_LEVEL = 12
LOOKED_AT = 4  # examples
LONGEST = 240  # symbols of an example that are shown


def answer(study: TrainStudy) -> bytes:
    """How the race is set up: racers, task, what guessing reaches, the examples looked at. Nothing is trained."""
    trainings = study.trainings()
    learned, shown = study.learned, trainings[0].shown_batch
    header = {
        "base": _base(study),
        "total": study.goal,
        "steps": learned.heard + learned.ends[1],
        "heard": learned.heard,
        "uneven": learned.ends[0] < learned.ends[1],
        "arrives": _arrives(trainings[0], shown),
        "racers": [
            {**names, "gates": _gates(training), **_doors(training)}
            for names, training in zip(named(study.racers), trainings, strict=True)
        ],
        "task": {"name": learned.name, "title": learned.title, "what": learned.what, "understood": learned.understood},
        "chance": {**vars(learned.chance), "accuracy": learned.chance.accuracy},
        "goal": vars(learned.goal),
        "accuracy": _judges(learned, shown),
        "start": learned.start,
        "example": _example(learned, shown),
        "changes": [[c.update, c.field, c.value, c.racer] for c in study.changes],
        "ways": _ways(study),
        "seed": study.seed,
        "theme": theme_message(),
    }
    numbers = shown.x[:LONGEST, :LOOKED_AT] if shown.x.ndim == 3 else np.zeros((0, 0, 0))
    return message(header, {"x": numbers.astype(np.float32)})


def piece(study: TrainStudy, level: int, index: int) -> bytes:
    """Updates index 2**level + 1 .. (index + 1) 2**level of every racer, as far as the race goes.

    Arrays of racer k: ``curves{k}`` (4, n) loss, log2 of the gradient's norm, of the clip factor and of the
    update's size against the weights'; ``map{k}`` (r, S+T) log2 ||dL/dh_t|| of some of these updates, an encoder's S
    first, and ``arriving{k}`` (r,) log2 of what of it at the sequences' ends reaches step 1; of E evaluations
    ``shown{k}`` (E, m, B, K) outputs on the examples, ``gates{k}`` (E, G, bins), ``weights{k}`` (E, 2, bins).

    Raises:
        TimeoutError: the runs are not so far yet, and went on for a while; its argument says how far they are.
        ValueError: there is no such piece.
    """
    if not 0 <= level <= LARGEST_LEVEL or index << level >= study.goal:
        raise ValueError(f"there is no piece {index} of level {level} in {study.goal:,} updates")
    first, stop = index << level, min(study.goal, (index + 1) << level)
    runs = grown(study.trainings(), stop)
    rows = -(-(stop - first) * COLUMNS // study.goal) + 1
    header: dict[str, object] = {"first": first, "stop": stop}
    arrays: dict[str, Array | Shades] = {}
    header["racers"] = [_racer(run, k, first, stop, rows, arrays) for k, run in enumerate(runs)]
    return message(header, arrays)


def grown(trainings: Sequence[Training], until: int) -> list[Run]:
    """The runs of all racers, once each has made `until` updates or has stopped.

    Raises:
        TimeoutError: that takes longer than SECONDS; all have gone on for that time together.
    """
    end, runs = perf_counter() + SECONDS, [run_of(training) for training in trainings]
    for run in runs:
        if run.updates < until:
            run.extend(until, max(0.0, end - perf_counter()))
    behind = [run.updates for run in runs if run.updates < until and not run.stopped]
    if behind:
        raise TimeoutError(min(behind))
    return runs


def _racer(run: Run, k: int, first: int, stop: int, rows: int, arrays: dict[str, Array | Shades]) -> dict[str, object]:
    """Racer k's part of a piece: its arrays into `arrays`; back comes its part of the header."""
    history = run.history(first, stop, rows)
    curves = np.full((4, stop - first), np.nan)
    made = history.stop - history.start
    if made > 0 and history.start == first:
        curves[:, :made] = (history.loss, history.log2_norm, history.log2_factor, history.log2_update)
    evaluations = run.evaluations(first if first == 0 else first + 1, stop + 1)
    arrays[f"curves{k}"], arrays[f"map{k}"] = curves, history.log2_dh.astype(np.float32)
    arrays[f"arriving{k}"] = history.log2_arriving.astype(np.float32)
    if evaluations:
        arrays |= _evaluated(run.training, evaluations, k)
    return {
        "rows": history.shown.tolist(),
        "evals": [one.update for one in evaluations],
        "scores": [{"loss": _finite(one.loss), "accuracy": one.accuracy} for one in evaluations],
        "stopped": run.stopped if run.updates < stop else "",
        "end": min(stop, run.updates),
    }


def _evaluated(training: Training, evaluations: Sequence[Evaluation], k: int) -> dict[str, Array | Shades]:
    shown = np.stack([one.outputs[:, :LOOKED_AT] for one in evaluations])
    shares = training.learned.loss != "squared-error"
    gates = np.stack([np.stack(list(one.gates.values())) for one in evaluations]).astype(np.float32)
    weights = np.stack([np.stack([one.weights["U"], one.weights["W"]]) for one in evaluations]).astype(np.float32)
    return {f"shown{k}": Shades(shown, 0.0, 1.0) if shares else shown, f"gates{k}": gates, f"weights{k}": weights}


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _base(study: TrainStudy) -> str:
    """What decides the race but for its length and what was changed on the way."""
    query = replace(study, changes=(), goal=1).to_query() | {"text": study.text}
    return hashlib.sha256(json.dumps(query).encode()).hexdigest()[:16]


def _arrives(training: Training, shown: Batch) -> tuple[str, str]:
    """The sentence about what of the error reaches step 1, before and behind its number."""
    low, high = training.learned.ends
    end = "" if low < high else f"step {high}’s"
    chain = " of the forward chain" if training.two_ways else " of the decoder" if training.learned.decodes else ""
    if shown.where == "final":
        return (
            f"Step 1{chain} receives",
            f"times {end} error." if end else "times the error at each sequence’s end.",
        )
    return f"At step 1{chain}, where all steps’ errors add up, the gradient is", f"times {end or 'that at each end'}."


def _gates(training: Training) -> list[dict[str, object]]:
    """The gates of a cell in their order, and where their values begin."""
    looks = {gate.name: gate for gate in look_of(CELLS[training.cell]).gates}
    return [
        {
            "name": name,
            "label": looks[name].label if name in looks else name,
            "role": looks[name].role if name in looks else "state",
            "low": LOWEST.get(name, 0.0),
        }
        for name in CELLS[training.cell].gates
    ]


def _doors(training: Training) -> dict[str, object]:
    """The recipe that opens a moment of a training on each page that shows it, behind which the link writes its update;
    and why the others do not."""
    why = {page: refusal(Trained(training, 1), page) for page in STUDIES}
    recipe = Recipe().write(Trained(training, 0)).removesuffix("@0")
    return {
        "doors": {page: recipe for page, reason in why.items() if not reason},
        "refused": next(filter(None, why.values()), ""),
    }


def _judges(learned: Task, shown: Batch) -> bool:
    """Whether answers are right or wrong, not nearer or farther."""
    return (
        learned.loss != "squared-error"
        and learned.right(np.zeros((*shown.targets.shape[:2], learned.outputs)), shown) is not None
    )


def _example(learned: Task, shown: Batch) -> dict[str, object]:
    """The sequences that are looked at, in words; `kind` says how an answer is shown."""
    entered, wanted, source = (each[:LOOKED_AT] for each in learned.words(shown))
    numbers, binary = learned.loss == "squared-error", learned.loss == "binary-cross-entropy"
    final = shown.where == "final"
    kind = ("value" if final else "series") if numbers else "classes" if final else "tokens"
    counts = np.asarray(learned.judged(shown))
    return {
        "kind": "yes" if final and binary else kind,
        "binary": binary,
        "count": len(entered),
        "entered": [words[:LONGEST] for words in entered],
        "wanted": [words[:LONGEST] for words in wanted],
        "source": [words[:LONGEST] for words in source],
        "targets": np.asarray(shown.targets[:LONGEST, :LOOKED_AT, 0]).T.tolist() if numbers else [],
        "counts": [counts[: len(words), k].tolist()[:LONGEST] for k, words in enumerate(wanted)],
        "inputs": list(learned.input_names) if shown.x.ndim == 3 else [],
        "outputs": list(learned.output_names),
        "decodes": learned.decodes,
        "speaks": learned.speaks,
    }


def _ways(study: TrainStudy) -> list[dict[str, object]]:
    """What can be changed on the way, and what each racer has of it at the start."""
    return [
        {
            "field": field,
            "label": field,
            "ends": ends,
            "whole": field == "batch",
            "values": [study.batch if field == "batch" else getattr(racer, field) for racer in study.racers],
        }
        for field, ends in ENDS.items()
    ]
