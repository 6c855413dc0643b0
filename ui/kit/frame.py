"""What stands around every page: its settings, the menu, presets, presenter mode, the frame for other pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import isfinite
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.record import Record
from engine.record.kinds import Number
from ui.kit.held import Held, follow_address, held
from ui.kit.layout import Layout, layout, passing
from ui.kit.page import GROUPS, ROOT, Page, every_page, pages_of
from ui.kit.publish import component
from ui.kit.shelf import from_the_shelf
from ui.kit.symbols import symbols_button
from ui.kit.uploads import opened
from ui.kit.words import say

SHEETS = Path(__file__).parent
STYLE = f"<style>{(SHEETS / 'frame.css').read_text(encoding='utf-8')}</style>"
PRESENTER_STYLE = f"<style>{(SHEETS / 'presenter.css').read_text(encoding='utf-8')}</style>"
EMBEDDED_STYLE = f"<style>{(SHEETS / 'embedded.css').read_text(encoding='utf-8')}</style>"
ORDER: dict[Layout, tuple[str, ...]] = {
    "page": ("controls", "first", "rest"),
    "presenter": ("first", "rest", "controls"),
    "frame": ("first", "controls", "rest"),
}
JUMP = '<a class="jump" href="#controls">Controls</a>'  # where they do not stand beside the picture
SURROUNDINGS = SHEETS / "browser" / "surroundings.js"
Draw = Callable[[Held], None]


def open_page(
    page: Page,
    bench: Draw,
    below: Draw | None = None,
    hushed: Callable[[Held], bool] = lambda shown: False,
    make: type[Held] = Held,
) -> None:
    """Draw a whole page: what `bench` lays out, and what stands `below`, each rerun by its own controls alone.

    While a page is `hushed`, nothing is said of the preset that it shows. `make` holds what it shows.
    """
    settings(page)
    shown = follow_address(page, make)
    opened(page.word)
    presets = around(page, shown.pictured)

    @st.fragment
    def fragment() -> None:
        shown.begin()
        trained = from_the_shelf(shown)
        shown.write()
        if layout() != "frame" and not trained:
            _look_for(shown, hushed(shown))
        say(*shown.complaints)
        bench(shown)

    with st.container(key="bench"):
        fragment()
    with presets:
        _presets(shown)
    if below is not None:
        _beneath(shown, below)


@st.fragment
def _beneath(shown: Held, below: Draw) -> None:
    shown.write()
    below(shown)


def settings(page: Page) -> None:
    """What the browser's tab shows of a page, and how wide it is."""
    st.set_page_config(
        page_title=page.title if page.title == "Unrolled" else f"{page.title} · Unrolled",
        page_icon=str(ROOT / "static" / "icon.png"),
        layout="wide",
        initial_sidebar_state=220,
    )


def picture_and_controls() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Where a page's picture and its controls go; the picture is sent first."""
    picture, beside = _places("first", "controls")
    return picture, beside


def first_controls_and_rest() -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    """Where a page of several pictures puts the first, its controls, and the others; the first is sent first.

    On a wide page the controls stand beside all of them, and before them for the Tab key (frame.css lays the three
    out), on a narrow one and in a frame between, on a projector below.
    """
    first, beside, rest = _places("first", "controls", "rest")
    return first, beside, rest


def _places(*wanted: str) -> list[DeltaGenerator]:
    with st.container(key="places" if layout() == "page" else "places_below"):
        found = {key: _place(key) for key in ORDER[layout()] if key in wanted}
    return [found[key] for key in wanted]


def _place(key: str) -> DeltaGenerator:
    if key == "controls" and layout() == "frame":
        return st.expander("Controls").container(key=key)
    return st.container(key=key)


def around(page: Page, record: Record) -> DeltaGenerator:
    """The page's style, the menu, its title and lead; back comes the place for the presets. `record` is shown below."""
    st.html(STYLE)
    if layout() == "presenter":
        st.html(PRESENTER_STYLE)
    elif layout() == "frame":
        st.html(EMBEDDED_STYLE)
    with st.container(key="unseen"):  # outside the fragment: what it asks for is a whole run
        component("surroundings", SURROUNDINGS)(key="surroundings", data=_steps(page), on_again_change=lambda: None)
    if layout() == "page":
        with st.sidebar:
            _menu()
    with st.container(horizontal=True, key="heading", gap="small", vertical_alignment="center"):
        st.title(page.title, anchor=False, width="content")
        beside = st.container(key="presets", width="stretch") if layout() != "page" else None
        st.html(JUMP, width="content")
        if layout() != "frame":
            with st.container(key="pages", width="content"), st.popover("Pages", type="tertiary"):
                _menu()
            symbols_button(record)
            _presenter_switch()
    if beside is not None:
        return beside
    st.markdown(page.lead)
    return st.container(key="presets")


def _steps(page: Page) -> bytes:
    """By how much a key moves each number field, and its ends where they are known; by its control's key.

    Those of every page: a lecture shows controls of all.
    """
    return json.dumps(
        {
            f"{one.word}_{name}": [
                kind.step or kind.usual_step,
                *(end if isfinite(end) else None for end in kind.ends()),
            ]
            for one in (page, *every_page().values())
            for name, owner in one.names.items()
            if isinstance(kind := owner.declared()[name].kind, Number)
        }
    ).encode()


def _menu() -> None:
    st.page_link("app.py", label="Start", icon=":material/home:", query_params=passing())
    for group in GROUPS:
        st.caption(group)
        for path, page in pages_of(group).items():
            mine = held(page)
            query = {**(mine.query() if mine else {}), **passing()}
            st.page_link(path, label=page.title, icon=page.menu[2], query_params=query)


def _presenter_switch() -> None:
    on = layout() == "presenter"
    st.button(
        "Leave" if on else "Present",
        icon=":material/close_fullscreen:" if on else ":material/slideshow:",
        type="tertiary",
        on_click=_switch_presenter,
        help="Back to the menu and normal type." if on else "Large, no menu: for a projector. The link keeps it.",
        key="presenter_switch",
    )


def _switch_presenter() -> None:
    if layout() == "presenter":
        del st.query_params["present"]
    else:
        st.query_params["present"] = "1"


def _presets(shown: Held) -> None:
    """A button for each preset; in a frame, where they would wrap, a list."""
    presets = shown.page.presets

    def choose(name: str) -> None:
        if name in presets:
            shown.open(presets[name].record, presets[name].view, name)

    if layout() == "frame" and presets:
        key, opened = f"{shown.page.word}.preset.{shown.opened}", shown.opened
        now = _shown_preset(shown)
        st.selectbox(
            "Preset",
            list(presets),
            index=list(presets).index(now) if now else None,
            format_func=lambda name: presets[name].title,
            placeholder="A story to show",
            key=key,
            label_visibility="collapsed",
            on_change=lambda: (
                choose(st.session_state[key]) if st.session_state[key] and opened == shown.opened else None
            ),
        )
        return
    with st.container(horizontal=True, gap="small"):
        for name, preset in presets.items():
            st.button(preset.title, on_click=choose, args=(name,))


def _shown_preset(shown: Held) -> str:
    """The preset that is shown; of several with the same record the one that was pressed."""
    presets = shown.page.presets
    first = (shown.preset, *presets) if shown.preset in presets else tuple(presets)
    return next((name for name in first if presets[name].record.story() == shown.record.story()), "")


def _look_for(shown: Held, hushed: bool) -> None:
    """What to look for, while what is shown is a preset; the line is always there, so that nothing jumps."""
    if not any(preset.look_for for preset in shown.page.presets.values()):
        return
    if hushed:
        st.markdown("What to look for is told once the votes are in.")
        return
    name = _shown_preset(shown)
    st.markdown(
        f"**Look for:** {shown.page.presets[name].look_for}"
        if name
        else f"Each button tells a story; {shown.page.hint}."
    )
