"""The message of the backward pass by hand: each mistaken line, how far off it leads, and where it is not seen."""

from __future__ import annotations

import numpy as np

from engine.cells import CELLS
from engine.gradients.backward import Gradients
from engine.studies.backward.mistakes import CASES, OF_CELLS, SEEN, Tried, tried
from figures.message import message
from figures.theme import theme_message
from figures.words import LOG10_2, number


def mistakes_message(gradients: Gradients) -> bytes:
    """Arrays, for n mistakes: ``right`` (T+1,) log10 ||dL/dh_t||, ``wrong`` (n, T+1) the same of the mistaken passes;
    ``cases`` (n, cases) and ``arrays`` (n, arrays) how far off, relative. Of a cell whose pass is not written, none."""
    cell = gradients.trace.cell
    header: dict[str, object] = {"kind": "mistakes", "cell": cell.kind, "title": cell.title, "theme": theme_message()}
    if cell.name not in OF_CELLS:
        written = ", ".join(CELLS[name].title for name in OF_CELLS)
        said = f"The {cell.title}’s pass is not written by hand here; those of {written} are."
        return message({**header, "said": said, "steps": gradients.trace.steps, "mistakes": []}, {})
    found = tried(gradients)
    names = list(found[0].misses)
    header |= {
        "said": "",
        "steps": gradients.trace.steps,
        "cases": list(CASES),
        "names": names,
        "mistakes": [
            {"title": one.mistake.title, "right": one.mistake.right, "wrong": one.mistake.wrong, "said": verdict(one)}
            for one in found
        ],
        "seen": SEEN,
    }
    arrays = {
        "right": gradients.log2_dh[:, 0] * LOG10_2,
        "wrong": np.array([one.log2_dh for one in found]) * LOG10_2,
        "cases": np.array([list(one.by_case.values()) for one in found]),
        "arrays": np.array([[one.misses[name] for name in names] for one in found]),
    }
    return message(header, arrays)


def verdict(tried: Tried) -> str:
    """How far off a mistake leads here, and in which cases nobody would see it."""
    here, *others = tried.by_case.items()
    hidden = [name for name, off in others if off < SEEN]
    if not np.isfinite(here[1]):
        return "The mistaken pass leaves what float64 holds."
    if here[1] < SEEN:
        return "Here it changes nothing: with these numbers the two lines are the same."
    worst = max(tried.misses, key=lambda name: tried.misses[name])
    said = f"dL/d{worst} is off by {number(here[1])} times its own size."
    places = ", or where ".join(hidden)
    return f"{said} {'Nobody sees it where ' + places if places else 'It is seen in the other cases too'}."
