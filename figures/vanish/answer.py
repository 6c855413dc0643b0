"""What Vanish & explode is answered: a first look at once, every scale and other seeds when they are wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.overflow import Overflow
from engine.studies.vanish.families import Family, at_family_scale, family, family_in_parts, family_scales
from engine.studies.vanish.remedies import helped
from engine.studies.vanish.seeds import other_seeds, spread
from engine.studies.vanish.stretches import stretches
from engine.studies.vanish.study import VanishStudy
from engine.studies.vanish.theory import theory
from figures.message import message, opened
from figures.theme import theme_message
from figures.vanish.picture import Part, part_of, spread_part, vanish_message
from figures.vanish.remedies import remedies_message
from figures.vanish.stretches import stretches_message
from figures.vanish.theory import theory_message


def answer(study: VanishStudy, small: bool = False) -> bytes:
    """Each compared cell at the current scale only: a few milliseconds.

    Raises:
        Overflow: numbers leave float64 at this scale.
    """
    scale = (at_family_scale(study).scale,)
    return vanish_message(study, [part_of(study, family(study, cell, scale)) for cell in study.cells], small=small)


def answer_family(study: VanishStudy) -> Iterator[float | bytes]:
    """The only cell of `study` at every scale: the shares that are done, and its part of the message."""
    (cell,) = study.cells
    for done in family_in_parts(study, cell, family_scales(study)):
        if isinstance(done, Family):
            yield _packed(part_of(study, done))
        else:
            yield done


def lost_of(families: Sequence[bytes]) -> str:
    """Which scales have no numbers, and why; "" where all have them."""
    return " ".join(dict.fromkeys(said for one in families if (said := str(opened(one)[0]["lost"]))))


def answer_seeds(study: VanishStudy) -> bytes:
    """The only cell of `study` under other seeds, at its own scale: its part of the message."""
    (cell,) = study.cells
    return _packed(spread_part(spread(study, cell, other_seeds(study))))


def answer_whole(
    study: VanishStudy,
    look: bytes | None,
    families: Sequence[bytes] = (),
    spreads: Sequence[bytes] = (),
    small: bool = False,
) -> bytes:
    """What has come of every scale and of other seeds, put together with the first look; None: it has no numbers."""
    parts = [_unpacked(one) for one in families]
    if look is None:
        states = np.full((len(parts), 1, study.length + 1, study.hidden), np.nan, np.float32)
        return vanish_message(study, parts, states=states, small=small)
    header, arrays = opened(look)
    states = arrays["h"]
    if not parts:  # the first look itself, cell by cell
        cells: list[dict[str, object]] = header["cells"]  # type: ignore[assignment]
        parts = [
            Part({"cell": cell, "from": header["from"]}, {name: array[c] for name, array in arrays.items()})
            for c, cell in enumerate(cells)
        ]
    return vanish_message(study, parts, [_unpacked(one) for one in spreads], states, small)


def answer_table(study: VanishStudy) -> Iterator[float | bytes]:
    """The numbers at every scale as a file for spreadsheets."""
    from figures.table import csv_of, scales_table  # pandas, only where it is wanted

    families, count = [], len(study.cells)
    for k, cell in enumerate(study.cells):
        for done in family_in_parts(study, cell, family_scales(study)):
            if isinstance(done, Family):
                families.append(done)
            else:
                yield (k + done) / count
    yield csv_of(scales_table(families))


def answer_helps(study: VanishStudy, cell: str) -> bytes:
    """`cell` without and with every remedy."""
    return remedies_message(study, helped(study, cell))


def answer_stretches(study: VanishStudy, cell: str, every: bool) -> bytes:
    """How the Jacobians of `cell` multiply; or, where numbers left float64, what cannot be multiplied."""
    try:
        return stretches_message(stretches(study, cell, every), study.kind(cell))
    except Overflow as error:
        why = str(error)
    except np.linalg.LinAlgError:
        why = "factors lie too far apart for float64 to tell their directions"
    return message({"nothing": f"Nothing can be multiplied here: {why}.", "theme": theme_message()}, {})


def answer_theory(study: VanishStudy, cell: str) -> bytes:
    """What theory says of `cell` beside what the engine measures."""
    return theory_message(study, theory(study, cell), cell)


def _packed(part: Part) -> bytes:
    return message(part.header, part.arrays)


def _unpacked(packed: bytes) -> Part:
    header, arrays = opened(packed)
    return Part(header, {name: np.asarray(array) for name, array in arrays.items()})
