"""A network as another program holds it, known by what it has: a torch module, a Keras layer or model, a state dict.

Nothing of PyTorch or Keras is imported: a module has `state_dict()` and `named_modules()`, a layer `get_weights()` and
`get_config()`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, checked_real, described
from engine.files import NetworkFile, from_keras_config, from_state_dict
from engine.files.bounds import quoted
from engine.forward import State
from engine.networks.network import Network, check_network

TAKEN = "a Network, a NetworkFile, a torch module with an RNN, LSTM or GRU, a Keras layer or model, or a state dict"


@dataclass(frozen=True, eq=False, repr=False)
class Understood(ArrayRecord):
    """What a network of another program is here."""

    network: Network
    file: NetworkFile | None  # with its head, its mask and its tensors' names; None: it was a Network
    batch_first: bool  # how its program lays sequences out
    notes: tuple[str, ...] = field(default=())  # sentences: what of it is not run here, or otherwise
    ends: bool = False  # whether it gives the states in which it ends alone, or a head of these
    padding: int | None = None  # the symbol whose row of the embedding does not learn, PyTorch's padding_idx


def understood(given: Any) -> Understood:
    """A network of any program.

    Raises:
        ValueError: it is of no kind that is known, or none of its layers can be run; the message says why.
    """
    if isinstance(given, Network):
        check_network(given)
        return Understood(given, None, False)
    if isinstance(given, NetworkFile):
        return _of_file(given, bool(given.batch_first))
    if hasattr(given, "state_dict") and hasattr(given, "named_modules"):
        return _of_torch(given)
    if hasattr(given, "get_weights") and hasattr(given, "get_config"):
        return _of_keras(given)
    if isinstance(given, Mapping):
        return _of_file(from_state_dict(given), False)
    raise ValueError(f"the network is {described(given)}, but {TAKEN} was expected")


def array(name: str, value: Any) -> Array:
    """An array, or a tensor wherever it is, as an array.

    Raises:
        ValueError: it can be read as none.
    """
    for step in ("detach", "cpu", "numpy"):
        if isinstance(value, np.ndarray):
            break
        value = getattr(value, step)() if hasattr(value, step) else value
    try:
        return np.asarray(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is {described(value)}, which cannot be read as an array: {error}") from error


def unpacked(packed: Any) -> tuple[Array, Array]:
    """A batch as PyTorch's pack_padded_sequence has it: padded with 0, (T, B, ...), and its lengths, (B,), as it was.

    ``data`` holds step 1 of all sequences, the longest first, then step 2 of those that go on; ``batch_sizes`` how many
    these are, and ``unsorted_indices`` where each sequence of the batch stands among them.

    Raises:
        ValueError: the three do not fit each other.
    """
    data, sizes = array("x.data", packed.data), array("x.batch_sizes", packed.batch_sizes)
    if sizes.dtype.kind not in "iu" or sizes.ndim != 1 or not sizes.size or sizes[-1] < 1 or (np.diff(sizes) > 0).any():
        raise ValueError(f"x.batch_sizes is {described(sizes)}, but whole numbers from 1 that never rise were expected")
    if data.ndim < 1 or len(data) != sizes.sum():
        raise ValueError(f"x.data has shape {data.shape}, but x.batch_sizes are of {sizes.sum()} steps")
    running = np.arange(sizes[0]) < sizes[:, None]
    rows = np.zeros((*running.shape, *data.shape[1:]), data.dtype)
    rows[running] = data
    lengths = running.sum(axis=0)
    if packed.unsorted_indices is None:
        return rows, lengths
    order = array("x.unsorted_indices", packed.unsorted_indices)
    if order.dtype.kind not in "iu" or not np.array_equal(np.sort(order), np.arange(sizes[0])):
        raise ValueError(f"x.unsorted_indices is {described(order)}, but each of 0 to {sizes[0] - 1} once was expected")
    return rows[:, order], lengths[order]


def starts_from(given: Any, network: Network, B: int, one: bool) -> tuple[State, ...]:
    """Initial states as PyTorch's modules take them, h0, or (h0, c0) of an LSTM: for each layer and direction a State.

    Each is (n, B, H) of n layers and directions, of one sequence also (n, H), of a single layer also (B, H).

    Raises:
        ValueError: they are of another number or shape, or the layers differ, so that no one array can hold them.
    """
    if isinstance(given, tuple) and given and all(isinstance(state, State) for state in given):
        return given
    cells = [cell for layer in network.layers for cell in layer.cells]
    sizes = [p.hidden_size for layer in network.layers for p in layer.directions]
    n, cell, size = len(cells), cells[0], sizes[0]
    if len(set(sizes)) > 1 or len({way.has_memory for way in cells}) > 1:
        raise ValueError("the layers differ in size or in what they carry: give start as a tuple of a State for each")
    names = ("h0", "c0") if cell.has_memory else ("h0",)
    each = given if isinstance(given, tuple | list) else (given,)
    if len(each) != len(names):
        wanted = "(h0, c0)" if cell.has_memory else "h0"
        raise ValueError(f"start is {described(given)}, but {wanted} was expected, as of the {cell.title}")
    laid = []
    for name, states in zip(names, each, strict=True):
        rows = array(name, states)
        axis = (1 if one else 0 if n == 1 else None) if rows.ndim == 2 else None
        laid.append(checked_real(name, rows if axis is None else np.expand_dims(rows, axis), (n, B, size)))
    return tuple(State(*rows) for rows in zip(*laid, strict=True))


def _of_file(file: NetworkFile, batch_first: bool, notes: tuple[str, ...] = ()) -> Understood:
    if file.network is None:
        why = next((f"{one.name}: {one.why}" for one in file.left), "no recurrent layer was found in it")
        raise ValueError(f"none of the network’s layers can be run here: {why}")
    ends = file.head is not None and file.head.reads == "final"
    return Understood(file.network, file, batch_first, (*file.sentences, *notes), ends)


def _of_torch(module: Any) -> Understood:
    """By the names of its tensors; each RNN's activation by what its module says."""
    file = from_state_dict(module.state_dict())
    modules = dict(module.named_modules())
    runs = file.layers[slice(*file.runs)]
    says = [getattr(modules.get(_owner(layer.ways[0].used[0].name)), "nonlinearity", None) for layer in runs]
    asked = [question for question in file.questions if question.key.partition("_")[0] == "cell"]
    unsure = iter(asked)
    answers: dict[str, str] = {}
    seen: set[str] = set()
    for layer, said in zip(runs, says, strict=True):
        owner = _owner(layer.ways[0].used[0].name)
        if len(layer.cells) > 1 and owner not in seen:
            question = next(unsure)
            if said is not None and said in question.choices:
                answers[question.key] = said
        seen.add(owner)
    notes = tuple(_dropped(name, getattr(one, "dropout", 0.0), getattr(one, "p", 0.0)) for name, one in modules.items())
    first = any(bool(getattr(one, "batch_first", False)) for one in modules.values())
    found = _of_file(file.answered(**answers), first, tuple(note for note in notes if note))
    table = next((tensor.name for tensor in file.used if tensor.role == "embedding"), "")
    return replace(found, padding=getattr(modules.get(_owner(table)), "padding_idx", None))


def _owner(tensor: str) -> str:
    """The module that a tensor of a state dict belongs to."""
    return tensor.rpartition(".")[0]


def _dropped(name: str, *shares: Any) -> str:
    """That a module's dropout is not applied; "" where it has none."""
    share = max((one for one in shares if isinstance(one, float)), default=0.0)
    called = quoted(name) if name else "The module"
    return f"{called} has dropout {share:g}, which is not applied here, as in evaluation." if share > 0.0 else ""


def _of_keras(given: Any) -> Understood:
    """By its configuration, where it has one, and the paths of its weights."""
    try:
        config = given.get_config()
    except NotImplementedError:  # a model that is its author's program
        config = None
    layers = list(getattr(given, "layers", ())) if hasattr(given, "layers") and not _one_layer(given) else [given]
    named: dict[str, Array] = {}
    for layer in layers:
        for weight in layer.weights:
            path = str(getattr(weight, "path", None) or weight.name)
            own = f"{layer.name}/{path.removesuffix(':0')}"
            if own in named:
                raise ValueError("the Keras weights have no names of their own, by which they could be told apart")
            named[own] = array(path, weight)
    kind = {"class_name": type(given).__name__, "config": config}
    said = kind if layers != [given] else {"config": {"layers": [kind]}}
    file = from_keras_config(said if config else None, named)
    notes = [
        _dropped(str(layer.name), *(own.get(key) for key in ("dropout", "recurrent_dropout", "rate")))
        for layer in layers
        if isinstance(own := _config(layer), dict)
    ]
    found = _of_file(file, True, tuple(note for note in notes if note))
    steps = [c["return_sequences"] for c in map(_config, layers) if c and "return_sequences" in c]
    return replace(found, ends=found.ends or (file.head is None and steps[-1:] == [False]))


def _one_layer(given: Any) -> bool:
    """Whether it is a layer around others (Bidirectional), and no model of them."""
    return not hasattr(given, "get_layer")


def _config(layer: Any) -> Any:
    """What a layer says of itself, or of the layer that it stands around."""
    try:
        config = layer.get_config()
    except NotImplementedError:
        return None
    inside = config.get("layer") if isinstance(config, dict) else None
    return inside.get("config") if isinstance(inside, dict) else config
