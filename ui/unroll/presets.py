"""The presets that tell the story of a network unrolled: each a walkthrough and one sentence on what to look for."""

from __future__ import annotations

import streamlit as st

from engine.studies.unroll.walkthrough import Walkthrough
from figures.unroll.walk import WalkView
from ui.presets import Preset, buttons, what_to_look_for
from ui.unroll.controls import fill

PRESETS: dict[str, Preset[Walkthrough]] = {
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
    buttons(PRESETS, _choose)


def look_for(walkthrough: Walkthrough) -> None:
    """What to look for."""
    what_to_look_for(PRESETS, walkthrough)


def _choose(name: str) -> None:
    fill(PRESETS[name].record)
    session = st.session_state
    session["complaints"] = []
    session["walk_view"] = session["walk_sent"] = WalkView(story=session["walk_sent"].story + 1)
