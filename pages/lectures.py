"""What do the lectures show? Five walks of a few scenes: a question, a living picture, the numbers."""

import streamlit as st

from engine.studies.lectures.study import LecturesStudy
from figures.lectures.answer import answer
from figures.lectures.view import LecturesView
from ui.kit.controls import controls
from ui.kit.frame import open_page
from ui.kit.held import Held
from ui.kit.layout import layout
from ui.kit.mount import show
from ui.kit.page import Page, Panel
from ui.kit.shelf import with_weights
from ui.lectures.address import code_of, scene_address
from ui.lectures.changing import phrase_read, training_steps, versions
from ui.lectures.handout import handout
from ui.lectures.layout import asked_meanwhile, places
from ui.lectures.presets import PRESETS
from ui.lectures.scene import Told

PAGE = Page(
    title="Lectures",
    menu=("Learn", 2, ":material/menu_book:"),
    question="Show me, step by step: each lecture asks, lets a class predict, and answers with a living picture.",
    lead="Show me, step by step: predict first, then reveal; everything in the picture can be changed.",
    record=LecturesStudy,
    view=LecturesView,
    presets=PRESETS,
)
HANDOUT = "One HTML file of this lecture: its questions and pictures, to be printed too, and all answers at its end."
TELLING = Panel("lectures", "lectures/lectures.js", answer)


def bench(shown: Held) -> None:
    """What is told, the scene's picture, and its few controls; or, in a second window, the lecturer's notes."""
    assert isinstance(shown, Told)
    if shown.value("notes"):
        with_weights(shown.picture)
        shown.write()
        telling(shown)
        return
    told, picture, beside = places(shown)
    with asked_meanwhile(shown, told), picture:
        with_weights(shown.picture)
    shown.write()  # the weights are no change of a visitor's
    with told:
        telling(shown)
    with picture:
        draw = shown.picture.page.pictures
        draw[shown.scene.panel or next(iter(draw))](shown.picture)
    with beside:
        chosen(shown)
    if layout() == "page":
        with told:
            take_home(shown)


def chosen(shown: Told) -> None:
    """The few things that matter in this scene, and what is said about what a hand has set in the picture."""
    versions(shown)
    if shown.scene.controls or shown.silent:
        controls(shown.picture, shown.scene.controls, notes=shown.silent)
    training_steps(shown)
    phrase_read(shown)


def take_home(shown: Told) -> None:
    """The lecture as a file: it is made when it is asked for, as networks may have to be trained for it."""
    lecture = shown.study.told
    name = f"handout.{lecture.letter}"
    if name not in shown.noted and not st.button("Handout", type="tertiary", icon=":material/print:", help=HANDOUT):
        return
    if name not in shown.noted:
        bar = st.progress(0.0, text="Making the handout …")
        shown.noted[name] = handout(lecture, bar.progress)
        bar.empty()
    st.download_button(
        "Save the handout",
        data=shown.noted[name],
        file_name=f"lecture-{lecture.letter}.html",
        mime="text/html",
        type="tertiary",
        icon=":material/download:",
        on_click="ignore",
        key="lectures.handout",
    )


def telling(shown: Told) -> None:
    """The question, its answer, the numbers; from here one goes on."""
    address = scene_address(shown.study)
    show(
        shown,
        TELLING,
        shown.picture.record,
        shown.door,
        address,
        code_of(address),
        on={"go": shown.go, "again": lambda _: shown.open(shown.study)},
    )


if __name__ == "__main__":
    open_page(PAGE, bench, make=Told)
