"""What the page Lectures is answered: the words of a scene, and its numbers for the record that its picture shows."""

from __future__ import annotations

from urllib.parse import urlencode

from engine.record import Record
from engine.studies.lectures.lecture import Figure, Scene
from engine.studies.lectures.readings import Value
from engine.studies.lectures.study import TITLES, LecturesStudy
from figures.lectures.source import source
from figures.message import message
from figures.theme import theme_message
from figures.words import number

Door = tuple[str, str]
Code = tuple[str, ...]  # rows of a QR code, "1" where it is dark


def answer(study: LecturesStudy, shown: Record, door: Door, address: str, code: Code) -> bytes:
    """The message of a scene whose picture shows the record `shown`.

    Args:
        door: title and address of the page that the picture comes from, which opens with the same record.
        address: opens this scene on another machine; "" where none can.
        code: draws that.
    """
    lecture, scene = study.told, study.now
    header = {
        "lectures": TITLES,
        "lecture": {"letter": lecture.letter, "title": lecture.title, "lead": lecture.lead, "minutes": lecture.minutes},
        "at": study.scene,
        "scenes": [_outline(one) for one in lecture.scenes],
        "question": scene.question,
        "choices": list(scene.choices),
        "shown": scene.shown,
        "look_for": scene.look_for,
        "answer": answer_of(scene, shown),
        "numbers": [row(scene, figure, shown) for figure in scene.numbers],
        "altered": shown != scene.study,
        "version": shown in scene.others.values(),  # which its own control chooses, and turns back
        "changed": changed(scene),
        "source": source(scene, shown),
        "open": {"title": door[0], "path": door[1], "query": urlencode(shown.to_query())},
        "address": address,
        "code": list(code),
        "theme": theme_message(),
    }
    return message(header, {})


def _outline(scene: Scene) -> dict[str, object]:
    return {
        "title": scene.title,
        "ids": list(scene.ids),
        "minutes": scene.minutes,
        "notes": scene.notes,
        "question": scene.question,
    }


def answer_of(scene: Scene, shown: Record) -> dict[str, object]:
    """What is revealed: in words, and which of the choices it is, counted from 0."""
    says = value_of(scene, scene.answer, shown)
    chosen = scene.choices.index(says) if says in scene.choices else None
    return {"says": says, "chosen": chosen, "because": scene.answer.because}


def changed(scene: Scene) -> str:
    """What is said of answer and numbers where the picture shows another record than the scene's own."""
    follow = ["the answer"] * bool(scene.answer.reading) + ["the numbers"] * bool(scene.numbers)
    stay = "its reason is" if scene.answer.reading else "the answer and its reason are"
    says = f"{stay} of the scene as it stands in the lecture"
    if not follow:
        return f"Changed: {says}."
    of_it = "is" if follow == ["the answer"] else "are"
    return f"Changed: {' and '.join(follow)} {of_it} of the picture as it is; {says}."


def row(scene: Scene, figure: Figure, shown: Record) -> dict[str, str]:
    """One number: the lecture's, where it has another one, and the exact one."""
    exact = value_of(scene, figure, shown)
    return {"label": figure.label, "exact": exact, "lecture": figure.lecture, "because": figure.because}


def value_of(scene: Scene, figure: Figure, shown: Record) -> str:
    """What a figure comes to for the record `shown`, as everywhere with three significant digits."""
    value = figure.value(scene.page, shown)
    return figure.says if value is None else said(value)


def said(value: Value) -> str:
    """A reading in words."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return f"[{', '.join(map(number, value))}]"
    return number(value)
