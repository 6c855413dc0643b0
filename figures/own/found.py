"""What was found in a file: layers with their tensors, which block of each is which gate, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from engine.arrays import Array
from engine.cells import Cell
from engine.files import Left, NetworkFile, Used
from engine.files.found import FoundLayer
from engine.files.sentences import READS, counted
from engine.networks.network import Layer
from engine.record.numerals import written
from engine.studies.own.counts import counts_of
from figures.cells import Gate, look_of

MOST = 60  # layers that are drawn, and sorts of what was left out
LONGEST = 80  # letters of a name
ROLES = {"bias": "b", "recurrent": "W", "input": "U"}  # by the first word of a tensor's role: its letter here


def found_of(file: NetworkFile, name: str) -> dict[str, object]:
    """The part of a message that draws one file."""
    start, stop = file.runs
    cells = _cells(file)
    return {
        "name": _short(name),
        "said": _in_short(file),
        "sentences": [_short(sentence, 400) for sentence in file.sentences],
        "layers": [_layer(layer, k, cells[k], start <= k < stop) for k, layer in enumerate(file.layers[:MOST])],
        "more": max(0, len(file.layers) - MOST),
        "before": _before(file),
        "heads": [
            {
                "name": _short(head.name),
                "shape": list(head.readout.V.shape),
                "said": _head(head.readout.d, head.reads, head.activation),
                "chosen": head is file.head,
            }
            for head in file.heads[:MOST]
        ],
        "gates": _legend(file),
        "counts": _counts(file),
        "left": _left(file.left),
        "used": [[_short(one.name, 200), list(one.shape), one.kind, one.role] for one in file.used[: 4 * MOST]],
    }


def _short(words: str, longest: int = LONGEST) -> str:
    """A name from a file; its end says most."""
    return words if len(words) <= longest else f"…{words[1 - longest :]}"


def _in_short(file: NetworkFile) -> str:
    """The network in one sentence."""
    if file.network is None:
        return "None of its layers can be run here; why is said below."
    runs = file.layers[slice(*file.runs)]
    kinds = []
    for what, each in groupby(
        _unlike(layer, found) or _alike(layer.cell.title, found)
        for layer, found in zip(file.network.layers, runs, strict=True)
    ):
        count = len(list(each))
        kinds.append(what if count == 1 else f"{count} layers of {what}")
    reads = counted(runs[0].inputs, "number")
    if file.network.embedding is not None:
        reads = f"one of {counted(len(file.network.embedding), 'symbol')}"
    into = "" if file.head is None else f", read by a head of {counted(len(file.head.readout.d), 'output')}"
    return f"{', then '.join(kinds)}: {reads} a step{into}."


def _alike(title: str, found: FoundLayer) -> str:
    """A layer whose directions are of one kind."""
    both = " in both directions" if len(found.ways) > 1 else " that reads from the end" if found.form.backwards else ""
    return f"{title} with {counted(found.size, 'unit')}{both}"


def _unlike(layer: Layer, found: FoundLayer) -> str:
    """A layer whose directions have cells or sizes of their own; "" where it is none."""
    second = found.other_size or found.size
    if len(found.ways) == 1 or (found.other is None and second == found.size):
        return ""
    other = (found.other or layer.cell).title
    return (
        f"{layer.cell.title} with {counted(found.size, 'unit')} from the start and {other} with "
        f"{counted(second, 'unit')} from the end"
    )


def _layer(layer: FoundLayer, number: int, cell: Cell | None, run: bool) -> dict[str, object]:
    each = [cell, layer.other or cell][: len(layer.ways)]
    titles = dict.fromkeys(one.title if one else "Unknown cell" for one in each)
    sizes = dict.fromkeys((layer.size, (layer.other_size or layer.size) if len(layer.ways) > 1 else layer.size))
    return {
        "title": " and ".join(titles),
        "name": _short(layer.name),
        "number": number + 1,
        "inputs": layer.inputs,
        "size": " and ".join(map(str, sizes)),
        "run": run,
        "problem": "" if run else layer.problem or "it stands behind a layer that cannot be run here",
        "ways": [[_tensor(used) for used in way.used] for way in layer.ways],
        "gates": [{gate.name: _gate(gate) for gate in look_of(one).gates} if one else {} for one in each],
    }


def _tensor(used: Used) -> dict[str, object]:
    return {
        "name": _short(used.name, 200),
        "shape": list(used.shape),
        "kind": used.kind,
        "role": used.role,
        "letter": next((letter for word, letter in ROLES.items() if used.role.startswith(word)), ""),
        "blocks": [[block.gate, block.axis, block.start, block.stop] for block in used.blocks],
    }


def _before(file: NetworkFile) -> dict[str, object]:
    """What enters the lowest layer."""
    network = file.network
    if network is None or network.embedding is None:
        size = file.layers[0].inputs if file.layers else 0
        return {"title": "Input", "said": f"{counted(size, 'number')} a step", "shape": None}
    count, size = network.embedding.shape
    name = next((used.name for used in file.used if used.role == "embedding"), "")
    said = f"{counted(count, 'symbol')}, {counted(size, 'number')} each"
    return {"title": "Embedding", "said": said, "shape": [count, size], "name": _short(name)}


def _head(biases: Array, reads: str | None, activation: str | None) -> str:
    then = "" if activation in (None, "linear") else f", then {_short(str(activation), 30)}"
    return f"{counted(len(biases), 'output')}{READS[reads] if reads else ''}{then}"


def _cells(file: NetworkFile) -> list[Cell | None]:
    """Of each layer the cell that runs, or the likeliest of one that cannot be run; None where none is known."""
    likely = [layer.cells[0] if layer.cells else None for layer in file.layers]
    if file.network is not None:
        likely[slice(*file.runs)] = [layer.cell for layer in file.network.layers]
    return likely


def _gate(gate: Gate) -> dict[str, str]:
    return {"letter": gate.letter, "label": gate.label, "role": gate.role}


def _legend(file: NetworkFile) -> list[dict[str, str]]:
    """Letter, label and colour of every gate of the file's cells, each once."""
    cells = [*_cells(file), *(layer.other for layer in file.layers)]
    gates = [_gate(gate) for cell in cells if cell for gate in look_of(cell).gates]
    return [gate for k, gate in enumerate(gates) if gate not in gates[:k]]


def _counts(file: NetworkFile) -> dict[str, str]:
    counts = counts_of(file)
    return {
        name: f"{count:,}"
        for name, count in (
            ("In the file", counts.file),
            ("PyTorch", counts.torch),
            ("Keras", counts.keras),
            ("Here", counts.here),
        )
        if count is not None
    }


def _left(left: Iterable[Left]) -> list[dict[str, object]]:
    """What was left out, by its reason."""
    by_reason: dict[str, list[Left]] = {}
    for one in left:
        by_reason.setdefault(one.why, []).append(one)
    found: list[dict[str, object]] = []
    for why, each in list(by_reason.items())[:MOST]:
        names = [f"{_short(one.name)}{'' if one.shape is None else f' {_shape(one.shape)}'}" for one in each]
        found.append({"why": _short(why, 300), "names": names[:20], "more": max(0, len(names) - 20)})
    return found


def _shape(shape: tuple[int, ...]) -> str:
    return f"({' × '.join(written(size) for size in shape)})" if shape else "(one number)"
