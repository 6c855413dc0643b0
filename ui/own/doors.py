"""From a finding to the page that shows it: the same network, sequence and step, in the layer and direction chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from engine.files import NetworkFile
from engine.files.found import Head
from engine.parameters import Readout
from engine.studies.brought import Brought, from_file
from engine.studies.own.entries import accepts
from engine.studies.own.file import OwnFile
from engine.studies.own.study import OwnStudy
from figures.own.answer import read_entry
from figures.own.reported import outputs_of
from ui.kit.brought import offer
from ui.kit.held import Held
from ui.kit.layout import passing
from ui.kit.open_in import open_links, refusals
from ui.kit.page import every_page
from ui.own.choices import layer_of

SHOWN_BY = {  # question of the report -> the pages that show what it finds
    "curves": ("vanish", "backward"),
    "memories": ("cell",),
    "gates": ("cell",),
    "weights": ("vanish",),
    "inputs": ("unroll",),
    "cuts": ("backward",),
}


@dataclass(frozen=True)
class Doors:
    """Where the network, on its sequences, opens within this session, and why it does not on the other pages."""

    links: dict[str, dict[str, str]]  # by the page's script
    refused: dict[str, str]

    def show(self, question: str) -> None:
        """A link to each page that shows a finding, or why that page does not."""
        with st.container(horizontal=True, gap="small"):
            for path, page in every_page().items():
                if page.word not in SHOWN_BY[question]:
                    continue
                if path in self.links:
                    query = {**self.links[path], **passing()}
                    st.page_link(path, label=page.title, icon=page.menu[2], query_params=query)
                else:
                    why = self.refused.get(path, "This page does not show it.")
                    st.page_link(path, label=page.title, icon=page.menu[2], disabled=True, help=why)


def doors(shown: Held, study: OwnStudy, file: OwnFile, unit: int | None, which: int) -> Doors:
    """Offer the network, as it is asked here, to the other pages.

    Args:
        unit: the output that the error comes from, from 0; None: all of them.
        which: the sequence that is shown, from 1.
    """
    brought = _kept(shown, study, file, unit)
    if isinstance(brought, str):
        return Doors({}, dict.fromkeys(every_page(), brought))
    layer, way = layer_of(shown, brought.layers), shown.value("way")
    chosen: dict[str, Any] = {
        "which": which,
        "layer": layer,
        "way": min(way, brought.ways(layer)),
    }
    return Doors(open_links(brought, step=study.at or None, **chosen), refusals(brought, **chosen))


def _kept(shown: Held, study: OwnStudy, file: OwnFile, unit: int | None) -> Brought | str:
    """What is offered, made once while the same is asked; or why it is not, a sentence."""
    asked = study, file, unit
    before, brought = shown.noted.get("offered", (None, ""))
    if before != asked:
        try:
            brought = _brought(study, file, unit)
            brought = offer(brought) or brought
        except ValueError as error:
            brought = f"{error}."
        shown.noted["offered"] = asked, brought
    elif isinstance(brought, Brought):
        offer(brought)
    return brought


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
    if read.head is None:
        assert read.network is not None
        read, names, unit = *_headed(read, read.network.layers[-1].output_size, unit), 0
    return from_file(read, sequences, file.name, output=(unit or 0) + 1, step=step, labels=labels, outputs=names)


def _headed(read: NetworkFile, size: int, unit: int | None) -> tuple[NetworkFile, tuple[str, ...]]:
    """Without a head the report's error is that of an output of the top layer, or of their sum: the same as a head."""
    V = np.ones((1, size)) if unit is None else np.eye(1, size, unit)
    name = "the sum of all outputs" if unit is None else f"output {unit + 1}"
    return replace(read, head=Head("", Readout(V, np.zeros(1)), None, None)), (name,)


def _one_hot(study: OwnStudy, file: OwnFile) -> bool:
    """Whether each step is one symbol, as a 1 among zeros."""
    taken = accepts(file.read, file.vocabulary)
    return not taken.looked_up and (
        study.reads in ("text", "tokens") or (study.reads == "random" and bool(taken.names))
    )
