"""The messages of the backward page: the engine's numbers as they are, and sentences that say them rightly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS
from engine.studies.backward.left_out import left_out
from engine.studies.backward.look import RATES, Backwards, backwards, long_range, nudged
from engine.studies.backward.study import BackwardStudy
from engine.studies.backward.update import Update
from engine.studies.trained import Trained
from engine.training.training import Training
from figures.backward.check import check_message
from figures.backward.flow import SPAN, along, each_step, flow_message
from figures.backward.reach import left_out_message, reach_message
from figures.backward.table import table_message
from figures.backward.update import update_message
from figures.backward.words import check_verdict, left_out_verdict, reach_verdict, update_verdict
from figures.message import opened
from figures.words import LOG10_2, number, power

EVERY = BackwardStudy(cells=tuple(list(CELLS)[:3]), at="every", text="hello!", hidden=3)


def found(study: BackwardStudy) -> list[Backwards]:
    return [backwards(study, cell) for cell in study.cells]


def test_the_parts_along_the_total_sum_to_its_norm(rng: np.random.Generator) -> None:
    each = rng.standard_normal((7, 4, 3))
    total = each.sum(axis=0)
    parts = along(each)
    assert parts.sum() == pytest.approx(np.linalg.norm(total), rel=1e-14)
    np.testing.assert_allclose(parts, (each * total).sum(axis=(1, 2)) / np.linalg.norm(total), rtol=1e-13)


@pytest.mark.parametrize("size", [0.0, 1e-200, 1e200])
def test_the_parts_are_right_at_every_size(size: float, rng: np.random.Generator) -> None:
    each = rng.standard_normal((5, 2, 2))
    np.testing.assert_allclose(along(size * each), size * along(each), rtol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_the_bars_of_every_array_sum_to_the_norm_of_its_gradient(cell: str) -> None:
    study = replace(EVERY, cells=(cell,))
    one = backwards(study, cell)
    _, arrays = opened(flow_message(study, [one]))
    for name, gradient in one.gradient.named().items():
        norm = float(np.linalg.norm(gradient))
        assert arrays[f"0.along.{name}"].sum() == pytest.approx(norm, rel=1e-12), name
        np.testing.assert_allclose(arrays[f"0.each.{name}"].sum(axis=0).ravel(), gradient.ravel(), atol=1e-12 * norm)
        assert (np.abs(arrays[f"0.along.{name}"]) <= arrays[f"0.own.{name}"] * (1 + 1e-12)).all()


def test_the_flow_holds_the_engines_numbers() -> None:
    runs = found(EVERY)
    header, arrays = opened(flow_message(EVERY, runs))
    assert header["kind"] == "flow"
    assert header["labels"] == list("hello")
    assert header["targets"] == list("ello!")
    assert header["losses"] == [1, 2, 3, 4, 5]
    assert header["span"] == list(SPAN)
    cells: Any = header["cells"]
    assert [cell["name"] for cell in cells] == list(EVERY.cells)
    for c, one in enumerate(runs):
        gradients = one.gradients
        np.testing.assert_array_equal(arrays[f"{c}.dh"], gradients.log2_dh[:, 0] * LOG10_2)
        carried = np.linalg.norm(gradients.dh[:, 0] - gradients.local[:, 0], axis=1)
        with np.errstate(divide="ignore"):
            np.testing.assert_allclose(arrays[f"{c}.carried"], np.log10(carried), rtol=1e-12)
        for shape in cells[c]["arrays"]:
            assert arrays[f"{c}.each.{shape['name']}"].shape == (5, shape["rows"], shape["columns"])
            assert shape["vector"] == (one.weights.named()[shape["name"]].ndim == 1)


def test_the_table_holds_the_engines_numbers() -> None:
    runs = found(EVERY)
    header, arrays = opened(table_message(EVERY, runs))
    assert (header["kind"], header["steps"], header["losses"], header["span"]) == (
        "table",
        5,
        [1, 2, 3, 4, 5],
        list(SPAN),
    )
    for c, one in enumerate(runs):
        np.testing.assert_array_equal(arrays[f"{c}.dh"], one.gradients.log2_dh[:, 0] * LOG10_2)
        np.testing.assert_array_equal(arrays[f"{c}.losses"], one.losses)
        np.testing.assert_array_equal(arrays[f"{c}.table"], one.table.log2_norm * LOG10_2)
        np.testing.assert_array_equal(arrays[f"{c}.arriving"], one.paths.log2_arriving * LOG10_2)
        np.testing.assert_array_equal(arrays[f"{c}.inside"], one.paths.log2_inside * LOG10_2)


def test_the_update_holds_the_engines_numbers() -> None:
    runs = found(EVERY)
    header, arrays = opened(update_message(runs))
    assert header["rates"] == list(RATES)
    cells: Any = header["cells"]
    for c, one in enumerate(runs):
        np.testing.assert_array_equal(arrays[f"{c}.after"], one.update.after)
        np.testing.assert_array_equal(arrays[f"{c}.before"], [one.update.before])
        assert cells[c]["said"] == [update_verdict(one.update, r, "sum of all losses") for r in range(len(RATES))]
        for name, weight in one.weights.named().items():
            np.testing.assert_array_equal(arrays[f"{c}.weight.{name}"].ravel(), weight.ravel())
            np.testing.assert_array_equal(arrays[f"{c}.gradient.{name}"].ravel(), one.gradient.named()[name].ravel())


def test_many_single_contributions_travel_as_accurately_as_they_are_drawn_and_sums_exactly() -> None:
    study = BackwardStudy(cells=("lstm",), inputs="random", steps=40, hidden=16, at="every")
    _, arrays = opened(flow_message(study, found(study)))
    assert arrays["0.each.W"].dtype == np.float32
    assert arrays["0.along.W"].dtype == np.float64
    norm = float(np.linalg.norm(backwards(study, "lstm").gradient.parameters.W))
    assert arrays["0.along.W"].sum() == pytest.approx(norm, rel=1e-12)


def test_only_the_last_step_has_a_loss_where_only_that_counts() -> None:
    study = replace(EVERY, at="last", inputs="random", steps=7)
    header, arrays = opened(flow_message(study, found(study)))
    assert header["losses"] == [7]
    assert header["labels"] is None
    assert header["targets"] is None
    assert not arrays["0.each.V"][:6].any()
    assert np.isneginf(arrays["0.local"][:7]).all()
    assert np.isneginf(arrays["0.carried"][7])


def test_the_readout_gets_nothing_through_time() -> None:
    one = backwards(EVERY, EVERY.cells[0])
    errors: Any = one.contributions.gradients.errors
    V = each_step(one.contributions)["V"]
    for t in range(1, 6):
        np.testing.assert_allclose(V[t - 1], np.outer(errors.output_errors[t - 1, 0], errors.h[t - 1, 0]), rtol=1e-14)


def test_colours_mean_the_same_in_every_study() -> None:
    spans = []
    for scale in (0.2, 3.0):
        study = replace(EVERY, scale=scale)
        spans.append(opened(flow_message(study, found(study)))[0]["span"])
    assert spans[0] == spans[1]


def test_the_check_says_what_was_found() -> None:
    one = nudged(EVERY, "tanh", ("b", 2, 1))
    header, arrays = opened(check_message(CELLS["tanh"], one))
    assert (header["kind"], header["weight"], header["vector"]) == ("check", ["b", 2, 1], True)
    np.testing.assert_array_equal(arrays["exact"], [one.weight, one.gradient])
    np.testing.assert_array_equal(arrays["difference"], one.difference)
    best = int(one.relative.argmin())
    assert header["said"] == check_verdict(one)
    assert number(one.sizes[best]) in check_verdict(one)
    assert number(float(one.relative[best])) in check_verdict(one)


def test_a_check_of_nothing_is_said_to_be_one() -> None:
    one = nudged(EVERY, "tanh", ("b", 2, 1))
    zero = np.zeros_like(one.up)
    assert "changes nothing" in check_verdict(replace(one, gradient=0.0, difference=zero))
    assert "beyond" in check_verdict(replace(one, gradient=float("nan"), difference=zero))


@pytest.mark.parametrize(
    ("after", "words"), [(1.0, "falls from 2 to 1"), (3.0, "rises from 2 to 3"), (2.0, "stays 2"), (np.nan, "beyond")]
)
def test_an_update_is_said_by_what_it_does_to_the_loss(after: float, words: str) -> None:
    update = Update((0.5,), 2.0, np.array([after]), 0.0, 0.0, np.array([0.0]))
    said = update_verdict(update, 0)
    assert "rate 0.5 " in said
    assert words in said


def test_reach_is_said_as_a_share_of_the_last_words() -> None:
    readings = long_range(EVERY)
    header, arrays = opened(reach_message(readings))
    sentences: Any = header["sentences"]
    for s, reading in enumerate(readings):
        said = reach_verdict(reading)
        assert sentences[s]["said"] == said
        first, before = reading.sentence.first[0], reading.sentence.asked - 1
        for c, row in enumerate(reading.log2_norms):
            np.testing.assert_array_equal(arrays[f"{s}.{c}"], row * LOG10_2)
            title = CELLS[EVERY.cells[c]].title
            assert f"{power(float(row[first - 1] - row[before - 1]))} in the {title}" in said
    assert "“Today”, 11 words back, weighs on “need”" in sentences[0]["said"]


def test_where_nothing_reaches_a_word_that_is_said_instead_of_a_ratio() -> None:
    readings = long_range(BackwardStudy(cells=("relu",), hidden=1))
    for reading in readings:
        assert np.isneginf(reading.log2_norms[0][: reading.sentence.asked - 1]).all()
        assert reach_verdict(reading).endswith(": nothing reaches either in the ReLU RNN.")
    rows = readings[0].log2_norms[0].copy()
    rows[0] = -3.0
    assert reach_verdict(replace(readings[0], log2_norms=(rows,))).endswith(
        ": nothing reaches the nearer one in the ReLU RNN."
    )


def test_a_trained_network_is_said_to_be_right_or_wrong_with_the_gradient_and_the_change_beside() -> None:
    training = Training(task="loan", length=8, hidden=6, batch=8, cell="lstm", rate=0.03)
    for update, right in ((60, True), (0, False)):
        readings = left_out(BackwardStudy(trained=Trained(training, update)))
        header, arrays = opened(left_out_message(CELLS["lstm"], readings))
        told: Any = header["sentences"]
        for s, reading in enumerate(readings):
            np.testing.assert_array_equal(arrays[f"{s}.0"][:-1], reading.log2_norms * LOG10_2)
            np.testing.assert_array_equal(arrays[f"left.{s}"][:-1], reading.without - reading.share)
            assert told[s]["words"] == [*reading.symbols, reading.wanted]
            assert (": right." in told[s]["said"]) == reading.right
            assert f"“{reading.symbols[0]}”, 8 back, has " in told[s]["said"]
        assert told[1]["said"].startswith("Opened with “yesterday” instead, the LSTM answers ")
        assert all(reading.right for reading in readings) == right
    assert "times the gradient of “i”, the last; left out, “need” goes from" in left_out_verdict(readings[0], "LSTM")
