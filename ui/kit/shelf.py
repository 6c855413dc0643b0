"""Where a page's network comes from, where it is a trained one: said under the title, and trained again if need be."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

import streamlit as st

from engine.studies.brought import Brought
from engine.studies.doors import step_on
from engine.studies.layered import Layered
from engine.studies.shelf import Shelved
from engine.studies.source import Source
from engine.studies.trained import Trained
from figures.trained import known, weights
from ui.kit.answers import answered
from ui.kit.brought import keep, when_forgotten
from ui.kit.held import Held
from ui.kit.layout import layout, passing
from ui.kit.open_in import open_links
from ui.kit.page import every_page
from ui.kit.phrase import answer_to_the_phrase
from ui.kit.updates import updates

MARKS = re.compile(r"[\\`*_{}\[\]<>#$~|:]")


def from_the_shelf(shown: Held) -> bool:
    """Whether the network is from somewhere: then its weights come, and a line says what it is and where it opens."""
    source, study = with_weights(shown), shown.record
    if source is None:
        return False
    assert isinstance(study, Shelved)
    if isinstance(source, Brought):
        keep(source)
        when_forgotten(shown.page.word, partial(leave, shown))
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="trained"):
        only = "Only this session has it. " if source.private else ""
        st.markdown(f"**{_plain(source.words_of_it)}.** {only}{_plain(study.aside())}", width="content")
        st.button(
            "Back to drawn weights",
            on_click=shown.put,
            args=("trained", None, True),
            type="tertiary",
            help="The same cell and size, with weights drawn under a seed.",
        )
        if layout() != "frame":
            _doors(shown, study, source)
        if isinstance(source, Trained):
            updates(shown, study, source)
    answer_to_the_phrase(shown, study)
    return True


def with_weights(shown: Held) -> Source | None:
    """The network from somewhere that a page shows, its weights in the record from now on; None where there is none."""
    study = shown.record
    if not isinstance(study, Shelved) or study.trained is None:
        return None
    source = study.trained
    if not isinstance(source, Trained) or source.numbers:
        return source
    found, said = known(source, _answered(source))
    shown.adopt(study.changed("trained", None) if found is None else replace(study, trained=found))
    shown.complaints += [said] if said else []
    return found


def leave(shown: Held, brought: Brought) -> None:
    """Show a network no more that its owner has let go of."""
    of_it = (shown.record, *(sent.record for sent in (*shown.sent.values(), *shown.sending.values())))
    if any(isinstance(record, Shelved) and record.trained == brought for record in of_it):
        shown.open(shown.page.record.usual())
        shown.sent, shown.sending = {}, {}


def _doors(shown: Held, study: Shelved, source: Source) -> None:
    """The other pages that show the same network, sequence and step, and layer and direction where one is followed."""
    layer, way = (study.layer, study.direction) if isinstance(study, Layered) else (1, 1)
    seen = next((name for name, declared in shown.page.view.declared().items() if declared.key == "step"), None)
    step = None if seen is None else shown.value(seen)
    if step is not None:
        step = step_on(shown.page.word, source, study.which, step, way, layer)
    every = every_page()
    links = open_links(source, study.which, step, layer, way, study.phrase, study.wish)
    if others := {path: query for path, query in links.items() if every[path].word != shown.page.word}:
        with st.popover("Open in …", type="tertiary"):
            for path, query in others.items():
                st.page_link(path, label=every[path].title, query_params={**query, **passing()})


def _plain(words: str) -> str:
    """Words that may be a visitor's own, without what Markdown reads in them."""
    return MARKS.sub(r"\\\g<0>", words)


def _answered(trained: Trained) -> bytes:
    """Its weights, from where runs stand in memory; while it is trained again, a bar shows how far it is."""
    bar = st.empty()
    while True:
        try:
            answer = answered(weights, replace(trained, phrase=None), runs=True)
        except TimeoutError as error:
            share = error.args[0] / trained.update
            bar.progress(min(1.0, share), text=f"Training it again: {trained.words_of_it} …")
        else:
            bar.empty()
            return answer
