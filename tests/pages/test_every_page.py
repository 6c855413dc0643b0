"""Every page opens by itself, from a cold link, tells its story by presets, and is found again as it was left."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.visits import PAGES, address, checked, components, holding, letter, preset_button, said, visit
from ui.kit.controls import changed
from ui.kit.page import GROUPS, every_page

EVERY = ["app.py", *PAGES]
each_page = pytest.mark.parametrize("path", EVERY)
PRESETS = [(path, name) for path, page in every_page().items() for name in page.presets]
each_preset = pytest.mark.parametrize(("path", "name"), PRESETS)


@each_page
def test_a_page_opens_on_the_usual_with_a_title_and_something_to_see(path: str) -> None:
    at = visit(path)
    assert len(at.title) == 1
    assert components(at)
    assert address(at) == {}
    assert said(at) == []


@each_page
def test_a_page_runs_twice(path: str) -> None:
    at = visit(path)
    before = [proto.SerializeToString() for proto in components(at).values()]
    again = checked(at.run())
    assert [proto.SerializeToString() for proto in components(again).values()] == before  # nothing to draw anew


@each_page
def test_presenter_mode_comes_from_the_link_and_from_the_button(path: str) -> None:
    at = visit(path, present="1")
    assert len(at.sidebar) == 0
    assert address(at) == {"present": "1"}
    checked(at.button(key="presenter_switch").click().run())
    assert len(at.sidebar) > 0
    assert address(at) == {}
    checked(at.button(key="presenter_switch").click().run())
    assert len(at.sidebar) == 0
    assert address(at) == {"present": "1"}


def test_the_menu_leads_to_every_page() -> None:
    assert sorted(every_page()) == PAGES
    for path, page in every_page().items():
        assert path.startswith("pages/")
        assert page.menu[0] in GROUPS
        assert page.menu[2].startswith(":material/")
        assert page.question.endswith(".")


def looked_for(at: AppTest) -> str:
    """What the line above a page's pictures says to look for; "" where there is no such line."""
    start = "**Look for:** "
    return "".join(found.value.removeprefix(start) for found in at.markdown if found.value.startswith(start))


@each_preset
def test_a_preset_shows_its_record_and_says_what_to_look_for(path: str, name: str) -> None:
    page = every_page()[path]
    preset = page.presets[name]
    at = visit(path)
    checked(preset_button(at, name).click().run())
    assert holding(at, page).record == preset.record
    assert holding(at, page).view == (preset.view or page.view.usual())
    assert looked_for(at) == preset.look_for
    assert said(at) == []
    assert address(at) == holding(at, page).query()


@each_preset
def test_a_preset_by_its_name_in_a_link_is_the_same_and_stays_until_a_change(path: str, name: str) -> None:
    page = every_page()[path]
    at = visit(path, preset=name)
    assert holding(at, page).record == page.presets[name].record
    assert address(at) == {"preset": name}
    assert looked_for(at) == page.presets[name].look_for


@pytest.mark.parametrize("path", PAGES)
def test_the_same_preset_again_sends_the_picture_to_its_start(path: str) -> None:
    page = every_page()[path]
    first = next(iter(page.presets))
    at = visit(path)
    serials = []
    for _ in range(2):
        checked(preset_button(at, first).click().run())
        serials.append([letter(at, name)[0]["serial"] for name in components(at) if name != "plot"])
    assert all(len(set(each)) == 1 for each in serials)
    assert serials[0] != serials[1]


def _elsewhere(path: str) -> dict[str, str]:
    """A link to something on a page that is no preset: its last number, near one end."""
    record = every_page()[path].record
    name, (low, _) = list(record.ends().items())[-1]
    return record.usual().changed(name, type(getattr(record.usual(), name))(low)).to_query()


def _went(at: AppTest, path: str, query: dict[str, str]) -> AppTest:
    at.switch_page(path)
    at.query_params.clear()
    for name, value in query.items():
        at.query_params[name] = value
    return checked(at.run())


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("by", ["its menu link", "a plain address"])
def test_coming_back_from_another_page_finds_everything_as_it_was(path: str, by: str) -> None:
    page, query = every_page()[path], _elsewhere(path)
    at = visit(path, **query)
    left = holding(at, page).record
    _went(at, "app.py", {})
    _went(at, path, query if by == "its menu link" else {})
    assert holding(at, page).record == left
    assert address(at) == query


@pytest.mark.parametrize("path", PAGES)
def test_back_in_the_browser_shows_what_the_address_says(path: str) -> None:
    page, query = every_page()[path], _elsewhere(path)
    at = visit(path, **query)
    checked(preset_button(at, next(iter(page.presets))).click().run())
    _went(at, path, query)
    assert holding(at, page).record == page.record.from_query(query)[0]
    assert address(at) == query


@pytest.mark.parametrize("path", PAGES)
def test_a_late_word_of_a_control_that_was_replaced_changes_nothing(path: str) -> None:
    page, query = every_page()[path], _elsewhere(path)
    at = visit(path, **query)
    mine, name = holding(at, page), next(iter(page.record.ends()))
    before, stale = mine.record, mine.key(name)
    mine.times[name] = mine.times.get(name, 0) + 1  # as Back does
    changed(mine, name, stale)
    assert (mine.record, mine.changed) == (before, False)
