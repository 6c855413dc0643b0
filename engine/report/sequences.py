"""What a network is given to read: one or several sequences of different length, of numbers or of symbols."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.arrays import Array, checked, plain
from engine.inputs import checked_symbols
from engine.networks.network import Network

Sequences = npt.NDArray[np.generic] | Sequence[npt.ArrayLike]


def checked_sequences(network: Network, sequences: Sequences) -> tuple[Array, ...]:
    """Each sequence as the network reads it by itself: (T, 1, D) numbers or (T, 1) places in its vocabulary.

    Args:
        sequences: one array, or several; each (T, D) numbers, (T,) whole numbers, which are symbols, or of a network
            that reads one number a step (T,) of them.

    Raises:
        ValueError: there is none, one is empty, or a shape, number or symbol does not fit; the message says which.
    """
    size = network.layers[0].parameters.input_size
    several = [sequences] if isinstance(sequences, np.ndarray) else list(sequences)
    if not several:
        raise ValueError("there is no sequence, but at least one was expected")
    return tuple(_checked(f"sequence {n}", one, network.embedding, size) for n, one in enumerate(several, 1))


def _checked(name: str, given: npt.ArrayLike, embedding: Array | None, size: int) -> Array:
    array = plain(name, given)
    whole = array.dtype.kind in "iu" and array.ndim == 1
    if array.size == 0:
        raise ValueError(f"{name} has no step")
    if embedding is not None and not whole:
        raise ValueError(
            f"{name} has shape {array.shape} and holds {array.dtype}, but an embedding reads whole numbers (T,)"
        )
    if whole and (embedding is not None or size > 1):
        try:
            return checked_symbols(array, size if embedding is None else len(embedding))[:, None]
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
    if array.ndim == 1 and size == 1:
        array = array[:, None]
    return checked(name, array, ("T", size))[:, None]
