"""Networks among named tensors that no graph connects: what stands on what, embeddings, heads, by names and sizes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise, permutations

from engine.array_record import ArrayRecord
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
OF_STARTS = re.compile(r"(^|[./_])(h_?0|c_?0|hidden|init\w*)$")
DENSE = ("weight", "kernel", "V", "vars/0")  # what matrices of dense layers are called
MOST_ORDERS = 3  # of the same layers
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
    layers, guessed = _both_ways(layers)
    places = _Places(tensors, modules.values(), layers)
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


# Which layer reads which


def _both_ways(layers: list[FoundLayer]) -> tuple[list[FoundLayer], list[FoundLayer]]:
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


def joined(layers: Sequence[FoundLayer], places: _Places) -> tuple[list[Part], int]:
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


def _joined(line: tuple[Run, ...], places: _Places, apart: Iterable[tuple[Run, Run]]) -> Part:
    """Modules on each other, and what the file does not say of that; `apart` are those that something lies between."""
    layers = tuple(layer for run in line for layer in run)
    notes = [
        f"Between {quoted(_common(a))} and {quoted(_common(b))} the file holds {_few(places.inside(a, b))}: whether "
        "one reads the other is not said, and here each stands alone."
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
        notes += [f"Perhaps between them, and not run here: {_few(between)}."] if between else []
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
            reads, gives = (frozenset({size}) for size in matrix.shape[:: 1 if _turned(held) else -1])
        first = next(iter(held.values()))
        yield Other(module.name or first.name, place[first.name], reads, gives, matrix is not None)


class _Places:
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


def _few(others: Sequence[Other]) -> str:
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


def _turned(named: Mapping[str, Tensor]) -> bool:
    """Whether a module's matrix is (H, K), as Keras has it."""
    return "kernel" in named or ("vars/0" in named and "weight" not in named)


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
        turned = _turned(named)
        named_so = LIKE_A_TABLE.search(name) is not None or "embeddings" in named
        table = FoundTable(name, weight) if bias is None and (named_so or "weight" in named) else None
        fits = bias is None or bias.shape == (weight.shape[1 if turned else 0],)
        yield Around(table, named_so, FoundHead(name, weight, bias, turned) if fits and not named_so else None)


def _surrounded(part: Part, around: Sequence[Around], places: _Places) -> Part:
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
    notes = [f"Perhaps before or behind it, and not run here: {_few(ends)}."] if ends else []
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
