"""Two texts on Unroll: two rows of aligned columns, and their ends in one picture."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from engine.studies.unroll.walk import walk
from figures.words import number
from tests.browser.bare import PHONE
from tests.browser.test_unroll_take_home import saved
from tests.browser.unroll import Unroll, bare_unroll, study_of

Open = Callable[..., Page]
PAIR = {
    "example": "text",
    "by": "word",
    "text": "this phone is no good",
    "second": "no, the phone is really good",
    "wiring": "many-to-one",
}
READ = """() => {
  const rows = Array.from(document.querySelectorAll("svg.diagram")).filter((svg) => svg.checkVisibility());
  const told = (e) => [Object.values(e.dataset)[0], e.textContent];
  const words = (selector) => Object.fromEntries(Array.from(document.querySelectorAll(selector), told));
  return {
    rows: rows.map((svg) => Array.from(svg.querySelectorAll("g.column:not([visibility=hidden])"), (g) => ({
      t: Number(g.dataset.t),
      enters: g.querySelector(".enters").textContent,
      x: g.querySelector(".enters").getBoundingClientRect(),
    })).sort((a, b) => a.t - b.t)),
    names: rows.map((svg) => svg.querySelector(".named")?.textContent),
    ends: words("[data-end]"), outputs: words("[data-output]"), counts: words("[data-count]"),
    wide: document.documentElement.scrollWidth,
  };
}"""


def read(walked: Unroll) -> Any:
    """Both rows and what is compared, once it is drawn."""
    walked.shown()
    return walked.page.evaluate(READ)


def still(page: Page, **query: str) -> Unroll:
    """Both walks, completely computed."""
    return bare_unroll(page, **PAIR, **query)


@pytest.mark.parametrize("phone", [False, True])
def test_two_texts_stand_in_aligned_rows_and_their_ends_beside_each_other(bare_page: Open, phone: bool) -> None:
    own = PHONE if phone else {}
    walked = still(bare_page(reduced_motion="reduce", **own))
    now = read(walked)
    assert now["names"] == ["1: this phone is no good", "2: no, the phone is really good"]
    for row, words in zip(now["rows"], ("this phone is no good", "no the phone is really good"), strict=True):
        assert [column["enters"] for column in row] == [words.split()[column["t"] - 1] for column in row]
    middles = [{c["t"]: c["x"]["x"] + c["x"]["width"] / 2 for c in row} for row in now["rows"]]
    both = middles[0].keys() & middles[1].keys()
    assert len(both) >= 2
    assert all(abs(middles[0][t] - middles[1][t]) < 1 for t in both)
    runs = [walk(study) for study in study_of(PAIR).texts]
    for n, run in enumerate(runs):
        assert [now["ends"][f"{n} {k}"] for k in range(3)] == [number(float(v)) for v in run.states[-1]]
        assert now["outputs"][f"{n} 0"] == number(float(run.outputs[-1, 0]))
    assert (now["counts"]["0 this"], now["counts"]["1 this"]) == ("1", "0")
    assert now["wide"] <= (390 if phone else 1440)


def test_an_end_stands_there_once_it_is_computed(bare_page: Open) -> None:
    walked = still(bare_page(), step="5")
    now = read(walked)
    assert {key.split()[0] for key in now["ends"]} == {"0"}  # the longer text has a step to go
    walked.button("Step").click()
    assert {key.split()[0] for key in read(walked)["ends"]} == {"0", "1"}


def test_a_press_on_a_text_looks_at_it_below(bare_page: Open) -> None:
    walked = still(bare_page(), step="2")
    assert walked.shown()["sentence"].startswith("Text 1. Step 2 of 5: ‘\u2068phone\u2069’ enters.")
    walked.page.locator("svg.diagram").nth(1).locator('g.column[data-t="2"] [data-value="0 1"]').click()
    now = walked.shown()
    assert now["sentence"].startswith("Text 2. Step 2 of 6: ‘\u2068the\u2069’ enters.")
    second = walk(study_of(PAIR).texts[1]).parts[0].trace.layers[0].forward
    assert number(float(second.h[2, 0, 1])).replace("-", "−") in now["equations"]


def test_a_text_that_is_over_stays_at_its_end(bare_page: Open) -> None:
    walked = still(bare_page(), step="6")
    assert walked.shown()["sentence"].startswith("Text 1. Step 5 of 5: ‘\u2068good\u2069’ enters.")


def test_the_table_holds_both_texts(bare_page: Open, tmp_path: Path) -> None:
    walked = still(bare_page(), step="2")
    with saved(walked, ".walk", "CSV", tmp_path).open(newline="", encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["text"], row["input"]) for row in rows] == [
        *(("1", word) for word in ["this", "phone", "is", "no", "good"]),
        *(("2", word) for word in ["no", "the", "phone", "is", "really", "good"]),
    ]
