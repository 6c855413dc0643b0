"""The words and symbols of the field, and which size on this page is which letter, on call beside every title."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st

from engine.record import Record
from engine.studies.dimensions import Dimensions, dimensions
from ui.kit.layout import passing
from ui.kit.page import every_page

WORDS = Path(__file__).parent / "browser" / "glossary.json"  # the pictures explain the same under the pointer
SHAPES = {  # of the arrays of one layer
    "x": ("T", "B", "D"),
    "h": ("T+1", "B", "H"),
    "U": ("G·H", "D"),
    "W": ("G·H", "H"),
    "b": ("G·H",),
    "V": ("K", "H"),
}


@dataclass(frozen=True)
class Entry:
    """One word of the field: what it means, how it is written, what others call it, and the page that shows it."""

    term: str
    say: str
    symbols: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    see: str = ""  # the page's script without its ending, and a query: unroll?layers=2

    @property
    def place(self) -> tuple[str, dict[str, str]]:
        """The script that shows it, and the query that opens it there."""
        path, _, query = self.see.partition("?")
        return f"pages/{path}.py", dict(parse_qsl(query))

    def holds(self, words: str) -> bool:
        """Whether it is what somebody looks for: in capitals or not, a letter exactly as it is written."""
        sought = words.strip()
        if len(sought) < 2:
            return not sought or sought in self.symbols
        return any(sought.casefold() in text.casefold() for text in (self.term, self.say, *self.symbols, *self.also))


@cache
def glossary() -> tuple[Entry, ...]:
    """Every word, in the order in which they are best met."""
    read: list[dict[str, Any]] = json.loads(WORDS.read_text(encoding="utf-8"))
    return tuple(
        Entry(
            entry["term"],
            entry["say"],
            tuple(entry.get("symbols", ())),
            tuple(entry.get("also", ())),
            entry.get("see", ""),
        )
        for entry in read
    )


def symbols_button(record: Record) -> None:
    """The button beside a title that opens the words and symbols."""
    if st.button(
        "Symbols",
        type="tertiary",
        key="symbols",
        help="Which size here is T, B, D, H or K; every word and symbol of the field, what others call it, and where "
        "it is shown. In pictures a symbol under the pointer is explained too.",
    ):
        _dialog(dimensions(record))


@st.dialog("Symbols and words", width="large")
def _dialog(sizes: Dimensions) -> None:
    for row in legend(sizes) if sizes else ():
        st.html(
            "".join(f"<span class='size'><b>{html.escape(one)}</b> {html.escape(said)}</span>" for one, said in row)
        )
    sought = st.text_input("Find", key="symbols_find", placeholder="a symbol or a word, also PyTorch’s or Keras’")
    found = [entry for entry in glossary() if entry.holds(sought)]
    if not found:
        st.markdown("None of the words here is written so.")
    for number, entry in enumerate(found):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"symbol_{number}"):
            also = f"Also: {'; '.join(entry.also)}." if entry.also else ""
            st.html(
                f'<p class="word"><b>{html.escape(", ".join(entry.symbols))}</b><b>{html.escape(entry.term)}</b>'
                f' {html.escape(entry.say)} <span class="also">{html.escape(also)}</span></p>'
            )
            if entry.see:
                script, query = entry.place
                st.page_link(script, label=every_page()[script].title, query_params={**query, **passing()})


def legend(sizes: Dimensions) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Which number is which letter, and the shapes that follow of the first network: letters, and what is said."""
    names = {letter: entry.term for entry in reversed(glossary()) for letter in entry.symbols}
    first = {letter: values[0] for letter, values in sizes.items()}
    counts = [(letter, f"{names[letter]} {' or '.join(f'{v:,}' for v in values)}") for letter, values in sizes.items()]
    shapes = [
        (name, f"({', '.join(axes)}) = {' × '.join(_size(axis, first) for axis in axes)}")
        for name, axes in SHAPES.items()
        if all(letter in first for axis in axes for letter in axis if letter.isalpha())
    ]
    return counts, shapes


def _size(axis: str, sizes: dict[str, int]) -> str:
    """A size as a number: "T+1" is one more than T, "G·H" the product."""
    if axis == "T+1":
        return f"{sizes['T'] + 1:,}"
    product = 1
    for letter in axis.split("·"):
        product *= sizes[letter]
    return f"{product:,}"
