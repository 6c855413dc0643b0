"""What a link says is shown; what in it cannot be shown is said; a link never breaks a page."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.record.kinds import Choice, Kind, Number
from engine.record.numerals import numeral
from tests.pages.visits import AWKWARD, PAGES, address, checked, components, holding, letter, said, visit
from ui.kit.page import Page, every_page

FIELDS = [(path, name) for path, page in every_page().items() for name in page.names]


def declared(page: Page, name: str) -> Kind[Any]:
    """What a field of the page's record or view accepts."""
    return page.names[name].declared()[name].kind


def key_of(page: Page, name: str) -> str:
    """The field's parameter in a link."""
    return page.names[name].declared()[name].key


@pytest.mark.parametrize("words", ["", "<script>alert(1)</script>", AWKWARD, "9" * 100_000, "nan", "1e999", "-"])
@pytest.mark.parametrize(("path", "name"), FIELDS)
def test_a_parameter_is_taken_or_the_reason_is_said(path: str, name: str, words: str) -> None:
    page = every_page()[path]
    query = {key_of(page, name): words}
    record, complaints = page.record.from_query(query)
    view, also = page.view.from_query(query, record)
    for sentence in complaints + also:
        assert sentence.startswith(f"{key_of(page, name)}: ")
        assert sentence.endswith(".")
        assert len(sentence) < 400
    assert complaints + also or {**record.to_query(), **view.to_query()}.keys() <= query.keys()
    if isinstance(declared(page, name), (Number, Choice)):
        assert complaints + also


@pytest.mark.parametrize("path", PAGES)
def test_whatever_is_written_is_taken_or_becomes_what_is_nearest_and_is_said(path: str) -> None:
    page = every_page()[path]
    words = st.one_of(st.text(max_size=20), st.floats().map(str), st.text("0123456789.,;-−+e/^ _½x", max_size=12))

    @given(st.dictionaries(st.sampled_from(page.keys), words, max_size=4))
    @settings(max_examples=60)
    def read(query: dict[str, str]) -> None:
        record, complaints = page.record.from_query(query)
        view, also = page.view.from_query(query, record)
        assert page.record.from_query(record.to_query()) == (record, [])
        assert page.view.from_query(view.to_query(), record) == (view, [])
        said_of = {sentence.split(":")[0] for sentence in complaints + also}
        assert said_of <= query.keys()
        for name in page.names:
            key, kind = key_of(page, name), declared(page, name)
            typed = numeral(query[key])[0] if key in query else None
            if isinstance(kind, Number) and typed is not None:
                low, high = kind.ends(record)
                value = getattr(record if name in page.record.declared() else view, name)
                assert key in said_of or value == typed
                assert value is None or low <= value <= high

    read()


@pytest.mark.parametrize("path", PAGES)
def test_what_is_said_about_a_link_is_on_the_page_and_the_rest_is_shown(path: str) -> None:
    page = every_page()[path]
    preset = next(iter(page.presets.values()))
    good = preset.record.to_query()
    bad = next(key for name, key in ((name, key_of(page, name)) for name in page.record.declared()) if key not in good)
    query = {**good, bad: "<b>no</b>", "presett": "x", "utm_source": "mail"}
    at = visit(path, **query)
    wanted, complaints = page.record.from_query({**good, bad: "<b>no</b>"})
    near = "“presett” means nothing on this page; did you mean preset?"
    assert said(at) == [*complaints, near]
    assert holding(at, page).record == wanted


@pytest.mark.parametrize("path", PAGES)
def test_an_unknown_preset_is_said_and_the_others_are_named(path: str) -> None:
    page = every_page()[path]
    at = visit(path, preset="<b>nope</b>")
    (sentence,) = said(at)
    assert all(name in sentence for name in page.presets)
    assert holding(at, page).record == page.record.usual()


@pytest.mark.parametrize("path", PAGES)
def test_what_only_the_picture_shows_is_told_to_it_and_stays_in_the_link(path: str) -> None:
    page = every_page()[path]
    for preset in page.presets.values():
        query = {**preset.record.to_query(), **(preset.view.to_query() if preset.view else {})}
        at = visit(path, **query)
        assert said(at) == []
        assert address(at) == query
        seen = preset.view or page.view.usual()
        for name in components(at):
            if name != "plot" and letter(at, name)[0]["page"] == page.word:
                told = letter(at, name)[0]["view"]
                assert told == as_json(seen, told)


def as_json(seen: Any, told: dict[str, Any]) -> dict[str, Any]:
    """A view as it comes out of JSON: tuples are lists there."""
    return {field: list(value) if isinstance(value := getattr(seen, field), tuple) else value for field in told}


def _answer(data: bytes) -> bytes:
    """What was sent, without its envelope."""
    (length,) = struct.unpack_from("<I", data)
    return data[4 + length :]


@pytest.mark.parametrize("path", PAGES)
def test_a_link_that_the_browser_changed_by_looking_around_sends_nothing_anew(path: str) -> None:
    page = every_page()[path]
    at = visit(path)
    before = {name: _answer(found.bytes) for name, found in components(at).items() if name != "plot"}
    numbers = [name for name in page.view.declared() if isinstance(declared(page, name), Number)]
    own = [name for name in numbers if not page.view.declared()[name].label]
    if not own:
        pytest.skip("nothing is looked at by number here")
    at.query_params[key_of(page, own[0])] = "1"
    checked(at.run())
    assert said(at) == []
    assert {name: _answer(components(at)[name].bytes) for name in before} == before
    assert holding(at, page).record == page.record.usual()
    assert address(at)[key_of(page, own[0])] == "1"


@pytest.mark.parametrize("path", PAGES)
def test_no_link_breaks_a_page(path: str) -> None:
    page = every_page()[path]

    @given(st.dictionaries(st.sampled_from([*page.keys, "x", "present"]), st.text(max_size=30), max_size=5))
    @settings(max_examples=10)
    def try_links(query: dict[str, str]) -> None:
        at = visit(path, **query)
        assert {sentence.split(":")[0].split(" ")[0] for sentence in said(at)} <= {*query, "“x”"}
        written = holding(at, page).query()
        assert page.record.from_query(written) == (holding(at, page).record, [])

    try_links()
