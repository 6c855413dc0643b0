"""Networks among named tensors that no graph connects: what stands on what, embeddings, heads, by names and sizes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, permutations

from engine.cells import CELLS
from engine.files.bounds import FileError, quoted
from engine.files.found import Found, FoundHead, FoundLayer, FoundTable, Part
from engine.files.layers import RAW, Module, layers_of, split
from engine.files.tensors import Tensor

LIKE_A_TABLE = re.compile(r"emb|wte|lookup|vocab", re.IGNORECASE)
LIKE_A_HEAD = re.compile(r"fc|head|out|lin|dec|class|proj|dense|logit|pred|gen|readout", re.IGNORECASE)
LIKE_ATTENTION = re.compile(r"attn|attention|q_proj|k_proj|v_proj|in_proj|query", re.IGNORECASE)
OF_OPTIMISERS = re.compile(r"(^|[./])optim|exp_avg|momentum_buffer|(^|[./])adam", re.IGNORECASE)
MOST_PARTS = 100  # networks of one file
MOST_IN_ANY_ORDER = 5  # layers whose order is looked for by trying all


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
    parts = joined(_both_ways(layers))
    if not parts:
        raise FileError(f"{format} was read, but none of its tensors belongs to a recurrent layer{_some(tensors)}")
    said = list(notes)
    if len(parts) > MOST_PARTS:
        said.append(f"Of its {len(parts):,} networks the first {MOST_PARTS} are offered.")
    around = list(_around(modules.values()))
    parts = [_surrounded(part, around) for part in parts[:MOST_PARTS]]
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


# Which layer reads which


def _both_ways(layers: list[FoundLayer]) -> list[FoundLayer]:
    """Two layers whose names say that they are one layer's two directions, joined."""
    by_name = {layer.name: layer for layer in layers}
    taken: set[str] = set()
    out = []
    for layer in layers:
        other = next(
            (by_name[name] for name in _names_of_reverse(layer.name) if name != layer.name and name in by_name), None
        )
        if other is not None and (other.size, other.inputs, other.cells) == (layer.size, layer.inputs, layer.cells):
            taken.add(other.name)
            name = re.sub(r"[./]?forward_(layer|[^./]*)(?=[./]|$)", "", layer.name) or layer.name.removeprefix(
                "forward_"
            )
            problem = layer.problem or other.problem
            out.append(replace(layer, name=name, ways=(*layer.ways, *other.ways), problem=problem))
        else:
            out.append(layer)
    return [layer for layer in out if layer.name not in taken]


def _names_of_reverse(name: str) -> Iterator[str]:
    yield f"{name}.reverse"
    yield re.sub(r"(^|[./])forward_", r"\1backward_", name)


def joined(layers: Sequence[FoundLayer]) -> list[Part]:
    """Layers that stand on each other, as names and sizes say; else each is a part."""
    siblings: dict[str, list[FoundLayer]] = {}
    for layer in layers:
        siblings.setdefault(_numberless(layer.name), []).append(layer)
    runs: list[list[FoundLayer]] = []
    for group in siblings.values():
        run: list[FoundLayer] = []
        for layer in sorted(group, key=lambda layer: natural(layer.name)):
            if run and run[-1].outputs != layer.inputs:
                runs.append(run)
                run = []
            run.append(layer)
        runs.append(run)
    parts = [Part(_common(run), tuple(run), sure=False) for run in runs if run]
    return [*_in_one_line(parts), *parts] if 1 < len(parts) <= MOST_IN_ANY_ORDER else parts


def _in_one_line(parts: list[Part]) -> list[Part]:
    """All parts on each other, where they lie in one module and their sizes fit in some order."""
    if any(re.search(r"dec|teacher|student|ema|target|critic|actor", part.name, re.IGNORECASE) for part in parts):
        return []
    if len({_parent(part.name) for part in parts}) > 1:
        return []
    fitting = [
        order
        for order in permutations(parts)
        if all(a.layers[-1].outputs == b.layers[0].inputs for a, b in pairwise(order))
    ]
    lines = []
    for order in fitting[:3]:
        names = ", then ".join(quoted(part.name) for part in order)
        note = f"The file does not say which layer reads which; in this order their sizes fit: {names}."
        layers = tuple(layer for part in order for layer in part.layers)
        lines.append(Part(" → ".join(part.name for part in order), layers, notes=(note,), sure=False))
    return lines


def _numberless(name: str) -> str:
    return re.sub(r"[_.]?\d+", "#", re.sub(r"\.l\d+$", "", name)).replace("#", "")


def _parent(name: str) -> str:
    of_keras = re.match(r"(.*?\blayers)/", name)  # a layer's cells lie deeper than the layer
    return of_keras[1] if of_keras else name[: max(name.rfind("."), name.rfind("/"), 0)]


def _common(run: Sequence[FoundLayer]) -> str:
    """What names of layers have in common."""
    first = re.sub(r"\.l\d+$", "", run[0].name)
    return first if len({re.sub(r"\.l\d+$", "", layer.name) for layer in run}) == 1 else f"{first} to {run[-1].name}"


def natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts lstm_10 behind lstm_9."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d{1,15})", name)]


# What stands around


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
        turned = "kernel" in named or ("vars/0" in named and "weight" not in named)
        named_so = LIKE_A_TABLE.search(name) is not None or "embeddings" in named
        table = FoundTable(name, weight) if bias is None and (named_so or "weight" in named) else None
        fits = bias is None or bias.shape == (weight.shape[1 if turned else 0],)
        yield Around(table, named_so, FoundHead(name, weight, bias, turned) if fits and not named_so else None)


def _surrounded(part: Part, around: Sequence[Around]) -> Part:
    """The part with every table that could feed it and every dense layer that could read it."""
    reads, gives = part.layers[0].inputs, part.layers[-1].outputs
    tables, heads = [], []
    for one in around:
        if one.head is not None and one.reads == gives:
            heads.append(one.head)
        if one.table is not None and one.table.tensor.shape[1] == reads:
            like_a_head = one.reads == gives and LIKE_A_HEAD.search(one.table.name)
            if one.named_so or not (like_a_head or one.table.tensor.shape[0] == reads):
                tables.append(one.table)
    return replace(part, tables=tuple(_nearest(part, tables)), heads=tuple(heads))


def _nearest(part: Part, tables: list[FoundTable]) -> list[FoundTable]:
    """Those whose names start most as the part's does, first: of encoder and decoder each has its own."""

    def alike(table: FoundTable) -> int:
        return next((k for k, (a, b) in enumerate(zip(table.name, part.name, strict=False)) if a != b), 0)

    return sorted(tables, key=alike, reverse=True)


def why(tensor: Tensor, parts: Sequence[Part]) -> str:
    """Why a tensor that no part uses is left."""
    name, shape = tensor.name, tensor.shape
    last = name.rsplit(".", 1)[-1].rsplit("/", 1)[-1]
    if OF_OPTIMISERS.search(name):
        return "what an optimiser remembers: training does not go on here"
    if re.search(r"running_(mean|var)|num_batches|norm|(^|[./])bn", name):
        return "of a normalisation, which is not run here: its numbers would change what the network reads or gives"
    if LIKE_ATTENTION.search(name):
        return "of an attention, which is not run here"
    if re.search(r"(^|[./_])(h_?0|c_?0|hidden|init\w*)$", name):
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
