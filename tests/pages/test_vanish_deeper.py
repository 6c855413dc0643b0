"""The parts that open on demand: nothing is computed before, and the link brings the open one back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.studies.vanish.families import at_family_scale
from engine.studies.vanish.remedies import helped
from engine.studies.vanish.stretches import stretches
from engine.studies.vanish.study import VanishStudy
from figures.words import LOG10_2
from tests.pages.vanish import field, held, sent, study, visit
from tests.pages.visits import OLDER, address, checked, components, said
from ui.vanish.deeper import use

SMALL = {"T": "12", "H": "4"}
EXPERIMENT = VanishStudy(steps=12, hidden=4)


def test_the_page_opens_without_any_of_them() -> None:
    at = visit(**SMALL)
    assert "helps" not in components(at)
    assert "more" not in address(at)


def test_a_part_opens_by_its_name_and_stands_in_the_link() -> None:
    at = visit(**SMALL)
    checked(field(at, "more").set_value("helps").run())
    assert address(at) == {**SMALL, "more": "helps"}
    header, arrays = sent(at, "helps")
    found = helped(EXPERIMENT, "tanh")
    np.testing.assert_allclose(arrays["before"], (found.before.log2_dh - found.before.log2_dh[-1]) * LOG10_2)
    assert header["title"] == "tanh RNN"


@pytest.mark.skipif(OLDER, reason="an older AppTest cannot take back a choice")
def test_a_part_closes_again() -> None:
    at = visit(**SMALL, more="helps")
    checked(field(at, "more").set_value(None).run())
    assert address(at) == SMALL


def test_the_link_names_the_part_and_the_network() -> None:
    at = visit(**SMALL, more="helps", of="gru")
    assert sent(at, "helps")[0]["cell"] == "gru"
    assert address(at) == {**SMALL, "more": "helps", "of": "gru"}


@pytest.mark.parametrize(
    ("given", "words"), [({"more": "<b>"}, "more: “<b>” is unknown"), ({"more": "helps", "of": "relu"}, "of: “relu”")]
)
def test_an_unknown_part_or_network_is_said(given: dict[str, str], words: str) -> None:
    at = visit(**SMALL, **given)
    assert any(words in sentence for sentence in said(at))


def test_a_part_follows_the_controls_and_the_scale_that_the_lab_shows() -> None:
    at = visit(**SMALL, more="helps", scale="0.52")
    checked(field(at, "seed").set_value("11").run())
    _, arrays = sent(at, "helps")
    found = helped(replace(EXPERIMENT, seed=11, scale=0.5), "tanh")
    np.testing.assert_allclose(arrays["before"], (found.before.log2_dh - found.before.log2_dh[-1]) * LOG10_2)


def test_a_network_that_is_no_longer_compared_gives_way_to_the_first() -> None:
    at = visit(**SMALL, more="helps", of="gru")
    checked(field(at, "cells").set_value(["sigmoid", "lstm"]).run())
    assert sent(at, "helps")[0]["cell"] == "sigmoid"
    assert "of" not in address(at)


def test_use_it_puts_the_remedy_into_the_controls_and_leaves_the_part_open() -> None:
    at = visit(**SMALL, more="helps", scale="0.6", seeds="1")
    press(at, "orthogonal")
    assert address(at) == {**SMALL, "init": "orthogonal", "seeds": "1", "more": "helps"}
    assert field(at, "initialiser").value == "orthogonal"
    press(at, "no such remedy")
    assert address(at)["init"] == "orthogonal"


def press(at: AppTest, remedy: str) -> None:
    """What a press of "Use it" does."""
    use(held(at), at_family_scale(study(at).story()), "tanh", remedy)
    checked(at.run())


def test_the_products_are_the_engines_and_too_large_ones_are_refused() -> None:
    at = visit(**SMALL, more="product", of="lstm")
    header, arrays = sent(at, "stretch")
    assert header["cell"] == "lstm"
    found = stretches(EXPERIMENT, "lstm")
    np.testing.assert_allclose(arrays["largest"], found.log2_largest * LOG10_2)
    large = visit(T="1000", H="96", cells="tanh", more="product")
    assert "stretch" not in components(large)
    assert any("up to 8,000,000 are multiplied here" in sentence for sentence in said(large))


@pytest.mark.parametrize("part", ["helps", "product", "theory"])
@pytest.mark.parametrize(
    "given",
    [
        {"input": "numbers", "numbers": "1 2", "H": "1"},  # as short and as small as it gets
        {"cells": "relu", "input": "zeros", **SMALL},  # no error anywhere
        {"cells": "identity", "scale": "3", "T": "1000", "H": "4"},  # far beyond float64
        {"cells": "mgu.peephole.coupled.gru_before", "at": "every", **SMALL},
        {"input": "text", "text": "<b>&👨‍👩‍👧‍👦é", "H": "3"},
    ],
)
def test_every_part_stands_at_the_ends_of_what_is_accepted(part: str, given: dict[str, str]) -> None:
    at = visit(**given, more=part)
    assert {"product": "stretch"}.get(part, part) in components(at)
    assert said(at) == []
