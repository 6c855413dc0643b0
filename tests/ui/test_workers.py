"""Processes compute what the server answers; they come again when they die, and stop when nobody waits."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

import pytest

from engine.studies.backward.study import BackwardStudy
from engine.studies.cell.study import CellStudy
from engine.studies.cliff.study import CliffStudy
from engine.studies.train.study import TrainStudy
from engine.studies.unroll.study import UnrollStudy
from engine.studies.vanish.study import VanishStudy
from tests.ui.made import dies, dies_once, fails, fails_oddly, in_parts, no_answer, process, slow, text
from ui.kit import workers as kit_workers
from ui.kit.answers import Answers
from ui.kit.workers import HEAVY_NICENESS, RUNS_NICENESS, NoProcessError, WorkerDiedError, Workers


class Gone(BaseException):
    """What stops a visitor's script."""


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """One light and one heavy worker."""
    both = Workers(light=1, heavy=1, preload=("tests.ui.made",))
    yield both
    both.stop()


def until(true: Callable[[], bool]) -> None:
    """Wait for what another process does, at most ten seconds."""
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        threading.Event().wait(0.005)


def test_a_worker_is_another_process_with_one_thread_for_blas_and_without_streamlit(workers: Workers) -> None:
    pid, nice, streamlit, threads = Answers(workers=workers).answered(process, "").decode().split()
    assert int(pid) != os.getpid()
    assert (int(nice), streamlit, threads) == (os.nice(0), "False", "1")


def test_a_heavy_worker_steps_back_for_what_draws(workers: Workers) -> None:
    _, nice, *_ = Answers(workers=workers).answered(process, "", heavy=True).decode().split()
    assert int(nice) == min(19, os.nice(0) + HEAVY_NICENESS)


def test_what_grows_stands_in_one_process_that_steps_back_a_little(workers: Workers) -> None:
    answers = Answers(workers=workers)
    told = {answers.answered(process, str(k), runs=True).decode().rsplit(" ", 2)[0] for k in range(3)}
    (one,) = told
    pid, nice = one.split()
    assert int(nice) == min(19, os.nice(0) + RUNS_NICENESS)
    assert int(pid) not in {os.getpid(), int(answers.answered(process, "beside").split()[0])}


@pytest.mark.parametrize("record", [UnrollStudy, CellStudy, BackwardStudy, VanishStudy, CliffStudy, TrainStudy])
def test_every_page_s_record_travels(record: type) -> None:
    here = record()
    there = ForkingPickler.loads(ForkingPickler.dumps(here))
    assert there == here
    assert hash(there) == hash(here)
    assert all(getattr(there, field.name) == getattr(here, field.name) for field in fields(record))


@pytest.mark.parametrize("heavy", [False, True])
def test_an_error_comes_back_with_the_lines_it_came_from(workers: Workers, heavy: bool) -> None:
    with pytest.raises(ValueError, match="too large") as caught:
        Answers(workers=workers).answered(fails, "too large", heavy=heavy)
    assert "made.py" in caught.value.__notes__[0]


def test_an_error_that_cannot_travel_comes_back_as_its_words(workers: Workers) -> None:
    with pytest.raises(RuntimeError, match="TwoSidedError: what!"):
        Answers(workers=workers).answered(fails_oddly, "what")


def test_a_maker_that_ends_without_an_answer_is_an_error(workers: Workers) -> None:
    with pytest.raises(TypeError, match="an answer is bytes"):
        Answers(workers=workers).answered(no_answer, "")


def test_a_maker_that_no_process_can_find_is_an_error_and_harms_nobody(workers: Workers) -> None:
    answers = Answers(workers=workers)
    with pytest.raises(Exception, match="pickle"):
        answers.answered(lambda _record: b"", "")
    assert answers.answered(text, "next") == b"next"


def test_a_worker_that_dies_is_started_again(workers: Workers, tmp_path: Path) -> None:
    answers = Answers(workers=workers)
    assert answers.answered(dies_once, str(tmp_path / "marker")) == b"second"
    with pytest.raises(WorkerDiedError):
        answers.answered(dies, "")
    assert answers.answered(text, "next") == b"next"


def test_a_worker_killed_while_idle_is_started_again(workers: Workers) -> None:
    answers = Answers(workers=workers)
    pid = int(answers.answered(process, "before").split()[0])
    os.kill(pid, 9)
    after = int(answers.answered(process, "after").split()[0])
    assert after != pid


def test_shares_of_a_long_run_arrive(workers: Workers) -> None:
    heard: list[float] = []
    answers = Answers(workers=workers)
    assert answers.answered(in_parts, (0.2, 0.4, 0.6), 0.12, heavy=True, watch=heard.append) == b"whole"
    assert {0.2, 0.4} <= set(heard)
    assert heard == sorted(heard)


def test_a_run_that_nobody_waits_for_is_stopped(workers: Workers, tmp_path: Path) -> None:
    marker, answers = tmp_path / "marker", Answers(workers=workers)

    def go(_share: float) -> None:
        if marker.exists():
            raise Gone

    with pytest.raises(Gone):
        answers.answered(slow, str(marker), 30.0, heavy=True, watch=go)
    before = time.monotonic()
    assert answers.answered(text, "heavy too", heavy=True) == b"heavy too"  # the one place is free again
    assert time.monotonic() - before < 10
    assert marker.read_text() == "begun "


def test_a_run_goes_on_as_long_alone_as_was_asked_for(workers: Workers, tmp_path: Path) -> None:
    marker, answers = tmp_path / "marker", Answers(workers=workers)

    def go(_share: float) -> None:
        if marker.exists():
            raise Gone

    with pytest.raises(Gone):
        answers.answered(slow, str(marker), 1.5, heavy=True, watch=go, grace=20.0)
    time.sleep(1.0)  # longer than others are let go on
    assert answers.answered(slow, str(marker), 1.5, heavy=True, grace=20.0) == b"slow"
    assert marker.read_text() == "begun ended "


def test_who_asks_again_at_once_finds_the_run_still_going(workers: Workers, tmp_path: Path) -> None:
    marker, answers = tmp_path / "marker", Answers(workers=workers)

    def go(_share: float) -> None:
        if marker.exists():
            raise Gone

    with pytest.raises(Gone):
        answers.answered(slow, str(marker), 0.5, heavy=True, watch=go)
    assert answers.answered(slow, str(marker), 0.5, heavy=True) == b"slow"
    assert marker.read_text() == "begun ended "


def test_the_first_of_a_crowd_may_go_and_the_run_goes_on(workers: Workers, tmp_path: Path) -> None:
    marker, answers = tmp_path / "marker", Answers(workers=workers)

    def go(_share: float) -> None:
        if marker.exists():
            raise Gone

    with ThreadPoolExecutor(1) as crowd:
        goes = crowd.submit(answers.answered, slow, str(marker), 0.5, heavy=True, watch=go)
        until(marker.exists)
        assert answers.answered(slow, str(marker), 0.5, heavy=True) == b"slow"
        with pytest.raises(Gone):
            goes.result(timeout=10)
    assert marker.read_text() == "begun ended "


def test_a_heavy_run_keeps_no_light_one_waiting(workers: Workers, tmp_path: Path) -> None:
    marker, answers = tmp_path / "marker", Answers(workers=workers)
    with ThreadPoolExecutor(1) as crowd:
        heavy = crowd.submit(answers.answered, slow, str(marker), 0.5, heavy=True)
        until(marker.exists)
        for k in range(20):
            assert answers.answered(text, str(k)) == str(k).encode()
        assert not heavy.done()
        assert heavy.result(timeout=10) == b"slow"


def test_where_no_process_can_be_made_the_asking_thread_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no processes here")

    monkeypatch.setattr(kit_workers.subprocess, "Popen", refuse)
    answers = Answers()
    with pytest.raises(NoProcessError):
        Workers(light=1, heavy=1).start()
    answers.employ(Workers(light=1, heavy=1))
    for heavy in (False, True):
        pid = answers.answered(process, str(heavy), heavy=heavy).split()[0]
        assert int(pid) == os.getpid()


@pytest.mark.parametrize("heavy", [False, True])
def test_where_processes_end_before_they_are_ready_the_asking_thread_computes(heavy: bool) -> None:
    answers = Answers()
    answers.employ(Workers(light=1, heavy=1, preload=("there_is_no_such_module",)))
    for k in range(2):
        assert answers.answered(text, str(k), heavy=heavy) == str(k).encode()


def test_nothing_starts_processes_unasked() -> None:
    answers = Answers()
    assert int(answers.answered(process, "").split()[0]) == os.getpid()
