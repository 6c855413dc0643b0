"""How students follow: the address that opens the same scene on another machine, and its QR code, drawn here."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit, urlunsplit

import segno
import streamlit as st

from engine.studies.lectures.study import LecturesStudy
from ui.kit.serve import WILDCARDS, own_address

HERE = ("localhost", "127.0.0.1", "::1")


def scene_address(study: LecturesStudy) -> str:
    """The page's own address as the browser knows it, behind any proxy, at this scene; "" where no other machine can
    open it. Of a server that all may open, "localhost" is this machine's address on its network."""
    parts = urlsplit(st.context.url or "")
    host = parts.hostname or ""
    if host in HERE:
        own = own_address() if st.get_option("server.address") in WILDCARDS else None
        if own is None:
            return ""
        host = own
    if not host:
        return ""
    named = f"[{host}]" if ":" in host else host
    place = f"{named}:{parts.port}" if parts.port else named
    return urlunsplit((parts.scheme, place, parts.path, urlencode(study.to_query()), ""))


def code_of(address: str) -> tuple[str, ...]:
    """Rows of its QR code, "1" where it is dark; none of no address, or of one that is too long for a code."""
    if not address:
        return ()
    try:
        code = segno.make(address, micro=False)
    except segno.DataOverflowError:
        return ()
    return tuple("".join("1" if dark else "0" for dark in row) for row in code.matrix)
