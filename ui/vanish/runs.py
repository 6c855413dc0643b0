"""Engine runs, kept for every visitor who asks the same; long ones show how far they are."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from functools import lru_cache
from threading import Lock

import streamlit as st
from threadpoolctl import threadpool_limits

from engine.cells import CELLS
from engine.memory import keep_freed_memory
from engine.studies.vanish.families import Family, family, family_in_parts, family_scales, nearest_scale
from engine.studies.vanish.seeds import Spread, other_seeds, spread
from engine.studies.vanish.study import VanishStudy

keep_freed_memory()
threadpool_limits(1, user_api="blas")  # on matrices this small, a second thread makes products up to 5 times slower

KEPT_BYTES = 300_000_000  # of families, over all visitors
LONG = 3_000_000  # steps * hidden**2 summed over cells from which on progress is shown


class _Kept:
    """The families computed last, oldest out first."""

    def __init__(self) -> None:
        self.families: OrderedDict[tuple[VanishStudy, str], Family] = OrderedDict()
        self.lock = Lock()

    def get(self, key: tuple[VanishStudy, str]) -> Family | None:
        with self.lock:
            if key in self.families:
                self.families.move_to_end(key)
            return self.families.get(key)

    def put(self, key: tuple[VanishStudy, str], family: Family) -> None:
        with self.lock:
            self.families[key] = family
            while sum(_bytes(one) for one in self.families.values()) > KEPT_BYTES and len(self.families) > 1:
                self.families.popitem(last=False)


def _bytes(family: Family) -> int:
    return int(family.h.nbytes + 3 * family.log2_dh.nbytes)


@st.cache_resource
def _kept() -> _Kept:
    return _Kept()


def deciding(experiment: VanishStudy, cell: str) -> VanishStudy:
    """The experiment with everything at rest that does not change the family of `cell`."""
    forget_bias = experiment.forget_bias if "forget" in CELLS[cell].gates else 0.0
    return replace(experiment, cells=(cell,), scale=1.0, clip=0.0, forget_bias=forget_bias, other_seeds=False)


def kept_families(experiment: VanishStudy) -> list[Family] | None:
    """The family of each compared cell, if all of them have been run before."""
    found = [_kept().get((deciding(experiment, cell), cell)) for cell in experiment.cells]
    return None if None in found else [family for family in found if family is not None]


def first_look(experiment: VanishStudy) -> list[Family]:
    """Each compared cell at the current scale only: a few milliseconds."""
    scale = family_scales(experiment)[nearest_scale(experiment)]
    return [family(experiment, cell, (scale,)) for cell in experiment.cells]


def families(experiment: VanishStudy) -> list[Family]:
    """The family of each compared cell. While a long one runs, a bar shows it; touching any control ends it."""
    kept, found = _kept(), []
    missing = [cell for cell in experiment.cells if kept.get((deciding(experiment, cell), cell)) is None]
    steps = experiment.sequence().x.shape[0]
    long = bool(missing) and steps * experiment.hidden**2 * len(missing) >= LONG
    bar = st.progress(0.0, text="Running every network at every scale …") if long else None
    for cell in experiment.cells:
        key = (deciding(experiment, cell), cell)
        whole = kept.get(key)
        if whole is None:
            for done in family_in_parts(*key, family_scales(experiment)):
                if isinstance(done, Family):
                    whole = done
                elif bar is not None:
                    title = CELLS[cell].title
                    bar.progress(
                        (missing.index(cell) + done) / len(missing), text=f"Running the {title} at every scale …"
                    )
            assert whole is not None
            kept.put(key, whole)
        found.append(whole)
    if bar is not None:
        bar.empty()
    return found


def spreads(experiment: VanishStudy) -> list[Spread]:
    """Each compared cell under other seeds at the current scale; empty where none were asked for or can be afforded."""
    seeds = other_seeds(experiment) if experiment.other_seeds else ()
    scale = family_scales(experiment)[nearest_scale(experiment)]
    shown = [(replace(deciding(experiment, cell), scale=scale), cell) for cell in experiment.cells]
    return [_kept_spread(*one, seeds) for one in shown] if seeds else []


_kept_spread = lru_cache(maxsize=256)(spread)  # at most 50 kB each
