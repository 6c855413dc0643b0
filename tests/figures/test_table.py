"""The table to take home: one row per network and scale, unrounded."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO

import numpy as np
import pandas as pd
import pytest

from engine.studies.vanish.families import SCALES, family
from engine.studies.vanish.study import VanishStudy
from figures.table import csv_of, scales_table
from figures.words import LOG10_2

SMALL = VanishStudy(cells=("tanh", "lstm"), steps=12, hidden=4)


def read_back(table: pd.DataFrame) -> pd.DataFrame:
    """The file read exactly: pandas' own reader rounds the last digits, in some of its releases."""
    rows = list(csv.DictReader(StringIO(table.to_csv(index=False))))
    numbers = {name: [float(row[name] or "nan") for row in rows] for name in table.columns[1:]}
    return pd.DataFrame({"cell": [row["cell"] for row in rows], **numbers})


def test_a_file_for_spreadsheets_holds_no_formula_and_says_that_it_is_utf_8() -> None:
    words = ["=1+1", "+x", "-x", "@x", "＝1", "\tx", "x=1", "हि"]
    rows = csv_of(pd.DataFrame({"=word": words, "value": [-1.5, *range(7)]}))
    assert rows.startswith(b"\xef\xbb\xbf")
    head, *read = csv.reader(StringIO(rows.decode("utf-8-sig"), newline=""))
    assert head == ["'=word", "value"]
    assert [row[0] for row in read] == [*(f"'{word}" for word in words[:6]), "x=1", "हि"]
    assert float(read[0][1]) == -1.5


@pytest.mark.parametrize("mark", list("=+-@＝＋－＠"))
@pytest.mark.parametrize("before", ["", "a;", "a; ", "a;b;", "a\t", "a\r\n", " ", '"', 'a;"', "\t", ";"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_spreadsheet_finds_a_formula_in_a_text_wherever_it_splits(separator: str, before: str, mark: str) -> None:
    text = f"{before}{mark}HYPERLINK(1)"
    rows = csv_of(pd.DataFrame({"word": [text], "number": [1.5]})).decode("utf-8-sig")
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        cells = [
            cell for row in csv.reader(StringIO(rows, newline=""), delimiter=separator, quoting=quoting) for cell in row
        ]
        assert not [cell for cell in cells if cell.lstrip(' "\t\r\n').startswith(mark)]


def test_there_is_one_row_per_network_and_scale() -> None:
    table = scales_table([family(SMALL, cell) for cell in SMALL.cells])
    assert list(table["cell"]) == ["tanh"] * len(SCALES) + ["lstm"] * len(SCALES)
    assert list(table["scale"]) == list(SCALES) * 2


def test_every_column_is_the_families_record() -> None:
    found = family(SMALL, "tanh")
    table = scales_table([found])
    ratios = [reach.log2_ratio * LOG10_2 for reach in found.reach]
    assert list(table["log10 error at step 1 relative to step T"]) == ratios
    halving = [reach.steps_per_halving for reach in found.reach]
    np.testing.assert_array_equal(table["steps per halving (negative: per doubling)"], halving)
    assert found.log2_bound is not None
    for column, values in {
        "spectral radius": found.spectral_radius,
        "largest singular value": found.singular_value,
        "saturation": found.saturation,
        "loss": found.loss,
        "log10 gradient norm of all parameters": found.log2_gradient * LOG10_2,
        "log10 bound on growth per step": found.log2_bound * LOG10_2,
    }.items():
        assert np.array_equal(table[column], values)


def test_the_file_reads_back_to_the_last_digit() -> None:
    table = scales_table([family(SMALL, cell) for cell in SMALL.cells])
    back = read_back(table)
    assert list(back.columns) == list(table.columns)
    for column in table.columns[2:]:
        np.testing.assert_allclose(
            back[column].astype(float), table[column].astype("Float64").to_numpy(float, np.nan), rtol=0
        )


def test_steps_are_whole_numbers_and_empty_where_there_is_none() -> None:
    zero = scales_table([family(replace(SMALL, inputs="zeros"), "relu")])
    assert list(zero["exactly 0 from step"]) == [11] * len(SCALES)
    lines = zero.to_csv(index=False).splitlines()
    assert ",11," in lines[1]
    assert "11.0" not in lines[1]
    alive = scales_table([family(SMALL, "tanh")])
    assert alive["exactly 0 from step"].isna().all()


def test_an_error_that_is_exactly_zero_is_minus_infinite_on_the_log_scale() -> None:
    back = read_back(scales_table([family(replace(SMALL, inputs="zeros"), "relu")]))
    assert np.isneginf(back["log10 error at step 1 relative to step T"]).all()


def test_only_vanilla_cells_have_a_bound() -> None:
    table = scales_table([family(SMALL, cell) for cell in SMALL.cells])
    bound = table.groupby("cell", sort=False)["log10 bound on growth per step"]
    assert bound.count().to_dict() == {"tanh": len(SCALES), "lstm": 0}


def test_where_float32_gives_up_is_a_step_of_the_sequence() -> None:
    table = scales_table([family(replace(SMALL, steps=300, loss="probe"), "sigmoid")])
    steps = table["float32 reads 0 from step"].dropna()
    assert len(steps)
    assert steps.between(1, 300).all()


@pytest.mark.parametrize("cell", ["identity", "gru"])
def test_a_table_of_extremes_is_written_without_a_warning(cell: str) -> None:
    assert len(scales_table([family(replace(SMALL, steps=1000, hidden=2), cell)])) == len(SCALES)
