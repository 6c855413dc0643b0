"""From a finding to the page that shows it: the same network, sequence and step, in the layer and direction chosen."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.studies.brought import Brought, from_file
from engine.studies.own.entries import accepts
from engine.studies.own.file import OwnFile
from engine.studies.own.study import OwnStudy
from figures.own.answer import read_entry
from figures.own.reported import outputs_of
from ui.kit.brought import keep
from ui.kit.held import Held
from ui.kit.layout import passing
from ui.kit.open_in import open_links, refusals
from ui.kit.page import every_page
from ui.kit.words import say
from ui.own.choices import layer_of

SHOWN_BY = {  # question of the report -> the pages that show what it finds
    "curves": ("vanish", "backward"),
    "memories": ("cell",),
    "gates": ("cell",),
    "weights": ("vanish",),
    "inputs": ("unroll",),
    "cuts": ("backward",),
}


def doors(shown: Held, study: OwnStudy, file: OwnFile, question: str, unit: int | None, which: int) -> None:
    """A button for each page that shows a finding; pressed, it brings the network there, within this session.

    Args:
        unit: the output that the error comes from, from 0; None: all of them.
        which: the sequence that is shown, from 1.
    """
    with st.container(horizontal=True, gap="small"):
        for path, page in every_page().items():
            if page.word in SHOWN_BY[question] and st.button(
                page.title, key=f"own.door.{question}.{page.word}", icon=page.menu[2], type="tertiary"
            ):
                _open(shown, study, file, unit, which, path)


def _open(shown: Held, study: OwnStudy, file: OwnFile, unit: int | None, which: int, path: str) -> None:
    """Go there, or say why that page does not show it."""
    try:
        brought = _brought(study, file, unit)
    except ValueError as error:
        return say(f"{error}.")
    if too_large := keep(brought):
        return say(too_large)
    layer, way = layer_of(shown, brought.layers), shown.value("way")
    chosen: dict[str, Any] = {
        "which": which,
        "layer": layer,
        "way": min(way, brought.ways(layer)),
    }
    links = open_links(brought, step=study.at or None, **chosen)
    if path not in links:
        return say(refusals(brought, **chosen).get(path, "This page does not show it."))
    st.switch_page(path, query_params={**links[path], **passing()})


def _brought(study: OwnStudy, file: OwnFile, unit: int | None) -> Brought:
    """The network on its sequences, as the other pages take it.

    Raises:
        ValueError: the file or the entry does not fit.
    """
    read, taken = file.read, accepts(file.read, file.vocabulary)
    entry = read_entry(study, file)
    sequences = [rows.argmax(axis=1) for rows in entry.sequences] if _one_hot(study, file) else entry.sequences
    labels = entry.words if taken.names else None
    step = study.at if 0 < study.at <= int(entry.lengths.min()) else None
    names = outputs_of(read, file.vocabulary)
    return from_file(read, sequences, file.name, output=(unit or 0) + 1, step=step, labels=labels, outputs=names)


def _one_hot(study: OwnStudy, file: OwnFile) -> bool:
    """Whether each step is one symbol, as a 1 among zeros."""
    taken = accepts(file.read, file.vocabulary)
    return not taken.looked_up and (
        study.reads in ("text", "tokens") or (study.reads == "random" and bool(taken.names))
    )
