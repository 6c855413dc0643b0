"""Which sequence, layer and direction the report is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ui.kit.held import Held


def choices(shown: Held, file: Mapping[str, Any], count: int, which: int) -> None:
    """A control for each that leaves a choice; `which` of `count` sequences is shown."""
    directions = file["directions"]
    layer = layer_of(shown, len(directions))
    offers = {
        "which": {k: f"{k}" for k in range(1, count + 1)},
        "layer": {k: f"{k}" for k in range(1, len(directions) + 1)},
        "way": {k: ("From the start", "From the end")[k - 1] for k in range(1, directions[layer - 1] + 1)},
    }
    with st.container(horizontal=True, gap="small"):
        for name, offered in offers.items():
            if len(offered) > 1:
                at = {"which": which, "layer": layer}.get(name, min(shown.value(name), len(offered)))
                _choice(shown, name, offered, at)


def layer_of(shown: Held, layers: int) -> int:
    """The layer that the buttons below open, from 1: the highest, unless another one is chosen."""
    return min(shown.value("layer") or layers, layers)


def _choice(shown: Held, name: str, offered: Mapping[int, str], value: int) -> None:
    key = shown.key(name)
    st.selectbox(
        str(shown.page.view.declared()[name].label),
        list(offered),
        index=value - 1,
        format_func=offered.__getitem__,
        key=key,
        on_change=lambda: shown.put(name, st.session_state[key]) if key == shown.key(name) else None,
        width=170,
    )
