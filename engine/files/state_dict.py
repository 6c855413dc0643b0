"""Networks among named tensors that no graph connects: layers on each other, their embeddings and heads, the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.cells import CELLS
from engine.files.bounds import FileError, quoted
from engine.files.chains import (
    LIKE_A_TABLE,
    MOST_PARTS,
    OF_OPTIMISERS,
    OF_STARTS,
    Places,
    both_ways,
    few_names,
    joined,
    lies_turned,
)
from engine.files.found import Found, FoundHead, FoundTable, Part
from engine.files.layers import RAW, Module, layers_of, split
from engine.files.tensors import Tensor

LIKE_A_HEAD = re.compile(r"fc|head|out|lin|dec|class|proj|dense|logit|pred|gen|readout", re.IGNORECASE)
LIKE_ATTENTION = re.compile(r"attn|attention|q_proj|k_proj|v_proj|in_proj|query", re.IGNORECASE)


def found(
    tensors: Mapping[str, Tensor],
    format: str,
    words: Sequence[tuple[str, tuple[str, ...]]] = (),
    notes: Sequence[str] = (),
    batch_first: bool | None = None,
    cells: frozenset[str] = frozenset(CELLS),
) -> Found:
    """What is recurrent among the tensors, and what stands around it.

    Raises:
        FileError: nothing is, or a layer's tensors do not fit each other.
    """
    modules = split(tensors)
    layers = [layer for module in modules.values() for layer in layers_of(module, cells)]
    layers, guessed = both_ways(layers)
    places = Places(tensors, modules.values(), layers)
    parts, count = joined(layers, places)
    parts += [Part(layer.name, (layer,), sure=False) for layer in guessed]
    if not parts:
        raise FileError(f"{format} was read, but none of its tensors belongs to a recurrent layer{_some(tensors)}")
    said = list(notes)
    if count > MOST_PARTS:
        said.append(f"Of its {count:,} networks the first {MOST_PARTS} are offered.")
    if guessed:
        names = ", ".join(quoted(layer.name) for layer in guessed[:4])
        said.append(f"By their names alone these are taken to be one layer's two directions, side by side: {names}.")
    around = list(_around(modules.values()))
    parts = [_surrounded(part, around, places) for part in parts]
    return Found(
        format,
        tuple(parts),
        dict(tensors),
        lambda tensor: why(tensor, parts),
        tuple(said),
        batch_first,
        tuple(words),
    )


def _some(tensors: Mapping[str, Tensor]) -> str:
    """The first few tensors, for a sentence."""
    if not tensors:
        return ": it holds none"
    few = ", ".join(f"{quoted(tensor.name)} {tensor.shape!s:.40}" for tensor in list(tensors.values())[:4])
    more = f" and {len(tensors) - 4} more" if len(tensors) > 4 else ""
    return (
        f": {few}{more}. Named as in PyTorch (weight_ih_l0), Keras (recurrent_kernel) or here (U, W, b) it "
        "would be found"
    )


@dataclass(frozen=True)
class Around:
    """A module that is not recurrent and may be an embedding, a head, or both where one matrix serves as either."""

    table: FoundTable | None
    named_so: bool  # as embeddings are
    head: FoundHead | None

    @property
    def reads(self) -> int:
        """How many numbers it reads as a head."""
        return 0 if self.head is None else self.head.weight.shape[0 if self.head.turned else 1]


def _around(modules: Iterable[Module]) -> Iterator[Around]:
    """Every module that may be one."""
    for module in modules:
        named, name = module.tensors, module.name
        if (
            {"recurrent_kernel", "W", "weight_hh"} & set(named)
            or OF_OPTIMISERS.search(name)
            or LIKE_ATTENTION.search(name)
        ):
            continue
        weight = next(
            (named[key] for key in ("weight", "kernel", "V", "embeddings", "table", "vars/0") if key in named), None
        )
        bias = next((named[key] for key in ("bias", "d", "vars/1") if key in named), None)
        if weight is None or len(weight.shape) != 2 or 0 in weight.shape:
            continue
        turned = lies_turned(named)
        named_so = LIKE_A_TABLE.search(name) is not None or "embeddings" in named
        table = FoundTable(name, weight) if bias is None and (named_so or "weight" in named) else None
        fits = bias is None or bias.shape == (weight.shape[1 if turned else 0],)
        yield Around(table, named_so, FoundHead(name, weight, bias, turned) if fits and not named_so else None)


def _surrounded(part: Part, around: Sequence[Around], places: Places) -> Part:
    """The part with every table that could feed it and every dense layer that could read it, the likeliest first."""
    reads, gives = part.layers[0].inputs, part.layers[-1].outputs
    tables, heads = [], []
    for one in around:
        if one.head is not None and one.reads == gives:
            heads.append(one.head)
        if one.table is not None and one.table.tensor.shape[1] == reads:
            like_a_head = one.reads == gives and LIKE_A_HEAD.search(one.table.name)
            if one.named_so or not (like_a_head or one.table.tensor.shape[0] == reads):
                tables.append(one.table)
    own, top = {layer.name for layer in part.layers}, places.of(part.layers[-1:])
    joints = {a.outputs for a, b in pairwise(part.layers) if a.module is None or a.module != b.module}

    def unlikely(head: FoundHead) -> bool:
        """Whether it rather reads another layer, or stands between two."""
        between = head.weight.shape == (gives, gives) and gives in joints and places.place[head.weight.name] < top
        return between or head.name in places.amid or own.isdisjoint(places.owners(head, gives))

    tables.sort(key=lambda table: _shared(table.name, part.name), reverse=True)
    heads.sort(key=lambda head: (unlikely(head), LIKE_A_HEAD.search(head.name) is None))
    named = {head.name for head in heads}
    ends = [
        one
        for one in places.others
        if one.name not in named and ((not one.dense and one.fits(gives)) or (one.place < top and reads in one.gives))
    ]
    notes = [f"Perhaps before or behind it, and not run here: {few_names(ends)}."] if ends else []
    return replace(
        part,
        tables=tuple(tables),
        heads=tuple(heads),
        notes=(*part.notes, *notes),
        headless=bool(heads) and unlikely(heads[0]),
    )


def _shared(a: str, b: str) -> int:
    """How many letters two names begin with alike: of encoder and decoder each has its own embedding."""
    return next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), 0)


def why(tensor: Tensor, parts: Sequence[Part]) -> str:
    """Why a tensor that no part uses is left."""
    name, shape = tensor.name, tensor.shape
    last = name.rsplit(".", 1)[-1].rsplit("/", 1)[-1]
    if OF_OPTIMISERS.search(name):
        return "what an optimiser remembers: training does not go on here"
    if re.search(r"running_(mean|var)|num_batches|norm|(^|[./])(bn|ln)\d*[./]", name):
        return "of a normalisation, which is not run here: its numbers would change what the network reads or gives"
    if LIKE_ATTENTION.search(name):
        return "of an attention, which is not run here"
    if OF_STARTS.search(name):
        return "perhaps start states that were learned: here a network starts from zeros"
    if not tensor.real:
        return f"holds {quoted(tensor.kind)}, no weights"
    if len(shape) >= 3:
        return "a convolution, or another weight of three axes and more, which is not run here"
    if RAW.search(name):
        return "from this weights are computed anew at each run, which is not done here"
    if len(shape) == 2:
        reads = ", ".join(sorted({str(part.layers[0].inputs) for part in parts}))
        gives = ", ".join(sorted({str(part.layers[-1].outputs) for part in parts}))
        return (
            f"a matrix that neither gives what the network reads ({reads}) from a table nor reads what it puts "
            f"out ({gives}): "
            f"a layer before or behind it, which is not run here"
        )
    return (
        "the biases of a layer that is not run here" if last in ("bias", "vars/1") else "belongs to no recurrent layer"
    )
