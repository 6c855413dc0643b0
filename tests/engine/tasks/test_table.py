from __future__ import annotations

import re

import numpy as np
import pytest

from engine.tasks import task
from engine.tasks.table import read_table

NAN = float("nan")


@pytest.mark.parametrize(
    ("text", "series", "understood"),
    [
        ("1, 2, 3, 4, 5", [[1, 2, 3, 4, 5]], "One series, line 1: 5 numbers."),
        ("1 2 3.5 4", [[1, 2, 3.5, 4]], "One series, line 1: 4 numbers."),
        ("5\r\n7\r\n−3\r\n1\r\n", [[5, 7, -3, 1]], "One series, column 1: 4 numbers."),
        ("5\r7\r3\r1", [[5, 7, 3, 1]], "One series, column 1: 4 numbers."),
        ("a,b\n1,4\n5,3\n3,2\n9,1", [[1, 5, 3, 9], [4, 3, 2, 1]], "2 series, one a column: 4 numbers each."),
        ("1,2,4,4,5\n2,3,4,5,9", [[1, 2, 4, 4, 5], [2, 3, 4, 5, 9]], "2 series, one a line: 5 numbers each."),
        ("1,2,4,4,5\n2,3,4,5", [[1, 2, 4, 4, 5], [2, 3, 4, 5]], "2 series, one a line: 4 to 5 numbers each."),
        (",1,2,,NA,4,5,", [[1, 2, NAN, NAN, 4, 5]], "One series, line 1: 6 numbers, of which 2 are missing."),
        ("bob;1,5;2;3;4\nann;2;2;3;5", [[1.5, 2, 3, 4], [2, 2, 3, 5]], "Column 1 names the lines (“bob” …)."),
        ("day\tx\n1 May\t3\n2 May\t1\n3 May\t4\n4 May\t1", [[3, 1, 4, 1]], "holds words (“1 May” …) and is left out."),
        ("1700,5\n1701,11\n1702,16\n1703,23", [[5, 11, 16, 23]], "Column 1 rises by the same step, as times do"),
        ("x,y\n1,\n2,\n4,\n8,", [[1, 2, 4, 8]], "Column 2 holds no numbers and is left out."),
        ("# mine\n1\n2\n4\n8", [[1, 2, 4, 8]], "Lines that begin with # are left out (1)."),
        ('"x"\n"1"\n"2,5"\n"3"\n"9"', [[1, 2.5, 3, 9]], "Line 1 holds names."),
    ],
)
def test_a_table_is_read_as_it_looks_and_what_was_understood_is_said(
    text: str, series: list[list[float]], understood: str
) -> None:
    table = read_table(text)
    assert len(table.series) == len(table.names) == len(series)
    for found, wanted in zip(table.series, series, strict=True):
        np.testing.assert_array_equal(found, wanted)
    assert understood in table.understood


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a,b\n1,2\n2,x\n3,4", "line 3, column 2: “x” is not a number"),
        ("1,x,3\n4,5,6", "line 1, column 2: “x” is not a number"),
        ("1\n2\nthree\n4", "line 3, column 1: “three” is not a number"),
        ("one\n2\nthree\n4\nfive\nsix", "line 3, column 1: “three” is not a number"),
        ("1\n\n2\ninf\n4", "line 4, column 1: inf came, but numbers from"),
        ("1e400,2,3,4,5", "line 1, column 1: inf came"),
        ("a,b\n1,2\n2\n3,4", "line 3 has 1 cell, but the line of names has 2"),
        ("1,2", "line 1 holds 2 numbers, but a series needs at least 4"),
        ("2,2,2,2,2", "nothing to forecast"),
        ("  \n\n", "holds no numbers; a CSV file or numbers"),
        ("hello world", "holds no numbers; a CSV file or numbers"),
        ("a;b\n;\n;", "holds no numbers"),
        ('"1,2\n3', "holds no numbers"),
        ("1,2\0,3,4", "line 1, column 2"),
        ("1" * 20_000_001, "20 MB, but at most 20 MB are accepted"),
    ],
)
def test_what_is_no_table_of_numbers_is_refused_with_its_place(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(complaint)):
        read_table(text)


def test_a_missing_number_enters_as_the_one_before_and_is_wanted_of_nobody() -> None:
    series = task("series", 3, "1,2,,4,5,6,7")
    batch = series.shown()  # the last window is 4, 5, 6 and 7
    entered, wanted, _ = series.words(batch)
    assert (entered, wanted) == ((("4", "5", "6"),), (("5", "6", "7"),))
    drawn = series.batch(np.random.default_rng(1), 40)
    assert drawn.weights is not None
    column = series.words(drawn)[0].index(("1", "2", "2"))
    assert drawn.weights[:, column].tolist() == [1.0, 0.0, 1.0]


def test_a_window_of_missing_numbers_alone_is_never_drawn() -> None:
    series = task("series", 2, "1,2,,,,,3,4,5,9")
    batch = series.batch(np.random.default_rng(1), 200)
    assert (
        batch.counts.sum(axis=0).all()
        and np.isfinite(batch.x).all()
        and np.isfinite(batch.targets[batch.counts > 0]).all()
    )


def test_many_lines_are_held_out_whole_and_share_one_scale() -> None:
    lines = "\n".join(",".join(str(1000 * row + k) for k in range(6)) for row in range(40))
    series = task("series", 5, lines)
    assert "Every 4th different series" in series.evaluated
    learned = series.words(series.batch(np.random.default_rng(0), 300))[0]
    asked = series.words(series.evaluation(0, 10))[0]
    assert {float(words[0]) // 1000 % 4 for words in asked} == {3.0}
    assert {float(words[0]) // 1000 % 4 for words in learned} == {0.0, 1.0, 2.0}


def test_of_few_series_the_last_quarter_is_held_out() -> None:
    numbers = np.arange(100.0) % 7 + np.arange(100)
    series = task("series", 10, "\n".join(map(str, numbers)))
    learned = series.words(series.batch(np.random.default_rng(0), 300))
    asked = series.words(series.evaluation(0, 300))
    assert max(float(word) for words in (*learned[0], *learned[1]) for word in words) <= numbers[:75].max()
    assert min(float(word) for words in (*asked[0], *asked[1]) for word in words) >= numbers[75:].min()
