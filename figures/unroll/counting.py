"""How many numbers a network learns, as a formula in words, and what a plain network would need instead."""

from __future__ import annotations

from engine.cells import CELLS, Cell
from engine.conventions import parameter_count
from engine.studies.unroll.study import UnrollStudy
from figures.unroll.words import symbol_word

Piece = tuple[str, str]  # words of a formula, and the role whose colour they have, or ""


def count_pieces(walkthrough: UnrollStudy) -> list[Piece]:
    """The count as a sum, U and b first, then W, then the readout, with the role of each part.

    Of several gates, layers, directions and networks the same sum stands in brackets behind how often it is there.
    """
    H, shapes = walkthrough.hidden, walkthrough.learned()
    W, b = ("1" if name in _one_number(walkthrough) else words for name, words in (("W1", f"{H}·{H}"), ("b1", f"{H}")))

    def network(part: str) -> list[Piece]:
        layers: list[list[Piece]] = []
        for layer in range(1, walkthrough.layers + 1):
            D = shapes[f"{part}U{layer}"][1]
            ways: list[list[Piece]] = []
            for cell in cells_of(walkthrough, part, layer):
                one = [(f"{D}·{H}", "input"), (f" + {b}", ""), *([(" + ", ""), (W, "state")] * walkthrough.loops)]
                one = _times(len(cell.gates), one)
                if cell.extras:
                    one.append((f" + {len(cell.extras)}·{H}" if len(cell.extras) > 1 else f" + {H}", ""))
                ways.append(one)
            alike = all(way == ways[0] for way in ways)
            layers.append(_times(len(ways), ways[0]) if alike else [*ways[0], (" + ", ""), *ways[1]])
        return [piece for k, one in enumerate(layers) for piece in ([(" + ", "")] if k else []) + one]

    each = [network(part) for part in (("", "decoder.") if walkthrough.wiring == "delayed" else ("",))]
    same = all(one == each[0] for one in each)
    body = _times(len(each), each[0]) if same else [*each[0], (" + ", ""), *each[1]]
    K, read = shapes["V"]
    pieces = [*body, (" + ", ""), (f"{read}·{K}", "output")]
    return [*pieces, (f" + {K}", "")] if "d" in shapes else pieces


def cells_of(walkthrough: UnrollStudy, part: str, layer: int) -> tuple[Cell, ...]:
    """The cell of each direction of a layer; `part` is "decoder." or ""."""
    if walkthrough.trained is None:
        return (CELLS[walkthrough.cell],) * (1 + walkthrough.both)
    form = walkthrough.trained.form
    network = form.network if part or form.encoder is None else form.encoder
    return network.layers[layer - 1].cells


def _one_number(walkthrough: UnrollStudy) -> list[str]:
    """Arrays that a single number fills, as W and b of the lecture."""
    shapes = walkthrough.shapes()
    return [name for name, shape in walkthrough.learned().items() if shape != shapes[name]]


def parameter_formula(walkthrough: UnrollStudy) -> tuple[str, int]:
    """The count as words, as "5·3 + 3 + 3·3 + 3·1 + 1", and what it comes to."""
    words = "".join(words for words, _ in count_pieces(walkthrough))
    return words, sum(rows * columns for rows, columns in walkthrough.learned().values())


def elsewhere(walkthrough: UnrollStudy) -> str:
    """How many numbers PyTorch and Keras show for the same layers, without the readout, and why; "" without a loop."""
    if not walkthrough.loops:
        return ""
    shapes, learned = walkthrough.shapes(), walkthrough.learned()
    ours = sum(rows * columns for name, (rows, columns) in learned.items() if name not in ("V", "d"))
    inputs = {name: D for name, (_, D) in shapes.items() if name.rpartition(".")[2].startswith("U")}
    cells = [_cell_at(walkthrough, name) for name in inputs]
    found: dict[str, int] = {}
    for framework in ("PyTorch", "Keras"):
        counts = [
            parameter_count(framework, one, D, walkthrough.hidden)
            for one, D in zip(cells, inputs.values(), strict=True)
        ]
        if None not in counts:
            found[framework] = sum(count or 0 for count in counts)
    alone = f"Without the readout: {ours:,}"
    if not found:
        return f"{alone}. Neither PyTorch nor Keras has this cell."
    same = len(found) == 2 and len(set(found.values())) == 1
    shown = (
        f"PyTorch and Keras both show {found['Keras']:,}"
        if same
        else ", ".join(f"{framework} shows {count:,}" for framework, count in found.items())
    )
    why = list(dict.fromkeys(reason for one in cells for reason in _reasons(one, found)))
    if _one_number(walkthrough):
        why.append("the lecture makes all of W, or of b, of one number, which they do not")
    return f"{alone}. {shown}: {'; '.join(why)}."


def _cell_at(walkthrough: UnrollStudy, name: str) -> Cell:
    """The cell that has the weights U of a name."""
    part, _, place = name.rpartition("U")
    return cells_of(walkthrough, part, int(place.removesuffix("r")))[place.endswith("r")]


def _reasons(cell: Cell, found: dict[str, int]) -> tuple[str, ...]:
    """Why a framework's count is another than ours, for one cell."""
    if "PyTorch" in found or cell.name in _WHY:
        return _WHY.get(cell.name, (_TWO_BIASES,))
    return ("PyTorch has no such cell", *([_KERAS_TWO] if cell.kind == "gru" else []))


_KERAS_TWO = "Keras keeps two biases of a GRU with reset_after=True, as usual"
_TWO_BIASES = "PyTorch keeps two biases where one would do, as they only ever act as their sum"
_WHY = {
    "gru": (
        "both keep two biases (Keras with reset_after=True, as usual), which only ever act as their sum but in n, "
        "where r multiplies one of them",
    ),
    "gru_before": ("that is with reset_after=False; PyTorch always resets after the product",),
}


def _times(often: int, pieces: list[Piece]) -> list[Piece]:
    return pieces if often == 1 else [(f"{often}·(", ""), *pieces, (")", "")]


def shapes_in_words(walkthrough: UnrollStudy) -> str:
    """U 3×5, W 3×3, b 3 and so on; of a layer with several gates their blocks stand on top of each other."""
    single = _one_number(walkthrough)
    return ", ".join(
        f"{name} one number for all units"
        if name in single
        else f"{name} {rows}×{columns}"
        if name.removeprefix("decoder.")[0] in "UWV"
        else f"{name} {rows}"
        for name, (rows, columns) in walkthrough.learned().items()
    )


def plain_network(walkthrough: UnrollStudy) -> str:
    """What a network without a loop would need: all symbols side by side."""
    n = len(walkthrough.values) if walkthrough.numeric else len(walkthrough.symbols)
    D, what = walkthrough.shapes()["U1"][1], symbol_word(walkthrough)
    if walkthrough.wiring == "one-to-one":
        return f"One {what} enters, {D} inputs, and one answer comes: a plain network, without a loop and without W."
    if walkthrough.wiring == "one-to-many":
        return f"One {what} enters, then nothing: the loop answers as often as wanted, with the same weights."
    other = n - 1
    again = f"for {other} {what}{'' if other == 1 else 's'} it would need {other}·{D} = {other * D}"
    return (
        f"A plain network takes all {n} {what}s at once: {n}·{D} = {n * D:,} inputs; {again}, so one network does not "
        "fit both. The loop reads any length with the same weights."
    )
