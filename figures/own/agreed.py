"""Whether a framework's own outputs agree with ours, as its picture is told."""

from __future__ import annotations

from engine.report.agreement import Compared
from engine.studies.own.agreement import agreed_with
from engine.studies.own.arrays import read_arrays
from engine.studies.own.entries import accepts
from engine.studies.own.file import OwnFile
from engine.studies.own.study import OwnStudy
from figures.message import message
from figures.own.answer import MOST_SAID, read_entry
from figures.theme import theme_message
from figures.words import number

ROUNDING = {
    "float64": "They agree: to the rounding of float64.",
    "float32": "They agree: to the rounding of float32.",
    "": "They do not agree.",
}


def agreed(study: OwnStudy, file: OwnFile, name: str, content: bytes) -> bytes:
    """Each array of a file of outputs beside ours, the largest difference first; or ``refused`` says why not."""
    header: dict[str, object] = {"kind": "agreement", "name": name[-80:], "refused": "", "theme": theme_message()}
    try:
        theirs = read_arrays(content)
        found = agreed_with(file.read, accepts(file.read, file.vocabulary), read_entry(study, file), theirs)
    except ValueError as error:
        return message({**header, "refused": f"{str(error)[:MOST_SAID]}."}, {})
    compared = sorted(found.compared, key=lambda one: -one.relative)
    verdict = ROUNDING[compared[0].within] if compared else "There was nothing to compare."
    rows = [_row(one) for one in compared]
    return message({**header, "verdict": verdict, "read": found.read, "rows": rows, "left": list(found.left)}, {})


def _row(one: Compared) -> dict[str, object]:
    return {
        "name": one.name[-80:],
        "what": one.of,
        "difference": number(one.largest),
        "place": ", ".join(f"{axis} {k:,}" for axis, k in one.place.items()),
        "theirs": number(one.theirs),
        "ours": number(one.ours),
    }
