"""The front page: what can be explored, and one living picture. And the server under all pages."""

import streamlit as st

from engine.studies.vanish.study import VanishStudy
from figures.vanish.picture import View
from ui.address import presenting
from ui.frame import MENU, QUESTIONS, open_page
from ui.kit.serve import served
from ui.vanish.mount import show_lab


@st.fragment
def picture() -> None:
    """A short run of three cells, to be dragged and played."""
    experiment = VanishStudy(steps=24, scale=st.session_state.get("front_scale", 1.0))
    show_lab(experiment, View(small=True, presenter=presenting()), key="front")


def front_page() -> None:
    """The picture, and a card for each page."""
    open_page(
        "Unrolled", "See inside recurrent neural networks: every state, gate and gradient, step by step, computed live."
    )
    picture()
    for group, paths in MENU.items():
        st.subheader(group, anchor=False)
        with st.container(horizontal=True, key=f"cards_{group.lower()}", gap="medium"):
            for path in paths:
                name, icon, question = QUESTIONS[path]
                with st.container(border=True, width=360):
                    st.page_link(path, label=f"**{name}**", icon=icon)
                    st.markdown(question)


if __name__ == "__main__":  # Streamlit runs a visitor's page
    front_page()
else:  # the server imports this file once, and asks it how to serve
    app = st.App(__file__, **served())
