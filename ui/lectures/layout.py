"""How a scene is laid out: what is told beside the picture, like a margin in a book; on a narrow screen above it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.kit.layout import layout
from ui.lectures.scene import CONTROLS, Told

SHEET = (Path(__file__).parent / "layout.css").read_text(encoding="utf-8")
HIDING = ":root:is(:not([data-revealed]), [data-revealed='']) .st-key-controls * { visibility: hidden !important; }"
STYLE, COVERED = (f"<style>{sheet}</style>" for sheet in (SHEET, SHEET + HIDING))


def places(shown: Told) -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    """Where the words, the picture and its controls go."""
    if CONTROLS in shown.scene.covers:
        st.html(COVERED)
    else:
        st.html(STYLE)
    with st.container(key="scene" if layout() == "page" else "scene_wide"):
        told, beside, picture = (st.container(key=key) for key in ("told", "controls", "picture"))
    return told, picture, beside


@contextmanager
def asked_meanwhile(shown: Told, told: DeltaGenerator) -> Iterator[None]:
    """Show the question while a network is trained for its picture."""
    place = told.empty()
    record = shown.picture.record
    trained = getattr(record, "trained", None)
    if trained is not None and not trained.numbers:
        place.subheader(shown.scene.question, anchor=False)
    yield
    place.empty()
