"""A network that has learned, in a file and back: safetensors, with a JSON header that says what it is.

Any reader of safetensors finds the weights by name, network.0.U to readout.d, and the optimiser's vectors. What else
they belong to stands in the header under "unrolled": the training as a link has it, how many updates were made, the
structure and the vocabularies.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import numpy as np

from engine.arrays import Array, described
from engine.training.changes import LONGEST
from engine.training.optimisers import OPTIMISERS, Asked, OptimiserState
from engine.training.run import Run, Snapshot
from engine.training.training import Training

FORMAT = 1
LARGEST = 100_000_000  # bytes of a file that is read
OPTIMISER = "optimiser."


def save(run: Run, update: int) -> bytes:
    """The network after `update` updates as a file, with what the optimiser remembers, so that it can go on.

    Raises:
        ImportError: the package safetensors is not installed.
        ValueError: the run has not come so far.
    """
    from safetensors.numpy import save as written  # late: the engine runs without it

    training, at = run.training, run.at(update)
    learned, structure = training.learned, training.structure
    arrays = {name: np.ascontiguousarray(rows) for name, rows in structure.arrays(at.numbers).items()}
    arrays |= {f"{OPTIMISER}{k}": rows for k, rows in enumerate(at.state.slots)}
    header = {
        "format": FORMAT,
        "training": training.to_query(),
        "update": update,
        "task": learned.name,
        "seed": training.seed,
        "structure": asdict(structure),
        "inputs": learned.input_names,
        "outputs": learned.output_names,
        "source": learned.source_names,
    }
    return bytes(written(arrays, {"unrolled": json.dumps(header, ensure_ascii=False)}))


def load(data: bytes) -> Run:
    """The run that goes on from a file of `save`, bit for bit as if it had never stopped; its history begins there.

    Raises:
        ImportError: the package safetensors is not installed.
        ValueError: the file is damaged, too large, not one of `save`, or its arrays are not those that its header says.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load as read

    if not isinstance(data, bytes) or len(data) > LARGEST:
        what = f"{len(data):,} bytes" if isinstance(data, bytes) else described(data)
        raise ValueError(f"{what} came, but a safetensors file of at most {LARGEST:,} bytes is read")
    try:
        arrays = read(data)
        size = int.from_bytes(data[:8], "little")
        header = json.loads(json.loads(data[8 : 8 + size])["__metadata__"]["unrolled"])
        query, update = dict(header["training"]), header["update"]
        if type(update) is not int or not all(type(words) is str for words in query.values()):
            raise TypeError(update)
    except SafetensorError as error:
        raise ValueError(f"the file is no safetensors file, or it is damaged: {error}") from error
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError("the file's header does not say which training it is of: it was not saved here") from error
    training, complaints = Training.from_query(query)
    if complaints:
        raise ValueError(f"the file's header is of no training that there is: {complaints[0]}")
    slots = sorted(name for name in arrays if name.startswith(OPTIMISER))
    numbers = _vector(training, {name: rows for name, rows in arrays.items() if name not in slots})
    one = Asked(np.zeros(1), np.zeros(1), training.rate)
    wanted = len(OPTIMISERS[training.optimiser](OptimiserState(), one)[0].slots) if update else 0
    if len(slots) != wanted or not 0 <= update <= LONGEST:
        raise ValueError(f"the file has {len(slots)} vectors of its optimiser after {update} updates, not {wanted}")
    state = OptimiserState(update, tuple(_checked(name, arrays[name], numbers.shape) for name in slots))
    return Run(training, Snapshot(numbers, state))


def _vector(training: Training, arrays: dict[str, Array]) -> Array:
    """The weights of a file as one vector, (P,)."""
    shapes = training.structure.shapes
    if set(arrays) != set(shapes):
        missing, more = (
            ", ".join(sorted(names)) or "none" for names in (shapes.keys() - arrays, arrays.keys() - shapes)
        )
        raise ValueError(f"the file's arrays are not those of its training: missing {missing}, unknown {more}")
    return np.concatenate([_checked(name, arrays[name], shape).reshape(-1) for name, shape in shapes.items()])


def _checked(name: str, rows: Any, shape: tuple[int, ...]) -> Array:
    if rows.shape != shape or rows.dtype != np.float64 or not np.isfinite(rows).all():
        raise ValueError(f"{name} is {rows.dtype} {rows.shape}, but finite float64 numbers {shape} were expected")
    return np.asarray(rows)
