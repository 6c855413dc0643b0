"""One path, factor by factor, on the page."""

from __future__ import annotations

import numpy as np
import pytest

from engine.studies.vanish.study import VanishStudy
from tests.pages.vanish import field, numbers, plot, visit
from tests.pages.visits import checked, said


@pytest.mark.parametrize(
    ("factors", "sentence"),
    [
        ("0.03, 0.05", "0.03 × 0.05 = 0.0015"),
        ("0.5^50", "= 8.88e-16, a product of 50 factors"),
        ("1.1^50", "= 117, a product of 50 factors"),
        ("2 0 3", "2 × 0 × 3 = 0"),
    ],
)
def test_a_chain_of_factors_is_multiplied(factors: str, sentence: str) -> None:
    at = visit(H="3", T="6")
    checked(field(at, "factors").set_value(factors).run())
    assert any(sentence in block.value for block in at.markdown)
    assert said(at) == []
    assert [trace["name"] for trace in plot(at)["data"]] == ["each factor", "running product"]


@pytest.mark.parametrize(
    "factors", ["", "x", "nan", "1e9", "2^0", "2^-1", "2^x", "inf^3", "<script>", "0.5^" + "9" * 5000]
)
def test_factors_that_cannot_be_read_are_said_and_the_last_ones_stay(factors: str) -> None:
    at = visit(H="3", T="6")
    checked(field(at, "factors").set_value(factors).run())
    assert len(said(at)) == 1
    assert any("0.03 × 0.05 = 0.0015" in block.value for block in at.markdown)


@pytest.mark.parametrize(
    "label", ["0.03 × 0.05", "0.5, fifty times", "1.1, fifty times", "A unit of the network above"]
)
def test_each_example_of_a_chain_is_multiplied(label: str) -> None:
    at = visit(H="3", T="20")
    checked(field(at, "factors").set_value("7").run())
    (button,) = (button for button in at.button if button.label == label)
    checked(button.click().run())
    assert field(at, "factors").value != "7"
    assert said(at) == []


def test_the_unit_of_the_network_has_one_factor_per_step() -> None:
    at = visit(H="3", T="20", cells="gru.sigmoid")
    (button,) = (button for button in at.button if button.label == "A unit of the network above")
    checked(button.click().run())
    run = VanishStudy(hidden=3, steps=20).run("sigmoid")
    slopes = run.trace.h[1:, 0, 0] * (1.0 - run.trace.h[1:, 0, 0])
    expected = np.cumsum(np.log10(np.abs(run.trace.parameters.W[0, 0] * slopes[::-1])))
    np.testing.assert_allclose(numbers(plot(at)["data"][1]["y"]), expected, rtol=1e-4)


def test_gated_networks_alone_have_no_unit_to_show_and_it_is_said() -> None:
    at = visit(H="3", T="6", cells="gru.lstm")
    (button,) = (button for button in at.button if button.label == "A unit of the network above")
    checked(button.click().run())
    assert any("many factors per step" in block.proto.body for block in at.get("html"))
    assert field(at, "factors").value == "0.03, 0.05"
