"""Which sequence, layer and direction the report is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ui.kit.held import Held


def choices(shown: Held, file: Mapping[str, Any], count: int, which: int) -> None:
    """A control for each that leaves a choice; `which` of `count` sequences is shown."""
    directions = file["directions"]
    layer = min(shown.value("layer"), len(directions))
    offers = {
        "which": {k: f"Sequence {k}" for k in range(1, count + 1)},
        "layer": {k: f"Layer {k}" for k in range(1, len(directions) + 1)},
        "way": {k: ("From the start", "From the end")[k - 1] for k in range(1, directions[layer - 1] + 1)},
    }
    with st.container(horizontal=True, gap="small"):
        for name, offered in offers.items():
            if len(offered) > 1:
                _choice(shown, name, offered, which if name == "which" else min(shown.value(name), len(offered)))


def _choice(shown: Held, name: str, offered: Mapping[int, str], value: int) -> None:
    key = shown.key(name)
    st.selectbox(
        str(shown.page.view.declared()[name].label),
        list(offered),
        index=value - 1,
        format_func=offered.__getitem__,
        key=key,
        on_change=lambda: shown.put(name, st.session_state[key]) if key == shown.key(name) else None,
        label_visibility="collapsed",
        width=170,
    )
