"""The files that one session holds: networks in its own memory alone, gone with it, or once a visitor says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import streamlit as st

from engine.studies.own.file import OwnFile
from engine.studies.own.study import OwnStudy
from ui.kit.answers import Store, own_store
from ui.kit.brought import forget_all
from ui.kit.held import Held
from ui.own.local import local_file
from ui.own.sample import sample

MOST = 2  # networks beside each other
_FILES = "own.files"


@dataclass(frozen=True)
class HeldFiles:
    """What is in a session beside the page's record."""

    networks: tuple[OwnFile, ...] = ()
    outputs: tuple[str, bytes] | None = None  # name and content of what a framework computed
    refused: tuple[str, str] = ("", "")  # of which place a file was refused last, and why
    answers: Store = field(default_factory=own_store, compare=False)  # about them, kept for nobody else


def held_files() -> HeldFiles:
    """What this session holds; at first the file that the server was started with on its owner's own machine."""
    if _FILES not in st.session_state:
        local = local_file()
        st.session_state[_FILES] = HeldFiles(() if local is None else (local,))
    found: HeldFiles = st.session_state[_FILES]
    return found


def open_local(shown: Held) -> None:
    """At first the page shows the file that the server was started with, unless a link says what to show."""
    if _FILES not in st.session_state and held_files().networks and shown.record == OwnStudy.usual():
        shown.put("network", "own", outside=True)


def keep(files: HeldFiles) -> None:
    """From now on the session holds this."""
    st.session_state[_FILES] = files


def are_own(shown: Held) -> bool:
    """Whether the page shows what the session holds; else it shows the sample."""
    study = shown.record
    assert isinstance(study, OwnStudy)
    return study.network == "own" and bool(held_files().networks)


def shown_networks(shown: Held) -> tuple[OwnFile, ...]:
    """The networks that the page shows."""
    return held_files().networks if are_own(shown) else (sample(),)


def shown_study(shown: Held) -> OwnStudy:
    """What is asked of them: of the sample, where a link is of a network that is not here, the usual."""
    study = shown.record
    assert isinstance(study, OwnStudy)
    return study if study.network == "sample" or are_own(shown) else OwnStudy.usual()


def store_of(shown: Held) -> Store | None:
    """Where answers are kept: about a network of one's own in its session, about the sample for all visitors."""
    return held_files().answers if are_own(shown) else None


def bring(shown: Held, name: str, content: bytes, beside: bool = False) -> None:
    """Hold a network, in the place of those that are held, or beside the first."""
    held = held_files()
    before = held.networks[:1] if beside else ()
    keep(HeldFiles((*before, OwnFile(name, content)), held.outputs if beside else None))
    shown.noted.clear()
    shown.put("network", "own", outside=True)


def change(number: int, to: Callable[[OwnFile], OwnFile]) -> None:
    """Put another one in the place of a network."""
    held = held_files()
    keep(replace(held, networks=tuple(to(one) if k == number else one for k, one in enumerate(held.networks))))


def forget(shown: Held) -> None:
    """Hold nothing any more, and show the sample."""
    keep(HeldFiles())
    forget_all()
    shown.noted.clear()
    shown.put("network", "sample", outside=True)
