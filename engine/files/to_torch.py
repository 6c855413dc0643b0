"""A network, or its gradient, in PyTorch's names and shapes, as `load_state_dict` takes them and `grad` has them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from engine.arrays import Array, expect
from engine.cells import Cell
from engine.conventions import TORCH
from engine.files.network_file import NetworkFile
from engine.networks.network import Network, check_network
from engine.networks.network_gradients import NetworkGradients
from engine.parameters import Parameters

Named = dict[str, Array]
KINDS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def to_torch(network: Network) -> Named:
    """The weights of a network as torch.nn.RNN, LSTM or GRU names them, and embedding.weight where it has one.

    weight_ih_l0 (G*H, D), weight_hh_l0 (G*H, H), bias_ih_l0 and bias_hh_l0 (G*H,), `_reverse` behind the name for the
    direction that reads from the end. The sum of the two biases is the network's; it stands in bias_ih, and bias_hh is
    zero but for the candidate of a GRU, which has two of its own. The arrays are copies, and float64:
    ``rnn.load_state_dict({name: torch.from_numpy(rows) for name, rows in to_torch(network).items()})``.

    Raises:
        ValueError: PyTorch has no such cell, or its module cannot hold layers of different cells or sizes.
    """
    expect("network", network, Network, "Network((Layer(cell, parameters),))")
    check_network(network)
    return _named(network, (layer.directions for layer in network.layers), network.embedding, gradient=False)


def gradients_to_torch(gradients: NetworkGradients) -> Named:
    """The gradient by the same names: both biases of one sum have the same one.

    Raises:
        ValueError: as for `to_torch`.
    """
    expect("gradients", gradients, NetworkGradients, "what `backpropagate_network` gives")
    of_layers = (tuple(way.parameters for way in layer.directions) for layer in gradients.layers)
    return _named(gradients.trace.network, of_layers, gradients.embedding, gradient=True)


def gradients_by_name(gradients: NetworkGradients, file: NetworkFile, padding: int | None = None) -> Named:
    """The gradient by the names of the tensors that a network came from, of PyTorch: embedding and head as well.

    The head's is there where the loss read it. `padding` is the symbol whose row of the embedding gets 0, as PyTorch's
    padding_idx does not learn.
    """
    named: Named = {}
    layers = file.layers[slice(*file.runs)]
    for layer, own in zip(layers, gradients.layers, strict=True):
        for way, one in zip(layer.ways, own.directions, strict=True):
            rows = dict(zip(KINDS, _rows(one.trace.cell, one.parameters, True), strict=True))
            for tensor in way.used:
                kind = next((kind for kind in KINDS if kind in tensor.name.rpartition(".")[2]), None)
                if kind is not None:
                    named[tensor.name] = rows[kind]
    table = next((tensor.name for tensor in file.used if tensor.role == "embedding"), None)
    if table is not None and gradients.embedding is not None:
        named[table] = gradients.embedding.copy()
        if padding is not None:
            named[table][padding] = 0.0
    readout = gradients.readout
    if file.head is not None and readout is not None:
        named |= {f"{file.head.name}.weight": readout.V, f"{file.head.name}.bias": readout.d}
    return {name: rows for name, rows in named.items() if file.found is None or name in file.found.tensors}


def _named(
    network: Network, directions: Iterable[tuple[Parameters, ...]], table: Array | None, gradient: bool
) -> Named:
    """Every array by PyTorch's name; `directions` has the weights of each layer, or their gradients."""
    for number, layer in enumerate(network.layers, 1):
        if not layer.usual or layer.reverse_cell not in (None, layer.cell):
            raise ValueError(
                f"a module of PyTorch's reads from the start, or both ways with one cell and the outputs side by side, "
                f"but layer {number} does not"
            )
    if network.start is not None and not gradient:
        raise ValueError("a module of PyTorch's holds no initial states, but the network has its own: leave them out")
    kinds = {(layer.cell, len(layer.directions), p.hidden_size) for layer in network.layers for p in layer.directions}
    if len(kinds) > 1:
        said = ", ".join(f"{layer.cell.title} of {layer.parameters.hidden_size}" for layer in network.layers)
        raise ValueError(f"a module of PyTorch's has layers of one cell and size, but these are {said}")
    cell = network.layers[0].cell
    if cell.name not in TORCH:
        raise ValueError(f"PyTorch has no {cell.title} ({cell.name}); it has {', '.join(TORCH)}")
    named: Named = {}
    for number, ways in enumerate(directions):
        for p, behind in zip(ways, ("", "_reverse"), strict=False):
            for name, rows in zip(KINDS, _rows(cell, p, gradient), strict=True):
                named[f"{name}_l{number}{behind}"] = rows
    if table is not None:
        named["embedding.weight"] = np.array(table, np.float64)
    return named


def _rows(cell: Cell, p: Parameters, gradient: bool) -> tuple[Array, Array, Array, Array]:
    """weight_ih, weight_hh, bias_ih and bias_hh of one direction."""
    of_h = p.b.copy() if gradient else np.zeros_like(p.b)
    if "recurrent_bias" in p.extra:
        of_h[cell.rows("candidate", p.hidden_size)] = p.extra["recurrent_bias"]
    return p.U.copy(), p.W.copy(), p.b.copy(), of_h
