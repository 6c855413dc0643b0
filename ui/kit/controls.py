"""The controls of a page, drawn from what its record and view declare: a control is one field."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any, cast

import streamlit as st

from engine.cells import CELLS
from engine.record.declare import Declared, Words
from engine.record.kinds import Cells, Choice, Number, Numbers, Switch, Text, Whole
from ui.kit.held import Held
from ui.kit.words import say

Draw = Callable[[Held, str, Declared, str | None, bool], None]  # of a field: its help or None, whether it is off


def controls(held: Held, names: Iterable[str] | None = None, notes: Iterable[str] = ()) -> None:
    """Draw the controls of `names`, or of every field of the record that has one.

    Args:
        notes: fields that are set in a picture; what is said about them stands at the end.
    """
    chosen = list(held.page.record.declared() if names is None else names)
    rows: list[list[str]] = []
    resting = held.record.resting()
    for name in chosen:
        declared = _declared(held, name)
        if not declared.label or name in resting or not declared.when(held.record):
            continue
        if declared.beside and rows and len(rows[-1]) == 1:
            rows[-1].append(name)
        else:
            rows.append([name])
    for row in rows:
        for name in row:
            with st.container(key=f"half_{name}") if len(row) > 1 else nullcontext():  # frame.css lays them out
                control(held, name)
    if not held.staged and (why := held.record.why_resting()):  # a scene chooses what may be changed in it
        st.caption(why)
    for name in notes:
        _said(held, name)


def control(held: Held, name: str, widget: Draw | None = None) -> None:
    """Draw the control of one field, with what is said about its entry; `widget` draws it another way than usual."""
    declared = _declared(held, name)
    off = declared.off(held.record)
    key, shown = held.key(name), held.shown(name)
    draw = widget or next(_WIDGETS[kind] for kind in type(declared.kind).__mro__ if kind in _WIDGETS)
    draw(held, name, declared, off or _words(declared.help, held) or None, bool(off))
    if not off and st.session_state[key] != shown and held.key(name) == key:
        # The browser knew of this control before this session did, as after a restart of the server, and knows better.
        held.patch(name, st.session_state[key])
        st.rerun()
    _said(held, name)
    if note := declared.note(held.record):
        st.caption(note)


def _said(held: Held, name: str) -> None:
    sentence = held.said.get(name, "")
    say(sentence[:1].upper() + sentence[1:])


def _declared(held: Held, name: str) -> Declared:
    return held.page.names[name].declared()[name]


def _words(words: Words, held: Held) -> str:
    return words(held.record) if callable(words) else words


def changed(held: Held, name: str, key: str) -> None:
    """Take what the control `key` of a field says now."""
    if key != held.key(name):
        return  # a late word of a control that something opened since has replaced
    held.patch(name, st.session_state[key])


def line(held: Held, name: str, declared: Declared, help_text: str | None, off: bool) -> None:
    """Words on one line."""
    st.text_input(value=held.shown(name), **_common(held, name, declared, help_text, off))


def _common(held: Held, name: str, declared: Declared, help_text: str | None, off: bool) -> dict[str, Any]:
    key = held.key(name)
    return {
        "label": _words(declared.label, held),
        "key": key,
        "help": help_text,
        "disabled": off,
        "on_change": changed,
        "args": (held, name, key),
    }


def _number(held: Held, name: str, declared: Declared, help_text: str | None, off: bool) -> None:
    kind = cast(Number, declared.kind)
    if isinstance(kind, Whole) and kind.names:
        names = kind.names(held.record) if callable(kind.names) else kind.names
        st.segmented_control(
            options=list(names),
            format_func=names.__getitem__,
            default=held.shown(name),
            required=True,
            **_common(held, name, declared, help_text, off),
        )
        return
    sort = "steps" if kind.ends(held.record)[0] >= 0.0 else "steps_signed"  # a telephone's number pad has no minus
    with st.container(horizontal=True, vertical_alignment="bottom", gap=None, key=f"{sort}_{held.page.word}_{name}"):
        line(held, name, declared, help_text, off)
        if isinstance(kind, Whole) and kind.is_seed:
            _dice(held, name, kind, off)
        else:
            _steps(held, name, kind, off)


def _steps(held: Held, name: str, kind: Number, off: bool) -> None:
    """Buttons for the next smaller and the next larger value. A field of words says what a field of numbers hides: it
    would read 1e2 as 1 and drop a decimal comma and the minus of an equation without a word.
    """
    low, high = kind.ends(held.record)
    step = kind.step or kind.usual_step
    for word, icon, by in (("less", "remove", -step), ("more", "add", step)):
        value = min(max(round(held.value(name) + by, 10), low), high)
        st.button(
            f"{_words(_declared(held, name).label, held)}: {word}",  # heard, not seen
            icon=f":material/{icon}:",  # without a key: every field of words looks through all of the session's keys
            on_click=held.put,
            args=(name, type(held.value(name))(value), True),
            disabled=off or value == held.value(name),
            type="tertiary",
        )


def _dice(held: Held, name: str, kind: Whole, off: bool) -> None:
    """A button that rolls a new seed, and one that goes back."""

    def roll() -> None:
        now = held.value(name)
        held.put(name, random.randrange(int(kind.ends()[1]) + 1), outside=True)
        held.before[name] = now

    def back() -> None:
        now, before = held.value(name), held.before[name]
        held.put(name, before, outside=True)
        held.before[name] = now

    before = held.before.get(name)
    st.button(
        "",
        icon=":material/casino:",
        key=f"{held.page.word}.roll",
        on_click=roll,
        disabled=off,
        help="Roll a new seed",
        type="tertiary",
    )
    if before is not None:
        st.button(
            "",
            icon=":material/undo:",
            key=f"{held.page.word}.back",
            on_click=back,
            help=f"Back to seed {before}",
            type="tertiary",
        )


def _choice(held: Held, name: str, declared: Declared, help_text: str | None, off: bool) -> None:
    kind = cast(Choice, declared.kind)
    names = kind.allowed(held.record)
    common = _common(held, name, declared, help_text, off)
    if kind.few:
        st.segmented_control(
            options=list(names), format_func=names.__getitem__, default=held.shown(name), required=True, **common
        )
    else:
        at = list(names).index(held.value(name)) if held.value(name) in names else None
        st.selectbox(options=list(names), format_func=names.__getitem__, index=at, **common)


def _switch(held: Held, name: str, declared: Declared, help_text: str | None, off: bool) -> None:
    st.toggle(value=held.shown(name), **_common(held, name, declared, help_text, off))


def _cells(held: Held, name: str, declared: Declared, help_text: str | None, off: bool) -> None:
    most = cast(Cells, declared.kind).most
    pills: Any = st.pills
    pills(
        options=list(CELLS),
        selection_mode="multi",
        format_func=lambda cell: CELLS[cell].title,
        default=held.shown(name),
        **_common(held, name, declared, f"1 to {most}. {help_text}", off),
    )


def _text(held: Held, name: str, declared: Declared, help_text: str | None, off: bool) -> None:
    st.text_area(value=held.shown(name), height=90, **_common(held, name, declared, help_text, off))


def _numbers(held: Held, name: str, declared: Declared, help_text: str | None, off: bool) -> None:
    st.text_area(value=held.shown(name), height=90, **_common(held, name, declared, help_text, off))


_WIDGETS: dict[type, Draw] = {
    Number: _number,
    Whole: _number,
    Choice: _choice,
    Switch: _switch,
    Cells: _cells,
    Text: _text,
    Numbers: _numbers,
}
