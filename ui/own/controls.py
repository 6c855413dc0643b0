"""The controls of Your network: the file, what it leaves open, the sequence, the output that the error comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from engine.studies.fields import fits_link
from engine.studies.own.entries import READS
from engine.studies.own.file import OwnFile
from engine.studies.own.study import OwnStudy
from engine.studies.own.vocabulary import read_vocabulary
from ui.kit.controls import controls
from ui.kit.held import Held
from ui.kit.uploads import take_file
from ui.kit.words import say
from ui.own.held_files import MOST, bring, change, forget, held_files, keep, shown_study
from ui.own.pictures import Facts, runs

FORMATS = "PyTorch (.pt, .pth, .ckpt), Keras (.keras, .h5), ONNX, safetensors or NumPy (.npz)"
WORD = "own"
NO_FILE = (
    "This link is of a network that its owner dropped, and that lives in that session alone: here is the sample. Drop "
    "the file again to see it."
)
STAYS = "PyTorch, Keras, ONNX, safetensors, NumPy. It stays in this session: not on a disk, in no log, in no link."
OTHER = f"before and after training, or a reference: {FORMATS}"


def own_controls(shown: Held, facts: Facts, said: Mapping[str, Any]) -> None:
    """Everything that can be set on the page."""
    study = shown.record
    assert isinstance(study, OwnStudy)
    _network(shown, study, facts)
    if runs(facts) and shown_study(shown) == study:
        _sequence(shown, study, facts[0], said)
        _output(shown, study, facts[0])
        _agreement()


def _choice(shown: Held, name: str) -> dict[str, Any]:
    """Key and callback of a control whose choices the file decides."""
    key = shown.key(name)

    def choose() -> None:
        if key == shown.key(name) and st.session_state[key] is not None:
            shown.put(name, st.session_state[key])

    return {"key": key, "on_change": choose}


def _network(shown: Held, study: OwnStudy, facts: Facts) -> None:
    files = held_files().networks
    if study.network == "own" and not files:
        say(NO_FILE)
    if files:
        st.segmented_control(
            "Network",
            ["own", "sample"],
            format_func=lambda which: "Sample" if which == "sample" else " and ".join(map(_called, files)),
            default=study.network,
            required=True,
            **_choice(shown, "network"),
        )
        for number, file in enumerate(facts if study.network == "own" else ()):
            _questions(file, number)
        st.button(
            "Forget it" if len(files) == 1 else "Forget both",
            on_click=forget,
            args=(shown,),
            type="tertiary",
            icon=":material/delete:",
            help="From this session, with all that was computed of it.",
        )
    take_file(WORD, "A trained network of yours", partial(bring, shown), FORMATS, place=".network")
    st.caption(STAYS)
    if files and len(files) < MOST and study.network == "own":
        beside = partial(bring, shown, beside=True)
        with st.popover("Another one beside it", icon=":material/compare_arrows:", type="tertiary"):
            take_file(WORD, "Another network", beside, OTHER, place=".other")


def _called(file: OwnFile) -> str:
    return file.name if len(file.name) <= 24 else f"{file.name[:11]}…{file.name[-12:]}"


def _questions(file: Mapping[str, Any], number: int) -> None:
    """What a file leaves open, with the likeliest answer chosen."""
    for question in file.get("questions", ()):
        name, choices = question["key"], question["choices"]
        key = f"own.ask.{number}.{name}.{held_files().networks[number].digest[:12]}"
        st.selectbox(
            question["asks"] if len(held_files().networks) == 1 else f"{number + 1}: {question['asks']}",
            list(choices),
            index=list(choices).index(question["answer"]),
            format_func=partial(_in_words, choices),
            key=key,
            on_change=partial(_answer, number, name, key),
        )


def _in_words(choices: Mapping[str, str], choice: str) -> str:
    return choices[choice] if choice == choices[choice] else f"{choice}: {choices[choice]}"


def _answer(number: int, name: str, key: str) -> None:
    change(number, lambda one: one.answered(name, st.session_state[key]))


def _sequence(shown: Held, study: OwnStudy, file: Mapping[str, Any], said: Mapping[str, Any]) -> None:
    """What the network is to read."""
    ways = file["ways"]
    st.segmented_control(
        "What it reads",
        ways,
        format_func=READS.__getitem__,
        default=study.reads if study.reads in ways else None,
        help=f"This network reads {file['reads']}.",
        **_choice(shown, "reads"),
    )
    controls(shown, ("text", "tokens", "numbers", "steps", "seed"))
    say(said["refused"], _refused("sequence"))
    if said["said"]:
        st.caption(said["said"])
    if not fits_link(str(getattr(study, study.reads, ""))):
        st.caption("The link cannot carry so long a sequence.")
    if study.reads != "random":
        take = partial(_take_sequence, shown, study.reads)
        with st.popover("From a file", icon=":material/upload_file:", type="tertiary"):
            take_file(WORD, "Sequences", take, "CSV or text in UTF-8", place=".sequence")
    if study.network == "own" and file["symbols"]:
        taken = partial(_take_vocabulary, shown, file["symbols"])
        with st.popover("Its vocabulary", icon=":material/match_case:", type="tertiary"):
            take_file(WORD, "A vocabulary", taken, "JSON, or a symbol a line", place=".vocabulary")
        say(_refused("vocabulary"))


def _refused(place: str) -> str:
    where, why = held_files().refused
    return why if where == place else ""


def _take_vocabulary(shown: Held, count: int, name: str, content: bytes) -> None:
    """Take a vocabulary of at most `count` symbols."""
    try:
        symbols = read_vocabulary(content)
        if len(symbols) > count:
            raise ValueError(f"it has {len(symbols):,} symbols, but the network reads {count:,}")
    except ValueError as error:
        keep(replace(held_files(), refused=("vocabulary", f"{name}: {error}.")))
        return
    keep(replace(held_files(), refused=("", "")))
    change(0, lambda one: replace(one, vocabulary=symbols))
    shown.put("reads", "text", outside=True)


def _take_sequence(shown: Held, reads: str, name: str, content: bytes) -> None:
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        keep(replace(held_files(), refused=("sequence", f"{name}: byte {error.start + 1:,} is no text in UTF-8.")))
        return
    keep(replace(held_files(), refused=("", "")))
    shown.put_words(reads, words)


def _agreement() -> None:
    """A place for what a framework computed."""
    with st.popover("Does it agree?", icon=":material/rule:", type="tertiary"):
        st.markdown("What your framework computes for the same inputs, beside what is computed here.")
        take_file(
            WORD,
            "Its outputs",
            _take_outputs,
            "npz, npy or CSV; the inputs may lie in it too, as x or symbols",
            ".outputs",
        )


def _take_outputs(name: str, content: bytes) -> None:
    keep(replace(held_files(), outputs=(name, content)))


def _output(shown: Held, study: OwnStudy, file: Mapping[str, Any]) -> None:
    """Where the error comes from."""
    outputs = file["outputs"]
    names = [str(k + 1) for k in range(outputs)] if isinstance(outputs, int) else outputs
    st.selectbox(
        "Error of output",
        range(len(names) + 1),
        index=study.output if study.output <= len(names) else 0,
        format_func=lambda k: names[k - 1] if k else file["whole"],
        help="The output whose error goes back through the network.",
        **_choice(shown, "output"),
    )
    controls(shown, ("at",))
