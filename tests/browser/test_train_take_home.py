"""What an example and one update of Train say is taken home with the engine's own numbers."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.studies.train.racers import Racer
from engine.training.run import Run
from engine.training.step import norm_of
from tests.browser.train import SMALL, Train, bare_train

STUDY = replace(SMALL, layers=3, goal=4, racers=(Racer("lstm"),))
LOG2 = np.log10(2.0)


@pytest.fixture
def train(bare_page: Callable[..., Page]) -> Train:
    """A race of one network with three layers, at its end."""
    train = bare_train(bare_page(), STUDY)
    train.train(STUDY.goal, STUDY)
    part = train.page.locator(".told .phases")
    part.scroll_into_view_if_needed()
    train.page.wait_for_function(
        "asked.some(([kind, value]) => kind === 'pieces' && value.names.includes('moment.0.4'))"
    )
    train.answer(STUDY)
    return train


def saved(train: Train, panel: str, kind: str) -> bytes:
    """What a button of a panel saves."""
    with train.page.expect_download() as download:
        train.page.locator(f".{panel} .tools").get_by_role("button", name=kind, exact=True).click()
    return Path(download.value.path()).read_bytes()


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(content.decode("utf-8-sig").splitlines()))


def test_an_update_lists_every_block_of_weights_and_is_saved_as_numbers_and_pictures(train: Train) -> None:
    run = Run(STUDY.trainings()[0])
    run.extend(STUDY.goal)
    step = run.moment(STUDY.goal - 1)
    head, *rows = table(saved(train, "told", "CSV"))
    assert head == ["block", "numbers", "log10 ‖gradient‖", "log10 ‖update‖", "log10 ‖weights‖"]
    assert sum(int(row[1]) for row in rows) == len(step.weights)
    for column, whole in ((2, step.backward.gradient), (3, step.change)):
        squares = sum(10.0 ** (2.0 * float(row[column])) for row in rows)
        assert np.log10(squares) / 2.0 == pytest.approx(norm_of(whole) * LOG2, abs=1e-6)
    listed = train.page.locator(".told .readings")
    more = train.page.locator(".told .phase").last.get_by_role("button")
    few = sum(row[0] in listed.inner_text() for row in rows)
    assert few < len(rows)
    assert more.inner_text() == f"{len(rows) - few} more"
    more.click()
    assert all(row[0] in listed.inner_text() for row in rows)
    more.click()
    assert more.inner_text() == f"{len(rows) - few} more"
    assert saved(train, "told", "PNG").startswith(b"\x89PNG")
    assert saved(train, "told", "SVG").startswith(b"<svg")


def test_an_example_is_saved_with_every_answer_at_the_moment(train: Train) -> None:
    run = Run(STUDY.trainings()[0])
    run.extend(STUDY.goal)
    at = run.evaluations()[-1]
    head, *rows = table(saved(train, "now", "CSV"))
    assert head == ["reading", "wanted", *(f"LSTM: {name}" for name in STUDY.learned.output_names)]
    assert [row[1] for row in rows] == list(STUDY.learned.words(STUDY.trainings()[0].shown_batch)[1][0])
    found = np.array([[float(value) for value in row[2:]] for row in rows])
    np.testing.assert_allclose(found, at.outputs[:, 0], atol=1 / 255)  # as shades of 256
