"""A network out of a file: what was understood, what was not, and what the file leaves open."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.cells import Cell
from engine.files.bounds import FileError, quoted
from engine.files.found import Found, FoundHead, FoundLayer, FoundTable, Head, Left, Part, Used, used
from engine.files.sentences import counted, told
from engine.files.state_dict import LIKE_A_HEAD
from engine.forward import State
from engine.networks.network import Layer, Network, NetworkTrace, run_network
from engine.networks.order import steps_read
from engine.parameters import Parameters, Readout

OF_SYMBOLS = re.compile(r"vocab|char|symbol|token|word|alphabet|idx|stoi|itos|input|feature|source", re.IGNORECASE)
Ask = Callable[[str, str, dict[str, str], str], str]  # key, question, choices, the likeliest -> the answer
NONE = "none"  # the answer that no head, or no embedding, is wanted


@dataclass(frozen=True)
class Question:
    """What the file cannot tell: answered by `NetworkFile.answered(key=choice)`."""

    key: str  # "part", "cell" (of another module "cell_2" and so on), "embedding" or "head"
    asks: str
    choices: Mapping[str, str]  # what may be answered -> what that means
    answer: str  # what is taken now; at first the likeliest


@dataclass(frozen=True, eq=False, repr=False)
class NetworkFile(ArrayRecord):
    """What a file holds, as far as it is understood."""

    format: str
    network: Network | None  # with its embedding; None where the engine can run none of the layers yet
    heads: tuple[Head, ...]  # all that read this network's outputs
    head: Head | None  # the one that was chosen
    layers: tuple[FoundLayer, ...]  # of the chosen part, those that cannot be run included
    runs: tuple[int, int]  # which of them `network` has: from, up to
    sentences: tuple[str, ...]  # what was understood, in words
    used: tuple[Used, ...]
    left: tuple[Left, ...]
    questions: tuple[Question, ...]
    batch_first: bool | None  # how its program lays sequences out; None: the file does not say
    masked: float | None = None  # the symbol, or the number that all inputs of a step are, that leaves a step out
    symbols: tuple[str, ...] | None = None  # what each row of the embedding, or each input, stands for
    found: Found | None = field(default=None)
    answers: Mapping[str, str] = field(default_factory=dict)

    def mask(self, x: npt.ArrayLike) -> Array | None:
        """True at the steps of x that the network's program reads, (T, B); None where it leaves none out.

        With an embedding the steps with the symbol `masked` are left out, else those whose inputs are all that number.
        Of one sequence (T, D), or of symbols (T,), it is (T,).
        """
        if self.masked is None or self.network is None:
            return None
        one = self.network.layers[0].parameters.input_size == 1 and np.ndim(x) == 1  # one number a step, without D
        return steps_read(x, self.masked, inputs=self.network.embedding is None and not one)

    def run(self, x: npt.ArrayLike, start: tuple[State, ...] | None = None) -> NetworkTrace:
        """Run the network as its program does, steps left out that it leaves out.

        Raises:
            ValueError: no layer can be run, or as for `run_network`.
        """
        if self.network is None:
            raise ValueError("none of the file's layers can be run here: its `sentences` say why")
        return run_network(self.network, x, start=start, mask=self.mask(x))

    def answered(self, **answers: str) -> NetworkFile:
        """The same file with some questions answered otherwise.

        Raises:
            ValueError: there is no such question, or no such answer.
        """
        assert self.found is not None
        open_now = {question.key: question for question in self.questions}
        for key, answer in answers.items():
            if key not in open_now:
                raise ValueError(
                    f"the file leaves no question {key!r:.40} open; it leaves {', '.join(open_now) or 'none'}"
                )
            if answer not in open_now[key].choices:
                raise ValueError(f"{answer!r:.40} is no answer to {key}; there are {', '.join(open_now[key].choices)}")
        return assembled(self.found, {**self.answers, **answers})


def assembled(found: Found, answers: Mapping[str, str]) -> NetworkFile:
    """The network of one part of a file under these answers; the likeliest where there is none.

    Raises:
        FileError: a layer's tensors do not fit each other, or hold numbers that are not finite.
    """
    questions: list[Question] = []

    def ask(key: str, asks: str, choices: dict[str, str], first: str) -> str:
        answer = answers.get(key, first)
        answer = answer if answer in choices else first
        if len(choices) > 1:
            questions.append(Question(key, asks, choices, answer))
        return answer

    parts = {part.name: part for part in found.parts}
    first = next((name for name, part in parts.items() if _run(part) != (0, 0)), next(iter(parts)))
    part = parts[
        ask("part", "Which of the file's networks?", {name: _of_part(one) for name, one in parts.items()}, first)
    ]
    start, stop = _run(part)
    runs, notes, left = part.layers[start:stop], [*found.notes, *part.notes], list(found.left)

    layers: list[Layer] = []
    cells: dict[str, Cell] = {}
    for layer in runs:
        module = re.sub(r"\.?l\d+$", "", layer.name)  # all layers of one module have its cell
        if module not in cells:
            cells[module] = _cell(layer, f"cell_{len(cells) + 1}" if cells else "cell", ask)
        cell = cells[module]
        read: list[Parameters] = []
        for way in layer.ways:
            try:
                own = layer.other if read and layer.other is not None else cell
                read.append(own.check(way.read(own)))
            except FileError:
                raise
            except ValueError as error:
                raise FileError(f"the layer {quoted(layer.name)} does not fit together: {error}") from error
        layers.append(Layer(cell, *read, reverse_cell=layer.other, **vars(layer.form)))
    for layer in (*part.layers[:start], *part.layers[stop:]):
        says = layer.problem or "runs in the file on layers that cannot be run here"
        left += [
            Left(tensor.name, tensor.shape, f"{quoted(layer.name)}: {says}")
            for way in layer.ways
            for tensor in way.used
        ]

    table = _table(part, start, ask)
    embedding = None
    if table is not None:
        try:
            embedding = table.tensor.array()
        except FileError as error:
            left.append(Left(table.tensor.name, table.tensor.shape, str(error)))
            table = None
    heads: list[Head] = []
    of_heads: dict[str, FoundHead] = {}
    for one in part.heads if stop == len(part.layers) else ():
        try:
            heads.append(_head(one))
            of_heads[one.name] = one
        except FileError as error:
            left.append(Left(one.weight.name, one.weight.shape, str(error)))
    head = _chosen(part, heads, ask)

    network = Network(tuple(layers), embedding, _start(runs)) if layers else None
    seen = [
        replace(tensor, role=f"{tensor.role} of layer {number}{' that reads from the end' if k else ''}")
        for number, layer in enumerate(runs, 1)
        for k, way in enumerate(layer.ways)
        for tensor in way.used
    ]
    if table is not None:
        seen.insert(0, used(table.tensor, "embedding"))
    for dense in of_heads.values():
        seen.append(used(dense.weight, f"output weights of the head {quoted(dense.name)}"))
        if dense.bias is not None:
            seen.append(used(dense.bias, f"output biases of the head {quoted(dense.name)}"))
    named = {tensor.name for tensor in seen} | {tensor.name for tensor in left}
    of_others = {
        tensor.name: other.name
        for other in reversed(found.parts)
        if other is not part
        for layer in other.layers
        for way in layer.ways
        for tensor in way.used
    }
    for tensor in found.tensors.values():
        if tensor.name not in named:
            other = of_others.get(tensor.name)
            says = found.why(tensor) if other is None else f"of another network of the file, {quoted(other)}"
            left.append(Left(tensor.name, tensor.shape, says))
    symbols = _symbols(found, part, network)
    return NetworkFile(
        format=found.format,
        network=network,
        heads=tuple(heads),
        head=head,
        layers=part.layers,
        runs=(start, stop),
        sentences=tuple(told(found, part, layers, start, stop, table, heads, head, notes, symbols)),
        used=tuple(seen),
        left=tuple(left),
        questions=tuple(questions),
        batch_first=found.batch_first,
        masked=part.masked if start == 0 and (table is not None or not part.tables) else None,
        symbols=symbols,
        found=found,
        answers=dict(answers),
    )


def _start(runs: Sequence[FoundLayer]) -> tuple[State, ...] | None:
    """The initial states that the file holds, zeros where it holds none for a layer; None where there are none."""
    if not any(layer.starts for layer in runs):
        return None
    each = (
        layer.starts or [State(np.zeros(size)) for size in (layer.size, layer.other_size or layer.size)]
        for layer in runs
    )
    return tuple(state for layer, states in zip(runs, each, strict=True) for state in states[: len(layer.ways)])


def _cell(layer: FoundLayer, key: str, ask: Ask) -> Cell:
    """The cell of a layer, asked for where the file does not say."""
    cells = {cell.name: cell for cell in layer.cells}
    simple = set(cells) <= {"tanh", "relu", "sigmoid", "identity"}
    asks = f"Which activation has the RNN {quoted(layer.name)}?" if simple else f"Which cell is {quoted(layer.name)}?"
    return cells[ask(key, asks, {name: cell.title for name, cell in cells.items()}, layer.cells[0].name)]


def _run(part: Part) -> tuple[int, int]:
    """The first layers in a row that can be run: from, up to."""
    can = [not layer.problem for layer in part.layers]
    if True not in can:
        return 0, 0
    start = can.index(True)
    return start, can.index(False, start) if False in can[start:] else len(can)


def _of_part(part: Part) -> str:
    """A part in a few words."""
    sizes = ", ".join(f"{layer.cells[0].title} of {layer.size}" for layer in part.layers[:4])
    return f"{sizes}{' and more' if len(part.layers) > 4 else ''}, reading {part.layers[0].inputs} numbers a step"


def _table(part: Part, start: int, ask: Ask) -> FoundTable | None:
    """The embedding that was chosen."""
    if start or not part.tables:
        return None
    choices = {table.name: f"{table.tensor.shape[0]:,} symbols" for table in part.tables}
    if not part.sure:
        choices[NONE] = f"the network reads {part.layers[0].inputs} numbers a step"
    chosen = ask("embedding", "Which embedding does it read?", choices, part.tables[0].name)
    return next((table for table in part.tables if table.name == chosen), None)


def _head(found: FoundHead) -> Head:
    """V and d."""
    V = found.weight.array()
    V = V.T.copy() if found.turned else V
    d = np.zeros(len(V)) if found.bias is None else found.bias.array()
    return Head(found.name, Readout(V, d), found.activation, found.reads)


def _chosen(part: Part, heads: list[Head], ask: Ask) -> Head | None:
    """The head that was chosen."""
    if not heads:
        return None
    choices = {head.name: counted(len(head.readout.d), "output") for head in heads}
    if not part.sure:
        choices[NONE] = "none of them reads its outputs as they are"
    likely = next((head.name for head in heads if part.sure and LIKE_A_HEAD.search(head.name)), heads[0].name)
    likely = NONE if part.headless else likely
    chosen = ask("head", "Which head reads the network?", choices, likely)
    return next((head for head in heads if head.name == chosen), None)


def _symbols(found: Found, part: Part, network: Network | None) -> tuple[str, ...] | None:
    """The first list of symbols in the file that has one for each row of the embedding, or for each input."""
    if network is None:
        return None
    lists = sorted(
        found.words, key=lambda one: one[0].partition(".")[0] != part.name.partition(".")[0]
    )  # its own first
    if network.embedding is not None:
        return next((words for _, words in lists if len(words) == len(network.embedding)), None)
    size = network.layers[0].parameters.input_size
    return next((words for name, words in lists if len(words) == size and OF_SYMBOLS.search(name)), None)
