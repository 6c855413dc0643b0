"""Networks that this visitor has brought: in this session alone, within bounds, until they are forgotten.

No link, no disk, no log and no other session has them. Answers about them are kept beside them, and go with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from engine.studies.brought import Brought
from engine.studies.shelf import Shelved
from ui.kit.answers import Store, own_store

MOST = 4  # networks at a time; the one brought first goes first
MOST_BYTES = 300_000_000  # of all of them together
TOO_LARGE = "This network and its sequences take {:,} bytes; a session keeps up to {:,}."
_HERE = "brought"


@dataclass
class Here:
    """What one session holds."""

    networks: dict[str, Brought] = field(default_factory=dict)  # by digest, in the order in which they came
    offered: Brought | None = None  # what links lead to that nobody has followed yet
    stores: dict[str, Store] = field(default_factory=dict)  # what was answered about each
    leaves: dict[str, Callable[[Brought], None]] = field(default_factory=dict)  # of each page: shows it no more


def _here() -> Here:
    found = st.session_state.setdefault(_HERE, Here())
    assert isinstance(found, Here)
    return found


def offer(brought: Brought) -> str:
    """Hold a network until another one is offered, or a page shows it and keeps it; "", or why it is too large."""
    if brought.bytes > MOST_BYTES:
        return TOO_LARGE.format(brought.bytes, MOST_BYTES)
    _here().offered = brought
    return ""


def keep(brought: Brought) -> None:
    """Hold a network from now on."""
    here = _here()
    here.networks.pop(brought.digest, None)
    here.networks[brought.digest] = brought
    while len(here.networks) > MOST or sum(one.bytes for one in here.networks.values()) > MOST_BYTES:
        forget(next(iter(here.networks)))


def known() -> dict[str, Brought]:
    """Every network that this session holds, by the word that a link has for it."""
    here = _here()
    offered = () if here.offered is None else (here.offered,)
    return {brought.word: brought for brought in (*here.networks.values(), *offered)}


def forget(digest: str) -> None:
    """Let go of a network, of all that was answered about it, and of every page that shows it."""
    here = _here()
    here.stores.pop(digest, None)
    if (brought := here.networks.pop(digest, None)) is not None:
        for leave in here.leaves.values():
            leave(brought)


def forget_all() -> None:
    """Let go of every network."""
    _here().offered = None
    for digest in list(_here().networks):
        forget(digest)


def when_forgotten(page: str, leave: Callable[[Brought], None]) -> None:
    """What a page does when a network goes; in the place of what it said before."""
    _here().leaves[page] = leave


def store_of(record: Any) -> Store | None:
    """Where answers about a record are kept: beside the network that was brought; None: with those of all visitors."""
    source = record.trained if isinstance(record, Shelved) else record
    return _here().stores.setdefault(source.digest, own_store()) if isinstance(source, Brought) else None
