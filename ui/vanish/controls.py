"""The controls of an experiment: widgets in, VanishStudy out. A bad entry gets a sentence under its field."""

from __future__ import annotations

import random

import streamlit as st

from engine.cells import CELLS
from engine.studies.query import read_number, read_numbers, read_text, read_whole
from engine.studies.vanish.link import to_query
from engine.studies.vanish.seeds import MOST_SEEDS, other_seeds
from engine.studies.vanish.study import LARGEST_NUMBER, MOST_CELLS, NUMBERS, RANGES, SYMBOLS, VanishStudy
from ui.frame import say

INITIALISER_NAMES = {
    "gaussian": "Gaussian, N(0, 1/H)",
    "orthogonal": "Orthogonal",
    "identity": "Identity",
    "glorot": "Glorot uniform",
    "radius": "Spectral radius exactly the scale",
    "singular": "Largest singular value exactly the scale",
}
INPUT_NAMES = {
    "random": "Random numbers",
    "zeros": "Zeros",
    "impulse": "Impulse at step 1",
    "sine": "Sine wave",
    "text": "Own text, by character",
    "numbers": "Own numbers",
}
LOSS_NAMES = {
    "cross-entropy": "Cross-entropy",
    "squared-error": "Squared error",
    "probe": "Probe: one unit of error",
}
PLACE_NAMES = {"last": "last step", "every": "every step"}
_STATE = st.session_state


def fill(experiment: VanishStudy) -> None:
    """Set every control to the experiment."""
    _STATE.update(
        cells=list(experiment.cells),
        steps=experiment.steps,
        hidden=experiment.hidden,
        initialiser=experiment.initialiser,
        scale=experiment.scale,
        forget_bias=experiment.forget_bias,
        inputs=experiment.inputs,
        text=experiment.text,
        numbers=to_query(experiment).get("numbers") or ", ".join(f"{number:g}" for number in experiment.numbers),
        loss=experiment.loss,
        at=experiment.at,
        clip=experiment.clip,
        seed=experiment.seed,
        other_seeds=experiment.other_seeds,
        said={},
        before_dice=None,
        experiment=experiment,
        filled_since=0,
    )


def filled() -> bool:
    """Whether the controls hold values: not on a first visit, nor on coming back from another page."""
    return "cells" in _STATE and "seed" in _STATE


def described() -> VanishStudy:
    """The experiment that the controls describe; where an entry cannot be read, the last valid one stays in use."""
    _outlast_the_labs_question()
    last: VanishStudy = _STATE["experiment"]
    _STATE["at"] = _STATE["at"] or last.at  # a rerun may overtake the control's first word of its value
    # A field that is not drawn in this run would lose its entry; setting it keeps it for when it comes back.
    _STATE["text"], _STATE["numbers"] = _STATE["text"], _STATE["numbers"]
    text, text_said = read_text(_STATE["text"], SYMBOLS)
    numbers, numbers_said = read_numbers(_STATE["numbers"], NUMBERS, LARGEST_NUMBER)
    _STATE["said"] = {**_STATE["said"], "text": text_said, "numbers": numbers_said}
    experiment = VanishStudy(
        cells=tuple(_STATE["cells"]),
        steps=_STATE["steps"],
        hidden=_STATE["hidden"],
        initialiser=_STATE["initialiser"],
        scale=_STATE["scale"],
        forget_bias=float(_STATE["forget_bias"]),
        inputs=_STATE["inputs"],
        text=last.text if text is None else text,
        numbers=last.numbers if numbers is None else numbers,
        loss=_STATE["loss"],
        at=_STATE["at"],
        clip=float(_STATE["clip"]),
        seed=_STATE["seed"],
        other_seeds=_STATE["other_seeds"],
    )
    _STATE["experiment"] = experiment
    return experiment


def _outlast_the_labs_question() -> None:
    """Keep what `fill` set where the lab asks for all scales before the browser has heard of it.

    The lab draws before the controls do, and its question carries the controls' values as the browser knows them:
    without this, the old ones would come back. Any other run says what a visitor did, and stands.
    """
    runs = _STATE["filled_since"] = _STATE.get("filled_since", 0) + 1
    if runs == 2 and _STATE.get("lab_asked"):
        fill(_STATE["experiment"])
        _STATE["filled_since"] = 2


def controls() -> None:
    """Draw the controls."""
    with st.container(key="controls", gap="small"):
        st.pills(
            "Cells and activations compared",
            list(CELLS),
            selection_mode="multi",
            format_func=lambda name: CELLS[name].title,
            key="cells",
            on_change=_mend_cells,
            help=f"1 to {MOST_CELLS} networks under the same seed; a vanilla RNN is named by its activation.",
        )
        _said("cells")
        left, right = st.columns(2)
        own_length = _STATE["inputs"] in ("text", "numbers")
        with left:
            _number(
                "Timesteps T",
                "steps",
                1,
                disabled=own_length,
                help_text="Your own text or numbers bring their own length."
                if own_length
                else "How long the sequence is: 5 to 1,000 steps.",
            )
        with right:
            _number("Hidden units H", "hidden", 1, help_text="The size of the hidden state: 1 to 128.")
        st.selectbox(
            "Recurrent weights W",
            list(INITIALISER_NAMES),
            format_func=INITIALISER_NAMES.__getitem__,
            key="initialiser",
            help="How each gate's W is drawn; the recurrent scale multiplies it. Input weights are Glorot uniform.",
        )
        gated = any("forget" in CELLS[name].gates for name in _STATE["cells"])
        _number(
            "LSTM forget bias",
            "forget_bias",
            0.5,
            disabled=not gated,
            help_text="sigmoid(bias) is how open the forget gate starts: 1 gives 0.73, 5 gives 0.993, -3 gives 0.047."
            if gated
            else "Compare an LSTM to use this.",
        )
        st.selectbox("Input", list(INPUT_NAMES), format_func=INPUT_NAMES.__getitem__, key="inputs")
        if _STATE["inputs"] == "text":
            _area("Text", "text", f"{SYMBOLS[0]} to {SYMBOLS[1]:,} characters; each step predicts the next one.")
        elif _STATE["inputs"] == "numbers":
            _area("Numbers", "numbers", f"{NUMBERS[0]} to {NUMBERS[1]:,} numbers, with commas or spaces between.")
        st.selectbox(
            "Loss",
            list(LOSS_NAMES),
            format_func=LOSS_NAMES.__getitem__,
            key="loss",
            help="Where the error comes from. Targets are drawn under the seed; a text predicts its next character. "
            "The probe sends one unit of error in a random direction into the last state.",
        )
        probing = _STATE["loss"] == "probe"
        st.segmented_control(
            "Loss at the",
            list(PLACE_NAMES),
            format_func=PLACE_NAMES.__getitem__,
            key="at",
            required=True,
            disabled=probing,
            help="The probe enters at the last step."
            if probing
            else "Only the last step has a loss, or every step its own.",
        )
        left, right = st.columns(2)
        with left:
            _number(
                "Clip at norm",
                "clip",
                1.0,
                help_text="Threshold on the norm of all parameter gradients together; 0 is off. "
                "It multiplies them by one factor, shown at the gradient norms under the verdicts; "
                "the error that flows back through the states is not clipped.",
            )
        with right:
            _number("Seed", "seed", 1, help_text="Decides every random weight, input and target.")
        before = _STATE.get("before_dice")
        with st.container(horizontal=True, gap="small"):
            st.button("", icon=":material/casino:", key="dice", on_click=_roll, help="Roll a new seed")
            st.button(
                "Same seed again",
                key="same_seed",
                on_click=_same_seed,
                disabled=before is None,
                help="Roll first: then this goes back." if before is None else f"Back to seed {before}",
            )
        st.toggle(
            "Other seeds",
            key="other_seeds",
            help=f"The same experiment under the {MOST_SEEDS} seeds that follow, at the current scale. Behind each "
            "curve, the band holds all runs but the lowest and the highest tenth; its thin line is the median.",
        )
        if _STATE["other_seeds"] and (words := _fewer(len(other_seeds(_STATE["experiment"])))):
            st.caption(words)


def _fewer(seeds: int) -> str:
    """Why there are fewer other seeds than usual, or none."""
    if seeds == MOST_SEEDS:
        return ""
    if seeds:
        return f"T × H² is large here, so that only {seeds} other seeds are run."
    return "T × H² is too large here to run other seeds too: choose fewer steps or hidden units."


def _said(name: str) -> None:
    sentence = _STATE["said"].get(name, "")
    say(sentence[:1].upper() + sentence[1:])


def _number(label: str, name: str, step: float, help_text: str, disabled: bool = False) -> None:
    st.number_input(
        label,
        step=step,
        key=name,
        on_change=_mend_number,
        args=(name,),
        help=help_text,
        disabled=disabled,
        format="%d" if isinstance(step, int) else "%g",
    )
    _said(name)


def _mend_number(name: str) -> None:
    """Move a number that is out of range to the nearest end, and say so."""
    read = read_whole if isinstance(_STATE[name], int) else read_number
    kind = int if isinstance(_STATE[name], int) else float
    value, complaint = read(f"{_STATE[name]:.10g}", *RANGES[name])
    _STATE[name] = kind(RANGES[name][0] if value is None else value)
    _STATE["said"] = {name: complaint}


def _mend_cells() -> None:
    """Keep between one and four cells."""
    chosen, complaint = list(_STATE["cells"]), ""
    if not chosen:
        chosen, complaint = [_STATE["experiment"].cells[0]], "At least one cell stays."
    elif len(chosen) > MOST_CELLS:
        chosen, complaint = chosen[:MOST_CELLS], f"At most {MOST_CELLS} can be compared: switch one off first."
    _STATE["cells"] = [name for name in CELLS if name in chosen]
    _STATE["said"] = {**_STATE["said"], "cells": complaint}


def _area(label: str, name: str, help_text: str) -> None:
    st.text_area(label, key=name, height=90, help=help_text)
    _said(name)


def _roll() -> None:
    _STATE["before_dice"] = _STATE["seed"]
    _STATE["seed"] = random.randrange(int(RANGES["seed"][1]) + 1)


def _same_seed() -> None:
    _STATE["seed"], _STATE["before_dice"] = _STATE["before_dice"], _STATE["seed"]
