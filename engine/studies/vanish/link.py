"""An experiment's short, readable URL form, and the way back from whatever stands in a URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from engine.initialise import INITIALISERS
from engine.studies.query import (
    Field,
    cells_field,
    choice_field,
    found_in,
    number_field,
    numbers_field,
    read_text,
    switch_field,
    whole_field,
    written,
)
from engine.studies.vanish.study import (
    INPUTS,
    LARGEST_NUMBER,
    LOSSES,
    MOST_CELLS,
    NUMBERS,
    PLACES,
    RANGES,
    SYMBOLS,
    VanishStudy,
)

DEFAULT = VanishStudy()


def to_query(experiment: VanishStudy) -> dict[str, str]:
    """URL parameters of everything that differs from the default experiment, in a fixed order."""
    return written(experiment, DEFAULT, _FIELDS)


def from_query(query: Mapping[str, str]) -> tuple[VanishStudy, list[str]]:
    """The experiment a URL describes, and one sentence for each parameter that could not be taken as it was.

    Never raises: a value out of range becomes the nearest valid one, an unreadable one the default.
    Parameters of other names are left alone.
    """
    found, complaints = found_in(query, _FIELDS)
    return replace(DEFAULT, **found), complaints


_FIELDS = (
    cells_field("cells", "cells", MOST_CELLS),
    whole_field("T", "steps", RANGES["steps"]),
    whole_field("H", "hidden", RANGES["hidden"]),
    choice_field("init", "initialiser", INITIALISERS),
    number_field("scale", "scale", RANGES["scale"]),
    number_field("forget", "forget_bias", RANGES["forget_bias"]),
    choice_field("input", "inputs", INPUTS),
    Field("text", "text", str, lambda text: read_text(text, SYMBOLS)),
    numbers_field("numbers", "numbers", NUMBERS, LARGEST_NUMBER),
    choice_field("loss", "loss", LOSSES),
    choice_field("at", "at", PLACES),
    number_field("clip", "clip", RANGES["clip"]),
    whole_field("seed", "seed", RANGES["seed"]),
    switch_field("seeds", "other_seeds"),
)
assert {field.name for field in _FIELDS} == {field.name for field in fields(VanishStudy)}
