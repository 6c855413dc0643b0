"""The report on the page: what was found first, then a sentence and a picture for each question."""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from engine.studies.own.file import OwnFile
from engine.studies.own.study import OwnStudy
from figures.message import opened
from figures.own.reported import compared, page, reported, table
from ui.kit.answers import answered
from ui.kit.held import Held
from ui.kit.layout import layout
from ui.kit.mount import waited_for
from ui.kit.plot import show_plot
from ui.own.choices import choices
from ui.own.doors import doors
from ui.own.held_files import store_of

LONG = 30_000_000  # weights times steps from which on a report takes seconds
FIRST = ("curves", "memories")  # the sentences that stand over the pictures
UNDER = {"curves": "asked", "memories": "units"}  # and what stands under theirs


def report(
    shown: Held, study: OwnStudy, files: tuple[OwnFile, ...], facts: Mapping[str, Any], entry: Mapping[str, Any]
) -> None:
    """Compute it, which can be stopped where it takes long, and draw it; of two files the differences first."""
    heavy, asked = entry["work"] >= LONG, (study, files)
    if shown.noted.get("stopped") == asked:
        st.button("Run the report", on_click=lambda: shown.noted.pop("stopped"), help=entry["memory"])
        return
    stop = st.empty()
    if heavy:
        with stop.container():
            st.caption(entry["memory"])
            st.button("Stop", on_click=lambda: shown.noted.update(stopped=asked), icon=":material/stop_circle:")
    waiting = {"heavy": heavy, "waiting": "Running it forwards and back …", "store": store_of(shown)}
    if len(files) > 1:
        _differences(opened(waited_for(compared, study, *files, **waiting))[0])
    header: Any = opened(waited_for(reported, study, files[0], shown.value("which"), **waiting))[0]
    stop.empty()
    if header["refused"]:
        _sentence(header["refused"])
        return
    st.header("What it remembers", anchor=False)
    _verdict(" ".join(header["said"][question] for question in FIRST))
    if layout() != "frame":
        choices(shown, facts, entry["count"], header["which"])
        _home(shown, study, files[0], heavy)
    _draw(shown, study, files[0], header)


def _draw(shown: Held, study: OwnStudy, file: OwnFile, header: Mapping[str, Any]) -> None:
    """A picture and a sentence for each question."""
    beside = 2 if layout() == "page" else 1
    for k, picture in enumerate(header["pictures"]):
        if k % beside == 0:
            row = st.columns(beside)
        with row[k % beside]:
            question = picture["question"]
            st.html(f'<h3 class="finding">{html.escape(picture["title"])}</h3>')
            show_plot(picture["figure"], f"own_{question}", picture["said"])
            _sentence(header["said"][UNDER.get(question, question)])
            if layout() != "frame":
                doors(shown, study, file, question, header["unit"], header["which"])


def _differences(header: Mapping[str, Any]) -> None:
    """What differs most between two networks."""
    st.header("What differs", anchor=False)
    if header["refused"]:
        _sentence(header["refused"])
        return
    _verdict(header["said"])
    with st.expander("More of it"):
        for clause in (*header["clauses"], *header["left"]):
            _sentence(clause)
    st.download_button(
        "Every difference, as CSV",
        header["table"],
        "differences.csv",
        "text/csv",
        type="tertiary",
        on_click="ignore",
        icon=":material/download:",
    )


def _home(shown: Held, study: OwnStudy, file: OwnFile, heavy: bool) -> None:
    """The report to take home."""
    store = store_of(shown)
    with st.container(horizontal=True, gap="small"):
        for words, make, ending, kind in (
            ("The report as CSV", table, "csv", "text/csv"),
            ("As one HTML file", page, "html", "text/html"),
        ):
            st.download_button(
                words,
                data=partial(answered, make, study, file, heavy=heavy, store=store),
                file_name=f"report.{ending}",
                mime=kind,
                type="tertiary",
                icon=":material/download:",
                on_click="ignore",
                key=f"own.report.{ending}",
            )


def _verdict(words: str) -> None:
    """The same of what was found first."""
    st.html(f'<p class="finding verdict">{html.escape(words)}</p>')


def _sentence(words: str) -> None:
    """A computed sentence, which may quote a visitor: escaped, so that it is only ever text."""
    st.html(f'<p class="finding">{html.escape(words)}</p>')
