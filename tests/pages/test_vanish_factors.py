"""One path, factor by factor, on the page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.measures import largest_path, unit_factors
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


@pytest.mark.parametrize("label", ["0.03 × 0.05", "0.5, fifty times", "1.1, fifty times"])
def test_each_example_of_a_chain_is_multiplied(label: str) -> None:
    at = visit(H="3", T="20")
    checked(field(at, "factors").set_value("7").run())
    (button,) = (button for button in at.button if button.label == label)
    checked(button.click().run())
    assert field(at, "factors").value != "7"
    assert said(at) == []


def path(at: AppTest) -> Any:
    """The list of paths."""
    (found,) = (one for one in at.selectbox if (one.key or "").startswith("vanish.path."))
    return found


def test_a_unit_of_the_network_has_one_factor_per_step() -> None:
    at = visit(H="3", T="20", cells="gru.sigmoid")
    assert path(at).options == ["sigmoid RNN, the largest path", *(f"sigmoid RNN, unit {k}" for k in (1, 2, 3))]
    checked(path(at).select("sigmoid RNN, unit 2").run())
    run = VanishStudy(hidden=3, steps=20).run("sigmoid")
    slopes = run.trace.h[1:, 0, 1] * (1.0 - run.trace.h[1:, 0, 1])
    expected = np.cumsum(np.log10(np.abs(run.trace.parameters.W[1, 1] * slopes[::-1])))
    np.testing.assert_allclose(numbers(plot(at)["data"][1]["y"]), expected, rtol=1e-4)


def test_the_largest_path_stands_first_and_says_its_units() -> None:
    at = visit(H="3", T="6", cells="tanh.relu")
    assert path(at).options[:3] == ["tanh RNN, the largest path", "ReLU RNN, the largest path", "tanh RNN, unit 1"]
    checked(path(at).select("tanh RNN, the largest path").run())
    trace = VanishStudy(hidden=3, steps=6).run("tanh").trace
    units = largest_path(trace)
    expected = np.cumsum(np.log10(np.abs(unit_factors(trace, units)[::-1])))
    np.testing.assert_allclose(numbers(plot(at)["data"][1]["y"]), expected, rtol=1e-4)
    said = f"From step 6 back through units {', '.join(str(unit + 1) for unit in units[::-1])}."
    assert said in [one.value for one in at.caption]
    checked(field(at, "factors").set_value("0.5^3").run())
    assert said not in [one.value for one in at.caption]  # they are another's factors now


def test_gated_networks_alone_have_no_path_to_show_and_it_is_said() -> None:
    at = visit(H="3", T="6", cells="gru.lstm")
    assert path(at).disabled
    assert "many factors per step" in path(at).help
