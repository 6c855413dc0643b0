"""Recurrent layers among named tensors, whatever the prefix: what a state dict's names and shapes say.

Three ways of naming are known: PyTorch's (weight_ih_l0_reverse in a module, weight_ih in a cell), Keras' (kernel and
recurrent_kernel, or vars/0, vars/1 and vars/2 in its weights.h5), and this engine's own (U, W, b).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.cells import CELLS, Cell
from engine.conventions import KERAS, TORCH, from_keras, from_torch
from engine.files.bounds import FileError, quoted
from engine.files.found import FoundLayer, Way, blocks, used
from engine.files.tensors import Tensor
from engine.parameters import Parameters

OF_TORCH = re.compile(r"(weight|bias)_(ih|hh|hr)(?:_l(\d{1,4})(_reverse)?)?")
RAW = re.compile(r"(weight_(?:ih|hh)(?:_l\d+(?:_reverse)?)?)(_raw|_g|_v|_orig|_mask|\.original\d*)")
GATES = {1: ("tanh", "relu"), 3: ("gru",), 4: ("lstm",)}  # PyTorch's cells by their number of gates


@dataclass
class Module:
    """The tensors of one prefix by their last name."""

    name: str
    tensors: dict[str, Tensor] = field(default_factory=dict)


def split(tensors: Mapping[str, Tensor]) -> dict[str, Module]:
    """The modules by prefix, in the order of the file."""
    if len(tensors) > 1 and all(re.fullmatch(r"arr_\d+", name) for name in tensors):
        return {module.name: module for module in _by_place(list(tensors.values()))}
    modules: dict[str, Module] = {}
    for name, tensor in tensors.items():
        plain = name.removesuffix(":0")
        kept = re.fullmatch(r"(?:(.*)/)?(vars/\d+)", plain)
        at = max(plain.rfind("."), plain.rfind("/"))
        prefix, last = (kept[1] or "", kept[2]) if kept else (plain[: max(at, 0)], plain[at + 1 :])
        modules.setdefault(prefix, Module(prefix)).tensors[last] = tensor
    return modules


def _by_place(arrays: Sequence[Tensor]) -> list[Module]:
    """The modules of numpy.savez(path, *model.get_weights()), a Keras model's weights without names."""
    at, modules = 0, list[Module]()
    while at < len(arrays):
        first, *others = arrays[at : at + 3]
        names: tuple[str, ...] = ("embeddings",)
        if others and _like_keras(first, others[0]):
            rows = others[0].shape[1]
            biased = len(others) > 1 and others[1].shape in ((rows,), (2, rows))
            names = ("kernel", "recurrent_kernel", "bias") if biased else ("kernel", "recurrent_kernel")
        elif others and len(first.shape) == 2 and others[0].shape == first.shape[1:]:
            names = ("kernel", "bias")
        module = Module(first.name, dict(zip(names, arrays[at : at + len(names)], strict=True)))
        before = modules[-1] if modules else module
        shapes = [[tensor.shape for tensor in one.tensors.values()] for one in (before, module)]
        other_way = before is not module and shapes[0] == shapes[1] and not before.name.startswith("backward_")
        if other_way and "recurrent_kernel" in names and first.shape[0] != others[0].shape[0]:
            # A layer on the one before would read its H numbers, not the D that it reads.
            module.name, before.name = f"backward_{before.name}", f"forward_{before.name}"
        modules.append(module)
        at += len(names)
    return modules


def layers_of(module: Module, cells: frozenset[str]) -> Iterator[FoundLayer]:
    """The recurrent layers of one module."""
    named = module.tensors
    if any(OF_TORCH.fullmatch(name) for name in named):
        yield from _of_torch(module)
    elif {"kernel", "recurrent_kernel"} <= set(named):
        yield of_keras(module.name, named["kernel"], named["recurrent_kernel"], named.get("bias"))
    elif {"vars/0", "vars/1"} <= set(named) and _like_keras(named["vars/0"], named["vars/1"]):
        yield of_keras(_of_cell(module.name), named["vars/0"], named["vars/1"], named.get("vars/2"))
    elif {"U", "W", "b"} <= set(named):
        yield _ours(module, cells)


def _like_keras(kernel: Tensor, recurrent: Tensor) -> bool:
    if len(kernel.shape) != 2 or len(recurrent.shape) != 2 or not recurrent.shape[0]:
        return False
    return (
        recurrent.shape[1] in (recurrent.shape[0] * gates for gates in (1, 3, 4))
        and kernel.shape[1] == recurrent.shape[1]
    )


def _of_cell(name: str) -> str:
    return name.removesuffix("/cell")


# PyTorch


def _of_torch(module: Module) -> Iterator[FoundLayer]:
    """The layers of torch.nn.RNN, LSTM or GRU, from the lowest up, or the one of a cell."""
    found: dict[int, dict[str, dict[str, Tensor]]] = {}
    for name, tensor in module.tensors.items():
        match = OF_TORCH.fullmatch(name)
        if match is None:
            continue
        what, of, number, reverse = match.groups()
        found.setdefault(int(number or 0), {}).setdefault(reverse or "", {})[f"{what}_{of}"] = tensor
    below: FoundLayer | None = None
    for place, number in enumerate(sorted(found)):
        if number != place:
            raise FileError(
                f"layer {place} of {quoted(module.name) or 'the network'} is missing, but layer {number} is there"
            )
        ways = found[number]
        if "" not in ways:
            raise FileError(f"layer {number} of {quoted(module.name)} has only the direction that reads from the end")
        read = [_torch_way(module, ways[key]) for key in ("", "_reverse") if key in ways]
        if len({(layer.size, layer.inputs, layer.cells) for layer in read}) > 1:
            raise FileError(f"the two directions of layer {number} of {quoted(module.name)} have different sizes")
        name = f"{module.name}.l{number}".removeprefix(".") if len(found) > 1 else module.name or "l0"
        ways_of = tuple(way for one in read for way in one.ways)
        layer = replace(read[0], name=name, ways=ways_of, module=module.name)
        if below is not None and below.outputs != layer.inputs:
            raise FileError(
                f"layer {number} of {quoted(module.name)} reads {layer.inputs} numbers a step, but the one "
                f"below gives {below.outputs}"
            )
        below = layer
        yield layer


def _torch_way(module: Module, named: Mapping[str, Tensor]) -> FoundLayer:
    """One direction of a layer."""
    some = next(iter(named.values())).name
    if not {"weight_ih", "weight_hh"} <= set(named):
        lacks = "weight_hh" if "weight_ih" in named else "weight_ih"
        stands = next((name for name in module.tensors if RAW.match(name)), None)
        if stands is None:
            raise FileError(
                f"the layer of {quoted(some)} lacks its {lacks}; if a parametrization computes it, remove that first "
                f"(torch.nn.utils.parametrize.remove_parametrizations)"
            )
        raise FileError(
            f"{quoted(stands)} is no {lacks} itself: it is computed from it anew at each run; save the "
            "module's plain weights"
        )
    w_ih, w_hh, projection = named["weight_ih"], named["weight_hh"], named.get("weight_hr")
    if len(w_ih.shape) != 2 or len(w_hh.shape) != 2 or 0 in (*w_ih.shape, *w_hh.shape):
        raise FileError(f"{quoted(w_hh.name)} has shape {w_hh.shape!s:.60}, but (G*H, H) was expected")
    rows, size = (w_hh.shape[0], projection.shape[-1]) if projection is not None and projection.shape else w_hh.shape
    gates = rows // size
    if rows % size or w_ih.shape[0] != rows:
        raise FileError(
            f"{quoted(w_ih.name)} {w_ih.shape!s:.60} and {quoted(w_hh.name)} {w_hh.shape!s:.60} are no layer: "
            "(G*H, D) and "
            f"(G*H, H) were expected, with G = 1, 3 or 4"
        )
    problem = ""
    if projection is not None:
        problem = (
            f"its states are projected to {w_hh.shape[1]} numbers (proj_size, "
            f"{quoted(projection.name)}), which is not run here yet"
        )
    elif gates not in GATES:
        problem = f"{quoted(w_hh.name)} has {gates} gates of {size} units, a cell that PyTorch has not"
    cells = tuple(CELLS[name] for name in GATES.get(gates, ("tanh",)))
    for bias in ("bias_ih", "bias_hh"):
        if bias in named and named[bias].shape != (rows,):
            raise FileError(
                f"{quoted(named[bias].name)} has shape {named[bias].shape!s:.60}, but ({rows},) was expected"
            )
    roles = {
        **{"weight_ih": "input weights", "weight_hh": "recurrent weights"},
        **{"bias_ih": "biases of the inputs", "bias_hh": "biases of the states", "weight_hr": "projection"},
    }
    order = blocks(TORCH[cells[0].name], size, 0) if gates in GATES else ()
    way = Way(
        tuple(used(tensor, roles[kind], order) for kind, tensor in named.items()),
        lambda cell: from_torch(
            cell,
            *(
                named[kind].array() if kind in named else None
                for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            ),  # type: ignore[arg-type]
        ),
    )
    return FoundLayer(
        module.name, cells, (way,), w_ih.shape[1], size, problem, 0 if projection is None else w_hh.shape[1]
    )


# Keras


def of_keras(
    name: str,
    kernel: Tensor,
    recurrent: Tensor,
    bias: Tensor | None,
    cells: Sequence[Cell] = (),
    problem: str = "",
) -> FoundLayer:
    """One direction of a Keras layer; `cells` those it may be, () to tell by the shapes.

    Raises:
        FileError: the shapes fit no cell.
    """
    _expect(recurrent, ("H", "G*H"))
    size, columns = recurrent.shape
    gates = columns // size
    _expect(kernel, ("D", columns))
    if columns % size or gates not in (1, 3, 4):
        raise FileError(
            f"{quoted(recurrent.name)} has shape {recurrent.shape}, but (H, G*H) with G = 1, 3 or 4 was expected"
        )
    if not cells:
        after = bias is None or len(bias.shape) == 2
        both = ("gru", "gru_before") if bias is None else ("gru",) if after else ("gru_before",)
        cells = [CELLS[cell] for cell in {1: ("tanh", "relu", "sigmoid", "identity"), 3: both, 4: ("lstm",)}[gates]]
    elif len(KERAS[cells[0].kind]) != gates:
        raise FileError(
            f"{quoted(recurrent.name)} has {gates} gates, but a {cells[0].title} has {len(KERAS[cells[0].kind])}"
        )
    if bias is not None:
        wanted = (2, columns) if cells[0].kind == "gru" else (columns,)
        if bias.shape != wanted:
            raise FileError(f"{quoted(bias.name)} has shape {bias.shape!s:.60}, but {wanted} was expected")
    order = blocks(KERAS[cells[0].kind], size, 1)
    seen = [used(kernel, "input weights", order), used(recurrent, "recurrent weights", order)]
    if bias is not None:
        flat = blocks(KERAS[cells[0].kind], size, len(bias.shape) - 1)
        seen.append(used(bias, "biases: of the inputs, and of the states" if len(bias.shape) == 2 else "biases", flat))
    way = Way(
        tuple(seen),
        lambda cell: from_keras(cell, kernel.array(), recurrent.array(), None if bias is None else bias.array()),
    )
    return FoundLayer(name, tuple(cells), (way,), kernel.shape[0], size, problem)


def _expect(tensor: Tensor, shape: tuple[int | str, ...]) -> None:
    fits = len(tensor.shape) == len(shape) and 0 not in tensor.shape
    if not fits or any(type(want) is int and want != size for want, size in zip(shape, tensor.shape, strict=True)):
        words = ", ".join(map(str, shape))
        raise FileError(f"{quoted(tensor.name)} has shape {tensor.shape!s:.60}, but ({words}) was expected")


# This engine


def _ours(module: Module, known: frozenset[str]) -> FoundLayer:
    """A layer of this engine's own names."""
    named = module.tensors
    W = named["W"]
    _expect(W, ("G*H", "H"))
    rows, size = W.shape
    extras = set(named) - {"U", "W", "b"}
    cells = tuple(
        cell
        for cell in CELLS.values()
        if cell.name in known and len(cell.gates) * size == rows and set(cell.extras) == extras
    )
    _expect(named["U"], (rows, "D"))
    _expect(named["b"], (rows,))
    if not cells:
        raise FileError(
            f"{quoted(W.name)} has shape {W.shape}, and beside it "
            f"{quoted(', '.join(sorted(extras)) or 'nothing')}: no cell here has"
        )
    for name in extras:
        _expect(named[name], (size,))
    order = blocks(cells[0].gates, size, 0)
    roles = {"U": "input weights", "W": "recurrent weights", "b": "biases"}
    way = Way(
        tuple(
            used(tensor, roles.get(name, name.replace("_", " ")), order if name in roles else ())
            for name, tensor in named.items()
        ),
        lambda cell: Parameters(
            named["U"].array(), W.array(), named["b"].array(), {name: named[name].array() for name in sorted(extras)}
        ),
    )
    stack = re.sub(r"(^|\.)\d+$", "", module.name)
    return FoundLayer(module.name, cells, (way,), named["U"].shape[1], size, module=stack)
