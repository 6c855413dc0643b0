"""A visitor's own data: pasted, or a file that is read whole or refused with a sentence."""

from __future__ import annotations

import streamlit as st

from engine.studies.fields import fits_link
from engine.studies.train.study import TrainStudy
from engine.tasks import TASKS
from ui.kit.controls import control
from ui.kit.held import Held
from ui.kit.uploads import take_file
from ui.kit.words import say

TYPED = 20_000  # characters that a field of words may hold; what is longer is described instead


def own_data(shown: Held) -> None:
    """Where a task reads data of one's own: the field, a place for a file, and what was understood of them."""
    study = shown.record
    assert isinstance(study, TrainStudy)
    if not TASKS[study.task].reads:
        return
    if len(study.text) <= TYPED:
        control(shown, "text")
    else:
        st.caption(f"{len(study.text):,} characters of your own. {study.learned.understood}")
        st.button("Back to the task’s own data", on_click=shown.put, args=("text", "", True), key="train.own.back")
        say(shown.said.get("text", ""))
    if not fits_link(study.text):
        st.caption("The link cannot carry so much of your own: who opens it sees the task’s own data.")

    def take(name: str, content: bytes) -> None:
        words, wrong = text_of(content)
        if wrong:
            shown.refuse("text", f"{name}: {wrong}")
        else:
            shown.put_words("text", words)

    take_file(shown.page.word, "A file of your own", take, "in UTF-8")


def text_of(content: bytes) -> tuple[str, str]:
    """The text of a file, and "", or why it is none: what was found, and where."""
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return "", f"byte {error.start + 1:,}, in line {line:,}, is no text in UTF-8; save the file as UTF-8."
