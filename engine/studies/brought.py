"""A network that a visitor has brought along in a file, on sequences of their own: what no link can carry.

It lives where its owner's session keeps it. A link has eight digits of its digest, by which that session knows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.cells import Cell
from engine.files.network_file import NetworkFile
from engine.networks.network import Network
from engine.parameters import Readout
from engine.readings import Where
from engine.record.numerals import written
from engine.studies.source import Source
from engine.tasks import Batch

DIGITS = 8  # of the digest, in a link
PREFIX = "file-"
NOT_HERE = "this network came from a file that only its owner has; it can be dropped at “Your network”."
WRITTEN = 3  # significant digits of a number that enters, as its step is called


@dataclass(frozen=True, eq=False, repr=False)
class Given(ArrayRecord):
    """One sequence, and what is known of it."""

    batch: Batch  # of this one sequence; `targets` mean nothing where nothing is wanted
    labels: tuple[str, ...]  # T: what enters at each step
    wanted: tuple[str, ...]  # m: what is wanted at each reading, or which output is looked at
    heard: tuple[str, ...] = ()  # what an encoder reads


@dataclass(frozen=True, eq=False, repr=False)
class Brought(ArrayRecord, Source):
    """A network out of a file, what reads it, and sequences; equal to another of the same content."""

    private: ClassVar[bool] = True
    kept_bytes: ClassVar[int] = 0  # for `engine.kept`: it stands in its session, wherever else it is named

    network: Network  # the decoder, where there is an encoder
    readout: Readout | None  # None: the file has no head, and a probe stands in for it
    given: tuple[Given, ...]
    inputs: tuple[str, ...]  # what each input, or each symbol, is called
    outputs: tuple[str, ...]  # K, what each output is called
    title: str  # of the file, as its owner calls it
    wants: str = "output"  # the loss, as `Source.loss` says
    looked_at: int = 1  # where that is "output": which one, counted from 1
    adds_up: bool = True  # whether losses of several steps are added up
    encoder: Network | None = None
    heard: tuple[str, ...] = ()  # an encoder's vocabulary

    def __repr__(self) -> str:
        return f"Brought({self.word})"

    def in_brief(self) -> str:
        """Without any of its content, as it may stand in a log."""
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Brought) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def digest(self) -> str:
        """Of everything that it holds, 32 hex digits."""
        found = blake2b(digest_size=16)
        for piece in _pieces(self):
            found.update(piece)
        return found.hexdigest()

    @property
    def word(self) -> str:
        """How a link names it."""
        return f"{PREFIX}{self.digest[:DIGITS]}"

    @cached_property
    def bytes(self) -> int:
        """How much memory its numbers take."""
        return sum(len(piece) for piece in _pieces(self))

    @property
    def words_of_it(self) -> str:
        """What it is, as “LSTM of 2 layers, both directions, from the file model.pt”."""
        cells = list(dict.fromkeys(cell.title for layer in self.network.layers for cell in layer.cells))
        layers = f" of {self.layers} layers" if self.layers > 1 else ""
        both = ", both directions" if self.both else ""
        return f"{' and '.join(cells)}{layers}{both}, from the file {self.title}"

    @property
    def form(self) -> Brought:
        """Itself."""
        return self

    @property
    def whole(self) -> Brought:
        """Itself."""
        return self

    @property
    def examples(self) -> int:
        """How many sequences were brought with it."""
        return len(self.given)

    def example(self, which: int = 1) -> Batch:
        """One of them."""
        return self.given[which - 1].batch

    def words(self, which: int = 1) -> tuple[tuple[str, ...], ...]:
        """What enters at each step, what is wanted at each reading, and what an encoder reads."""
        one = self.given[which - 1]
        return one.labels, one.wanted, one.heard

    @property
    def loss(self) -> str:
        """What the error comes from."""
        return "probe" if self.readout is None else self.wants

    @property
    def output(self) -> int:
        """Which output it enters at, where it is one."""
        return self.looked_at

    @property
    def summed(self) -> bool:
        """Whether losses of several steps are added up."""
        return self.adds_up

    @property
    def input_names(self) -> tuple[str, ...]:
        """What each input, or each symbol, is called."""
        return self.inputs

    @property
    def output_names(self) -> tuple[str, ...]:
        """What each output is called."""
        return self.outputs

    @property
    def source_names(self) -> tuple[str, ...]:
        """What an encoder knows."""
        return self.heard


def from_file(
    file: NetworkFile,
    sequences: Sequence[npt.ArrayLike],
    title: str,
    output: int = 1,
    step: int | None = None,
    labels: Sequence[Sequence[str]] | None = None,
    outputs: Sequence[str] = (),
) -> Brought:
    """The network of a file on these sequences, with one unit of error at one output; without a head, at a probe.

    Args:
        sequences: of each the symbols (T,), whole numbers; or the numbers (T, D) that enter.
        title: what the file is called.
        output: at which output of the head the error enters, counted from 1.
        step: at which step of each sequence; None: where the head reads, which is its last where the file does not
            say otherwise. A network that reads from the start alone is shown up to that step.
        labels: a name for each step of each sequence; None: the symbols', or the numbers themselves.
        outputs: what each output is called; none: their numbers.

    Raises:
        ValueError: the file holds no network that runs, or a sequence, output or step that it does not fit; the message
            says what came and what is accepted.
    """
    network, head = file.network, file.head
    if network is None:
        raise ValueError("the file holds no network that can be run here")
    K = 1 if head is None else len(head.readout.d)
    if not 1 <= output <= K:
        raise ValueError(f"output {output:,} was asked for, but the network has outputs 1 to {K:,}")
    if not sequences:
        raise ValueError("no sequence came, but at least one is needed to show what the network does")
    table, D = network.embedding, network.layers[0].parameters.input_size
    count = D if table is None else len(table)
    inputs = file.symbols or tuple(str(k) for k in range(count))
    called = tuple(outputs) if len(outputs) == K else tuple(str(k) for k in range(1, K + 1))
    final = head is not None and head.reads == "final"
    one_way = all(layer.reverse is None for layer in network.layers)
    given = []
    for number, sequence in enumerate(sequences, 1):
        x = _entering(np.asarray(sequence), number, count, D, table is not None)
        T = len(x)
        at = T if step is None else step
        if not 1 <= at <= T:
            raise ValueError(f"step {at:,} was asked for, but sequence {number} has steps 1 to {T:,}")
        where: Where = "final" if head is None or (final and step is None) else "last"
        if at < T and one_way:
            x, T = x[:at], at
        elif at < T:
            where = (at,)
        own = None if labels is None else tuple(labels[number - 1])[:T]
        batch = Batch(x[:, None], np.zeros((1, 1, K)), where, weights=np.ones((1, 1)))
        given.append(
            Given(batch, own if own is not None and len(own) == T else _named(x, inputs), (called[output - 1],))
        )
    readout = None if head is None else head.readout
    return Brought(network, readout, tuple(given), inputs, called, title, looked_at=output)


def _entering(x: Array, number: int, count: int, D: int, embedded: bool) -> Array:
    """A sequence as it enters: symbols (T,), or numbers (T, D)."""
    if not len(x):
        raise ValueError(f"sequence {number} is empty")
    if x.ndim == 1 and x.dtype.kind in "iu":
        if x.min() < 0 or x.max() >= count:
            raise ValueError(
                f"sequence {number} holds symbols from {x.min()} to {x.max()}, but 0 to {count - 1} are known"
            )
        return x.astype(np.int64)
    if embedded:
        raise ValueError(
            f"sequence {number} is {x.dtype} of shape {x.shape}, but the embedding reads whole numbers (T,)"
        )
    if x.shape != (len(x), D) or x.dtype.kind not in "iuf" or not np.isfinite(x).all():
        raise ValueError(f"sequence {number} has shape {x.shape}, but (T, {D}) finite numbers were expected")
    return x.astype(np.float64)


def _named(x: Array, inputs: tuple[str, ...]) -> tuple[str, ...]:
    if x.ndim == 1:
        return tuple(inputs[k] for k in x.tolist())
    return tuple(written(float(f"{row[0]:.{WRITTEN}g}")) if row.size == 1 else "" for row in x)


def _pieces(value: Any) -> Iterator[bytes]:
    """Everything that a value holds, one after the other, each with what it is."""
    if isinstance(value, np.ndarray):
        yield f"{value.dtype.str}{value.shape}".encode()
        yield np.ascontiguousarray(value).tobytes()
    elif isinstance(value, Cell):
        own = {name: one for name, one in vars(value).items() if isinstance(one, str | int | float | tuple)}
        yield f"{type(value).__name__} {sorted(own.items())!r}".encode()
    elif isinstance(value, Mapping):
        yield from _pieces(tuple(sorted(value.items())))
    elif isinstance(value, tuple | list):
        yield f"{len(value)}(".encode()
        for one in value:
            yield from _pieces(one)
    elif is_dataclass(value) and not isinstance(value, type):
        yield type(value).__name__.encode()
        for field in fields(value):
            yield from _pieces(getattr(value, field.name))
    else:
        yield f"{value!r};".encode()
