"""How far back does the error reach? A class drags the recurrent scale and sees it vanish or explode."""

from contextlib import nullcontext

from engine.studies.vanish.study import VanishStudy
from figures.vanish.view import VanishView
from ui.kit.controls import control, controls
from ui.kit.frame import open_page, picture_and_controls
from ui.kit.held import Held
from ui.kit.layout import layout
from ui.kit.page import Page
from ui.vanish.by_hand import by_hand
from ui.vanish.deeper import deeper
from ui.vanish.one_path import one_path
from ui.vanish.picture import download_scales, show_vanish
from ui.vanish.predict import ballot, votes_beside_answers, voting
from ui.vanish.presets import PRESETS

PAGE = Page(
    title="Vanish & explode",
    menu=("Gradients", 1, ":material/trending_down:"),
    question="How far back does the error reach? Drag one number and see it vanish, stay or explode.",
    lead="How far back does the error reach? Drag the recurrent scale and watch what arrives at the first step.",
    record=VanishStudy,
    view=VanishView,
    presets=PRESETS,
    pictures={"experiment": show_vanish, "by_hand": by_hand},
)


def bench(shown: Held) -> None:
    """The picture and its controls, then what lies deeper; the picture is sent first, as a visitor waits for it."""
    pictures, beside = picture_and_controls()
    with pictures:
        if voting(shown):
            ballot(shown)
        else:
            votes_beside_answers(shown)
            show_vanish(shown)
    with beside:
        controls(shown)
        control(shown, "predict")
    if layout() == "frame":
        return
    with pictures if layout() == "presenter" else nullcontext():  # there nobody scrolls past the controls
        if not voting(shown):
            download_scales(shown)
            deeper(shown)
        if layout() == "presenter":
            one_path(shown)


if __name__ == "__main__":
    open_page(PAGE, bench, one_path if layout() == "page" else None, hushed=voting)
