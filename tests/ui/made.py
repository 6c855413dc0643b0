"""Makers of answers for tests, at the top of a module so that a process finds them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path


def text(word: str, *more: str) -> bytes:
    return " ".join((word, *more)).encode()


def zeros(size: int) -> bytes:
    return bytes(size)


def process(_record: str) -> bytes:
    return f"{os.getpid()} {os.nice(0)} {'streamlit' in sys.modules} {os.environ.get('OPENBLAS_NUM_THREADS')}".encode()


def in_parts(shares: tuple[float, ...], pause: float) -> Iterator[float | bytes]:
    for share in shares:
        time.sleep(pause)
        yield share
    yield b"whole"


def no_answer(_record: str) -> Iterator[float | bytes]:
    yield 0.5


def fails(sentence: str) -> bytes:
    raise ValueError(sentence)


class TwoSidedError(Exception):
    """An error that cannot be unpickled: its constructor wants more than its arguments hold."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(one + other)


def fails_oddly(one: str) -> bytes:
    raise TwoSidedError(one, "!")


def dies(_record: str) -> bytes:
    os._exit(3)


def dies_once(marker: str) -> bytes:
    """The process ends the first time, and answers the second."""
    if not Path(marker).exists():
        Path(marker).touch()
        os._exit(3)
    return b"second"


def slow(marker: str, seconds: float) -> bytes:
    """Note in the file `marker` that it has begun, and that it has ended."""
    with Path(marker).open("a") as file:
        file.write("begun ")
    time.sleep(seconds)
    with Path(marker).open("a") as file:
        file.write("ended ")
    return b"slow"
