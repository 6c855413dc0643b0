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
from engine.arrays import Array, described
from engine.files import NetworkFile, from_keras_config, from_state_dict
from engine.files.bounds import quoted
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
    return _of_file(file.answered(**answers), first, tuple(note for note in notes if note))


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
