"""What a control says is what the record holds and what the link says, for every field of every page's record."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from engine.cells import CELLS
from engine.record import Record
from engine.record.declare import Declared
from engine.record.kinds import Cells, Choice, Kind, Number, Numbers, Switch, Text, Whole
from engine.record.numerals import written
from engine.studies.own.study import Entry
from engine.studies.trained import Recipe, Trained
from engine.tasks import TASKS
from engine.training.learning import OwnData
from engine.training.training import Training
from tests.pages.visits import AWKWARD, address, button, checked, field, fields, holding, said, visit
from ui.kit.page import Page, every_page


def kind_of(path: str, name: str) -> Kind[Any]:
    """What a field of a page accepts."""
    return every_page()[path].names[name].declared()[name].kind


DRAWN = [
    (path, name)
    for path, page in every_page().items()
    for name, declared in page.record.declared().items()
    if declared.label
]
each_control = pytest.mark.parametrize(("path", "name"), DRAWN)


@cache
def where_it_is_drawn(path: str, name: str) -> Record:
    """A record with which the control of the field `name` is there and can be changed."""
    page = every_page()[path]
    waiting = deque([page.record.usual()])
    met = {_drawn(page, waiting[0])}
    while True:  # goes on from one record of each set of controls
        record = waiting.popleft()
        if name in _drawn(page, record):
            return record
        for near in neighbours(record):
            if (drawn := _drawn(page, near)) not in met:
                met.add(drawn)
                waiting.append(near)


def _drawn(page: Page, record: Record) -> frozenset[str]:
    """The fields whose controls are there and can be changed."""
    return frozenset(
        name
        for name, of in page.names.items()
        if name not in record.resting() and (declared := of.declared()[name]).when(record) and not declared.off(record)
    )


def neighbours(record: Record) -> Iterator[Record]:
    """What one choice makes of it."""
    for name, declared in record.declared().items():
        for value in _choices(declared, record):
            with contextlib.suppress(ValueError):
                yield record.changed(name, value)


def _choices(declared: Declared, record: Record) -> list[Any]:
    kind = declared.kind
    if isinstance(kind, Choice):
        return [value for value in kind.allowed(record) if value]
    if isinstance(kind, Cells):
        return [(cell,) for cell in CELLS]
    if isinstance(kind, Text) and kind.optional:
        return ["movie was good"]
    if isinstance(kind, Recipe):  # of six examples; one of one layer for the pages that show no other
        return [
            Trained(Training(task="sentiment", length=9, hidden=3, batch=2, layers=n, both=both), 1)
            for n, both in ((3, False), (1, False), (1, True))
        ]
    return [True, False] if isinstance(kind, Switch) else []


def good(kind: Any, record: Record) -> list[Any]:
    """Entries that a control of this kind takes as they are."""
    if isinstance(kind, Whole) and kind.names:
        return list(kind.names(record) if callable(kind.names) else kind.names)
    if isinstance(kind, Number):
        low, high = kind.ends(record)
        return [kind.write(low), kind.write(high), "−0" if low <= 0 else f"{high:e}"]
    if isinstance(kind, Choice):
        return list(kind.allowed(record))
    if isinstance(kind, Switch):
        return [True, False]
    if isinstance(kind, Cells):
        return [["gru"], ["tanh", "lstm"]]
    if isinstance(kind, Numbers):
        return ["1, -2, 0.5", "3 1e-3"]
    if isinstance(kind, OwnData):
        if record.task == "sentiment":
            return ["Movie was good, 1\nmovie was not good 0"]
        return ["\n".join(map(str, range(200)))] if TASKS[record.task].reads == "numbers" else ["abba abba baab"]
    if isinstance(kind, Entry):  # what the sample reads
        rows = "\n".join([f"{'0 ' * 51}1", "0.5 " * 52])
        return {"tokens": ["0, 2 3\n1 1"], "numbers": [rows]}.get(record.reads, ["no the phone\nMy sister, indeed!"])
    assert isinstance(kind, Text)
    if kind.unit == "word":
        return ["one\ntwo\tthree", f"{AWKWARD} two three", "שלום \u202eabc\u202c مرحبا"]
    return ["abba", AWKWARD, "one\ntwo\tthree", "שלום \u202eabc\u202c مرحبا"]


@each_control
def test_what_a_control_offers_is_taken_linked_and_shown(path: str, name: str) -> None:
    page = every_page()[path]
    start = where_it_is_drawn(path, name)
    kind = kind_of(path, name)
    for entry in good(kind, start):
        at = visit(path, **start.to_query())
        assert said(at) == []
        checked(field(at, page.word, name).set_value(entry).run())
        mine = holding(at, page)
        wanted, sentence = kind.taken(entry, None, mine.record.by_name(), mine.record)
        assert mine.value(name) == wanted
        assert said(at) == ([sentence[0].upper() + sentence[1:]] if sentence else [])
        assert address(at) == mine.query()
        assert page.record.from_query(address(at)) == (mine.record, [])
        if (again := fields(at, page.word, name)) and not isinstance(kind, (Text, Numbers)):
            assert again[0].value == kind.entry(wanted)


NUMBERS = [
    (path, name)
    for path, name in DRAWN
    if isinstance(kind := kind_of(path, name), Number) and not getattr(kind, "names", None)
]


@pytest.mark.parametrize(("path", "name"), NUMBERS)
@pytest.mark.parametrize("beyond", [-(10**12), 10**12])
def test_a_number_beyond_its_range_moves_to_the_end_and_says_so(path: str, name: str, beyond: int) -> None:
    page = every_page()[path]
    start = where_it_is_drawn(path, name)
    kind = kind_of(path, name)
    assert isinstance(kind, Number)
    at = visit(path, **start.to_query())
    checked(field(at, page.word, name).set_value(str(beyond)).run())
    end = kind.ends(start)[beyond > 0]
    assert holding(at, page).value(name) == end
    assert field(at, page.word, name).value == kind.entry(end)
    (sentence,) = said(at)
    assert f"{written(end)} is used" in sentence


@pytest.mark.parametrize(("path", "name"), NUMBERS)
def test_an_emptied_or_unreadable_number_changes_nothing_and_what_is_wrong_is_said_until_it_is_mended(
    path: str, name: str
) -> None:
    page = every_page()[path]
    start = where_it_is_drawn(path, name)
    kind = kind_of(path, name)
    at = visit(path, **start.to_query())
    checked(field(at, page.word, name).set_value("").run())
    assert said(at) == [f"The field was emptied; {kind.write(getattr(start, name))} stays."]
    assert field(at, page.word, name).value == kind.entry(getattr(start, name))
    checked(field(at, page.word, name).set_value("many").run())
    assert ["“many” is not a number" in sentence for sentence in said(at)] == [True]
    assert holding(at, page).record == start
    checked(field(at, page.word, name).set_value(kind.write(getattr(start, name))).run())
    assert said(at) == []


@pytest.mark.parametrize(("path", "name"), [one for one in NUMBERS if not getattr(kind_of(*one), "is_seed", False)])
def test_the_buttons_of_a_number_go_one_step_and_rest_at_its_ends(path: str, name: str) -> None:
    page = every_page()[path]
    start = where_it_is_drawn(path, name)
    kind = kind_of(path, name)
    assert isinstance(kind, Number)
    low, high = kind.ends(start)
    at = visit(path, **start.changed(name, type(getattr(start, name))(high)).to_query())
    label = field(at, page.word, name).label
    less, more = (button(at, f"{label}: {word}") for word in ("less", "more"))
    assert (less.disabled, more.disabled) == (False, True)
    checked(less.click().run())
    assert low < holding(at, page).value(name) < high
    assert field(at, page.word, name).value == kind.entry(holding(at, page).value(name))
    assert not button(at, f"{label}: more").disabled


@pytest.mark.parametrize(("path", "name"), dict(reversed(NUMBERS)).items())  # the first of each page that has one
def test_what_was_said_of_a_link_goes_with_the_first_change(path: str, name: str) -> None:
    page = every_page()[path]
    start, kind = where_it_is_drawn(path, name), kind_of(path, name)
    assert isinstance(kind, Number)
    at = visit(path, **{**start.to_query(), page.names[name].declared()[name].key: "x", "Scale": "2"})
    assert len(said(at)) == 2
    checked(field(at, page.word, name).set_value(kind.write(kind.ends(start)[1])).run())
    assert said(at) == []


def test_what_is_wrong_with_one_entry_stays_said_while_another_is_changed() -> None:
    at = visit("pages/unroll.py", example="numbers")
    checked(field(at, "unroll", "numbers").set_value("1, x").run())
    checked(field(at, "unroll", "hidden").set_value("4").run())
    assert len(said(at)) == 1
    checked(field(at, "unroll", "numbers").set_value("1, 2").run())
    assert said(at) == []


WORDS = [
    (path, name)
    for path, name in DRAWN
    if isinstance(kind_of(path, name), (Text, Numbers)) and not isinstance(kind_of(path, name), Entry)
]


@pytest.mark.parametrize(("path", "name"), WORDS)
@pytest.mark.parametrize("entry", ["", "x", "x" * 10_000, "<script>", "1e999"], ids=lambda entry: entry[:9])
def test_words_that_cannot_be_taken_are_said_stay_typed_and_hurt_nothing(path: str, name: str, entry: str) -> None:
    page = every_page()[path]
    start = where_it_is_drawn(path, name)
    kind = kind_of(path, name)
    at = visit(path, **start.to_query())
    checked(field(at, page.word, name).set_value(entry).run())
    mine = holding(at, page)
    value, sentence = kind.taken(entry, getattr(start, name), start.by_name(), start)
    assert mine.value(name) == (getattr(start, name) if value is None else value)
    assert len(said(at)) == bool(sentence)
    assert field(at, page.word, name).value == entry


@each_control
def test_a_control_that_does_not_apply_is_not_drawn_or_says_why_it_rests(path: str, name: str) -> None:
    page = every_page()[path]
    declared = page.names[name].declared()[name]
    for record in [page.record.usual(), where_it_is_drawn(path, name)]:
        at = visit(path, **record.to_query())
        drawn = fields(at, page.word, name)
        assert len(drawn) == (declared.when(record) and name not in record.resting())
        if drawn:
            assert drawn[0].proto.disabled == bool(declared.off(record))
            assert drawn[0].proto.help


@pytest.mark.parametrize("path", every_page())
def test_what_one_control_was_set_to_is_kept_while_another_is_changed(path: str) -> None:
    page = every_page()[path]
    wanted = page.record.usual()
    at = visit(path)
    for where, name in NUMBERS:
        declared = page.record.declared().get(name)
        if where != path or declared is None or not declared.when(wanted) or declared.off(wanted):
            continue
        low, high = declared.kind.ends(wanted)
        value = (int if isinstance(declared.kind, Whole) else float)(min(high, low + 3))
        checked(field(at, page.word, name).set_value(declared.kind.write(value)).run())
        wanted = wanted.changed(name, value)
    assert holding(at, page).record == wanted
    assert address(at) == wanted.to_query()


TOO_LARGE: dict[str, dict[str, Any]] = {  # links that take as much as they may, but for H
    "pages/unroll.py": {"example": "text", "text": 900, "layers": "3", "cell": "lstm"},
    "pages/inside_the_cell.py": {"text": 650, "H": "2"},
    "pages/vanish_and_explode.py": {"input": "text", "text": 1_000, "H": "2"},
    "pages/train.py": {"task": "order", "n": "100", "B": "100"},
}


def test_every_record_that_may_take_too_much_is_tried() -> None:
    assert sorted(TOO_LARGE) == sorted(path for path, page in every_page().items() if page.record.bound)


@pytest.mark.parametrize("path", TOO_LARGE)
def test_what_would_take_too_much_becomes_the_nearest_that_does_not_and_it_is_said(path: str) -> None:
    page, link = every_page()[path], dict(TOO_LARGE[path])
    if "text" in link:
        link["text"] = "".join(map(chr, range(0x4E00, 0x4E00 + link["text"])))  # all different
    assert page.record.bound
    gives_way, *_ = page.record.bound.yielding
    at = visit(path, **link)
    before, most = holding(at, page).value("hidden"), int(page.record.ends()["hidden"][1])
    asked = most if gives_way == "hidden" else holding(at, page).value(gives_way)
    assert said(at) == []
    checked(field(at, page.word, "hidden").set_value(str(most)).run())
    mine = holding(at, page)
    assert before < mine.value("hidden") <= most
    assert mine.value(gives_way) < asked
    assert field(at, page.word, gives_way).value == str(mine.value(gives_way))
    (sentence,) = said(at)
    assert sentence.startswith(f"{page.record.declared()[gives_way].key}: {asked} would take ")
    assert sentence.endswith(f"; {mine.value(gives_way)} is used.")
    assert page.record.from_query(address(at)) == (mine.record, [])
