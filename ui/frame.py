"""What every page shares: its settings, the menu, presenter mode, the title."""

from __future__ import annotations

import html
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.address import arrive, keep_in_address, presenting

ROOT = Path(__file__).parent.parent
QUESTIONS = {  # each page's name, icon and the question it answers
    "pages/unroll.py": (
        "Unroll",
        ":material/linear_scale:",
        "What happens at each timestep? Watch a word walk through the network, with every number filled in.",
    ),
    "pages/inside_the_cell.py": (
        "Inside the cell",
        ":material/account_tree:",
        "What do the gates do? One step of an LSTM, a GRU or a plain RNN as a circuit, with its numbers on the wires.",
    ),
    "pages/backward.py": (
        "Backward",
        ":material/undo:",
        "Where does each error go? Follow it from the loss back through time, and see what every step adds.",
    ),
    "pages/vanish_and_explode.py": (
        "Vanish & explode",
        ":material/trending_down:",
        "How far back does the error reach? Drag one number and see it vanish, stay or explode.",
    ),
    "pages/the_cliff.py": (
        "The cliff",
        ":material/landslide:",
        "Why does training suddenly jump? Drop a ball beside the wall of an error surface, with and without clipping.",
    ),
}
MENU = {
    "See": ("pages/unroll.py", "pages/inside_the_cell.py", "pages/backward.py"),
    "Gradients": ("pages/vanish_and_explode.py", "pages/the_cliff.py"),
}
STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 1rem 2.2rem 3rem; max-width: 1500px; }
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] { gap: .6rem; }
[data-testid="stHeader"] { height: 2.4rem; background: transparent; }
[data-testid="stSidebarHeader"] { height: 2.4rem; margin: 0; }
[data-testid="stMainBlockContainer"] h1 { font-size: 1.75rem; padding: 0 0 .1rem; letter-spacing: -.01em; }
[data-testid="stMainBlockContainer"] h3 { font-size: 1.2rem; padding: 1.4rem 0 .4rem; }
.st-key-bench [data-testid="stHorizontalBlock"]:has(.st-key-controls) { flex-direction: row-reverse; }
.st-key-presets button { white-space: nowrap; min-height: 2rem; padding: .1rem .7rem; }
.st-key-votes span { display: inline-block; margin-right: 1.2em; font-size: .95rem; }
.st-key-votes span:first-child { font-weight: 650; min-width: 6.2em; }
.st-key-votes span:last-child { color: var(--st-primary-color); font-weight: 650; margin-right: 0; }
p.said { margin: 0; font-size: .9rem; color: var(--st-primary-color); }
.st-key-controls [data-testid="stVerticalBlock"] { gap: .55rem; }
@media (pointer: coarse) { .st-key-ballot button, .st-key-deeper [role="radio"] { min-height: 40px; } }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 2.6rem 1rem 3rem; }
  .st-key-presets [data-testid="stHorizontalBlock"] { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: thin; }
  .st-key-presets [data-testid="stHorizontalBlock"] > div { flex: none; width: auto; }
  .st-key-presenter_switch { display: none; }
}
</style>
"""
PRESENTER_STYLE = """
<style>
:root { font-size: 21px; }
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], [data-testid="stHeader"] { display: none; }
[data-testid="stMainBlockContainer"] { padding: 1rem 1.6rem 2rem; max-width: none; }
</style>
"""


def figure_font() -> int:
    """The size of type in figures, in pixels."""
    return 21 if presenting() else 14


def open_page(title: str, lead: str) -> None:
    """Set the page up and draw its menu, title, two-sentence lead and presenter switch."""
    st.set_page_config(
        page_title="Unrolled" if title == "Unrolled" else f"{title} · Unrolled",
        page_icon=str(ROOT / "static" / "icon.png"),
        layout="wide",
        initial_sidebar_state=220,
    )
    arrive(title)
    st.html(STYLE)
    if presenting():
        st.html(PRESENTER_STYLE)
    else:
        _menu()
    heading, switch = st.columns([7, 1], vertical_alignment="top")
    with heading:
        st.title(title, anchor=False)
        if not presenting():
            st.markdown(lead)
    with switch, st.container(horizontal=True, horizontal_alignment="right"):
        st.button(
            "Leave" if presenting() else "Present",
            icon=":material/close_fullscreen:" if presenting() else ":material/slideshow:",
            type="tertiary",
            on_click=_switch_presenter,
            help="Back to the menu and normal type."
            if presenting()
            else "Large type, no menu: for a projector. The link keeps it.",
            key="presenter_switch",
        )


def picture_and_controls() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Where a page's picture and its controls go: controls to the left, or under it where they would cost size."""
    if presenting():
        return st.container(), st.container(width=720)
    picture, beside = st.columns([3.1, 1], gap="medium")
    return picture, beside


def say(*sentences: str) -> None:
    """Sentences about entries, which may quote them: escaped, so that they are only ever text."""
    if any(sentences):
        st.html("".join(f'<p class="said">{html.escape(sentence)}</p>' for sentence in sentences if sentence))


def _switch_presenter() -> None:
    keep_in_address("present", "" if presenting() else "1")


def _menu() -> None:
    with st.sidebar:
        st.page_link("app.py", label="Start", icon=":material/home:")
        for group, paths in MENU.items():
            st.caption(group)
            for path in paths:
                name, icon, _ = QUESTIONS[path]
                st.page_link(path, label=name, icon=icon)
