"""The front page: one living picture, and a card for each page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from engine.record import Record
from ui.kit.frame import around, settings
from ui.kit.held import OPEN, Held
from ui.kit.page import GROUPS, Page, View, pages_of
from ui.kit.uploads import opened

FRONT = Page(
    word="front",
    title="Unrolled",
    question="",
    lead="See inside recurrent neural networks: every state, gate and gradient, step by step, computed live.",
    record=View,
)


def front_page(picture: Callable[[Held], None], record: Record) -> None:
    """A picture of `record` to be dragged and played, and a card for each page. Neither stands in the link."""
    settings(FRONT)
    around(FRONT, View())
    session = st.session_state
    page = replace(FRONT, record=type(record))
    opened("front")
    shown: Held = session.setdefault("held.front", Held(page, record, View(), "front"))
    session[OPEN] = FRONT.word
    shown.sending = {}  # the picture is made anew and knows nothing

    @st.fragment
    def living() -> None:
        shown.begin()
        picture(shown)

    living()
    for group in GROUPS:
        st.header(group, anchor=False)
        with st.container(horizontal=True, key=f"cards_{group.lower()}", gap="medium"):
            for path, page in pages_of(group).items():
                with st.container(border=True, width=360):
                    st.page_link(path, label=f"**{page.title}**", icon=page.menu[2])
                    st.markdown(page.question)
