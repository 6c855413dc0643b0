"""The racers' own controls: each can be changed or taken out, and one more can start, the same but for one thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import streamlit as st

from engine.cells import CELLS
from engine.record.kinds import Choice
from engine.record.numerals import written
from engine.studies.train.racers import MOST_RACERS, USUAL, Racer, Racers
from engine.studies.train.study import TrainStudy
from engine.training.changes import without_racer
from engine.training.learning import INITIALISERS
from engine.training.training import Training
from figures.train.racers import named, settings
from ui.kit.held import Held
from ui.kit.words import say

FIELDS = Training.declared()  # which a racer has for itself, as its training declares them
KIND = Racers()


def racers(shown: Held) -> None:
    """A line for each racer, and one to add another."""
    study = shown.record
    assert isinstance(study, TrainStudy)
    key = shown.key("racers")  # another one where they were set from outside
    with st.container(key="racers", gap="small"):
        for k, (racer, words) in enumerate(zip(study.racers, named(study.racers), strict=True)):
            with st.popover(f"{words['title']}", help=settings(racer), width="stretch", key=f"racer.{k}"):
                _one(shown, study.racers, k, f"{key}.{k}")
        if len(study.racers) < MOST_RACERS:
            _add(shown, study.racers, key)
    say(shown.said.get("racers", ""))


def _one(shown: Held, all_of_them: tuple[Racer, ...], k: int, key: str) -> None:
    racer = all_of_them[k]

    def put(made: Racer) -> None:
        shown.put("racers", (*all_of_them[:k], made, *all_of_them[k + 1 :]), outside=True)

    def take_out() -> None:
        study = shown.record
        assert isinstance(study, TrainStudy)
        shown.put("changes", without_racer(study.changes, k + 1), outside=True)
        shown.put("racers", (*all_of_them[:k], *all_of_them[k + 1 :]), outside=True)

    def chosen(name: str) -> None:
        put(replace(racer, **{name: st.session_state[f"{key}.{name}"]}))

    def entered(name: str) -> None:
        words = str(st.session_state[f"{key}.{name}"]).replace("_", " ").replace("~", " ")
        own = KIND.write((racer,)).split("_")
        own[-4 + ("initialiser", "clip", "rate", "bias").index(name)] = words or own[-1]
        each = ["_".join(own) if j == k else KIND.write((other,)) for j, other in enumerate(all_of_them)]
        shown.put_words("racers", "~".join(each))

    for name in ("cell", "initialiser"):
        kind = FIELDS[name].kind
        assert isinstance(kind, Choice)
        options = kind.allowed()
        st.selectbox(
            str(FIELDS[name].label),
            list(options),
            index=list(options).index(getattr(racer, name)),
            format_func=options.__getitem__,
            key=f"{key}.{name}",
            on_change=chosen,
            args=(name,),
        )
    for name in ("rate", "clip", "bias"):
        if FIELDS[name].when(racer):
            value = getattr(racer, name)
            st.text_input(
                str(FIELDS[name].label),
                value=USUAL if value is None else FIELDS[name].kind.write(value),
                help=str(FIELDS[name].help),
                key=f"{key}.{name}",
                on_change=entered,
                args=(name,),
            )
    if len(all_of_them) > 1:
        st.button(
            "Take it out",
            icon=":material/close:",
            type="tertiary",
            key=f"{key}.out",
            on_click=take_out,
        )


def _add(shown: Held, all_of_them: tuple[Racer, ...], key: str) -> None:
    """The last racer once more, with one thing changed."""
    like = all_of_them[-1]
    offers = dict(variations(like))

    def add() -> None:
        if (racer := offers.get(str(st.session_state[f"{key}.add"]))) is not None:
            shown.put("racers", (*all_of_them, racer), outside=True)

    st.selectbox(
        "Add a racer",
        list(offers),
        index=None,
        placeholder="Add: as the last, but …",
        key=f"{key}.add",
        label_visibility="collapsed",
        on_change=add,
    )


def variations(racer: Racer) -> Iterator[tuple[str, Racer]]:
    """What one thing could be different, in words, and the racer that has it so."""
    clip = "without clipping" if racer.clip else "clipped at 1"
    yield clip, replace(racer, clip=0.0 if racer.clip else 1.0)
    for words, factor in (("ten times the rate", 10.0), ("a tenth of the rate", 0.1)):
        rate = float(f"{racer.rate * factor:.6g}")
        if not replace(racer, rate=rate).complaint():
            yield words, replace(racer, rate=rate)
    if CELLS[racer.cell].keeper is not None:
        for bias in (-3.0, 5.0):
            if bias != racer.bias:
                yield f"gate bias {written(bias)}", replace(racer, bias=bias)
    for name in ("orthogonal", "gaussian", "chrono"):
        if name != racer.initialiser:
            yield f"W {INITIALISERS[name].split(':')[0].split(',')[0]}", replace(racer, initialiser=name)
    for name, cell in CELLS.items():
        if name != racer.cell:
            yield f"{cell.title} cells", replace(racer, cell=name, bias=None)
