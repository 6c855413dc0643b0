"""Readings of a walk: what enters, the state, the outputs and the loss at a step; how many numbers are learned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.cells import CELLS
from engine.conventions import parameter_count
from engine.kept import kept
from engine.studies.lectures.readings.absent import AbsentError
from engine.studies.trained import Trained
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import Walk, walk
from engine.tasks import Batch

KEPT = 8_000_000  # bytes of walks: a scene reads several numbers of one


@kept(KEPT)
def _walk(study: UnrollStudy) -> Walk:
    return walk(study)


def _place(steps: Sequence[int], step: int | None) -> int:
    """Where `step` stands among `steps`; without a step, the last of them."""
    if not steps or (step is not None and step not in steps):
        raise AbsentError("nothing there" if step is None else f"nothing at step {step}")
    return len(steps) - 1 if step is None else steps.index(step)


def _read(study: UnrollStudy, step: int, part: int = 0) -> Walk:
    """The walk, if that part of it has a state after `step`; step 0 is the start."""
    found = _walk(study)
    _place(range(len(found.parts[part].x) + 1), step)
    return found


def _shape(study: UnrollStudy, array: str) -> tuple[int, int]:
    if array not in study.learned():
        raise AbsentError(f"there is no {array}")
    return study.learned()[array]


def _texts(study: UnrollStudy) -> tuple[UnrollStudy, UnrollStudy]:
    if len(study.texts) < 2:
        raise AbsentError("there is one text alone")
    first, second = study.texts
    return first, second


def _numbers(array: Array) -> tuple[float, ...]:
    return tuple(float(value) for value in np.ravel(array))


def entering(study: UnrollStudy, step: int) -> tuple[float, ...]:
    """U x of the lowest layer at `step`, (H,)."""
    found = _read(study, step)
    return _numbers(found.weights["U1"] @ found.parts[0].x[step - 1, 0])


def carried(study: UnrollStudy, step: int) -> tuple[float, ...]:
    """W h + b of the lowest layer, with the state before `step`, (H,)."""
    found = _read(study, step)
    before = found.parts[0].trace.layers[0].forward.h[step - 1, 0]
    return _numbers(found.weights["W1"] @ before + found.weights["b1"][:, 0])


def hidden(study: UnrollStudy, step: int) -> tuple[float, ...]:
    """The state of the lowest layer after `step`, (H,); after step 0, that in which it starts."""
    return _numbers(_read(study, step).parts[0].trace.layers[0].forward.h[step, 0])


def logits(study: UnrollStudy, step: int) -> tuple[float, ...]:
    """V h + d of the top state after `step`, (K,)."""
    found = _read(study, step, -1)
    h = found.parts[-1].trace.layers[-1].forward.h[step, 0]
    return _numbers(found.readout.V @ h + found.readout.d)


def outputs(study: UnrollStudy, step: int | None = None) -> tuple[float, ...]:
    """What comes out at `step`, or at the last, (K,): probabilities, or values."""
    found = _walk(study)
    return _numbers(found.outputs[_place(found.output_at, step)])


def likeliest(study: UnrollStudy, step: int | None = None) -> str:
    """The symbol of the largest output at `step`, or at the last."""
    return study.answers[int(np.argmax(outputs(study, step)))]


def top(study: UnrollStudy, step: int | None = None, most: int = 3) -> str:
    """The symbols of the largest outputs at `step`, or at the last, the largest first."""
    return ", ".join(study.answers[k] for k in np.argsort(outputs(study, step))[::-1][:most])


def loss(study: UnrollStudy, step: int | None = None) -> float:
    """The loss at `step`, or the sum of all."""
    found = _walk(study)
    return float(np.sum(found.losses) if step is None else found.losses[_place(found.loss_at, step)])


def mean_loss(study: UnrollStudy) -> float:
    """The mean of the losses of all steps that have one."""
    return float(np.mean(_walk(study).losses))


def right(study: UnrollStudy) -> float:
    """At how many steps the likeliest answer is the wanted one."""
    found = _walk(study)
    return float(sum(likeliest(study, step) == said for step, said in zip(found.loss_at, found.targets, strict=True)))


def tagged(study: UnrollStudy) -> float:
    """At how many steps a yes or no, said where it is above a half, is as wanted."""
    found = _walk(study)
    said = found.outputs[[found.output_at.index(step) for step in found.loss_at], 0] > 0.5
    return float(np.sum(said == (np.asarray(found.wanted) > 0.5)))


def answers(study: UnrollStudy) -> float:
    """At how many steps something comes out."""
    return float(len(_walk(study).output_at))


def columns_of(study: UnrollStudy) -> float:
    """How many steps are drawn: of a decoder those of its encoder too."""
    return float(study.columns)


def learned(study: UnrollStudy, arrays: Sequence[str] = ()) -> float:
    """How many numbers it learns, or some arrays of it."""
    return float(sum(rows * columns for rows, columns in (_shape(study, name) for name in arrays or study.learned())))


def listed(study: UnrollStudy, framework: str) -> float:
    """How many numbers "PyTorch" or "Keras" lists for such layers in one direction, the readout's too."""
    found = study.learned()
    layers = [
        parameter_count(framework, CELLS[study.cell], found[f"U{layer}"][1], study.hidden)
        for layer in range(1, study.layers + 1)
    ]
    if study.both or None in layers:
        raise AbsentError(f"{framework} has no such cell" if None in layers else "counted for one direction alone")
    return float(sum(filter(None, layers))) + learned(study, ("V", "d"))


def distance(study: UnrollStudy) -> float:
    """‖h − h'‖ of the states in which two texts end."""
    first, second = map(_walk, _texts(study))
    return float(np.linalg.norm(np.asarray(first.states)[-1] - np.asarray(second.states)[-1]))


def shared(study: UnrollStudy) -> float:
    """How many symbols two texts have equally often."""
    first, second = (Counter(text.symbols) for text in _texts(study))
    return float(sum(first[symbol] == second[symbol] for symbol in first))


def shape(study: UnrollStudy, array: str) -> str:
    """Rows and columns of an array of weights, "3 × 4"; of one number that fills it, "1 × 1"."""
    rows, columns = _shape(study, array)
    return f"{rows} × {columns}"


def columns(study: UnrollStudy, array: str) -> float:
    """How many columns an array of weights has."""
    if array not in study.shapes():
        raise AbsentError(f"there is no {array}")
    return float(study.shapes()[array][1])


def plain_inputs(study: UnrollStudy, text: int = 1) -> float:
    """How many inputs a plain network needs, which takes all symbols of a text at once, one-hot."""
    read = _texts(study)[text - 1] if text > 1 else study
    return float(len(read.symbols) * len(read.vocabulary))


def one_hot(study: UnrollStudy) -> str:
    """The shape of what enters, a row for each step and a column for each symbol of the vocabulary, "(4, 5)"."""
    return str(_walk(study).parts[0].x[:, 0].shape)


def batch(study: UnrollStudy, steps: int | None = None) -> str:
    """The shape of all examples of a trained network as one array, (batch, timesteps, features), padded to the longest
    or cut after `steps`."""
    x, _ = _examples(study)
    return str((x.shape[1], len(x[:steps]), len(study.vocabulary)))


def lengths(study: UnrollStudy) -> tuple[float, ...]:
    """How many steps of each example in that array are no padding."""
    return _numbers(_examples(study)[1])


def dropped(study: UnrollStudy, steps: int) -> str:
    """The words of all examples behind the first `steps` steps."""
    x, ends = _examples(study)
    return ", ".join(study.vocabulary[x[t, n]] for n, end in enumerate(ends) for t in range(steps, int(end)))


def _shown(study: UnrollStudy) -> Batch:
    if not isinstance(study.trained, Trained):
        raise AbsentError("counted for a trained network alone")
    return study.trained.training.shown_batch


def _examples(study: UnrollStudy) -> tuple[Array, Array]:
    """Places in the vocabulary (T, B) of a trained network's examples, and their lengths (B,)."""
    shown = _shown(study)
    return shown.x, np.full(shown.x.shape[1], len(shown.x)) if shown.lengths is None else shown.lengths


def said_of(study: UnrollStudy, which: int) -> tuple[float, ...]:
    """The last output for one of a trained network's examples, (K,)."""
    return outputs(study.changed("phrase", "").changed("which", which))


def all_right(study: UnrollStudy) -> str:
    """Whether the last output is nearer to what is wanted than to the other answer, for every example."""
    wanted = _shown(study).targets[-1, :, 0]
    said = [said_of(study, which)[-1] for which in range(1, len(wanted) + 1)]
    return "yes" if np.array_equal(np.array(said) > 0.5, wanted > 0.5) else "no"


def verdict(study: UnrollStudy) -> str:
    """What a yes or no at the end says, of whether something is kind."""
    return "kind" if outputs(study)[-1] > 0.5 else "unkind"


def different(study: UnrollStudy, array: str) -> str:
    """How many different arrays of a letter one layer has, whatever the number of steps."""
    return str(sum(name.startswith(array) for name in study.learned()))


def fits_both(study: UnrollStudy) -> str:
    """Whether a plain network for the first of two texts takes the second as it is."""
    same = plain_inputs(study) == plain_inputs(study, 2)
    return "yes, as it is" if same else "no, it needs more inputs"


def differs_at(study: UnrollStudy, step: int) -> str:
    """What meets a step that step 1 did not meet: W s, or the input alone."""
    found = _read(study, step)
    before = found.parts[0].trace.layers[0].forward.h[step - 1, 0]
    meets = bool((found.weights["W1"] @ before).any()) and study.loops
    return "x, and W s is no longer 0" if meets else "nothing but x"


MADE = (
    entering,
    carried,
    hidden,
    logits,
    outputs,
    likeliest,
    top,
    loss,
    mean_loss,
    right,
    tagged,
    answers,
    columns_of,
    learned,
    distance,
    shared,
    shape,
    columns,
    plain_inputs,
    listed,
    one_hot,
    batch,
    lengths,
    dropped,
    said_of,
    all_right,
    verdict,
    different,
    fits_both,
    differs_at,
)
READINGS: Mapping[str, Callable[..., Any]] = {made.__name__: made for made in MADE}
