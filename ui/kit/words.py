"""Sentences about entries on the page."""

from __future__ import annotations

import html

import streamlit as st


def say(*sentences: str, role: str = "said") -> None:
    """Sentences that may quote a visitor: escaped, so that they are only ever text. `role` is their class of style:
    "said" of entries, "told" of what a network answers."""
    if any(sentences):
        st.html("".join(f'<p class="{role}">{html.escape(sentence)}</p>' for sentence in sentences if sentence))
