"""Where a page's network comes from, where it is a trained one: said under the title, and trained again if need be."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from engine.studies.doors import STUDIES, query_of, race_of, refusal
from engine.studies.shelf import Shelved
from engine.studies.trained import Trained
from figures.trained import known, weights
from ui.kit.answers import answered
from ui.kit.held import Held
from ui.kit.layout import layout, passing
from ui.kit.page import every_page
from ui.kit.phrase import answer_to_the_phrase
from ui.kit.updates import updates


def from_the_shelf(shown: Held) -> bool:
    """Whether the network is a trained one: then its weights come, and a line says what it is and where it opens."""
    trained, study = with_weights(shown), shown.record
    if trained is None:
        return False
    assert isinstance(study, Shelved)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="trained"):
        st.markdown(f"**{trained.words_of_it}.** {study.aside()}", width="content")
        st.button(
            "Back to drawn weights",
            on_click=shown.put,
            args=("trained", None, True),
            type="tertiary",
            help="The same cell and size, with weights drawn under a seed.",
        )
        others = {path: page for path, page in every_page().items() if page.word != shown.page.word}
        queries = {path: _elsewhere(study, trained, page.word) for path, page in others.items()}
        if layout() != "frame" and any(queries.values()):
            with st.popover("Open in …", type="tertiary"):
                for path, query in queries.items():
                    if query:
                        st.page_link(path, label=others[path].title, query_params={**query, **passing()})
    updates(shown, study, trained)
    answer_to_the_phrase(shown, study)
    return True


def with_weights(shown: Held) -> Trained | None:
    """The trained network that a page shows, its weights in the record from now on; None where it shows no such."""
    study = shown.record
    if not isinstance(study, Shelved) or study.trained is None:
        return None
    if study.trained.numbers:
        return study.trained
    found, said = known(study.trained, _answered(study.trained))
    shown.adopt(study.changed("trained", None) if found is None else replace(study, trained=found))
    shown.complaints += [said] if said else []
    return found


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


def _elsewhere(study: Shelved, trained: Trained, page: str) -> dict[str, str]:
    """The link that opens the same network and what it reads on another page; empty where it is not shown there."""
    if page == "train":
        return race_of(trained).to_query()
    reads = study.which, study.phrase, study.wish
    if page not in STUDIES or refusal(trained.training, trained.update, page, *reads):
        return {}
    return query_of(trained.training, trained.update, page, *reads)
