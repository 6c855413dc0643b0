"""What readers find in a file: networks in parts, with each tensor's place and which block of it is which gate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.array_record import ArrayRecord
from engine.cells import Cell
from engine.conventions import Blocks
from engine.files.tensors import Tensor
from engine.forward import State
from engine.parameters import Parameters, Readout


@dataclass(frozen=True)
class Block:
    """The rows (axis 0) or columns (axis 1, or the last) of a tensor that belong to one gate."""

    gate: str
    axis: int
    start: int
    stop: int


@dataclass(frozen=True)
class Used:
    """A tensor that was understood."""

    name: str
    shape: tuple[int, ...]
    kind: str
    role: str  # "input weights of layer 1"
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Left:
    """A tensor, or another part of the file, that is not used."""

    name: str
    shape: tuple[int, ...] | None
    why: str


@dataclass(frozen=True, eq=False, repr=False)
class Way(ArrayRecord):
    """One direction of a layer: the tensors, and how they become the weights of a cell."""

    used: tuple[Used, ...]
    read: Callable[[Cell], Parameters]


@dataclass(frozen=True)
class Form:
    """How a layer reads and what it puts out, as the fields of `Layer` say it."""

    merge: str = "concat"
    backwards: bool = False
    as_read: bool = False
    silent: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class FoundLayer(ArrayRecord):
    """One recurrent layer."""

    name: str
    cells: tuple[Cell, ...]  # more than one where the file does not say which; the first is the likeliest
    ways: tuple[Way, ...]  # from the start, and from the end
    inputs: int  # D
    size: int  # H
    problem: str = ""  # what the engine cannot run in it, "" where it can
    projected: int = 0  # to how many numbers each state is projected; 0: it is not
    module: str | None = None  # layers of one module stand on each other for certain; None: it is one of its own
    other: Cell | None = None  # of the second direction, where it is not the first one's
    other_size: int = 0  # H of the second direction; 0: as the first
    form: Form = Form()
    starts: tuple[State, ...] = ()  # of each direction, (H,) or (B, H); (): zeros

    @property
    def outputs(self) -> int:
        """How many numbers it puts out at each step."""
        each = [self.projected or self.size, self.other_size or self.projected or self.size][: len(self.ways)]
        return sum(each) if self.form.merge == "concat" else each[0]


@dataclass(frozen=True, eq=False, repr=False)
class FoundTable(ArrayRecord):
    """An embedding, (vocabulary, D)."""

    name: str
    tensor: Tensor


@dataclass(frozen=True, eq=False, repr=False)
class FoundHead(ArrayRecord):
    """A dense layer that reads a network: o = V h + d."""

    name: str
    weight: Tensor
    bias: Tensor | None
    turned: bool  # (H, K), as Keras has it
    activation: str | None = None  # what follows, as the file calls it
    reads: str | None = None  # "each" step's outputs, the "last" step's, or each direction's "final" state


@dataclass(frozen=True, eq=False, repr=False)
class Head(ArrayRecord):
    """A dense layer that reads the network's outputs: o = V h + d."""

    name: str
    readout: Readout
    activation: str | None  # what follows it, as the file calls it; None: the file does not say
    reads: str | None  # "each" step's outputs, the "last" step's, or each direction's "final" state; None: not said


@dataclass(frozen=True, eq=False, repr=False)
class Part(ArrayRecord):
    """Recurrent layers that stand on each other, and what may stand before and behind them."""

    name: str
    layers: tuple[FoundLayer, ...]
    tables: tuple[FoundTable, ...] = ()
    heads: tuple[FoundHead, ...] = ()
    notes: tuple[str, ...] = ()  # sentences
    masked: float | None = None  # the symbol, or the number that all inputs of a step are, that leaves a step out
    sure: bool = True  # whether the file itself says which table and which heads are this part's
    headless: bool = False  # whether each of its heads is rather another part's, or a layer between


@dataclass(frozen=True, eq=False, repr=False)
class Found(ArrayRecord):
    """All that was found in a file."""

    format: str
    parts: tuple[Part, ...]
    tensors: dict[str, Tensor]
    why: Callable[[Tensor], str]  # of a tensor that no part uses
    notes: tuple[str, ...] = ()
    batch_first: bool | None = None  # None: the file does not say
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()  # lists of symbols, and where they stand
    left: tuple[Left, ...] = ()  # what is no tensor that could be read


def chains(layers: Mapping[str, FoundLayer], below: Mapping[str, str | None]) -> list[list[FoundLayer]]:
    """Layers from the lowest up, where it is known which stands on which: a chain for each layer that carries none."""
    carrying = set(below.values())
    found = []
    for top in layers:
        chain: list[FoundLayer] = []
        name: str | None = top
        while top not in carrying and name is not None and len(chain) < len(layers):
            chain.insert(0, layers[name])
            name = below[name]
        if chain:
            found.append(chain)
    return found


def blocks(order: Blocks, size: int, axis: int, times: int = 1) -> tuple[Block, ...]:
    """Gates of `size` rows each, one behind the other, the whole `times` over."""
    return tuple(
        Block(gate, axis, k * size, (k + 1) * size)
        for k, gate in enumerate(gate for _ in range(times) for gate in order)
    )


def used(tensor: Tensor, role: str, rows: Sequence[Block] = ()) -> Used:
    """A tensor with its role."""
    return Used(tensor.name, tensor.shape, tensor.kind, role, tuple(rows))
