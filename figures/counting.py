"""How many numbers a network learns, as a formula in words, and what a plain network would need instead."""

from __future__ import annotations

from engine.cells import CELLS
from engine.studies.unroll.walkthrough import Walkthrough


def parameter_formula(walkthrough: Walkthrough) -> tuple[str, int]:
    """The count as a sum, U and b first, then W, then the readout: "5·3 + 3 + 3·3 + 3·1 + 1", and what it comes to."""
    cell, H, ways = CELLS[walkthrough.cell], walkthrough.hidden, 1 + walkthrough.both
    shapes = walkthrough.shapes()
    terms = []
    for layer in range(1, walkthrough.layers + 1):
        D = shapes[f"U{layer}"][1]
        one = f"{D}·{H} + {H} + {H}·{H}"
        gates = len(cell.gates)
        if gates > 1:
            one = f"{gates}·({one})"
        if cell.extras:
            one += f" + {len(cell.extras)}·{H}" if len(cell.extras) > 1 else f" + {H}"
        terms.append(f"2·({one})" if ways == 2 else one)
    body = " + ".join(terms)
    if walkthrough.wiring == "delayed":
        body = f"2·({body})"
    K, read = shapes["V"]
    body += f" + {read}·{K}" + (f" + {K}" if "d" in shapes else "")
    return body, sum(rows * columns for rows, columns in shapes.values())


def shapes_in_words(walkthrough: Walkthrough) -> str:
    """U 3×5, W 3×3, b 3 and so on; of a layer with several gates their blocks stand on top of each other."""
    return ", ".join(
        f"{name} {rows}×{columns}" if name.removeprefix("decoder.")[0] in "UWV" else f"{name} {rows}"
        for name, (rows, columns) in walkthrough.shapes().items()
    )


def plain_network(walkthrough: Walkthrough) -> str:
    """What a network without a loop would need: all symbols side by side."""
    if walkthrough.numeric:
        n, D, what = len(walkthrough.values), 1, "number"
    else:
        n, D = len(walkthrough.symbols), len(walkthrough.vocabulary)
        what = "word" if walkthrough.example in ("review", "happy") or walkthrough.by == "word" else "character"
        if walkthrough.example == "hello":
            what = "letter"
    other = n - 1
    again = f"for {other} {what}{'' if other == 1 else 's'} it would need {other}·{D} = {other * D}"
    return (
        f"A plain network takes all {n} {what}s at once: {n}·{D} = {n * D:,} inputs; {again}, so one network does not "
        "fit both. The loop reads any length with the same weights."
    )
