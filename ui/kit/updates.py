"""One update of a trained network after the other: each changes the record, and the loss says what it brought."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from engine.studies.shelf import Shelved
from engine.studies.trained import Trained
from figures.trained import about_the_update, loss_now
from ui.kit.held import Held

STEPS = (-10, -1, 1, 10)
REACHED, BEFORE = "furthest_update", "update_before"  # what is noted of a training


def updates(shown: Held, study: Shelved, trained: Trained) -> None:
    """Buttons for the updates around, and the loss of what is read, now and at the update that was shown before: in the
    line that says what the network is, so that the picture stays in sight."""
    end = shown.noted[REACHED] = max(shown.noted.get(REACHED, 0), trained.update)
    loss = loss_now(trained, study.which)
    before = shown.noted.get(BEFORE)
    now = (trained.training, study.which, trained.phrase), trained.update, loss
    known = before is not None and before[0] == now[0] and before[1] != trained.update
    for step in STEPS:
        sign = "+" if step > 0 else "−"
        _button(shown, f"{sign}{abs(step)}", trained, trained.update + step, now)
    _button(shown, "Untrained", trained, 0, now)
    if end > trained.update:
        _button(shown, f"To update {end:,}", trained, end, now)
    said = about_the_update(trained.update, loss, before[1:] if before is not None and known else None)
    st.markdown(said, width="content")


def _button(shown: Held, label: str, trained: Trained, update: int, now: tuple[object, int, float]) -> None:
    st.button(
        label,
        key=f"update.{label}",
        type="tertiary",
        on_click=_go,
        args=(shown, trained, update, now),
        disabled=update < 0 or update == trained.update,
        help=f"The same network after update {max(update, 0):,}.",
    )


def _go(shown: Held, trained: Trained, update: int, now: tuple[object, int, float]) -> None:
    shown.noted[BEFORE] = now
    shown.put("trained", replace(trained, update=update, numbers=b""), True)
