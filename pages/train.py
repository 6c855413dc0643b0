"""What changes while it learns? Networks race for one task; a class sees why one learns what another cannot."""

from collections.abc import Callable

import streamlit as st

from engine.studies.train.study import TrainStudy
from figures.train.answer import answer, piece
from figures.train.moment import moment
from figures.train.spoken import spoken
from figures.train.view import TrainView
from ui.kit.controls import controls
from ui.kit.frame import open_page, picture_and_controls
from ui.kit.held import Held
from ui.kit.mount import show
from ui.kit.page import Page, Panel
from ui.train.own import own_data
from ui.train.presets import PRESETS
from ui.train.racers import racers

TRAIN = Panel("train", "train/train.js", answer, pieces={"piece": piece, "moment": moment, "spoken": spoken})
LONGEST = 10_000  # characters of what the picture tells


def bench(shown: Held) -> None:
    """The race and its controls; a piece that the race asks for reruns the race alone."""
    picture, beside = picture_and_controls()
    with picture:
        race(shown)
    with beside:
        racers(shown)
        controls(shown, ("task",))
        own_data(shown)
        controls(shown, [name for name in TrainStudy.declared() if name not in ("task", "text")])


@st.fragment
def race(shown: Held) -> None:
    """The pictures. What is changed in them is a change of the record, which the whole page shows."""

    def put(name: str) -> Callable[[object], None]:
        return lambda words: shown.put_words(name, str(words)[:LONGEST])

    if shown.changed:
        st.rerun()
    show(
        shown,
        TRAIN,
        on={**{name: put(name) for name in ("changes", "seed")}, "predict": lambda step: vote(shown, step)},
    )


def vote(shown: Held, step: object) -> None:
    """A class predicts first, or not, or the race is revealed to it."""
    shown.noted["revealed"] = step == "revealed"
    if step != "revealed":
        shown.put_words("predict", str(step)[:LONGEST])
    shown.changed = True


def voting(shown: Held) -> bool:
    """Whether nothing may tell who gets there."""
    return bool(shown.value("predict")) and not shown.noted.get("revealed")


PAGE = Page(
    title="Train",
    menu=("Learn", 1, ":material/model_training:"),
    question="What changes while it learns? Networks race for one task, and the maps below show why one of them learns "
    "what another cannot.",
    lead="What changes while it learns? The networks race on the same batches: what they learn stands above, the "
    "gradient that teaches them below.",
    record=TrainStudy,
    view=TrainView,
    presets=PRESETS,
    hint="then change a racer, the task, or the rate on the way",
    pictures={"race": race},
)


if __name__ == "__main__":
    open_page(PAGE, bench, hushed=voting)
