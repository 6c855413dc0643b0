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
from ui.kit.plot import show_plot
from ui.own.choices import choices
from ui.own.doors import doors
from ui.own.held_files import store_of
from ui.own.waiting import wait_for

LONG = 30_000_000  # weights times steps from which on a report takes seconds
FIRST = ("curves", "memories")  # the sentences that stand over the pictures
UNDER = {"curves": "asked", "memories": "units"}  # and what stands under theirs


def report(
    shown: Held, study: OwnStudy, files: tuple[OwnFile, ...], facts: Mapping[str, Any], entry: Mapping[str, Any]
) -> None:
    """Compute it, which can be stopped where it takes long, and draw it; of two files the differences first."""
    heavy, asked, several = entry["work"] >= LONG, (study, files), len(files) > 1
    if shown.noted.get("stopped") == asked:
        st.button("Run the report", on_click=lambda: shown.noted.pop("stopped"), help=entry["memory"])
        return
    questions = [(compared, study, *files)] if several else []
    questions.append((reported, study, files[0], shown.value("which")))
    answers = []
    for question in questions:
        answer = wait_for(question, heavy, entry["memory"], lambda: shown.noted.update(stopped=asked), store_of(shown))
        if answer is None:
            return
        answers.append(answer)
    if several:
        _differences(opened(answers[0])[0])
    header: Any = opened(answers[-1])[0]
    if header["refused"]:
        _sentence(header["refused"])
        return
    st.header("What it remembers", anchor=False)
    _verdict(" ".join(header["said"][question] for question in FIRST))
    if layout() != "frame":
        choices(shown, facts, entry["count"], header["which"])
        _home(shown, study, files[0], heavy)
    _draw(shown, study, files[0], header, heavy)


def _draw(shown: Held, study: OwnStudy, file: OwnFile, header: Mapping[str, Any], heavy: bool) -> None:
    """A picture and a sentence for each question, and then the doors, for which a large network takes a moment."""
    beside = 2 if layout() == "page" else 1
    places = {}
    for k, picture in enumerate(header["pictures"]):
        if k % beside == 0:
            row = st.columns(beside)
        with row[k % beside]:
            question = picture["question"]
            st.html(f'<h3 class="finding">{html.escape(picture["title"])}</h3>')
            show_plot(picture["figure"], f"own_{question}", picture["said"])
            _sentence(header["said"][UNDER.get(question, question)])
            places[question] = st.empty()
    if layout() == "frame":
        return
    if heavy:
        with places[next(iter(places))].container():
            st.caption("Handing the network to the other pages …")
    found = doors(shown, study, file, header["unit"], header["which"])
    for question, place in places.items():
        with place.container():
            found.show(question)


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
        key="own.differences.csv",
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
