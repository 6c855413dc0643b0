"""The report's pictures, sentences, tables and file: what they show is what the record holds."""

from __future__ import annotations

import re

import numpy as np
import pytest

import figures
from engine import CELLS, Layer, Network, Readout
from engine.report import Asked, Report, agreement, differences, memory, report
from figures.own.page import pictured, report_html
from figures.own.words import agreement_sentence, differences_sentence, memory_sentence, said
from figures.plots.house import finite
from figures.plots.report import PICTURES
from tests.engine.forms import READ, formed
from tests.engine.networks import random_parameters
from tests.engine.report import sample


@pytest.fixture(scope="module")
def of_sample() -> Report:
    file = sample.opened()
    assert file.network is not None and file.head is not None
    return report(file.network, sample.reviews(), file.head.readout)


@pytest.fixture
def both(rng: np.random.Generator) -> Report:
    weights = [random_parameters(rng, CELLS["gru"], 3, 4) for _ in range(2)]
    return report(Network((Layer(CELLS["gru"], *weights),)), [rng.standard_normal((9, 3))], asked=Asked("final", 1))


@pytest.mark.parametrize("title", PICTURES)
def test_every_picture_is_drawn_of_every_network_in_light_and_dark(title: str, of_sample: Report, both: Report) -> None:
    for found in (of_sample, both):
        light, dark = (figures.report_picture(found, title, dark=dark) for dark in (False, True))
        assert light.data and len(light.data) == len(dark.data)
        assert light.layout.paper_bgcolor != dark.layout.paper_bgcolor


def test_the_whole_report_has_a_row_for_each_picture(both: Report) -> None:
    figure = figures.report(both)
    assert [note.text for note in figure.layout.annotations] == list(PICTURES)


def test_curves_hold_the_errors_by_the_steps_of_the_sequence(both: Report) -> None:
    figure = figures.report_picture(both, "How large the error is at every step")
    for trace, curve in zip(figure.data, both.curves, strict=True):
        np.testing.assert_allclose(trace.y, finite(curve.by_position(0) * np.log10(2.0)))
    assert [trace.name for trace in figure.data] == ["layer 1, from the start", "layer 1, from the end"]


def test_a_picture_that_is_not_there_is_named(both: Report) -> None:
    with pytest.raises(ValueError, match="there is no picture 'losses'"):
        figures.report_picture(both, "losses")


def test_the_table_has_every_number_once(of_sample: Report) -> None:
    table = figures.report_table(of_sample)
    assert not table.drop(columns="value").duplicated().any()
    kept = table[table["quantity"] == "half-life of the memory"]
    np.testing.assert_array_equal(kept["value"], of_sample.memories[0].half_life)
    errors = table[(table["quantity"] == "log10 error") & (table["sequence"] == 2)]
    np.testing.assert_allclose(errors["value"], of_sample.curves[0].log2_dh[1][1:] * np.log10(2.0))


def test_sentences_say_the_numbers_of_the_record(of_sample: Report) -> None:
    words = said(of_sample, ["no", "the", "phone", "is", "good"], ["kind"])
    assert words["asked"] == "The error is that of “kind” at the last step: 4.43."
    assert "receives 0.231 times the error of the last (median)" in words["curves"]
    assert words["inputs"].startswith("The output depends most on “phone” at step 3 (10.9), “is” at step 4")
    assert words["units"] == "Of 24 units, 0 are dead and 0 saturated."
    assert all(sentence.endswith(".") and "nan" not in sentence for sentence in words.values())


def test_a_cell_without_gates_says_so(rng: np.random.Generator) -> None:
    network = Network((Layer(CELLS["relu"], random_parameters(rng, CELLS["relu"], 3, 4)),))
    words = said(report(network, rng.standard_normal((1, 3))))
    assert words["gates"] == "There are no gates that could be shut or open."
    assert words["cuts"] == "The sequences have one step: there is nothing to truncate."


def test_an_output_that_reads_nothing_has_no_error_and_is_said_so(rng: np.random.Generator) -> None:
    network = Network((Layer(CELLS["lstm"], random_parameters(rng, CELLS["lstm"], 3, 4)),))
    found = report(network, rng.standard_normal((6, 3)), Readout(np.zeros((2, 4)), np.zeros(2)))
    words = said(found)
    assert words["curves"] == "In layer 1, no error arrives."
    assert words["inputs"] == "The output depends on no input: every dL/dx is exactly 0."
    assert words["cuts"] == "There is no gradient to cut: it is exactly 0."
    assert figures.report(found).data


def test_agreement_differences_and_memory_are_said(of_sample: Report) -> None:
    file, theirs = sample.opened(), sample.outputs()
    assert file.network is not None and file.head is not None
    assert agreement_sentence(agreement(file.network, sample.reviews(), theirs, file.head.readout)).startswith(
        "It agrees, within the rounding of float64: outputs beside the outputs differs by"
    )
    theirs["outputs"][3, 1, 2] += 0.5
    sentence = agreement_sentence(agreement(file.network, sample.reviews(), theirs, file.head.readout))
    assert sentence.startswith("It does not agree: ") and "at step 4, sequence 2, unit 3" in sentence
    assert differences_sentence(differences(of_sample, of_sample)) == (
        "In nothing that both reports have do the two networks differ."
    )
    assert re.search(r"about 1\.\d+ MB of memory", memory_sentence(memory(file.network, sample.reviews())))


def test_the_file_asks_no_other_host_and_escapes_what_a_visitor_wrote(both: Report) -> None:
    bad = "<script>alert(1)</script>"
    page = figures.report_html(both, bad, [bad] * 9, [bad] * 8).decode()
    assert bad not in page and "&lt;script&gt;alert(1)" in page
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", page)
    assert page.count('class="plotly-graph-div"') == len(PICTURES)
    assert len(page) < 8_000_000  # the code that draws is in it once


def test_what_is_left_out_is_said_and_not_drawn(rng: np.random.Generator) -> None:
    network, mask = formed(rng, READ).network, np.array([True, False, True, False, True])
    found = report(network, rng.standard_normal((5, 2)), asked=Asked(unit=0), masks=[mask])
    sentences = said(found)
    assert sentences["cuts"].startswith("Truncation is left out: layer 1 puts out its states as it read them")
    assert sentences["asked"].endswith("Of 5 steps, 2 are left out, as the network’s mask says.")
    assert "cuts" not in pictured(found).values() and "curves" in pictured(found).values()
    whole = report_html(found, "mine").decode()
    assert sentences["cuts"] in whole and figures.report(found).data
    curve = figures.report_picture(found, "How large the error is at every step").data[0]
    assert np.isnan(np.array(curve.y, float)).tolist() == (~mask).tolist()
