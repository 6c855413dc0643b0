"""Sentences about entries on the page."""

from __future__ import annotations

import html

import streamlit as st


def say(*sentences: str) -> None:
    """Sentences that may quote a visitor: escaped, so that they are only ever text."""
    if any(sentences):
        st.html("".join(f'<p class="said">{html.escape(sentence)}</p>' for sentence in sentences if sentence))
