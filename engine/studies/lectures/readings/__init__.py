"""What a scene may say of its run: by page and name, each a pure function of that page's record and a few arguments.

A reading returns a number, some numbers, or a word (a winner). To add one, write it in the page's file here; its name
is what a scene's `reading` says, its arguments what `given` says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.studies.lectures.readings import arithmetic, backward, cell, judged, spoken, unroll, vanish

Value = float | str | tuple[float, ...]
Reading = Callable[..., Value]  # (record of the page, **given)

READINGS: Mapping[str, Mapping[str, Reading]] = {
    "unroll": {**unroll.READINGS, **spoken.READINGS, **arithmetic.READINGS, **judged.UNROLL},
    "cell": cell.READINGS,
    "backward": {**backward.READINGS, **judged.BACKWARD},
    "vanish": {**vanish.READINGS, **judged.VANISH},
    "cliff": {},
    "train": {},
}
