"""Predict, then reveal: a class votes before the curves appear, and sees its vote beside the computed answer."""

from __future__ import annotations

import html
from dataclasses import replace

import streamlit as st

from engine.cells import CELLS
from engine.studies.vanish.families import family_scales, nearest_scale
from engine.studies.vanish.predict import OUTCOMES, Outcome, answer
from engine.studies.vanish.study import VanishStudy
from figures.vanish.predict import answer_words, mark, vote_words
from ui.address import keep_in_address
from ui.vanish.runs import first_look

USUAL_STEPS = 10  # where a vote for the number of steps begins
_STATE = st.session_state


def voting() -> bool:
    """Whether the curves are still to be predicted: on in the link, and not revealed since the last preset."""
    return _on() and bool(_STATE.get("unseen", True))


def predict_switch() -> None:
    """The control: off by default, in the link as ``predict=1``."""
    _STATE["predict"] = _on()
    st.toggle(
        "Predict first",
        key="predict",
        on_change=_switch,
        help="Before a preset's curves appear, a class votes: does the error vanish, stay or explode, and after how "
        "many steps? The vote then stands beside the computed answer.",
    )


def ballot(experiment: VanishStudy) -> None:
    """One line per network to vote on, and the button that reveals."""
    steps = experiment.sequence().x.shape[0]
    scale = family_scales(experiment)[nearest_scale(experiment)]
    st.markdown(
        f"**Predict first.** At recurrent scale {scale:g} the error of step {steps:,} flows back to step 1. "
        "What becomes of it, and after how many steps has it changed tenfold?"
    )
    with st.container(key="ballot", width=820):
        for cell in experiment.cells:
            name, vote, after = st.columns([1, 1.6, 1.1], vertical_alignment="center")
            name.markdown(f"**{CELLS[cell].title}**")
            with vote:
                st.segmented_control(
                    f"{CELLS[cell].title}: what becomes of its error?",
                    OUTCOMES,
                    key=_key("vote", cell),
                    label_visibility="collapsed",
                )
            with after:
                still = _STATE.get(_key("vote", cell)) in (None, "stays")
                st.number_input(
                    f"{CELLS[cell].title}: tenfold after how many steps?",
                    1,
                    steps - 1,
                    min(USUAL_STEPS, steps - 1),
                    key=_key("after", cell),
                    disabled=still,
                    label_visibility="collapsed",
                    icon=":material/unfold_more:",
                )
        st.button("Reveal", type="primary", key="reveal", on_click=_reveal, args=(experiment,))


def votes_beside_answers(experiment: VanishStudy) -> None:
    """Each vote beside what the engine computes, while the experiment is the one that was voted on."""
    if not _on() or _STATE.get("voted") != _plain(experiment):
        return
    with st.container(key="votes", gap=None):
        for cell, family in zip(experiment.cells, first_look(experiment), strict=True):
            vote, after = _STATE["votes"][cell]
            found = answer(family.log2_dh[0])
            said = (
                f"Predicted: {vote_words(vote, after)}.",
                f"Computed: {answer_words(found)}.",
                mark(vote, after, found),
            )
            words = (CELLS[cell].title, *said)
            st.html("".join(f"<span>{html.escape(word)}</span>" for word in words))


def _on() -> bool:
    return st.query_params.get("predict") == "1"


def _switch() -> None:
    keep_in_address("predict", "1" if _STATE["predict"] else "")
    _STATE["unseen"] = True


def _reveal(experiment: VanishStudy) -> None:
    votes: dict[str, tuple[Outcome | None, int]] = {
        cell: (_STATE.get(_key("vote", cell)), int(_STATE.get(_key("after", cell)) or USUAL_STEPS))
        for cell in experiment.cells
    }
    _STATE["votes"], _STATE["voted"], _STATE["unseen"] = votes, _plain(experiment), False
    _STATE["ballots"] = _STATE.get("ballots", 0) + 1  # the next one begins empty


def _key(kind: str, cell: str) -> str:
    return f"{kind}_{_STATE.get('ballots', 0)}_{cell}"


def _plain(experiment: VanishStudy) -> VanishStudy:
    return replace(experiment, clip=0.0, other_seeds=False)
