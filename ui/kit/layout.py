"""How a page is laid out, as its address says."""

from __future__ import annotations

from typing import Literal

import streamlit as st

Layout = Literal["page", "presenter", "frame"]


def layout() -> Layout:
    """ "page"; "presenter", large and without menu (`present=1`); or "frame", within another page (`embed=true`)."""
    if st.context.is_embedded:
        return "frame"
    return "presenter" if st.query_params.get("present") == "1" else "page"


def passing() -> dict[str, str]:
    """What a link to another page takes along, so that a presenter stays one."""
    return {"present": "1"} if layout() == "presenter" else {}
