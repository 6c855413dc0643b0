"""The row of presets that tells a page's story, and the line on what to look for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

Record = TypeVar("Record")


@dataclass(frozen=True)
class Preset(Generic[Record]):
    """One button of the row."""

    title: str
    look_for: str
    record: Record  # what it shows


def buttons(presets: Mapping[str, Preset[Record]], choose: Callable[[str], None]) -> None:
    """The row of buttons; `choose` gets the name of the one that was pressed."""
    with st.container(horizontal=True, gap="small"):
        for name, preset in presets.items():
            st.button(preset.title, key=f"preset_{name}", on_click=choose, args=(name,))


def what_to_look_for(
    presets: Mapping[str, Preset[Record]], record: Record, hint: str = "then change anything you see"
) -> None:
    """What to look for, while `record` is a preset's; the line is always there, so that nothing jumps."""
    shown = next((preset for preset in presets.values() if preset.record == record), None)
    st.markdown(f"**Look for:** {shown.look_for}" if shown else f"Each button tells a story; {hint}.")
