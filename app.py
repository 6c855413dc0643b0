"""The front page: what can be explored, and one living picture. And the server under all pages."""

import streamlit as st

from ui.kit.front import front_page
from ui.kit.serve import served

if __name__ == "__main__":  # Streamlit runs a visitor's page
    front_page()
else:  # the server imports this file once, and asks it how to serve
    app = st.App(__file__, **served())
