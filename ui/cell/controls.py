"""The controls of a study: widgets in, CellStudy out. A bad entry gets a sentence under its field."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import streamlit as st

from engine.cells import CELLS
from engine.studies.cell.link import DEFAULT, study_to_query
from engine.studies.cell.study import BIASED, NUMBERS, RANGES, SYMBOLS, CellStudy
from engine.studies.query import read_number, read_numbers, read_text, read_whole
from engine.studies.vanish.study import LARGEST_NUMBER
from ui.frame import say
from ui.vanish.controls import INPUT_NAMES, LOSS_NAMES, PLACE_NAMES

UNIT_NAMES = {"character": "by character", "word": "by word"}
START_NAMES = {"zeros": "zeros", "drawn": "a random state"}
_STATE = st.session_state
_NAMES = tuple(field.name for field in fields(CellStudy))


def _key(name: str) -> str:
    return f"study_{name}"


def fill(study: CellStudy) -> None:
    """Set every control to the study."""
    for name in _NAMES:
        _STATE[_key(name)] = getattr(study, name)
    numbers = study_to_query(replace(DEFAULT, numbers=study.numbers)).get("numbers")
    _STATE[_key("numbers")] = numbers or ", ".join(f"{number:g}" for number in study.numbers)
    _STATE.update(study_said={}, study=study)


def filled() -> bool:
    """Whether the controls hold values: not on a first visit, nor on coming back from another page."""
    return _key("cell") in _STATE and _key("seed") in _STATE


def described() -> CellStudy:
    """The study that the controls describe; where an entry cannot be read, the last valid one stays in use."""
    last: CellStudy = _STATE["study"]
    # A rerun may overtake a control's first word of its value, and a field that is not drawn in this run would lose
    # its entry; setting it keeps it for when it comes back.
    held: dict[str, Any] = {name: _STATE.get(_key(name)) for name in _NAMES}
    held |= {name: getattr(last, name) for name, value in held.items() if value is None}
    for name, value in held.items():
        if name != "numbers":
            _STATE[_key(name)] = value
    _STATE[_key("numbers")] = _STATE.get(_key("numbers")) or ""
    text, text_said = read_text(str(held["text"]), SYMBOLS, str(held["unit"]))
    numbers, numbers_said = read_numbers(_STATE[_key("numbers")], NUMBERS, LARGEST_NUMBER)
    if text is None:  # the last valid text may have too few words where it had enough characters
        text = last.text if read_text(last.text, SYMBOLS, held["unit"])[0] is not None else DEFAULT.text
    held["text"] = text
    held["numbers"] = last.numbers if numbers is None else numbers
    _STATE["study_said"] = {**_STATE["study_said"], "text": text_said, "numbers": numbers_said}
    study = CellStudy(**held)
    _STATE["study"] = study
    return study


def controls() -> None:
    """Draw the controls."""
    with st.container(key="controls", gap="small"):
        cell = CELLS[_STATE[_key("cell")]]
        st.selectbox(
            "Cell",
            list(CELLS),
            format_func=lambda name: CELLS[name].title,
            key=_key("cell"),
            help="Every cell is drawn from its own equations.",
        )
        for gate, name in ((gate, f"{gate}_bias") for gate in BIASED if gate in cell.gates):
            _number(
                f"Bias of the {gate} gate",
                name,
                1.0,
                "Added to every unit's sum before the logistic function: -20 holds the gate shut, 20 holds it open.",
            )
        if "leak" in cell.extras:
            _number("Leak λ", "leak", 0.05, "The share of the state that each step writes anew, 0 to 1.")
        _input()
        st.segmented_control(
            "Starts from",
            list(START_NAMES),
            format_func=START_NAMES.__getitem__,
            key=_key("start"),
            required=True,
            help="The state before step 1: zeros, or one drawn under the seed.",
        )
        left, right = st.columns(2)
        with left:
            _number("Hidden units H", "hidden", 1, "The size of the state: 1 to 32.")
        with right:
            _number("Seed", "seed", 1, "Decides every random weight, input and target.")
        st.selectbox(
            "Loss",
            ["cross-entropy", "probe"],
            format_func=LOSS_NAMES.__getitem__,
            key=_key("loss"),
            help="Where the gradients come from that flow back. The probe sends one unit of error into the last state.",
        )
        st.segmented_control(
            "Loss at the",
            list(PLACE_NAMES),
            format_func=PLACE_NAMES.__getitem__,
            key=_key("at"),
            required=True,
            disabled=_STATE[_key("loss")] == "probe",
            help="Only the last step has a loss, or every step its own.",
        )


def _input() -> None:
    st.selectbox("Input", list(INPUT_NAMES), format_func=_input_name, key=_key("inputs"))
    kind = _STATE[_key("inputs")]
    if kind == "text":
        low, high = SYMBOLS
        st.text_area(
            "Text",
            key=_key("text"),
            height=70,
            help=f"{low} to {high:,} characters or words; each step reads one and predicts the next.",
        )
        _said("text")
        st.segmented_control(
            "Read",
            list(UNIT_NAMES),
            format_func=UNIT_NAMES.__getitem__,
            key=_key("unit"),
            required=True,
            label_visibility="collapsed",
        )
    elif kind == "numbers":
        st.text_area("Numbers", key=_key("numbers"), height=70, help=f"{NUMBERS[0]} to {NUMBERS[1]:,} numbers.")
        _said("numbers")
    else:
        _number("Timesteps T", "steps", 1, "How long the sequence is: 2 to 1,000 steps.")


def _input_name(name: str) -> str:
    return "Own text" if name == "text" else INPUT_NAMES[name]


def _said(name: str) -> None:
    sentence = _STATE["study_said"].get(name, "")
    say(sentence[:1].upper() + sentence[1:])


def _number(label: str, name: str, step: float, help_text: str) -> None:
    st.number_input(
        label,
        step=step,
        key=_key(name),
        on_change=_mend,
        args=(name,),
        help=help_text,
        format="%d" if isinstance(step, int) else "%g",
    )
    _said(name)


def _mend(name: str) -> None:
    """Move a number that is out of range to the nearest end, and say so."""
    now = _STATE[_key(name)]
    whole = isinstance(now, int)
    value, complaint = (read_whole if whole else read_number)(f"{now:.10g}", *RANGES[name])
    nearest = RANGES[name][0] if value is None else value
    _STATE[_key(name)] = int(nearest) if whole else float(nearest)
    _STATE["study_said"] = {name: complaint}
