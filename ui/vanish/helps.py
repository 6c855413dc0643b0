"""What helps? Every remedy beside the network as it is; one press puts a remedy into the controls."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import streamlit as st

from engine.cells import CELLS
from engine.studies.vanish.remedies import helped
from engine.studies.vanish.study import VanishStudy
from figures.vanish.remedies import remedies_message
from ui.address import presenting
from ui.kit.publish import component
from ui.vanish.controls import fill

FOLDER = Path(__file__).parent
LONG = 1_000_000  # steps * hidden**2 from which on the wait is announced

_HELPS = component(
    "what_helps",
    FOLDER / "helps.js",
    (FOLDER / "deeper.css").read_text(encoding="utf-8"),
)
_helped = lru_cache(maxsize=64)(helped)  # some 100 kB each


def helps_section(experiment: VanishStudy, cell: str) -> None:
    """Draw the remedies of `cell`. Call it inside the fragment that holds the controls."""
    plain = replace(experiment, other_seeds=False)
    st.markdown(
        f"The {CELLS[cell].title} once more with one thing changed each time: same seed, same inputs. "
        "What each remedy changed, and what it did not."
    )

    def use() -> None:
        name = st.session_state["helps"]["use"]
        found = next((one for one in _helped(plain, cell).remedies if one.name == name), None)
        if found is not None and found.experiment is not None:
            fill(replace(found.experiment, other_seeds=experiment.other_seeds))
            st.session_state["complaints"] = []

    slot, wait = st.container(), st.empty()
    if experiment.sequence().x.shape[0] * experiment.hidden**2 >= LONG:
        with wait, st.spinner("Running every remedy …"):
            found = _helped(plain, cell)
        wait.empty()
    else:
        found = _helped(plain, cell)
    with slot:
        _HELPS(key="helps", data=remedies_message(plain, found, presenting()), on_use_change=use)
