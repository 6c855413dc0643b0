"""What a network says by itself: each answer enters again as the next input. A text goes on, a phrase is translated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.arrays import Array, between
from engine.forward import State
from engine.networks.network import run_network
from engine.training.model import Model
from engine.training.training import Training


def continued(
    training: Training, model: Model, begun: Sequence[int], count: int, temperature: float, seed: int
) -> tuple[int, ...]:
    """How a text goes on, `count` symbols: each is drawn from softmax(o / temperature), o = V h + d; 0: the likeliest.

    Args:
        begun: symbols that are read first, as places in the task's vocabulary, at least one.

    Raises:
        ValueError: the task's answers cannot enter again, or nothing is begun.
    """
    if not training.learned.speaks:
        raise ValueError("only a network that predicts its own next input can go on")
    if not len(begun):
        raise ValueError("no symbol to begin with was given, but at least one was expected")
    heat = between("temperature", temperature, 0.0, 100.0, "a number from 0 to 100")
    return _said(model, np.asarray(begun), None, count, heat, np.random.default_rng([seed, 9]), None)


def translated(training: Training, model: Model, source: Sequence[int], begin: int, count: int) -> tuple[int, ...]:
    """What a decoder answers to a phrase: the likeliest word each time, until it says `begin` again or `count` words.

    Args:
        source: what the encoder reads, as places in its vocabulary.
        begin: what the decoder reads first, and says when it has done.

    Raises:
        ValueError: the network has no encoder, or nothing to read.
    """
    if model.encoder is None or not len(source):
        raise ValueError("only a network with an encoder, and at least one word to read, can translate")
    heard = run_network(model.encoder, np.asarray(source)[:, None], [len(source)])
    return _said(model, np.array([begin]), heard.final, count, 0.0, np.random.default_rng(0), begin)


def _said(
    model: Model,
    read: Array,
    state: tuple[State, ...] | None,
    count: int,
    temperature: float,
    rng: np.random.Generator,
    end: int | None,
) -> tuple[int, ...]:
    """Answers one after the other, the last of which may be `end`; `read` (t,) enters first."""
    said: list[int] = []
    while len(said) < count and (not said or said[-1] != end):
        trace = run_network(model.network, read[:, None], [len(read)], state)
        state, o = trace.final, model.readout.V @ trace.outputs[-1, 0] + model.readout.d
        if temperature == 0.0:
            said.append(int(o.argmax()))
        else:
            with np.errstate(under="ignore"):
                weights = np.exp((o - o.max()) / temperature)
            said.append(int(rng.choice(len(o), p=weights / weights.sum())))
        read = np.array(said[-1:])
    return tuple(said)
