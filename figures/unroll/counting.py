"""How many numbers a network learns, as a formula in words, and what a plain network would need instead."""

from __future__ import annotations

from engine.cells import CELLS
from engine.studies.unroll.study import UnrollStudy
from figures.unroll.words import symbol_word

Piece = tuple[str, str]  # words of a formula, and the role whose colour they have, or ""


def count_pieces(walkthrough: UnrollStudy) -> list[Piece]:
    """The count as a sum, U and b first, then W, then the readout, with the role of each part.

    Of several gates, layers, directions and networks the same sum stands in brackets behind how often it is there.
    """
    cell, H, ways = CELLS[walkthrough.cell], walkthrough.hidden, 1 + walkthrough.both
    shapes, gates = walkthrough.shapes(), len(CELLS[walkthrough.cell].gates)
    layers: list[list[Piece]] = []
    for layer in range(1, walkthrough.layers + 1):
        D = shapes[f"U{layer}"][1]
        one = [(f"{D}·{H}", "input"), (f" + {H}", ""), (" + ", ""), (f"{H}·{H}", "state")]
        one = _times(gates, one)
        if cell.extras:
            one.append((f" + {len(cell.extras)}·{H}" if len(cell.extras) > 1 else f" + {H}", ""))
        layers.append(_times(ways, one))
    body = [piece for k, one in enumerate(layers) for piece in ([(" + ", "")] if k else []) + one]
    K, read = shapes["V"]
    pieces = [*_times(2 if walkthrough.wiring == "delayed" else 1, body), (" + ", ""), (f"{read}·{K}", "output")]
    return [*pieces, (f" + {K}", "")] if "d" in shapes else pieces


def parameter_formula(walkthrough: UnrollStudy) -> tuple[str, int]:
    """The count as words, as "5·3 + 3 + 3·3 + 3·1 + 1", and what it comes to."""
    words = "".join(words for words, _ in count_pieces(walkthrough))
    return words, sum(rows * columns for rows, columns in walkthrough.shapes().values())


def _times(often: int, pieces: list[Piece]) -> list[Piece]:
    return pieces if often == 1 else [(f"{often}·(", ""), *pieces, (")", "")]


def shapes_in_words(walkthrough: UnrollStudy) -> str:
    """U 3×5, W 3×3, b 3 and so on; of a layer with several gates their blocks stand on top of each other."""
    return ", ".join(
        f"{name} {rows}×{columns}" if name.removeprefix("decoder.")[0] in "UWV" else f"{name} {rows}"
        for name, (rows, columns) in walkthrough.shapes().items()
    )


def plain_network(walkthrough: UnrollStudy) -> str:
    """What a network without a loop would need: all symbols side by side."""
    n = len(walkthrough.values) if walkthrough.numeric else len(walkthrough.symbols)
    D, what = (1 if walkthrough.numeric else len(walkthrough.vocabulary)), symbol_word(walkthrough)
    if walkthrough.wiring == "one-to-one":
        return f"One {what} enters, {D} inputs, and one answer comes: a plain network; W has nothing to carry yet."
    if walkthrough.wiring == "one-to-many":
        return f"One {what} enters, then nothing: the loop answers as often as wanted, with the same weights."
    other = n - 1
    again = f"for {other} {what}{'' if other == 1 else 's'} it would need {other}·{D} = {other * D}"
    return (
        f"A plain network takes all {n} {what}s at once: {n}·{D} = {n * D:,} inputs; {again}, so one network does not "
        "fit both. The loop reads any length with the same weights."
    )
