"""A lecture is data: one TOML file here, named by its letter, about 25 lines a scene.

A new scene needs no code. Copy one, and keep this order (what is marked ? may be left out):

    [[scenes]]
    ids = ["E5"]                     # what of the lectures' list it shows
    title = "One column of U"        # in the map of scenes
    question = "…?"                  # is predicted first
    choices = ["[0.2, 0.8]", "…"]    # ? to choose from; without them a prediction is said aloud
    shown = "…"                      # one sentence: what the picture shows
    page = "unroll"                  # unroll, cell, backward, vanish, cliff or train: whose picture it is
    panel = "update"                 # ? which of that page's pictures (`pictures` of its declaration); else its first
    parts = ["walk", "equations"]    # ? panels of the picture that stay (class names); else what a projector shows
    record = { example = "hello" }   # ? as the link of that page has it: query parameters
    view = { step = 1 }              # ? the same of where one looks
    covers = ["[data-value]"]        # ? CSS selectors of what in the picture tells the answer, covered until Reveal;
                                     # "controls": those too
    controls = ["text", "hidden"]    # ? fields of that page's record that may be changed here: two or three; of a
                                     # trained network "trained" is buttons that go update by update
    look_for = "…"
    notes = "…"                      # for the lecturer alone
    minutes = 1.5
    [scenes.versions]                # ? the same picture of some other records, by name; the first is the scene's own
    label = "W is"                   # of the control that chooses
    records = { "one number" = {}, "full" = { edits = "W1_1_2_0" } }  # what of each differs from `record`
    [scenes.answer]                  # what is revealed
    reading = "likeliest"            # ? computed: a name in `readings` of that page; chooses among `choices`
    given = { step = 1 }             # ? its arguments
    holds = "o"                      # what the reading must come to; a test runs it
    says = "…"                       # ? the answer itself, where it is no number and no winner of the run
    because = "…"                    # why it is so
    [[scenes.numbers]]               # ? rows of the table: label, reading, given, holds, tolerance as above
    label = "U x"
    lecture = "[0.2, 0.8, 0.5]"      # ? what the lecture writes
    because = "…"                    # ? why the exact one differs
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from engine.record import Record
from engine.studies.cliff.study import CliffStudy
from engine.studies.doors import STUDIES as NETWORKS
from engine.studies.lectures.readings import READINGS, Value
from engine.studies.lectures.readings.absent import AbsentError
from engine.studies.train.study import TrainStudy

FOLDER = Path(__file__).parent
STUDIES: dict[str, type[Record]] = {**NETWORKS, "cliff": CliffStudy, "train": TrainStudy}
MOST_SCENES = 12
MAIN = ("main",)  # what a projector shows of a picture, where a scene does not say which panels
Made = TypeVar("Made")


@dataclass(frozen=True)
class Figure:
    """One number, vector or word of a scene, read from the run that the picture shows."""

    given: Mapping[str, Any]  # arguments of the reading
    reading: str = ""  # a name in `READINGS[page]`; "": `says` alone
    label: str = ""
    says: str = ""  # what it is, where nothing is read
    lecture: str = ""  # what the lecture writes
    because: str = ""  # why that differs
    holds: Any = None
    tolerance: float = 0.0005  # of each number of `holds`, absolute

    def value(self, page: str, study: Record) -> Value | None:
        """What it comes to for a record of `page`, or why there is no such number in it; None of a figure that reads
        nothing."""
        if not self.reading:
            return None
        try:
            return READINGS[page][self.reading](study, **self.given)
        except AbsentError as absent:
            return str(absent)


@dataclass(frozen=True)
class Versions:
    """The same picture of a few records, among which one chooses: what of each differs from the scene's own."""

    label: str
    records: Mapping[str, Mapping[str, Any]]  # by name; the first is the scene's own, and differs in nothing


@dataclass(frozen=True)
class Scene:
    """One question, one living picture, its numbers."""

    ids: tuple[str, ...]
    title: str
    question: str
    shown: str
    page: str
    look_for: str
    notes: str
    minutes: float
    answer: Figure
    record: Mapping[str, str]  # query parameters of the page
    view: Mapping[str, str]
    choices: tuple[str, ...] = ()
    panel: str = ""
    parts: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    numbers: tuple[Figure, ...] = ()
    versions: Versions | None = None

    @cached_property
    def study(self) -> Record:
        """The record that its picture opens with."""
        return STUDIES[self.page].from_query(self.record)[0]

    @cached_property
    def others(self) -> dict[str, Record]:
        """The records that its picture can be turned to, by name, its own first; none where there is one alone."""
        found = {} if self.versions is None else self.versions.records
        return {
            name: STUDIES[self.page].from_query({**self.record, **{key: str(value) for key, value in told.items()}})[0]
            for name, told in found.items()
        }

    @property
    def shown_parts(self) -> tuple[str, ...]:
        """The panels of its picture, by the names of their classes."""
        return self.parts or MAIN

    @property
    def query(self) -> dict[str, str]:
        """Record and view as the page's own link has them."""
        return {**self.record, **self.view}


@dataclass(frozen=True)
class Lecture:
    """Scenes in order; `letter` is the file's name and begins each id."""

    letter: str
    title: str
    lead: str
    scenes: tuple[Scene, ...]

    @property
    def minutes(self) -> float:
        """How long it takes."""
        return sum(scene.minutes for scene in self.scenes)


@cache
def lectures() -> dict[str, Lecture]:
    """Every lecture by its letter: a file in this folder is a lecture; there is no other list.

    Raises:
        ValueError: a file says what no scene has, or leaves out what every scene has; the message says where.
    """
    return {
        path.stem: read_lecture(path.stem, path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))
    }


def read_lecture(letter: str, text: str) -> Lecture:
    """The lecture that a TOML text describes.

    Raises:
        ValueError: as `lectures`.
    """
    told = tomllib.loads(text)
    scenes = [_scene(f"{letter}.toml, scene {n}", one) for n, one in enumerate(told.pop("scenes", []), 1)]
    if not 1 <= len(scenes) <= MOST_SCENES:
        raise ValueError(f"{letter}.toml has {len(scenes)} scenes, but 1 to {MOST_SCENES} are accepted")
    return _made(Lecture, f"{letter}.toml", {**told, "letter": letter, "scenes": tuple(scenes)})


def _scene(where: str, told: dict[str, Any]) -> Scene:
    page = told.get("page")
    if page not in STUDIES:
        raise ValueError(f"{where}: page is {page!r}, but must be one of {', '.join(STUDIES)}")
    answer = _figure(f"{where}, answer", page, told.pop("answer", {}))
    numbers = [_figure(f"{where}, number {n}", page, one) for n, one in enumerate(told.pop("numbers", []), 1)]
    versions = _made(Versions, f"{where}, versions", told.pop("versions")) if "versions" in told else None
    queries = {name: {key: str(value) for key, value in told.pop(name, {}).items()} for name in ("record", "view")}
    return _made(Scene, where, {**told, **queries, "answer": answer, "numbers": tuple(numbers), "versions": versions})


def _figure(where: str, page: str, told: dict[str, Any]) -> Figure:
    figure = _made(Figure, where, {"given": {}, **told})
    if figure.reading and figure.reading not in READINGS[page]:
        raise ValueError(
            f"{where}: there is no reading {figure.reading!r} of {page}; there are {', '.join(READINGS[page])}"
        )
    if bool(figure.reading) != (figure.holds is not None):
        raise ValueError(f"{where}: a reading says what it holds, and nothing else does")
    return figure


def _made(kind: type[Made], where: str, told: dict[str, Any]) -> Made:
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    if unknown := [name for name in told if name not in known]:
        raise ValueError(f"{where}: {', '.join(unknown)} means nothing; there are {', '.join(known)}")
    needed = [name for name, field in known.items() if field.default is MISSING]
    if missing := [name for name in needed if name not in told]:
        raise ValueError(f"{where}: {', '.join(missing)} must be said")
    return kind(
        **{name: tuple(value) if isinstance(value, list) and name != "holds" else value for name, value in told.items()}
    )
