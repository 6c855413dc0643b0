"""A phrase of a visitor's own, as a trained network reads it: what enters, what is wanted, what was left out.

Where nothing is wanted of it, the network's own likeliest answer stands for what is: the loss then says how sure it is,
and the gradient what made it sure.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.networks.network import run_network
from engine.record.reading import shown
from engine.sequences import read_symbols
from engine.tasks import Batch, Task
from engine.tasks.pool import PooledTask
from engine.tasks.symbols import RARE
from engine.training.losses import loss_of
from engine.training.model import Model
from engine.training.speaking import translated
from engine.training.training import Training

MOST = 60  # symbols that are read
MOST_SAID = 12  # words that a decoder says, the full stop at the end too
DONE = 0  # the place of the full stop, with which a decoder begins and ends
NAMED = 3  # of unknown symbols, so many are named
APOSTROPHES = str.maketrans("’‘", "''")


@dataclass(frozen=True)
class Phrase:
    """What a visitor typed, and what the network should answer; "": as the task has it, else its own likeliest."""

    text: str
    wanted: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Understood(ArrayRecord):
    """What was found in a phrase."""

    codes: Array  # (T,) places in the vocabulary of what reads it
    wanted: Array | None  # (m,) classes or 0 and 1; None: nothing is known to be wanted
    whose: str  # whose wish that is: "visitor", "task" or ""
    said: tuple[str, ...]  # sentences on what could not be taken as it came


def understood(task: Task, phrase: Phrase) -> Understood:
    """What a task finds in a phrase; never raises. What it does not know is left out, and said."""
    names = task.source_names or task.input_names
    codes, said = _read(phrase.text, names, task.phrases)
    if len(codes) > MOST:
        said.append(f"{len(codes):,} {task.phrases}s came; the first {MOST} are read.")
        codes = codes[:MOST]
    if not len(codes):
        return Understood(codes, None, "", (*said, "Nothing of it can be read; the task’s example is shown."))
    wanted, about = _wish(task, phrase.wanted, len(codes))
    if wanted is not None:
        return Understood(codes, wanted, "visitor", (*said, *about))
    found = _known(task, codes)
    return Understood(codes, found, "" if found is None else "task", (*said, *about))


def _read(text: str, names: tuple[str, ...], unit: str) -> tuple[Array, list[str]]:
    """Places of the symbols that are known, and what is said of the others."""
    places = {name: place for place, name in enumerate(names)}
    codes, unknown, lowered = [], dict[str, None](), dict[str, None]()
    for symbol in read_symbols(text.translate(APOSTROPHES) if unit == "word" else text, unit):
        known = symbol if symbol in places else symbol.lower()
        if known in places:
            codes.append(places[known])
            lowered |= {symbol: None} if known != symbol else {}
        elif any(character.isalnum() for character in symbol) or unit == "character":
            unknown[symbol] = None
            codes += [places[RARE]] if RARE in places else []
    said = [f"{', '.join(map(shown, lowered))}: read as a small letter."] if lowered else []
    if unknown:
        said.append(_unknown(tuple(unknown), names, unit))
    return np.array(codes, dtype=np.int64), said


def _unknown(unknown: tuple[str, ...], names: tuple[str, ...], unit: str) -> str:
    """That the network never learned some symbols, and which are near."""
    few = [shown(symbol) for symbol in unknown[:NAMED]]
    many = f" and {len(unknown) - NAMED} more" if len(unknown) > NAMED else ""
    near = [one for symbol in unknown[:NAMED] for one in difflib.get_close_matches(symbol[:40], names, 1)]
    known = f"near is {', '.join(map(shown, dict.fromkeys(near)))}" if near else _among(names)
    instead = f"read as {RARE}" if RARE in names else "left out"
    return f"{', '.join(few)}{many}: no {unit} that it learned, {instead}; {known}."


def _among(names: tuple[str, ...]) -> str:
    return f"it knows {len(names):,}, as {', '.join(map(shown, names[:8]))}"


def _wish(task: Task, words: str, steps: int) -> tuple[Array | None, list[str]]:
    """What a visitor wants of each reading, (m,), None where that says nothing; and why not."""
    given = read_symbols(words.replace(",", " "), "word")
    if not given:
        return None, []
    if task.loss == "binary-cross-entropy":
        names: tuple[str, ...] = ("0", "1")
    else:
        names = task.output_names
    count = steps if task.asked == "every" else 1
    strange = [word for word in given if word not in names]
    if strange:
        near = difflib.get_close_matches(strange[0][:40], names, 1)
        accepted = f"{', '.join(names)} can be" if len(names) <= 8 else f"near is {shown(near[0])}" if near else ""
        return None, [f"{shown(strange[0])} cannot be wanted{f'; {accepted}' if accepted else ''}."]
    if not task.decodes and len(given) != count:
        each = "one a word" if count > 1 else "one"
        return None, [f"{len(given):,} wanted answers came, but {count:,} can be: {each}."]
    wanted = np.array([names.index(word) for word in given])
    return (np.append(wanted, DONE) if task.decodes else wanted), []


def _known(task: Task, codes: Array) -> Array | None:
    """What the task itself wants of exactly this sequence, (m,); None where it does not have it."""
    if task.asked == "next":
        return None
    batch = task.pool.all if isinstance(task, PooledTask) else task.shown()
    heard = batch.x if batch.source is None else batch.source
    lengths = batch.lengths if batch.source is None else batch.source_lengths
    ends = np.full(heard.shape[1], len(heard)) if lengths is None else lengths
    if len(codes) > len(heard):
        return None
    same = np.flatnonzero((ends == len(codes)) & (heard[: len(codes)] == codes[:, None]).all(axis=0))
    if not len(same):
        return None
    k = int(same[0])
    m = len(batch.targets) if batch.where != "every" or batch.lengths is None else int(batch.lengths[k])
    return np.asarray(batch.targets[:m, k].reshape(m))


def batch_of(training: Training, phrase: Phrase, model: Model | None) -> Batch:
    """A phrase as a batch of one sequence, whose `weights` are what each reading counts in the loss.

    Of a text that goes on the last step is asked; a decoder reads what it has said itself. Without a model its answers
    are not known: they are 0 then, and a decoder says as much as it can.
    """
    task = training.learned
    found = understood(task, phrase)
    codes = found.codes[:, None]
    if task.decodes:
        return _decoded(training, found, model)
    m = 1 if task.asked == "last" else len(codes)
    weights = np.full((m, 1), 1.0 if training.summed else 1.0 / m)
    targets = np.zeros(m, dtype=np.int64)
    if task.asked == "next":
        weights, targets[:-1] = np.eye(m)[:, -1:], found.codes[1:]
    binary = task.loss == "binary-cross-entropy"
    batch = Batch(
        codes, _targets(targets, binary), "final" if m == 1 and task.asked == "last" else "every", weights=weights
    )
    if found.wanted is not None:
        targets[m - len(found.wanted) :] = found.wanted
    elif model is not None:
        outputs = answers(model, task, batch)
        likeliest = outputs[:, 0] > 0.5 if binary else outputs.argmax(axis=1)
        targets = np.where(weights[:, 0] > 0.0, likeliest, targets)
    return replace(batch, targets=_targets(targets, binary))


def _targets(wanted: Array, binary: bool) -> Array:
    return wanted.astype(np.float64)[:, None, None] if binary else wanted[:, None]


def _decoded(training: Training, found: Understood, model: Model | None) -> Batch:
    """What an encoder hears, and what the decoder says by itself."""
    said = [DONE] * MOST_SAID if model is None else translated(training, model, found.codes.tolist(), DONE, MOST_SAID)
    n, wanted = len(said), np.full(len(said), DONE)
    if found.wanted is None:
        wanted[:] = said
    else:
        wanted[: len(found.wanted)] = found.wanted[:n]
    weights = np.full((n, 1), 1.0 if training.summed else 1.0 / n)
    x = np.array([DONE, *said[:-1]])[:, None]
    return Batch(x, wanted[:, None], "every", weights=weights, source=found.codes[:, None])


def answers(model: Model, task: Task, batch: Batch) -> Array:
    """What a single network answers to the one sequence of a batch, (m, K): softmax or sigmoid."""
    trace = run_network(model.network, batch.x, [len(batch.x)])
    outputs = loss_of(trace, model.readout, batch, task.loss, summed=True).outputs
    assert outputs is not None
    return np.asarray(outputs[:, 0])
