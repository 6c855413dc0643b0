"""Predict, then reveal: a class votes before the curves appear, and sees its vote beside the computed answer."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from typing import cast

import streamlit as st

from engine.record.reading import read_whole
from engine.studies.vanish.families import at_family_scale
from engine.studies.vanish.predict import OUTCOMES, Outcome
from engine.studies.vanish.study import VanishStudy
from figures.vanish.predict import answer_votes, answer_words, mark, read_answers, vote_words
from ui.kit.held import Held
from ui.kit.mount import waited_for
from ui.kit.words import say

USUAL_STEPS = 10  # where a vote for the number of steps begins
STYLE = """<style>
.st-key-votes span { display: inline-block; margin-right: 1.2em; font-size: .95rem; }
.st-key-votes span:first-child { font-weight: 650; min-width: 6.2em; }
.st-key-votes span:last-child { font-weight: 650; margin-right: 0; }
@media (pointer: coarse) { .st-key-ballot button, .st-key-deeper [role="radio"] { min-height: 40px; } }
</style>"""


@dataclass(frozen=True)
class Votes:
    """What a class has predicted of an experiment, by cell: the outcome, and after how many steps."""

    of: VanishStudy
    by_cell: dict[str, tuple[Outcome | None, int]]


def voting(shown: Held) -> bool:
    """Whether the curves are still to be predicted: on in the link, and not revealed since something was opened."""
    if not shown.value("predict"):
        shown.noted.pop("votes", None)
    return bool(shown.value("predict")) and "votes" not in shown.noted


def ballot(shown: Held) -> None:
    """One line per network to vote on, and the button that reveals."""
    study = _voted_on(shown)
    st.markdown(
        f"**Predict first.** At recurrent scale {at_family_scale(study).scale:g} the error of step {study.length:,} "
        "flows back to step 1. What becomes of it, and after how many steps has it changed tenfold?"
    )
    with st.container(key="ballot", width=820):
        for cell in study.cells:
            title = study.kind(cell).title
            name, vote, after = st.columns([1, 1.6, 1.1], vertical_alignment="center")
            name.markdown(f"**{title}**")
            with vote:
                st.segmented_control(
                    f"{title}: what becomes of its error?",
                    OUTCOMES,
                    key=_key(shown, "vote", cell),
                    label_visibility="collapsed",
                )
            with after:
                st.text_input(
                    f"{title}: tenfold after how many steps?",
                    str(min(USUAL_STEPS, study.length - 1)),
                    key=_key(shown, "after", cell),
                    disabled=st.session_state.get(_key(shown, "vote", cell)) in (None, "stays"),
                    label_visibility="collapsed",
                    icon=":material/unfold_more:",
                )
                say(_steps_of(shown, cell)[1])
        st.button("Reveal", type="primary", key="vanish.reveal", on_click=_reveal, args=(shown,))


def votes_beside_answers(shown: Held) -> None:
    """Each vote beside what the engine computes, while the experiment is the one that was voted on."""
    votes: Votes | None = shown.noted.get("votes")
    if votes is None or votes.of != _voted_on(shown):
        return
    st.html(STYLE)
    answers = read_answers(waited_for(answer_votes, votes.of))
    with st.container(key="votes", gap=None):
        for cell, found in zip(votes.of.cells, answers, strict=True):
            vote, after = votes.by_cell[cell]
            said = (
                f"Predicted: {vote_words(vote, after)}.",
                f"Computed: {answer_words(found)}.",
                mark(vote, after, found),
            )
            st.html("".join(f"<span>{html.escape(word)}</span>" for word in (votes.of.kind(cell).title, *said)))


def _reveal(shown: Held) -> None:
    study, entered = _voted_on(shown), st.session_state
    votes = {cell: cast("Outcome | None", entered.get(_key(shown, "vote", cell))) for cell in study.cells}
    after = {cell: _steps_of(shown, cell)[0] for cell in study.cells}
    if all(after.values()):
        shown.noted["votes"] = Votes(study, {cell: (votes[cell], after[cell] or 0) for cell in study.cells})


def _steps_of(shown: Held, cell: str) -> tuple[int | None, str]:
    """After how many steps, as was entered; what is wrong with that stands beside it."""
    most = _voted_on(shown).length - 1
    return read_whole(st.session_state.get(_key(shown, "after", cell), f"{min(USUAL_STEPS, most)}"), 1, most)


def _key(shown: Held, kind: str, cell: str) -> str:
    return f"vanish.{kind}.{shown.opened}.{cell}"


def _voted_on(shown: Held) -> VanishStudy:
    study = shown.record
    assert isinstance(study, VanishStudy)
    return replace(study.story(), clip=0.0)
