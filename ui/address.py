"""What every page's link shares: presenter mode, parameters that are kept, a preset's name."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from engine.studies.query import shown

KEPT = ("present", "factors", "more", "of", "predict")  # parameters that are no part of the experiment


def arrive(page: str) -> None:
    """Note which page is open, and whether another was before."""
    st.session_state["arrived"] = st.session_state.get("page") != page
    st.session_state["page"] = page


def arrived() -> bool:
    """Whether this visit to the page begins now.

    Controls that still hold values do not tell: a visitor who is quicker than the page in between leaves them behind.
    """
    return bool(st.session_state.get("arrived", True))


def presenting() -> bool:
    """Whether the page is in presenter mode: large type, no menu; kept in the link as ``present=1``."""
    return st.query_params.get("present") == "1"


def keep_in_address(name: str, value: str) -> None:
    """Put one of the KEPT parameters into the URL; an empty value takes it out."""
    if value == st.query_params.get(name, ""):
        return
    if value:
        st.query_params[name] = value
    else:
        del st.query_params[name]
    st.session_state["address"] = dict(st.query_params)


def preset_in(query: Mapping[str, str], queries: Mapping[str, dict[str, str]]) -> tuple[dict[str, str], list[str]]:
    """The query with its ``preset=name`` written out, other parameters before it, and a sentence if it is unknown.

    Args:
        queries: what each preset would write, by its name.
    """
    rest = {key: value for key, value in query.items() if key != "preset"}
    name = query.get("preset")
    if name is None:
        return rest, []
    if name in queries:
        return {**queries[name], **rest}, []
    return rest, [f"preset: {shown(name)} is unknown; there are {', '.join(queries)}."]
