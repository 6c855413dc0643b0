"""Which recurrent layer reads which, where no graph says it: by names, sizes and the order in a file."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise, permutations

from engine.array_record import ArrayRecord
from engine.files.bounds import quoted
from engine.files.found import FoundHead, FoundLayer, Part
from engine.files.layers import Module
from engine.files.tensors import Tensor

LIKE_A_TABLE = re.compile(r"emb|wte|lookup|vocab", re.IGNORECASE)
OF_OPTIMISERS = re.compile(r"(^|[./])optim|exp_avg|momentum_buffer|(^|[./])adam", re.IGNORECASE)
OF_STARTS = re.compile(r"(^|[./_])(h_?0|c_?0|hidden|init\w*)$")
MOST_PARTS = 100  # networks of one file
DENSE = ("weight", "kernel", "V", "vars/0")  # what matrices of dense layers are called
MOST_ORDERS = 3  # of the same layers
MOST_IN_ANY_ORDER = 5  # layers whose order is looked for by trying all


def both_ways(layers: list[FoundLayer]) -> tuple[list[FoundLayer], list[FoundLayer]]:
    """Two layers whose names say that they are one layer's two directions, joined; and those that only names say it of.

    Keras and this engine name directions so themselves; modules of PyTorch were named by their author.
    """
    by_name = {layer.name: layer for layer in layers}
    taken: set[str] = set()
    out, guessed = [], list[FoundLayer]()
    for layer in layers:
        other = next(
            (by_name[name] for name in _names_of_reverse(layer.name) if name != layer.name and name in by_name), None
        )
        if other is not None and (other.size, other.inputs, other.cells) == (layer.size, layer.inputs, layer.cells):
            taken.add(other.name)
            if layer.module is not None and other.name != f"{layer.name}.reverse":
                guessed += [layer, other]
            name = re.sub(r"[./]?forward_(layer|[^./]*)(?=[./]|$)", "", layer.name) or layer.name.removeprefix(
                "forward_"
            )
            problem = layer.problem or other.problem
            out.append(replace(layer, name=name, ways=(*layer.ways, *other.ways), problem=problem))
        else:
            out.append(layer)
    return [layer for layer in out if layer.name not in taken], guessed[:MOST_PARTS]


def _names_of_reverse(name: str) -> Iterator[str]:
    yield f"{name}.reverse"
    yield re.sub(r"(^|[./])forward_", r"\1backward_", name)


def joined(layers: Sequence[FoundLayer], places: Places) -> tuple[list[Part], int]:
    """Layers that may stand on each other, the likeliest first, and how many there are; sure it is within a module.

    Likeliest is that modules whose names differ by a number, or that lie in one module, read each other, unless in the
    file's order something lies between them that fits there. Other orders and each module alone are offered too.
    """
    siblings: dict[str, list[Run]] = {}
    for run in _runs(layers):
        siblings.setdefault(_numberless(run[0].name), []).append(run)
    for group in siblings.values():
        group.sort(key=lambda run: natural(run[0].name))
    modules = [run for group in siblings.values() for run in group]
    lines = _lines(modules) if _alike(modules) else []
    apart = {
        frozenset(pair): pair
        for line in (*lines[:1], *siblings.values())
        for pair in pairwise(line)
        if pair[0][-1].outputs == pair[1][0].inputs and places.part(*pair)
    }
    taken = [line for line in lines if not any(places.part(a, b) for a, b in pairwise(line))]
    for group in siblings.values():
        chain: tuple[Run, ...] = ()
        for run in group:
            if chain and (chain[-1][-1].outputs != run[0].inputs or places.part(chain[-1], run)):
                taken.append(chain)
                chain = ()
            chain = (*chain, run)
        taken.append(chain)
    taken += lines + [line for group in siblings.values() for line in _lines(group)] + [(run,) for run in modules]
    offered = dict.fromkeys(taken)
    return [_joined(line, places, apart.values()) for line in islice(offered, MOST_PARTS)], len(offered)


def _joined(line: tuple[Run, ...], places: Places, apart: Iterable[tuple[Run, Run]]) -> Part:
    """Modules on each other, and what the file does not say of that; `apart` are those that something lies between."""
    layers = tuple(layer for run in line for layer in run)
    notes = [
        f"Between {quoted(_common(a))} and {quoted(_common(b))} the file holds {few_names(places.inside(a, b))}: "
        "whether one reads the other is not said, and here each stands alone."
        for a, b in apart
        if (a in line) != (b in line)
    ]
    names = [_common(run) for run in line]
    if len(names) > MOST_IN_ANY_ORDER:
        names[2:-1] = ["…"]
    if len(line) > 1:
        notes.append(
            "The file does not say which layer reads which, nor what stands between them; in this order their sizes "
            f"fit: {', then '.join(quoted(name) for name in names)}."
        )
        between = places.between(line)
        notes += [f"Perhaps between them, and not run here: {few_names(between)}."] if between else []
    return Part(" → ".join(names), layers, notes=tuple(notes), sure=False)


Run = tuple[FoundLayer, ...]  # the layers of one module


def _runs(layers: Sequence[FoundLayer]) -> Iterator[Run]:
    """The layers of each module, in pieces where their sizes do not fit."""
    modules: dict[tuple[bool, str], list[FoundLayer]] = {}
    for layer in layers:
        key = (True, layer.name) if layer.module is None else (False, layer.module)
        modules.setdefault(key, []).append(layer)
    for held in modules.values():
        run: Run = ()
        for layer in sorted(held, key=lambda layer: natural(layer.name)):
            if run and run[-1].outputs != layer.inputs:
                yield run
                run = ()
            run = (*run, layer)
        yield run


def _lines(modules: Sequence[Run]) -> list[tuple[Run, ...]]:
    """The first few orders in which all of them fit on each other."""
    if not 1 < len(modules) <= MOST_IN_ANY_ORDER:
        return []
    orders = (order for order in permutations(modules) if all(a[-1].outputs == b[0].inputs for a, b in pairwise(order)))
    return list(islice(orders, MOST_ORDERS))


def _alike(modules: Sequence[Run]) -> bool:
    """Whether they lie in one module, and no name says that they are networks of their own."""
    names = [run[0].name for run in modules]
    apart = any(re.search(r"dec|teacher|student|ema|target|critic|actor", name, re.IGNORECASE) for name in names)
    return not apart and len({_parent(_common(run)) for run in modules}) == 1


@dataclass(frozen=True, eq=False, repr=False)
class Other(ArrayRecord):
    """A module that is not recurrent and may stand between two that are."""

    name: str
    place: int
    reads: frozenset[int]
    gives: frozenset[int]
    dense: bool

    def fits(self, size: int) -> bool:
        """Whether it may stand between two modules one of which gives `size` numbers that the other reads."""
        return size in self.reads and size in self.gives


def _others(modules: Iterable[Module], layers: Sequence[FoundLayer], place: Mapping[str, int]) -> Iterator[Other]:
    """Every module that computes something and is no recurrent layer nor named as an embedding is."""
    recurrent = {tensor.name for layer in layers for way in layer.ways for tensor in way.used}
    for module in modules:
        held = {
            last: tensor
            for last, tensor in module.tensors.items()
            if tensor.name not in recurrent
            and tensor.real
            and tensor.shape
            and not OF_OPTIMISERS.search(tensor.name)
            and not OF_STARTS.search(tensor.name)
        }
        if not held or LIKE_A_TABLE.search(module.name) or "embeddings" in held:
            continue
        matrix = next((held[last] for last in DENSE if last in held and len(held[last].shape) == 2), None)
        reads = gives = frozenset(size for tensor in held.values() for size in tensor.shape)
        if matrix is not None:
            reads, gives = (frozenset({size}) for size in matrix.shape[:: 1 if lies_turned(held) else -1])
        first = next(iter(held.values()))
        yield Other(module.name or first.name, place[first.name], reads, gives, matrix is not None)


class Places:
    """Where modules lie in the file's order, and what may stand between them."""

    def __init__(self, tensors: Iterable[str], modules: Iterable[Module], layers: Sequence[FoundLayer]) -> None:
        self.place = {name: k for k, name in enumerate(tensors)}
        self.others = sorted(_others(modules, layers, self.place), key=lambda one: one.place)
        self.near: dict[tuple[int, str], list[tuple[int, str]]] = {}  # layers by what they give and their names' starts
        for layer in sorted(layers, key=lambda layer: self.of([layer])):
            for start in _starts(layer.name):
                self.near.setdefault((layer.outputs, start), []).append((self.of([layer]), layer.name))
        self.known: dict[str, frozenset[str]] = {}
        self.amid: set[str] = set()  # what was found to part two modules

    def of(self, layers: Iterable[FoundLayer]) -> int:
        """Where layers begin in the file."""
        return min(self.place[tensor.name] for layer in layers for way in layer.ways for tensor in way.used)

    def inside(self, below: Run, above: Run) -> list[Other]:
        """What lies between two modules in the file's order."""
        first, last = (
            bisect_left(self.others, at, key=lambda one: one.place) for at in sorted((self.of(below), self.of(above)))
        )
        return self.others[first:last]

    def part(self, below: Run, above: Run) -> bool:
        """Whether something lies between them in the file that fits between them, alone or together."""
        size, inside = below[-1].outputs, self.inside(below, above)
        parts = any(size in one.reads for one in inside) and any(size in one.gives for one in inside)
        self.amid |= {one.name for one in inside} if parts else set()
        return parts

    def between(self, line: Sequence[Run]) -> list[Other]:
        """What may stand between the modules of a line, by its place or by its size."""
        sizes = {run[-1].outputs for run in line[:-1]}
        fitting = [one for one in self.others if one.reads & one.gives & sizes]
        return list(dict.fromkeys([*(one for a, b in pairwise(line) for one in self.inside(a, b)), *fitting]))

    def owners(self, head: FoundHead, size: int) -> frozenset[str]:
        """The layers that a dense layer likeliest reads: nearest by its name, of those the last before it."""
        name = head.weight.name
        if name not in self.known:
            near = next((self.near[size, start] for start in _starts(head.name) if (size, start) in self.near), [])
            before = bisect_left(near, (self.place[name], ""))
            self.known[name] = frozenset(one for _, one in (near[before - 1 : before] if before else near[:MOST_PARTS]))
        return self.known[name]


def _starts(name: str) -> list[str]:
    """What a name may share with another, the longest first: encoder.rnn_ and encoder. and nothing."""
    return ["", *(name[: match.end()] for match in islice(re.finditer(r"[._/]", name), 8))][::-1]


def few_names(others: Sequence[Other]) -> str:
    """Names for a sentence."""
    more = f" and {len(others) - 4} more" if len(others) > 4 else ""
    return f"{', '.join(quoted(one.name) for one in others[:4])}{more}"


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


def lies_turned(named: Mapping[str, Tensor]) -> bool:
    """Whether a module's matrix is (H, K), as Keras has it."""
    return "kernel" in named or ("vars/0" in named and "weight" not in named)
