"""How the step Jacobians multiply: singular values over t and the table of all pairs, within a bound on the work."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import streamlit as st

from engine.cells import CELLS
from engine.overflow import Overflow
from engine.studies.vanish.stretches import (
    AFFORDED,
    LARGEST_JACOBIANS,
    QUICK,
    Stretches,
    jacobian_numbers,
    singular_cost,
    stretches,
)
from engine.studies.vanish.study import VanishStudy
from figures.vanish.stretches import stretches_message
from ui.address import presenting
from ui.frame import say
from ui.kit.publish import component

FOLDER = Path(__file__).parent

_STRETCH = component(
    "stretches",
    FOLDER / "stretch.js",
    (FOLDER / "deeper.css").read_text(encoding="utf-8"),
)
_kept = lru_cache(maxsize=32)(stretches)  # at most 150 kB each


def stretch_section(experiment: VanishStudy, cell: str) -> None:
    """Draw the products of `cell`; what takes seconds is asked for by a button first."""
    plain = _deciding(experiment, cell)
    st.markdown(
        "An error is multiplied by one Jacobian per step. The singular values of the product say by how much it can "
        "grow or shrink in every direction; the bands hold all, 80 % and half of them.",
        help="Dashed: Lyapunov exponents as slopes, the long-run growth per step. Dotted: the largest singular value "
        "times 2⁻⁵³; a product that is simply multiplied out holds nothing but rounding below it. Here every value is "
        "exact, however small, as the product is carried as factors with powers of two apart (Stewart 1995; Demmel and "
        "Veselić 1992; Lyapunov exponents: Benettin et al. 1980).",
    )
    if jacobian_numbers(plain, cell) > LARGEST_JACOBIANS:
        say(
            f"The step Jacobians of this {CELLS[cell].title} hold {jacobian_numbers(plain, cell):,} numbers; "
            f"up to {LARGEST_JACOBIANS:,} are multiplied here. Choose fewer steps or hidden units."
        )
        return
    cost = singular_cost(plain, cell)
    every = cost <= QUICK or st.session_state.get("every_singular_value") == (plain, cell)
    if not every and cost <= AFFORDED:
        st.button(
            "Compute every singular value",
            on_click=_ask,
            args=(plain, cell),
            help="Some seconds at this size; until then the largest is shown.",
        )
    elif not every:
        st.caption("Only the largest singular value: all of them would take minutes at this size.")
    slot, wait = st.container(), st.empty()
    try:
        with wait, st.spinner(f"Multiplying {plain.sequence().x.shape[0]:,} Jacobians …"):
            found: Stretches = _kept(plain, cell, every)
    except Overflow as error:
        say(f"Nothing can be multiplied here: {error}.")
        return
    finally:
        wait.empty()
    with slot:
        _STRETCH(key="stretch", data=stretches_message(found, cell, presenting()))


def _deciding(experiment: VanishStudy, cell: str) -> VanishStudy:
    """The experiment with everything at rest that does not change the Jacobians of `cell`."""
    return replace(experiment, cells=(cell,), loss="probe", at="last", clip=0.0, other_seeds=False)


def _ask(experiment: VanishStudy, cell: str) -> None:
    st.session_state["every_singular_value"] = (experiment, cell)
