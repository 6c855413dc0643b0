"""The front page: what can be explored, and one living picture. And the server under all pages."""

import streamlit as st

from engine.studies.vanish.study import VanishStudy
from ui.kit.front import front_page
from ui.kit.held import Held
from ui.kit.serve import served
from ui.vanish.picture import show_vanish


def picture(shown: Held) -> None:
    """A short run of three cells."""
    show_vanish(shown, small=True)


if __name__ == "__main__":  # Streamlit runs a visitor's page
    front_page(picture, VanishStudy(steps=24))
else:  # the server imports this file once, and asks it how to serve
    app = st.App(__file__, **served())
