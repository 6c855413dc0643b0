"""How racers are told apart: a name that says what differs, the cell's colour, and a dash where two are of one cell."""

from __future__ import annotations

from collections.abc import Sequence

from engine.cells import CELLS
from engine.studies.train.racers import Racer
from engine.training.learning import INITIALISERS
from figures.words import number

DASHES = ("none", "7 4", "2 3", "9 3 2 3")  # of the first, second, third, fourth racer of one cell


def named(racers: Sequence[Racer]) -> list[dict[str, object]]:
    """Each racer's title, short name, cell, dash and settings, for the pictures; equal racers are numbered."""
    found: list[dict[str, object]] = []
    for k, racer in enumerate(racers):
        kin = [other for other in racers if other.cell == racer.cell]
        title, differs = CELLS[racer.cell].title, _differing(racer, kin)
        before = sum(other.cell == racer.cell for other in racers[:k])
        found.append(
            {
                "title": f"{title}, {differs}" if differs else title,
                "short": differs or title,
                "cell": racer.cell,
                "dash": DASHES[before],
                "clip": racer.clip,
                "says": settings(racer),
            }
        )
    titles = [str(one["title"]) for one in found]
    for k, one in enumerate(found):
        if titles.count(title := titles[k]) > 1:
            twin = titles[: k + 1].count(title)
            one.update(title=f"{title} {twin}", short=f"{one['short']} {twin}")
    return found


def settings(racer: Racer) -> str:
    """What a racer has for itself, in words."""
    return ", ".join(_words(racer, name) for name in ("initialiser", "rate", "clip", "bias"))


def _differing(racer: Racer, kin: Sequence[Racer]) -> str:
    """What tells a racer from the others of its cell."""
    names = [name for name in ("rate", "clip", "bias", "initialiser") if len({getattr(one, name) for one in kin}) > 1]
    return ", ".join(_words(racer, name) for name in names)


def _words(racer: Racer, name: str) -> str:
    if name == "initialiser":
        return INITIALISERS[racer.initialiser].split(":")[0].split(",")[0].split(";")[0].lower()
    if name == "clip":
        return f"clip {number(racer.clip)}" if racer.clip else "no clip"
    if name == "bias":
        return "usual bias" if racer.bias is None else f"bias {number(racer.bias)}"
    return f"rate {number(racer.rate)}"
