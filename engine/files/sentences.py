"""What was understood of a file, in words."""

from __future__ import annotations

from engine.files.bounds import quoted
from engine.files.found import Found, FoundTable, Head, Part
from engine.networks.network import Layer

MERGED = {"concat": "", "sum": ", added", "mul": ", multiplied", "ave": ", averaged"}
READS = {"each": " at each step", "last": " at the last step", "final": " of the final states"}


def counted(count: int, word: str) -> str:
    """A number with its word, 1 unit or 2 units."""
    return f"{count:,} {word}{'s' * (count != 1)}"


def told(
    found: Found,
    part: Part,
    layers: list[Layer],
    start: int,
    stop: int,
    table: FoundTable | None,
    heads: list[Head],
    chosen: Head | None,
    notes: list[str],
    symbols: tuple[str, ...] | None,
) -> list[str]:
    """What was understood, in words."""
    sentences = [f"{found.format}, {counted(len(found.tensors), 'tensor')}."]
    if table is not None:
        count, size = table.tensor.shape
        sentences.append(f"An embedding of {count:,} symbols in {size} numbers, {quoted(table.name)}.")
    for number, (layer, at) in enumerate(zip(part.layers[start:stop], layers, strict=True), 1):
        sentences.append(
            f"Layer {number}: {at.cell.title}{_reads(at)}, {counted(layer.inputs, 'input')}, "
            f"{counted(layer.size, 'unit')}, {quoted(layer.name)}."
        )
    for layer in part.layers[:start] + part.layers[stop:]:
        sentences.append(
            f"Not run: {quoted(layer.name)}, {layer.problem or 'which stands behind a layer that cannot be run here'}."
        )
    for head in heads:
        reads = "" if head.reads is None else READS[head.reads]
        then = "" if head.activation in (None, "linear") else f", then {quoted(head.activation)}"
        what = "A head" if part.sure or head is chosen else "Perhaps a head"
        sentences.append(f"{what} of {counted(len(head.readout.d), 'output')}{reads}{then}, {quoted(head.name)}.")
    if symbols is not None:
        sentences.append(f"A vocabulary of {len(symbols):,} symbols.")
    return sentences + notes


def _reads(layer: Layer) -> str:
    """Which way a layer reads, where that is not from the start alone."""
    order = ", giving its states in the order in which it read" if layer.as_read else ""
    if layer.reverse is None:
        return f" that reads from the end{order}" if layer.backwards else ""
    first, second = layer.cells
    other = f" (from the end a {second.title} of {counted(layer.reverse.hidden_size, 'unit')})"
    same = first == second and layer.parameters.hidden_size == layer.reverse.hidden_size
    turned = ", the first from the end" if layer.backwards else ""
    return f" in both directions{turned}{MERGED[layer.merge]}{'' if same else other}{order}"
