"""What a visitor of the page on the backward pass looks at."""

from __future__ import annotations

from dataclasses import dataclass

from engine.studies.backward.nudge import Place


@dataclass(frozen=True)
class View:
    """What a visitor looks at; it changes no number."""

    cell: str | None = None  # whose errors are shown; None: the first
    weight: Place = ("W", 2, 3)
    single: bool = False  # contributions to this one weight instead of its whole array
    step: int | None = None  # how far back the error has come; None: it plays
    rate: float = 0.1
    path: tuple[int, int] | None = None  # loss and state of the table; None: last loss, state 1
    size: float = 1e-5  # of the nudge
    presenter: bool = False
    serial: int = 0  # rises when a link or a preset brings another view; what a visitor picks by hand leaves it
