"""The front page: a card for each page."""

from __future__ import annotations

import streamlit as st

from ui.kit.frame import around
from ui.kit.page import GROUPS, Page, View, every_page

FRONT = Page(
    word="front",
    title="Unrolled",
    question="",
    lead="See inside recurrent neural networks: every state, gate and gradient, step by step, computed live.",
    record=View,
)


def front_page() -> None:
    """A card for each page."""
    around(FRONT)
    for group in GROUPS:
        st.subheader(group, anchor=False)
        with st.container(horizontal=True, key=f"cards_{group.lower()}", gap="medium"):
            for path, page in every_page().items():
                if page.group == group:
                    with st.container(border=True, width=360):
                        st.page_link(path, label=f"**{page.title}**", icon=page.icon)
                        st.markdown(page.question)
