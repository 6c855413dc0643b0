"""The controls of a walkthrough: widgets in, UnrollStudy out. A bad entry gets a sentence under its field."""

from __future__ import annotations

import random

import streamlit as st

from engine.cells import CELLS
from engine.studies.query import read_numbers, read_text, read_whole
from engine.studies.unroll.link import read_edits, walkthrough_to_query, with_edits
from engine.studies.unroll.study import RANGES, SENTENCES, SYMBOLS, Edit, UnrollStudy
from engine.studies.vanish.study import LARGEST_NUMBER, NUMBERS
from ui.frame import say

EXAMPLE_NAMES = {
    "hello": "hello",
    "review": "movie was not good",
    "happy": "they are happy",
    "sine": "Sine wave",
    "impulse": "Impulse at step 1",
    "text": "Own text",
    "numbers": "Own numbers",
}
WIRING_NAMES = {
    "one-to-one": "One to one",
    "one-to-many": "One to many",
    "many-to-one": "Many to one",
    "in-step": "Many to many, in step",
    "delayed": "Many to many, delayed",
}
WIRING_HELP = (
    "One to one: a plain network, no second step. One to many: one input, many outputs, as for captions. "
    "Many to one: read all, answer once, as for sentiment. In step: an answer at every step, as for tagging. "
    "Delayed: an encoder reads all, then a decoder speaks, as for translation."
)
FIELDS = ("example", "text", "by", "cell", "layers", "both", "hidden", "wiring", "label", "seed")
_STATE = st.session_state


def fill(walkthrough: UnrollStudy) -> None:
    """Set every control to the walkthrough."""
    _STATE.update({f"walk_{name}": getattr(walkthrough, name) for name in FIELDS})
    _STATE["walk_numbers"] = walkthrough_to_query(walkthrough).get("numbers") or ", ".join(
        f"{number:g}" for number in walkthrough.numbers
    )
    _STATE.update(walkthrough=walkthrough, walk_edits=walkthrough.edits, walk_said={}, walk_before_dice=None)


def filled() -> bool:
    """Whether the controls hold values: not on a first visit, nor on coming back from another page."""
    return "walk_example" in _STATE and "walk_wiring" in _STATE


def described() -> UnrollStudy:
    """The walkthrough that the controls describe; where an entry cannot be read, the last valid one stays in use."""
    last: UnrollStudy = _STATE["walkthrough"]
    take_typed_weights()
    for name in (*FIELDS, "numbers"):
        # A field that is not drawn in this run would lose its entry; setting it keeps it for when it comes back.
        entry = _STATE[f"walk_{name}"]
        _STATE[f"walk_{name}"] = getattr(last, name) if entry is None else entry
    by = _STATE["walk_by"]
    text, text_said = read_text(_STATE["walk_text"], SYMBOLS, by)
    numbers, numbers_said = read_numbers(_STATE["walk_numbers"], NUMBERS, LARGEST_NUMBER)
    said = {**_STATE["walk_said"], "text": text_said, "numbers": numbers_said}
    wiring = _STATE["walk_wiring"]
    found = UnrollStudy(
        example=_STATE["walk_example"],
        text=last.text if text is None else text,
        by=last.by if text is None else by,
        numbers=last.numbers if numbers is None else numbers,
        cell=_STATE["walk_cell"],
        layers=_STATE["walk_layers"],
        both=_STATE["walk_both"] and wiring != "delayed",
        hidden=_STATE["walk_hidden"],
        wiring=wiring,
        label=_STATE["walk_label"],
        seed=_STATE["walk_seed"],
    )
    found = _with_edits(found, last, _STATE["walk_edits"])
    _STATE.update(walkthrough=found, walk_edits=found.edits, walk_said=said)
    return found


def take_typed_weights() -> None:
    """Take the weights that a visitor has set by hand in the picture: all of them, as a link writes them."""
    typed = _STATE.pop("walk_typed", None)
    if not isinstance(typed, str):
        return
    edits, complaint = read_edits(typed) if typed else ((), "")
    fitting, also = with_edits(_STATE["walkthrough"], edits)
    _STATE.update(walk_edits=fitting.edits, walk_said={"edits": complaint or " ".join(also)})


def _with_edits(found: UnrollStudy, last: UnrollStudy, edits: tuple[Edit, ...]) -> UnrollStudy:
    """Edits stay while the network stays: a weight of another one would be set by chance."""
    same = found.example == last.example and found.vocabulary == last.vocabulary and found.shapes() == last.shapes()
    if not same or found.cell != last.cell:
        return found
    return with_edits(found, edits)[0]


def controls() -> None:
    """Draw the controls."""
    with st.container(key="controls", gap="small"):
        st.selectbox(
            "What enters",
            list(EXAMPLE_NAMES),
            format_func=EXAMPLE_NAMES.__getitem__,
            key="walk_example",
            on_change=_suit_example,
        )
        if _STATE["walk_example"] == "text":
            st.text_area(
                "Text",
                key="walk_text",
                height=90,
                help=f"{SYMBOLS[0]} to {SYMBOLS[1]:,} characters or words in any language, emoji too.",
            )
            _said("text")
            st.segmented_control("One step is a", ("character", "word"), key="walk_by", required=True)
        elif _STATE["walk_example"] == "numbers":
            help_text = f"{NUMBERS[0]} to {NUMBERS[1]:,} numbers, with commas or spaces between."
            st.text_area("Numbers", key="walk_numbers", height=90, help=help_text)
            _said("numbers")
        st.selectbox(
            "Wiring",
            list(WIRING_NAMES),
            format_func=WIRING_NAMES.__getitem__,
            key="walk_wiring",
            help=WIRING_HELP,
        )
        if _STATE["walkthrough"].output_kind == "sigmoid":
            st.segmented_control(
                "Wanted answer",
                (0, 1),
                format_func={0: "0, negative", 1: "1, positive"}.__getitem__,
                key="walk_label",
                required=True,
            )
        st.selectbox("Cell", list(CELLS), format_func=lambda name: CELLS[name].title, key="walk_cell")
        left, right = st.columns(2)
        with left:
            st.segmented_control("Layers", (1, 2, 3), key="walk_layers", required=True)
        with right:
            _number("Hidden units H", "hidden", "The size of the state: 1 to 64 numbers.")
        delayed = _STATE["walk_wiring"] == "delayed"
        st.toggle(
            "Both directions",
            key="walk_both",
            disabled=delayed,
            help="A decoder writes one step after the other, so it reads in one direction."
            if delayed
            else "A second chain with weights of its own reads from the end.",
        )
        lecture = _STATE["walkthrough"].lecture
        left, right = st.columns([2, 1], vertical_alignment="bottom")
        with left:
            _number(
                "Seed of the weights",
                "seed",
                "The weights are the lecture's own. Change the cell, H or what enters, and they are drawn."
                if lecture
                else "Decides every weight that is drawn.",
                disabled=lecture,
            )
        with right, st.container(horizontal=True, gap="small"):
            st.button(
                "",
                icon=":material/casino:",
                key="walk_dice",
                on_click=_roll,
                disabled=lecture,
                help="Roll a new seed",
            )
        _said("edits")


def _said(name: str) -> None:
    sentence = _STATE["walk_said"].get(name, "")
    say(sentence[:1].upper() + sentence[1:])


def _number(label: str, name: str, help_text: str, disabled: bool = False) -> None:
    key = f"walk_{name}"
    st.number_input(
        label, step=1, key=key, on_change=_mend, args=(name,), help=help_text, disabled=disabled, format="%d"
    )
    _said(name)


def _mend(name: str) -> None:
    """Move a number that is out of range to the nearest end, and say so."""
    value, complaint = read_whole(f"{_STATE[f'walk_{name}']:.10g}", *RANGES[name])
    _STATE[f"walk_{name}"] = int(RANGES[name][0]) if value is None else value
    _STATE["walk_said"] = {name: complaint}


def _suit_example() -> None:
    """A sentence is judged at its end, everything else predicts what comes next: the usual wiring of each."""
    example, wiring = _STATE["walk_example"], _STATE["walk_wiring"]
    if example in SENTENCES and wiring == "in-step":
        _STATE["walk_wiring"] = "many-to-one"
    elif example not in SENTENCES and wiring == "many-to-one":
        _STATE["walk_wiring"] = "in-step"
    _STATE["walk_label"] = int(example == "happy")
    _STATE["walk_said"] = {}


def _roll() -> None:
    _STATE["walk_seed"] = random.randrange(int(RANGES["seed"][1]) + 1)
