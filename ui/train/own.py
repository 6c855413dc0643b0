"""A visitor's own data: pasted, or a file that is read whole or refused with a sentence."""

from __future__ import annotations

import streamlit as st

from engine.studies.train.study import TrainStudy, fits_link
from engine.tasks import TASKS
from ui.kit.controls import control
from ui.kit.held import Held
from ui.kit.words import say

TYPED = 20_000  # characters that a field of words may hold; what is longer is described instead
ENDINGS = {"numbers": ["csv", "tsv", "txt"], "text": ["txt", "md", "csv"]}


def own_data(shown: Held) -> None:
    """Where a task reads data of one's own: the field, a place for a file, and what was understood of them."""
    study = shown.record
    assert isinstance(study, TrainStudy)
    reads = TASKS[study.task].reads
    if not reads:
        return
    if len(study.text) <= TYPED:
        control(shown, "text")
    else:
        st.caption(f"{len(study.text):,} characters of your own. {study.learned.understood}")
        st.button("Back to the task’s own data", on_click=shown.put, args=("text", "", True), key="train.own.back")
        say(shown.said.get("text", ""))
    if not fits_link(study.text):
        st.caption("The link cannot carry so much of your own: who opens it sees the task’s own data.")
    key = f"train.file.{shown.opened}.{study.task}"

    def take() -> None:
        if (file := st.session_state[key]) is not None:
            words, wrong = text_of(file.getvalue())
            if wrong:
                shown.refuse("text", f"{file.name}: {wrong}")
            else:
                shown.put_words("text", words)

    st.file_uploader("A file of your own", ENDINGS[reads], key=key, on_change=take, help="20 MB at most, in UTF-8.")


def text_of(content: bytes) -> tuple[str, str]:
    """The text of a file, and "", or why it is none: what was found, and where."""
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return "", f"byte {error.start + 1:,}, in line {line:,}, is no text in UTF-8; save the file as UTF-8."
