"""Waiting for a report that takes long: the page stays alive meanwhile, says how far it is, and can stop it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.kit.answers import Store, answered, run_beside
from ui.kit.mount import waited_for

AT_ONCE, EVERY = 0.4, 0.5  # seconds: a look waits so long, and comes so often
ALONE = 3.0  # seconds that it goes on between two looks, of a tab in the background too
WAITING = "Running it forwards and back …"

Question = tuple[Any, ...]  # (make, record, *rest)


class _NotYetError(Exception):
    """How far it is."""


def wait_for(
    question: Question, heavy: bool, memory: str, stop: Callable[[], object], store: Store | None
) -> bytes | None:
    """The answer; None where it takes longer: then a bar and a button stand there, and the page is drawn anew with it.

    A fragment's controls wait until the script that is running has ended: whatever takes seconds is looked for again
    and again by a fragment of its own, between whose runs every other control is served.

    Args:
        memory: what is said beside the button that stops it.
        stop: what that button does.
    """
    if not heavy or not run_beside():
        return waited_for(*question, heavy=heavy, waiting=WAITING, store=store)
    now = _look(question, store)
    if isinstance(now, bytes):
        return now
    stopped: list[bool] = []

    def end() -> None:
        stop()
        stopped.append(True)

    @st.fragment(run_every=EVERY)
    def looking() -> None:
        if stopped:
            st.rerun()
        st.caption(memory)
        st.button("Stop", on_click=end, icon=":material/stop_circle:")
        bar = st.progress(min(1.0, now if isinstance(now, float) else 0.0), text=WAITING)
        found = _look(question, store)
        if isinstance(found, bytes):
            st.rerun()
        bar.progress(min(1.0, found), text=WAITING)

    looking()
    return None


def _look(question: Question, store: Store | None) -> bytes | float:
    """The answer, or the share of it that is done."""
    until = time.monotonic() + AT_ONCE

    def watch(share: float) -> None:
        if time.monotonic() > until:
            raise _NotYetError(share)

    make, record, *rest = question
    try:
        return answered(make, record, *rest, heavy=True, watch=watch, store=store, grace=ALONE)
    except _NotYetError as share:
        return float(share.args[0])
