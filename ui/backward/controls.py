"""The controls of a backward study: widgets in, study out. A bad entry gets a sentence under its field."""

from __future__ import annotations

import random
from typing import Any

import streamlit as st

from engine.cells import CELLS
from engine.studies.backward.link import backward_to_query
from engine.studies.backward.study import INPUTS, MOST_CELLS, NUMBERS, RANGES, SYMBOLS, BackwardStudy
from engine.studies.query import read_number, read_numbers, read_text, read_whole
from engine.studies.vanish.study import LARGEST_NUMBER, PLACES
from ui.frame import say
from ui.vanish.controls import INPUT_NAMES, PLACE_NAMES

PREFIX = "backward_"  # of everything this page keeps in the session
_STATE = st.session_state
_FIELDS = ("steps", "hidden", "scale", "forget_bias", "inputs", "text", "at", "seed")  # shown as the record has them


def _key(name: str) -> str:
    return PREFIX + name


def fill(study: BackwardStudy) -> None:
    """Set every control to the study."""
    values: dict[str, Any] = {name: getattr(study, name) for name in _FIELDS}
    values["cells"] = list(study.cells)
    values["numbers"] = backward_to_query(study).get("numbers") or ", ".join(f"{n:g}" for n in study.numbers)
    _STATE.update({_key(name): value for name, value in {**values, "said": {}, "study": study}.items()})


def filled() -> bool:
    """Whether the controls hold values: not on a first visit, nor on coming back from another page."""
    return _key("cells") in _STATE and _key("seed") in _STATE


def described() -> BackwardStudy:
    """The study that the controls describe; where an entry cannot be read, the last valid one stays in use."""
    last: BackwardStudy = _STATE[_key("study")]
    _STATE[_key("at")] = _STATE[_key("at")] or last.at  # a rerun may overtake the control's first word of its value
    for name in ("text", "numbers"):  # a field that is not drawn would lose its entry; setting it keeps it
        _STATE[_key(name)] = _STATE[_key(name)]
    text, text_said = read_text(_STATE[_key("text")], SYMBOLS)
    numbers, numbers_said = read_numbers(_STATE[_key("numbers")], NUMBERS, LARGEST_NUMBER)
    _STATE[_key("said")] = {**_STATE[_key("said")], "text": text_said, "numbers": numbers_said}
    study = BackwardStudy(
        cells=tuple(_STATE[_key("cells")]),
        inputs=_STATE[_key("inputs")],
        text=last.text if text is None else text,
        numbers=last.numbers if numbers is None else numbers,
        steps=_STATE[_key("steps")],
        at=_STATE[_key("at")],
        hidden=_STATE[_key("hidden")],
        scale=float(_STATE[_key("scale")]),
        forget_bias=float(_STATE[_key("forget_bias")]),
        seed=_STATE[_key("seed")],
    )
    _STATE[_key("study")] = study
    return study


def controls() -> None:
    """Draw the controls."""
    with st.container(key="controls", gap="small"):
        st.segmented_control(
            "Loss at the",
            list(PLACES),
            format_func=PLACE_NAMES.__getitem__,
            key=_key("at"),
            required=True,
            help="Only the last step has a loss, or every step its own; then the total is their sum.",
        )
        st.pills(
            "Cells",
            list(CELLS),
            selection_mode="multi",
            format_func=lambda name: CELLS[name].title,
            key=_key("cells"),
            on_change=_mend_cells,
            help=f"1 to {MOST_CELLS} networks under the same seed; a vanilla RNN is named by its activation.",
        )
        _said("cells")
        _number("Recurrent scale", "scale", 0.1, "Every recurrent weight matrix W is multiplied by this: 0.2 to 3.")
        st.selectbox("Input", list(INPUTS), format_func=INPUT_NAMES.__getitem__, key=_key("inputs"))
        chosen = _STATE[_key("inputs")]
        if chosen == "text":
            _line("Text", "text", f"{SYMBOLS[0]} to {SYMBOLS[1]} characters; each step predicts the next one.")
        elif chosen == "numbers":
            _line("Numbers", "numbers", f"{NUMBERS[0]} to {NUMBERS[1]} numbers, with commas or spaces between.")
        left, right = st.columns(2)
        with left:
            own = chosen != "random"
            words = "Your own text or numbers bring their own length." if own else "How long the sequence is: 5 to 40."
            _number("Timesteps T", "steps", 1, words, disabled=own)
        with right:
            _number("Hidden units H", "hidden", 1, "The size of the hidden state: 1 to 16.")
        left, right = st.columns(2)
        with left:
            gated = any("forget" in CELLS[name].gates for name in _STATE[_key("cells")])
            words = "sigmoid(bias) is how open the forget gate starts." if gated else "Compare an LSTM to use this."
            _number("LSTM forget bias", "forget_bias", 0.5, words, disabled=not gated)
        with right:
            _number("Seed", "seed", 1, "Decides every random weight, input and target.")
        st.button("Another seed", icon=":material/casino:", key=_key("dice"), on_click=_roll)


def _said(name: str) -> None:
    sentence = _STATE[_key("said")].get(name, "")
    say(sentence[:1].upper() + sentence[1:])


def _number(label: str, name: str, step: float, help_text: str, disabled: bool = False) -> None:
    st.number_input(
        label,
        step=step,
        key=_key(name),
        on_change=_mend_number,
        args=(name,),
        help=help_text,
        disabled=disabled,
        format="%d" if isinstance(step, int) else "%g",
    )
    _said(name)


def _line(label: str, name: str, help_text: str) -> None:
    st.text_input(label, key=_key(name), help=help_text)
    _said(name)


def _mend_number(name: str) -> None:
    """Move a number that is out of range to the nearest end, and say so."""
    whole = isinstance(_STATE[_key(name)], int)
    value, complaint = (read_whole if whole else read_number)(f"{_STATE[_key(name)]:.10g}", *RANGES[name])
    low = RANGES[name][0] if value is None else value
    _STATE[_key(name)] = int(low) if whole else float(low)
    _STATE[_key("said")] = {name: complaint}


def _mend_cells() -> None:
    """Keep between one and three cells."""
    chosen, complaint = list(_STATE[_key("cells")]), ""
    if not chosen:
        chosen, complaint = [_STATE[_key("study")].cells[0]], "At least one cell stays."
    elif len(chosen) > MOST_CELLS:
        before = _STATE[_key("study")].cells
        chosen = [name for name in chosen if name in before][:MOST_CELLS]
        complaint = f"At most {MOST_CELLS} stand side by side: switch one off first."
    _STATE[_key("cells")] = [name for name in CELLS if name in chosen]
    _STATE[_key("said")] = {**_STATE[_key("said")], "cells": complaint}


def _roll() -> None:
    _STATE[_key("seed")] = random.randrange(int(RANGES["seed"][1]) + 1)
