"""The palette: legible on both grounds, apart for colour-blind readers, even where it measures."""

from __future__ import annotations

import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from engine.cells import CELLS as REGISTRY
from figures.theme import (
    ACCENT,
    BALLS,
    CELLS,
    GROUND,
    MAGNITUDE,
    MUTED,
    ROLES,
    RULE,
    SIGNED,
    SURFACE,
    TEXT,
    Shade,
    partners,
    theme_message,
)
from tests.figures.colour import SEEN_BY, contrast, difference, lightness

TONES = ("light", "dark")
TEXT_CONTRAST, MARK_CONTRAST = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11
APART = 8.0  # in Oklab x 100: four times what can just be told apart side by side; lines are thin and apart
# What is written in letters: the names of cells stand in their own colours, the accent is the links' colour.
WRITTEN = {"text": TEXT, "muted": MUTED, "accent": ACCENT, **CELLS, **BALLS}
in_both_tones = pytest.mark.parametrize("tone", TONES)


def grounds(tone: str) -> list[str]:
    return [getattr(GROUND, tone), getattr(SURFACE, tone)]


@in_both_tones
@pytest.mark.parametrize("name", WRITTEN)
def test_text_is_legible_on_ground_and_panels(name: str, tone: str) -> None:
    for ground in grounds(tone):
        assert contrast(getattr(WRITTEN[name], tone), ground) >= TEXT_CONTRAST


@in_both_tones
@pytest.mark.parametrize("shade", [*CELLS.values(), *ROLES.values(), MUTED], ids=lambda shade: shade.light)
def test_marks_stand_out_from_ground_and_panels(shade: Shade, tone: str) -> None:
    for ground in grounds(tone):
        assert contrast(getattr(shade, tone), ground) >= MARK_CONTRAST


def test_hairlines_are_quieter_than_any_mark() -> None:
    for tone in TONES:
        marks = [*CELLS.values(), *ROLES.values(), MUTED, TEXT, ACCENT]
        ground = getattr(GROUND, tone)
        assert contrast(getattr(RULE, tone), ground) < min(contrast(getattr(mark, tone), ground) for mark in marks)


@in_both_tones
@pytest.mark.parametrize("reader", SEEN_BY)
@pytest.mark.parametrize(("one", "other"), [*combinations(CELLS, 2), *combinations(ROLES, 2)])
def test_cells_and_roles_are_told_apart_by_every_reader(one: str, other: str, reader: str, tone: str) -> None:
    group = CELLS if one in CELLS else ROLES
    apart = difference(getattr(group[one], tone), getattr(group[other], tone), reader)
    assert apart >= APART, f"{one} and {other} are {apart:.1f} apart for {reader} in the {tone} theme"


@in_both_tones
@pytest.mark.parametrize("reader", SEEN_BY)
def test_the_two_balls_are_told_apart_by_every_reader(reader: str, tone: str) -> None:
    assert difference(getattr(BALLS["free"], tone), getattr(BALLS["clipped"], tone), reader) >= APART


def test_every_cell_has_a_colour() -> None:
    assert set(CELLS) == set(REGISTRY)


@in_both_tones
def test_magnitudes_go_evenly_from_the_ground_to_the_strongest(tone: str) -> None:
    steps = np.diff([lightness(colour) for colour in MAGNITUDE[tone]])
    assert (steps < 0).all() if tone == "light" else (steps > 0).all()
    assert np.abs(steps).min() > 0.5 * np.abs(steps).mean()
    assert np.abs(steps).max() < 1.5 * np.abs(steps).mean()
    assert contrast(MAGNITUDE[tone][0], getattr(GROUND, tone)) < 1.3  # the smallest magnitude is almost nothing


@in_both_tones
def test_signed_values_leave_the_ground_on_both_sides_and_differ_in_grey(tone: str) -> None:
    levels = np.array([lightness(colour) for colour in SIGNED[tone]])
    middle = len(levels) // 2
    assert len(levels) % 2 == 1
    away = np.abs(levels - levels[middle])
    assert (np.diff(away[middle:]) > 10).all()
    assert (np.diff(away[middle::-1]) > 10).all()
    minus, plus = away[:middle][::-1], away[middle + 1 :]
    assert (minus - plus >= [5, 12, 16]).all()  # in L*; side by side, 2 can be told apart
    assert contrast(SIGNED[tone][middle], getattr(GROUND, tone)) < 1.2


@in_both_tones
@pytest.mark.parametrize("reader", SEEN_BY)
def test_plus_and_minus_are_told_apart_by_every_reader(reader: str, tone: str) -> None:
    ramp = SIGNED[tone]
    for k in range(len(ramp) // 2):
        wanted = APART * (1.0 - k / (len(ramp) // 2))  # all the paler the nearer to 0
        assert difference(ramp[k], ramp[-1 - k], reader) >= wanted


def test_every_light_colour_has_one_partner_on_the_dark_ground() -> None:
    shades = [GROUND, SURFACE, TEXT, MUTED, RULE, ACCENT, *CELLS.values(), *ROLES.values()]
    pairs = partners()
    for shade in shades:
        assert pairs[shade.light] == shade.dark
    for scale in (SIGNED, MAGNITUDE):
        assert [pairs[colour] for colour in scale["light"]] == list(scale["dark"])


def test_the_browser_gets_every_role_in_both_tones() -> None:
    sent = theme_message()
    assert set(sent) == set(TONES)
    for tone in TONES:
        assert sent[tone]["ground"] == getattr(GROUND, tone)
        assert sent[tone]["cells"] == {name: getattr(shade, tone) for name, shade in CELLS.items()}
        assert sent[tone]["roles"] == {name: getattr(shade, tone) for name, shade in ROLES.items()}
        assert sent[tone]["balls"] == {name: getattr(shade, tone) for name, shade in BALLS.items()}
        assert sent[tone]["magnitude"] == MAGNITUDE[tone]
        assert sent[tone]["signed"] == SIGNED[tone]


@in_both_tones
@pytest.mark.parametrize(
    ("setting", "shade"),
    [
        ("backgroundColor", GROUND),
        ("secondaryBackgroundColor", SURFACE),
        ("textColor", TEXT),
        ("primaryColor", ACCENT),
        ("linkColor", ACCENT),
        ("borderColor", RULE),
    ],
)
def test_streamlits_own_theme_has_the_same_colours(setting: str, shade: Shade, tone: str) -> None:
    config = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["theme"][tone][setting] == getattr(shade, tone)
