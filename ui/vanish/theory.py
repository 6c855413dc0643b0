"""Theory beside measurement: bound, mean field and Lyapunov exponent as lines beside the error that was measured."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import streamlit as st

from engine.studies.vanish.study import VanishStudy
from engine.studies.vanish.theory import theory
from figures.vanish.theory import theory_message
from ui.address import presenting
from ui.kit.publish import component

FOLDER = Path(__file__).parent

_THEORY = component(
    "theory",
    FOLDER / "theory.js",
    (FOLDER / "deeper.css").read_text(encoding="utf-8"),
)
_kept = lru_cache(maxsize=128)(theory)


def theory_section(experiment: VanishStudy, cell: str) -> None:
    """Draw what theory says of `cell` beside what the engine measures."""
    plain = replace(experiment, cells=(cell,), clip=0.0, other_seeds=False)
    st.markdown(
        "Each theory predicts one factor per step, a straight line here; the error that is measured is not one."
    )
    slot, wait = st.container(), st.empty()
    with wait, st.spinner("Multiplying the Jacobians …"):
        found = _kept(plain, cell)
    wait.empty()
    with slot:
        _THEORY(key="theory", data=theory_message(plain, found, cell, presenting()))
