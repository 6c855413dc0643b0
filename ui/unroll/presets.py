"""The presets that tell the story of a network unrolled: each a walkthrough and one sentence on what to look for."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from engine.studies.unroll.walkthrough import Walkthrough
from figures.unroll import WalkView
from ui.unroll.controls import fill


@dataclass(frozen=True)
class Preset:
    """One button of the row."""

    title: str
    look_for: str
    walkthrough: Walkthrough


PRESETS: dict[str, Preset] = {
    "hello": Preset(
        "‘hello’ by hand",
        "the lecture's own weights: each letter enters as a 1 among zeros, so U hands over a single column, and the "
        "state carries the letters before it.",
        Walkthrough(),
    ),
    "review": Preset(
        "‘not good’",
        "only the last step answers, so whatever ‘not’ did must still be in the state one step later. "
        "31 numbers do it all, counted below.",
        Walkthrough(example="review", wiring="many-to-one"),
    ),
    "happy": Preset(
        "‘happy’",
        "three words, one after the other; the same U, W and V at every step, and one loss at the end.",
        Walkthrough(example="happy", wiring="many-to-one", label=1),
    ),
    "impulse": Preset(
        "Impulse",
        "a single 1 enters at step 1 and then nothing: from step 2 on W alone moves the state, and that is memory.",
        Walkthrough(example="impulse", hidden=4),
    ),
    "sine": Preset(
        "Sine",
        "numbers enter instead of symbols, and every step predicts the next one.",
        Walkthrough(example="sine", hidden=8),
    ),
    "caption": Preset(
        "One to many",
        "one letter enters, then nothing more: every later output comes from the carried state alone.",
        Walkthrough(wiring="one-to-many"),
    ),
    "translate": Preset(
        "Encoder, decoder",
        "the encoder answers nothing; its last state is all that the decoder gets to say the word again.",
        Walkthrough(wiring="delayed"),
    ),
    "both": Preset(
        "Both directions",
        "a second chain reads from the end, so that ‘good’ is known when ‘not’ is answered.",
        Walkthrough(example="review", both=True),
    ),
    "deep": Preset(
        "Three layers",
        "each layer reads the states of the one below; every box holds four gates and a memory.",
        Walkthrough(example="text", cell="lstm", layers=3, hidden=8),
    ),
}


def preset_buttons() -> None:
    """The row of buttons."""
    with st.container(horizontal=True, gap="small"):
        for name, preset in PRESETS.items():
            st.button(preset.title, key=f"walk_preset_{name}", on_click=_choose, args=(name,))


def look_for(walkthrough: Walkthrough) -> None:
    """What to look for, while what is shown is a preset; the line is always there, so that nothing jumps."""
    shown = next((preset for preset in PRESETS.values() if preset.walkthrough == walkthrough), None)
    st.markdown(
        f"**Look for:** {shown.look_for}" if shown else "Each button tells a story; then change anything you see."
    )


def _choose(name: str) -> None:
    fill(PRESETS[name].walkthrough)
    session = st.session_state
    session["complaints"] = []
    session["walk_view"] = session["walk_sent"] = WalkView(story=session["walk_sent"].story + 1)
