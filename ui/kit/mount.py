"""A panel on a page: its answer, sealed with what the browser must know beside it, handed to its component."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.overflow import Overflow
from engine.record import Record
from ui.kit.answers import Store, answered
from ui.kit.brought import store_of
from ui.kit.held import Held, Sent
from ui.kit.layout import layout
from ui.kit.page import Panel, with_controls
from ui.kit.publish import UI, component
from ui.kit.words import say

MOST = 4  # pieces of one question
COPIES = "copies"  # under this name `Held.noted` may have a list: pictures are put into it instead of on the page
Copy = tuple[Panel, bytes]  # a picture as a saved file has it


@dataclass(frozen=True)
class Pieces:
    """What a picture asked for besides its answer, and what it is told of the question."""

    found: Mapping[str, bytes] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)


NO_PIECES = Pieces()


def show(
    held: Held,
    panel: Panel,
    *rest: Any,
    record: Record | None = None,
    on: Mapping[str, Callable[[Any], None]] | None = None,
    moves: Iterable[str] = (),
    waiting: str = "Computing …",
    bar: DeltaGenerator | None = None,
) -> None:
    """Draw a panel for what is held. Call it inside the page's fragment: what the picture asks reruns that.

    Args:
        rest: further arguments of the panel's answer.
        record: another record than the page's.
        on: what to do with each kind of question that the picture asks, `stage.ask(kind, value)`.
        moves: as in `hand_over`.
        waiting: what is said while the answer is computed, if that takes a while.
        bar: the empty place where that is said, which several panels may share; None: right below the panel.
    """
    moves = tuple(moves)
    shown = as_sent(held, panel, moves) if record is None else record
    slot = st.container() if bar is None else nullcontext()
    try:
        answer = waited_for(panel.answer, shown, *rest, heavy=panel.heavy(shown), waiting=waiting, bar=bar)
    except Overflow as error:
        return say_beyond(held, error)
    if panel.pieces:
        on = {**(on or {}), "pieces": lambda asked: _ask(held, panel, shown, asked)}
    with slot:
        hand_over(held, panel, answer, on, moves, _pieces(held, panel, shown))


def say_beyond(held: Held, error: Overflow) -> None:
    """Say, once of all pictures of a page, why there is none: numbers that it would read on are beyond float64."""
    if (sentence := f"There is no picture: {error}.") not in held.beyond:
        held.beyond.add(sentence)
        say(sentence)


def waited_for(
    make: Callable[..., Any],
    record: Hashable,
    *rest: Hashable,
    heavy: bool = False,
    waiting: str = "Computing …",
    bar: DeltaGenerator | None = None,
    store: Store | None = None,
) -> bytes:
    """The answer `make(record, *rest)`, kept in `store`; while it is computed, a bar shows how far it is."""
    wait, waited = st.empty() if bar is None else bar, False

    def watch(share: float) -> None:
        nonlocal waited
        waited = True
        wait.progress(min(1.0, share), text=waiting)

    store = store_of(record) if store is None else store
    answer = answered(make, record, *rest, heavy=heavy, watch=watch, store=store)
    if waited:
        wait.empty()
    return answer


def hand_over(
    held: Held,
    panel: Panel,
    answer: bytes,
    on: Mapping[str, Callable[[Any], None]] | None = None,
    moves: Iterable[str] = (),
    pieces: Pieces = NO_PIECES,
) -> None:
    """Give a panel its answer.

    Args:
        on: as in `show`.
        pieces: what it asked for besides.
        moves: fields of the record that the picture moves itself, under a finger, and tells afterwards. It is told
            where they are (`envelope.moved`); where only they have changed since, the message stays as it was sent.
    """
    key, told = _key(held, panel), {**envelope(held), **pieces.told}
    if (copies := held.noted.get(COPIES)) is not None:
        copies.append((panel, sealed({**told, "layout": "page", "saved": True}, answer, pieces.found)))
        return
    if moves := tuple(moves):
        before = held.sent.get(key)
        moved = {name: held.value(name) for name in moves}
        now = Sent(as_sent(held, panel, moves), told, hash(answer), {**told, "moved": moved})
        if before is not None and (before.told, before.answer) == (now.told, now.answer):
            now = before
        held.sending[key], told = now, now.envelope
    asked = {f"on_{kind}_change": _take(key, kind, act) for kind, act in (on or {}).items()}
    _mount(panel.name, panel.entry)(key=key, data=sealed(told, answer, pieces.found), **asked)


def as_sent(held: Held, panel: Panel, moves: tuple[str, ...]) -> Record:
    """The record that a picture is to show: the one it was sent, where it has moved on from that by itself alone."""
    before, now = held.sent.get(_key(held, panel)), held.record
    if before is None or before.told != envelope(held):
        return now
    names = set(now.declared()) - set(moves)
    return before.record if all(getattr(before.record, name) == getattr(now, name) for name in names) else now


def _key(held: Held, panel: Panel) -> str:
    return f"{held.place}.{panel.name}"


def envelope(held: Held) -> dict[str, Any]:
    """What a picture knows beside its answer: where a visitor should look, and how links are written."""
    view, drawn = held.page.view, with_controls(held.page)
    _, usual = held.usual or (None, view.usual())
    own = {name: declared.key for name, declared in view.declared().items() if name not in drawn}
    return {
        "page": held.place,
        "title": held.page.title,
        "serial": held.serial,
        "view": {name: getattr(held.view, name) for name in own},
        "keys": own,
        "usual": {name: getattr(usual, name) for name in own},
        "layout": layout(),
        **held.staged,
    }


def sealed(envelope: Mapping[str, Any], answer: bytes, pieces: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """An envelope before an answer and its pieces: its length, JSON padded to a multiple of 8, the others as is."""
    if pieces:
        envelope = {**envelope, "pieces": [[name, len(piece)] for name, piece in pieces.items()]}
    text = json.dumps(envelope, ensure_ascii=False, allow_nan=False).encode()
    text += b" " * (-(len(text) + 4) % 8)
    return b"".join((struct.pack("<I", len(text)), text, answer, *pieces.values()))


def _ask(held: Held, panel: Panel, record: Record, asked: Any) -> None:
    """Note which pieces a picture lacks: `{"number": of the question, "names": ["kind.1.2", ...]}`."""
    words = asked if isinstance(asked, dict) else {}
    number, names = words.get("number"), words.get("names")
    if isinstance(number, int) and isinstance(names, list):
        held.noted[f"pieces.{panel.name}"] = record, number, [name for name in names[:MOST] if _is_named(panel, name)]


def _is_named(panel: Panel, name: object) -> bool:
    kind, *numbers = name.split(".", 4) if isinstance(name, str) else [""]
    return kind in panel.pieces and all(part.isascii() and part.isdigit() and len(part) < 10 for part in numbers)


def _pieces(held: Held, panel: Panel, record: Record) -> Pieces:
    """What of the asked pieces of `record` is there, or is made in a moment; the picture asks for the rest again."""
    of, number, names = held.noted.get(f"pieces.{panel.name}", (None, 0, []))
    if of != record:
        return NO_PIECES
    found, late = {}, {}
    for name in names:
        kind, *numbers = name.split(".")
        try:
            numbered = map(int, numbers)
            found[name] = answered(panel.pieces[kind], record, *numbered, runs=True, store=store_of(record))
        except TimeoutError as error:
            late[name] = error.args[0] if error.args else 0
        except (ValueError, TypeError):  # there is no such piece
            continue
    return Pieces(found, {"asked": number, "late": late})


def _take(key: str, kind: str, act: Callable[[Any], None]) -> Callable[[], None]:
    return lambda: act(st.session_state[key][kind])


@cache
def _mount(name: str, entry: str) -> Callable[..., Any]:
    return component(name, UI / entry)
