"""Files that visitors bring: accepted where a page asks for one, one a session, and let go once it is read."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

import streamlit as st
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

NO_UPLOAD = "No page that is open here takes a file."
ONE_AT_A_TIME = "One file is on its way already; bring the next one after it."


class Uploads:
    """Which sessions may bring a file now, and from which page. Safe to ask from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asking: dict[str, str] = {}  # session -> word of the page that asks
        self._coming: set[str] = set()  # sessions whose file is on its way

    def ask(self, session: str, page: str) -> None:
        """From now on `session` may bring a file."""
        with self._lock:
            if Runtime.exists():  # sessions that have ended ask for nothing
                there = Runtime.instance().is_active_session
                self._asking = {one: word for one, word in self._asking.items() if there(one)}
            self._asking[session] = page

    def open(self, session: str, page: str) -> None:
        """The session has opened this page: what another one asked for is not wanted any more."""
        with self._lock:
            if self._asking.get(session, page) != page:
                del self._asking[session]

    def begin(self, session: str) -> str:
        """A file of the session comes: "", and what it brought before is let go; or why it is refused."""
        with self._lock:
            if session not in self._asking:
                return NO_UPLOAD
            if session in self._coming:
                return ONE_AT_A_TIME
            self._coming.add(session)
        _let_go(session)
        return ""

    def end(self, session: str) -> None:
        """It has come, or has not."""
        with self._lock:
            self._coming.discard(session)


UPLOADS = Uploads()  # of this process; a test makes its own


def opened(page: str) -> None:
    """Tell that this session has opened a page."""
    if (context := get_script_run_ctx()) is not None:
        UPLOADS.open(context.session_id, page)


def take_file(page: str, label: str, take: Callable[[str, bytes], None], help: str, place: str = "") -> None:
    """A place for one file; `take` gets its name and content, which are not kept here.

    Args:
        help: says what it may be.
        place: tells several places of one page apart, by a word that begins with a dot.
    """
    context = get_script_run_ctx()
    session = "" if context is None else context.session_id
    UPLOADS.ask(session, page)
    count = f"{page}.files{place}"
    key = f"{page}.file{place}.{st.session_state.get(count, 0)}"

    def brought() -> None:
        file = st.session_state[key]
        if not hasattr(file, "getvalue"):  # taken away again
            return
        name, content = file.name, file.getvalue()
        st.session_state[count] = st.session_state.get(count, 0) + 1  # an empty place again
        _let_go(session)
        take(name, content)

    st.file_uploader(
        label, key=key, on_change=brought, help=f"{st.get_option('server.maxUploadSize')} MB at most, {help}."
    )


def _let_go(session: str) -> None:
    """Free what the session has brought so far."""
    if Runtime.exists():
        Runtime.instance().uploaded_file_mgr.remove_session_files(session)
