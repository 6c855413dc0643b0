"""What the page shows of the session's files: what was found in them, the report, and whether outputs agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.studies.own.file import OwnFile
from engine.studies.own.study import OwnStudy
from figures.message import opened
from figures.own.agreed import agreed
from figures.own.answer import entry, found
from ui.kit.held import Held
from ui.kit.mount import hand_over, waited_for
from ui.kit.page import Panel
from ui.own.held_files import are_own, held_files, shown_networks, shown_study, store_of
from ui.own.report import report
from ui.own.sample import sample_outputs

Facts = list[dict[str, Any]]  # of each file, what `figures.own.answer.found` says for controls
FOUND = Panel("own", "own/own.js", found)
AGREED = Panel("own_agreement", "own/own.js", agreed)


def show_found(shown: Held) -> Facts:
    """Draw what was found in each file; back comes what its controls are made of."""
    answer = waited_for(
        found, shown_networks(shown), are_own(shown), waiting="Reading the file …", store=store_of(shown)
    )
    hand_over(shown, FOUND, answer)
    header, _ = opened(answer)
    files = header["files"]
    assert isinstance(files, list)
    return files


def runs(facts: Facts) -> bool:
    """Whether there is a network that can be run."""
    return not facts[0]["refused"] and bool(facts[0]["ways"])


def read_entry(shown: Held, facts: Facts) -> dict[str, Any]:
    """What is said of the sequences that are entered.

    What was entered before a file came is rarely meant for it: where the network cannot read that, it reads a random
    sequence first.
    """
    if not runs(facts):
        return {"taken": False, "refused": "", "said": ""}
    said = _entry(shown, shown_study(shown))
    if said["taken"]:
        shown.noted["read"] = shown_study(shown)
    elif shown.noted.get("read") is None and are_own(shown):
        shown.put("reads", "random", outside=True)
        st.rerun()
    return said


def show_report(shown: Held, facts: Facts, said: Mapping[str, Any]) -> None:
    """Draw the report, on the last sequences that could be read, and whether a framework's outputs agree."""
    if not runs(facts):
        return
    files, study = shown_networks(shown), shown.noted.get("read", OwnStudy(reads="random"))
    if are_own(shown):
        _show_agreement(shown, study, files[0], held_files().outputs)  # just asked for: in sight
    report(shown, study, files, facts[0], said if said["taken"] else _entry(shown, study))
    if not are_own(shown) and (study.text, study.reads) == (OwnStudy.usual().text, "text"):
        _show_agreement(shown, study, files[0], sample_outputs())


def _show_agreement(shown: Held, study: OwnStudy, file: OwnFile, outputs: tuple[str, bytes] | None) -> None:
    """Draw whether a framework's outputs agree, where there are some."""
    if outputs is not None:
        hand_over(shown, AGREED, waited_for(agreed, study, file, *outputs, store=store_of(shown)))


def _entry(shown: Held, study: OwnStudy) -> dict[str, Any]:
    """Whether what is entered can be read."""
    header, _ = opened(waited_for(entry, study, shown_networks(shown)[0], store=store_of(shown)))
    return header
