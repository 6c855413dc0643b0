"""What a trained network answers to a phrase, how it goes on by itself, and which of the symbols decided it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.networks.encoder_decoder import backpropagate_encoder_decoder, run_encoder_decoder
from engine.studies.phrase import answers
from engine.studies.trained import Trained
from engine.training.speaking import continued

LIKELIEST = 3  # answers
GOES_ON = {"word": 8, "character": 20}  # symbols, of a sentence to its end


@dataclass(frozen=True, eq=False, repr=False)
class Spoken(ArrayRecord):
    """The answer to a phrase."""

    symbols: tuple[str, ...]  # (T,) as they were read
    outputs: Array  # (m, K) softmax or sigmoid of each reading that is asked
    likeliest: tuple[tuple[str, float], ...]  # at the last reading, with their probabilities; of one sigmoid none
    goes_on: tuple[str, ...]  # what it says by itself, up to a full stop; of a decoder all that it says
    loss: float  # of what is wanted
    deciding: Array  # (T,) ‖dL/dx_t‖, how strongly the loss follows each symbol that entered


def spoken(trained: Trained) -> Spoken:
    """What a network says to its phrase.

    Raises:
        ValueError: there is none.
    """
    if trained.phrase is None:
        raise ValueError("a network with a phrase was expected, but this one reads an example")
    task, batch, names = trained.task, trained.example(), trained.task.output_names
    assert batch.weights is not None
    if batch.source is not None:
        return _translated(trained)
    trace, gradients = trained.run()
    outputs = answers(trained.model, task, batch)[batch.weights[:, 0] > 0.0]
    best = np.argsort(-outputs[-1], kind="stable")[: LIKELIEST if outputs.shape[1] > 1 else 0]
    on: tuple[str, ...] = ()
    if task.asked == "next":
        codes = continued(trained.training, trained.model, batch.x[:, 0].tolist(), GOES_ON[task.phrases], 0.0, 0)
        on = _to_the_end(tuple(names[code] for code in codes))
    loss = float(trained.errors(trace).loss.sum())
    likeliest = tuple((names[k], float(outputs[-1, k])) for k in best.tolist())
    return Spoken(trained.entered()[0], outputs, likeliest, on, loss, _sizes(gradients.dx))


def _translated(trained: Trained) -> Spoken:
    batch, model = trained.example(), trained.model
    assert batch.source is not None
    assert model.pair is not None
    heard = np.eye(trained.task.sources)[batch.source[:, 0]][:, None]
    both = run_encoder_decoder(model.pair, heard, trained.sequence().x)
    errors = trained.errors(both.decoder)
    assert errors.outputs is not None
    said = tuple(trained.task.output_names[k] for k in errors.outputs[:, 0].argmax(axis=1).tolist())
    back = backpropagate_encoder_decoder(both, errors)
    symbols, loss = trained.entered()[1], float(errors.loss.sum())
    return Spoken(symbols, errors.outputs[:, 0], (), _to_the_end(said), loss, _sizes(back.encoder.dx))


def _sizes(dx: Array) -> Array:
    return np.asarray(np.linalg.norm(dx[:, 0], axis=1))


def _to_the_end(said: tuple[str, ...]) -> tuple[str, ...]:
    return said[: said.index(".") + 1] if "." in said else said
