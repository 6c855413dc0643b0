"""What lies deeper: parts of the page that are computed once a visitor asks for them, one at a time."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from engine.studies.vanish.families import at_family_scale
from engine.studies.vanish.remedies import REMEDIES, in_controls
from engine.studies.vanish.stretches import (
    AFFORDED,
    LARGEST_JACOBIANS,
    QUICK,
    deciding,
    jacobian_numbers,
    singular_cost,
)
from engine.studies.vanish.study import VanishStudy, work
from figures.vanish.answer import answer_helps, answer_stretches, answer_theory
from figures.vanish.view import PARTS
from ui.kit.held import Held
from ui.kit.mount import show
from ui.kit.page import Panel
from ui.kit.words import say

LONG = 1_000_000  # `work` from which on a part takes seconds


def _long(study: VanishStudy) -> bool:
    return work(study) >= LONG


HELPS = Panel("helps", "vanish/helps.js", answer_helps, _long)
STRETCH = Panel("stretch", "vanish/stretch.js", answer_stretches, _long)
THEORY = Panel("theory", "vanish/theory.js", answer_theory, _long)


def deeper(shown: Held) -> None:
    """The parts' names, and the one that is open; `more` and `of` in the link say which, and for which network."""
    study, more = shown.record, shown.value("more")
    assert isinstance(study, VanishStudy)
    of = shown.value("of") or study.cells[0]
    with st.container(key="deeper"):
        left, right = st.columns([1.6, 1], vertical_alignment="bottom")
        with left:
            key = shown.key("more")
            st.pills(
                "Look deeper",
                list(PARTS),
                format_func=PARTS.__getitem__,
                default=more,
                key=key,
                on_change=lambda: shown.put("more", st.session_state[key]) if key == shown.key("more") else None,
            )
        with right:
            if more and len(study.cells) > 1:
                _network(shown, study, of)
        if more:
            _DRAWN[more](shown, at_family_scale(study.story()), of)


def _network(shown: Held, study: VanishStudy, of: str) -> None:
    key = shown.key("of")

    def choose() -> None:
        chosen = st.session_state[key]
        if key != shown.key("of"):
            return  # of a control that something opened since has replaced
        shown.put("of", None if chosen == study.cells[0] else chosen)

    st.segmented_control(
        "Network",
        list(study.cells),
        format_func=lambda cell: study.kind(cell).title,
        default=of,
        key=key,
        required=True,
        on_change=choose,
    )


def _helps(shown: Held, study: VanishStudy, cell: str) -> None:
    """Every remedy beside the network as it is; one press puts a remedy into the controls."""
    st.markdown(
        f"The {study.kind(cell).title} once more with one thing changed each time: same seed, same inputs. "
        "What each remedy changed, and what it did not."
    )
    show(
        shown,
        HELPS,
        cell,
        record=study,
        on={"use": lambda name: use(shown, study, cell, name)},
        waiting="Running every remedy …",
    )


def use(shown: Held, study: VanishStudy, cell: str, name: object) -> None:
    """Put a remedy into the controls, where they can hold it."""
    found = next((in_controls(study, cell, one) for one in REMEDIES if one == name), None)
    if found is not None:
        shown.open(replace(found, other_seeds=shown.value("other_seeds")))


def _stretch(shown: Held, study: VanishStudy, cell: str) -> None:
    """The products of Jacobians, within a bound on the work; what takes seconds is asked for by a button first."""
    plain = deciding(study, cell)
    st.markdown(
        "An error is multiplied by one Jacobian per step. The singular values of the product say by how much it can "
        "grow or shrink in every direction; the bands hold all, 80 % and half of them.",
        help="Dashed: Lyapunov exponents as slopes, the long-run growth per step. Dotted: the largest singular value "
        "times 2⁻⁵³; a product that is simply multiplied out holds nothing but rounding below it. Here every value is "
        "exact, however small, as the product is carried as factors with powers of two apart (Stewart 1995; Demmel and "
        "Veselić 1992; Lyapunov exponents: Benettin et al. 1980).",
    )
    if (numbers := jacobian_numbers(plain, cell)) > LARGEST_JACOBIANS:
        say(
            f"The step Jacobians of this {study.kind(cell).title} hold {numbers:,} numbers; "
            f"up to {LARGEST_JACOBIANS:,} are multiplied here. Choose fewer steps or hidden units."
        )
        return
    work = singular_cost(plain, cell)
    every = work <= QUICK or shown.noted.get("every singular value") == (plain, cell)
    if not every and work <= AFFORDED:
        st.button(
            "Compute every singular value",
            on_click=lambda: shown.noted.update({"every singular value": (plain, cell)}),
            help="Some seconds at this size; until then the largest is shown.",
        )
    elif not every:
        st.caption("Only the largest singular value: all of them would take minutes at this size.")
    show(shown, STRETCH, cell, every, record=plain, waiting=f"Multiplying {plain.length:,} Jacobians …")


def _theory(shown: Held, study: VanishStudy, cell: str) -> None:
    """Bound, mean field and Lyapunov exponent as lines beside the error that was measured."""
    st.markdown(
        "Each theory predicts one factor per step, a straight line here; the error that is measured is not one."
    )
    plain = replace(study, cells=(cell,), clip=0.0)
    show(shown, THEORY, cell, record=plain, waiting="Multiplying the Jacobians …")


_DRAWN = {"helps": _helps, "product": _stretch, "theory": _theory}
