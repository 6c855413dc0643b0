"""What a trained network says to a phrase of a visitor's own; of a text that goes on, its likeliest next symbols."""

from __future__ import annotations

import re

import streamlit as st

from engine.studies.shelf import Shelved
from figures.phrase import about_the_phrase, longer
from figures.words import number
from ui.kit.held import Held
from ui.kit.words import say

SEEN = {" ": "space", "\n": "new line", "\t": "tab"}  # what a button could not show


def answer_to_the_phrase(shown: Held, study: Shelved) -> None:
    """The sentences, and a button for each likeliest symbol that puts it behind the phrase."""
    said, likeliest = about_the_phrase(study)
    if not said:
        return
    with st.container(key="spoken"):
        if likeliest:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.markdown("Next, the likeliest:", width="content")
                for k, (symbol, share) in enumerate(likeliest):
                    name = SEEN.get(symbol) or re.sub(r"([^\w\s])", r"\\\1", symbol)
                    st.button(
                        f"**{name}** {number(share)}",
                        key=f"next.{k}",
                        on_click=shown.put,
                        args=("phrase", longer(study, symbol), True),
                        help="Puts it behind the phrase, which is read again.",
                    )
        say(said, role="told")
