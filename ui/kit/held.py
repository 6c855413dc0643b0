"""What a page shows, held in one session entry: its record, its view, and what is said about entries.

A control's change patches the record; the address is written from it; an address that is not the one written last is
read into it. A control whose value is set from outside becomes a new one (its key counts how often), so that what the
browser still knows of the old one can change nothing, whichever of two reruns comes first.
"""

from __future__ import annotations

import difflib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from engine.record import Record
from engine.record.kinds import Numbers, Text
from engine.record.reading import shown
from ui.kit.brought import known
from ui.kit.layout import layout
from ui.kit.page import Page, with_controls

OPEN = "open_page"  # session: the word of the page that is open
PASSING = ("present", "embed", "embed_options")  # parameters of every page
TRACKING = ("utm_", "fbclid", "gclid")  # what mail programs and networks hang on a link
_TOKENS = "held_token"


@dataclass(frozen=True)
class Sent:
    """What a picture was sent, which moves some fields of the record itself; see `ui.kit.mount.hand_over`."""

    record: Record
    told: Mapping[str, Any]  # the envelope, without those fields
    answer: int  # its hash
    envelope: dict[str, Any]  # as it was sent


@dataclass
class Held:
    """One page's state in one session, or that of a page's picture in a scene of a lecture."""

    page: Page
    record: Record
    view: Record
    token: str  # of the session: a serial of another one means nothing
    place: str = ""  # where it is shown: of another place than its page's own, it has controls and pictures of its own
    usual: tuple[Record, Record] | None = None  # of which the address says nothing; None: the usual record and view
    staged: Mapping[str, Any] = field(default_factory=dict)  # in a scene: `parts` that are shown, what it `covers`
    opened: int = 0  # counts what links and presets brought: the browser then goes to `view`
    preset: str = ""  # the button that was pressed last
    complaints: list[str] = field(default_factory=list)  # about the link
    said: dict[str, str] = field(default_factory=dict)  # about entries, by field
    entries: dict[str, Any] = field(default_factory=dict)  # what was entered and could not be taken, by field
    times: dict[str, int] = field(default_factory=dict)  # how often a field was set from outside
    before: dict[str, Any] = field(default_factory=dict)  # a seed before the last roll
    noted: dict[str, Any] = field(default_factory=dict)  # what a page keeps beside; gone when something is opened
    laid: str = ""  # the layout that pictures are in
    sent: dict[str, Sent] = field(default_factory=dict)  # in the last run, by panel
    sending: dict[str, Sent] = field(default_factory=dict)  # in this run
    written: dict[str, str] = field(default_factory=dict)  # the address written or read last
    changed: bool = False  # since the address was written
    beyond: set[str] = field(default_factory=set)  # what this run has said of numbers beyond float64
    pressed: bool = False  # whether this run began with a visitor's change

    def __post_init__(self) -> None:
        self.place = self.place or self.page.word

    @property
    def serial(self) -> str:
        """Another one for everything that was opened."""
        return f"{self.token}-{self.opened}"

    pictured = property(lambda self: self.record)  # what its picture is of

    def value(self, name: str) -> Any:
        """A field of the record or of the view."""
        return getattr(self.record if name in self.page.record.declared() else self.view, name)

    def shown(self, name: str) -> Any:
        """What the control of a field shows: what was entered last, or the value as the control takes it."""
        kind, value = self.page.names[name].declared()[name].kind, self.value(name)
        return self.entries.get(name, kind.entry(value))

    def key(self, name: str) -> str:
        """The session key of a field's control."""
        return f"{self.place}.{name}.{self.times.get(name, 0)}"

    def patch(self, name: str, entry: Any) -> None:
        """Take what a visitor has entered in the control of a field, mended where it must be, with what follows."""
        self.pressed = True
        owner = self.page.names[name]
        kind = owner.declared()[name].kind
        mine = self.record if owner is self.page.record else self.view
        value, sentence = kind.taken(entry, getattr(mine, name), mine.by_name(), self.record)
        self._say({name: sentence})
        if value is None:
            self.entries[name] = entry
            return
        self.entries.pop(name, None)
        self.put(name, value)
        if self.shown(name) == entry:
            return
        if isinstance(kind, (Text, Numbers)):
            self.entries[name] = entry  # a visitor's own words stay as they were typed
        else:
            self._touch({name})

    def put(self, name: str, value: Any, outside: bool = False) -> None:
        """Change one field, and what that brings along; `outside`: its control has not heard of it yet."""
        self.pressed = True
        before = {**self.record.by_name(), **self.view.by_name()}
        entered = outside and self.entries.pop(name, None) is not None
        if outside:
            self._say({})
        try:
            if self.page.names[name] is self.page.record:
                self.record, sentence = self.record.nearest(name, value)
                if sentence:
                    self.said[name] = sentence
            else:
                self.view = self.view.changed(name, value)
        except ValueError as error:
            self._say({name: f"{error}."})
            return
        self._retake(name, before)
        self._look_again()
        after = {**self.record.by_name(), **self.view.by_name()}
        changed = {other for other in after if after[other] != before[other]}
        self.changed = self.changed or bool(changed)  # what is told twice is no second entry of the history
        self._touch(changed | ({name} if entered else set()) if outside else changed - {name})

    def put_words(self, name: str, words: str) -> None:
        """Change one field, as a picture has told it in the words of a link."""
        kind = self.page.names[name].declared()[name].kind
        value, sentence = kind.read(words, self.record.by_name(), self.record)
        if value is not None:
            self.put(name, value, outside=True)
        if sentence:
            self._say({name: sentence})

    def refuse(self, name: str, sentence: str) -> None:
        """Say why something that was brought for a field could not be taken."""
        self.pressed = True
        self._say({name: sentence})

    def _say(self, said: dict[str, str]) -> None:
        """Say this; of what was said before there stays what is about entries that still stand as they were typed."""
        self.said = {name: sentence for name, sentence in self.said.items() if name in self.entries} | said
        self.complaints = []  # of the link that was left with this change

    def _retake(self, name: str, before: Mapping[str, Any]) -> None:
        """Entries that the field `name` decides how to read: those not taken so far, and those that now fit no more."""
        for other, declared in self.page.record.declared().items():
            if getattr(declared.kind, "by", "") == name and getattr(self.record, other) != before[other]:
                self.entries.setdefault(other, declared.kind.entry(before[other]))
        for other, entry in list(self.entries.items()):
            kind = self.page.names[other].declared()[other].kind
            if getattr(kind, "by", "") == name:
                value, sentence = kind.taken(entry, self.value(other), self.record.by_name(), self.record)
                self.said[other] = sentence
                if value is not None:
                    del self.entries[other]
                    self.record, too_large = self.record.nearest(other, value)
                    self.said[other] = too_large or sentence

    def _look_again(self) -> None:
        """What is looked at and is not there any more gives way to what is nearest, or usual."""
        for name, declared in self.page.view.declared().items():
            if (value := getattr(self.view, name)) is not None:
                nearest, _ = declared.kind.read(declared.kind.write(value), self.view.by_name(), self.record)
                usual = getattr(self.page.view.usual(), name)
                self.view = replace(self.view, **{name: usual if nearest is None else nearest})

    def open(self, record: Record, view: Record | None = None, preset: str = "") -> None:
        """Show another record, as a preset, a link or "use it" does; the browser goes to the view.

        Without a view it is the usual one, but for what has a control: that stays as a visitor has set it.
        """
        kept = {name: self.value(name) for name in with_controls(self.page)}
        seen = view or replace(self.page.view.usual(), **kept)
        before = {**self.record.by_name(), **self.view.by_name()}
        self.record, self.view, self.preset = record, seen, preset
        self._look_again()
        after = {**record.by_name(), **self.view.by_name()}
        self._touch({name for name in after if after[name] != before[name]} | set(self.entries))
        self.entries, self.said, self.complaints, self.before, self.noted = {}, {}, [], {}, {}
        self.opened, self.pressed, self.changed = self.opened + 1, True, True

    def adopt(self, record: Record) -> None:
        """Take another record; the browser stays where it looks, as far as that is there."""
        before, self.record = self.record.by_name(), record
        self._look_again()
        self._touch(changed := {name for name, value in record.by_name().items() if value != before[name]})
        self.pressed, self.changed = True, self.changed or bool(changed)

    def read(self, query: Mapping[str, str]) -> None:
        """Show what an address says; whatever could not be taken as it was gets a sentence."""
        preset, complaints, rest = query.get("preset", ""), [], dict(query)
        rest.pop("preset", None)
        if preset in self.page.presets:
            chosen = self.page.presets[preset]
            seen = chosen.view.to_query() if chosen.view else {}
            rest = {**chosen.record.to_query(), **seen, **rest}
        elif "preset" in query:
            complaints.append(f"preset: {shown(preset)} is unknown; there are {', '.join(self.page.presets)}.")
            preset = ""
        record, said = self.page.record.from_query(rest, known=known())
        view, also = self.page.view.from_query(rest, record)
        self.open(record, view, preset)
        self.complaints = complaints + said + also + self._unknown(query)
        self.written, self.changed, self.pressed = dict(query), False, False

    def _unknown(self, query: Mapping[str, str]) -> list[str]:
        known = {key.lower(): key for key in (*self.keys(), *PASSING)}
        found = []
        for name in query:
            if not name or name in known.values() or name.startswith(TRACKING):
                continue
            near = difflib.get_close_matches(name.lower()[:40], known, 1)
            meant = f"did you mean {known[near[0]]}?" if near else f"there are {', '.join(self.keys())}."
            found.append(f"{shown(name)} means nothing on this page; {meant}")
        return found

    def keys(self) -> tuple[str, ...]:
        """Every parameter of an address that means something here."""
        return self.page.keys

    def query(self) -> dict[str, str]:
        """The page's part of its address."""
        return {**self.record.to_query(), **self.view.to_query()}

    def decided(self, query: Mapping[str, str]) -> dict[str, str]:
        """The part of an address that only the server and the visitor write."""
        view = self.page.view.declared()
        own = {"preset", *self.page.record.keys(), *(view[name].key for name in with_controls(self.page))}
        return {name: value for name, value in query.items() if name in own}

    def look(self, query: Mapping[str, str]) -> None:
        """Take the rest of an address, which the browser writes: where a visitor looks."""
        seen, _ = self.page.view.from_query(query, self.record)
        self.view = replace(seen, **{name: self.value(name) for name in with_controls(self.page)})
        self.written = dict(query)

    def entered(self) -> bool:
        """Whether this run began with a visitor's change."""
        return self.pressed

    def begin(self) -> None:
        """A run of what shows this begins."""
        self.sent, self.sending, self.beyond = self.sending, {}, set()

    def write(self) -> None:
        """Make the address say what is shown, where something has changed: one change, one entry of the history."""
        self.pressed = False
        if not self.changed:
            return
        wanted = self.query() | {name: st.query_params[name] for name in PASSING if name in st.query_params}
        if dict(st.query_params) != wanted:
            st.query_params.from_dict(wanted)
        self.written, self.changed = wanted, False

    def _touch(self, names: set[str]) -> None:
        for name in names:
            self.times[name] = self.times.get(name, 0) + 1


def held(page: Page) -> Held | None:
    """What this session holds of a page, if it was there."""
    found = st.session_state.get(f"held.{page.word}")
    return found if isinstance(found, Held) else None


def follow_address(page: Page, make: type[Held] = Held) -> Held:
    """What `page` shows in this run of its whole script: what is held, or what the address says where it is another.

    A run that a press began says what the visitor did, and its address is not read. Of the view, the browser writes the
    address itself: such a difference opens nothing.
    """
    session, query = st.session_state, dict(st.query_params)
    arrived = session.get(OPEN) != page.word
    session[OPEN] = page.word
    mine = held(page)
    if mine is None:
        token = session.setdefault(_TOKENS, secrets.token_hex(3))
        mine = make(page, page.record.usual(), page.view.usual(), token)
        mine.read(query)
        mine.times = {}
        session[f"held.{page.word}"] = mine
    elif arrived and not mine.decided(query):
        mine.changed = True
    elif not mine.entered() and mine.decided(query) != mine.decided(mine.written):
        mine.read(query)
    elif not mine.entered() and query != mine.written:
        mine.look(query)
    if arrived or mine.laid != layout():
        mine.sending, mine.laid = {}, layout()
    return mine
