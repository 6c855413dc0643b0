"""The living picture: a chain, its curves and maps, and the recurrent scale that is dragged through them.

A first look at the current scale is at once on the screen. Once a visitor takes the slider, or looks at the maps of
every scale, the picture asks for all of them; from then on a drag needs no server. Where it ends changes no message.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from engine.overflow import Overflow
from engine.studies.vanish.families import at_family_scale, deciding, undragged
from engine.studies.vanish.seeds import other_seeds
from engine.studies.vanish.study import VanishStudy, work
from figures.vanish.answer import answer, answer_family, answer_seeds, answer_table, answer_whole, lost_of
from ui.kit.answers import answered
from ui.kit.brought import store_of
from ui.kit.held import Held
from ui.kit.mount import hand_over, say_beyond, waited_for
from ui.kit.page import Panel
from ui.kit.words import say

LONG = 10_000_000  # `work`, summed over cells, from which on one scale takes seconds
LONG_FAMILY = 500_000  # the same of one cell at every scale


def _long(study: VanishStudy) -> bool:
    return work(study) * len(study.cells) >= LONG


VANISH = Panel("vanish", "vanish/vanish.js", answer, _long)


def show_vanish(shown: Held, small: bool = False) -> None:
    """Draw it; `small`: the chain alone. Call it inside a fragment: what it asks reruns that."""
    study = shown.record
    assert isinstance(study, VanishStudy)
    slot = st.container()
    look: bytes | None = None
    try:
        look = waited_for(answer, study, small, heavy=_long(study))
    except Overflow as error:
        try:
            wish(shown, study, "whole")  # other scales may have numbers
            families, spreads = _families(shown, study), []
        except Overflow:
            return say_beyond(shown, error)
    else:
        families, spreads = _families(shown, study), _spreads(shown, study)
    message = answer_whole(study, look, families, spreads, small) if look is None or families or spreads else look
    if lost := lost_of(families):
        say(lost)
    with slot:
        hand_over(
            shown,
            VANISH,
            message,
            on={
                "scale": lambda scale: dragged(shown, study, scale),
                "whole": lambda _: wish(shown, study, "whole"),
                "seeds": lambda _: wish(shown, study, "seeds"),
            },
            moves=("scale",),
        )


def wish(shown: Held, study: VanishStudy, what: str) -> None:
    """Note what the picture wants: every scale, or other seeds. It ends with any change but a drag."""
    shown.noted[what] = undragged(study)


def dragged(shown: Held, study: VanishStudy, scale: object) -> None:
    """Take the scale where a drag has ended."""
    wish(shown, study, "whole")
    shown.patch("scale", scale)


def _families(shown: Held, study: VanishStudy) -> list[bytes]:
    """Each cell at every scale, kept by cell: adding one runs only that."""
    if shown.noted.get("whole") != undragged(study):
        return []
    heavy = work(study) >= LONG_FAMILY
    words = {cell: f"Running the {study.kind(cell).title} at every scale …" for cell in study.cells}
    return [waited_for(answer_family, deciding(study, cell), heavy=heavy, waiting=words[cell]) for cell in words]


def _spreads(shown: Held, study: VanishStudy) -> list[bytes]:
    """Each cell under other seeds at the current scale, where they are wanted and can be afforded."""
    if not (study.other_seeds and other_seeds(study)) or shown.noted.get("seeds") != undragged(study):
        return []
    scale = at_family_scale(study).scale
    return [waited_for(answer_seeds, replace(deciding(study, cell), scale=scale)) for cell in study.cells]


def download_scales(shown: Held) -> None:
    """A button for the table behind every scale."""
    study = shown.record
    assert isinstance(study, VanishStudy)
    wanted, store = undragged(study), store_of(study)  # what is downloaded is made where there is no session
    st.download_button(
        "Numbers at every scale, as CSV",
        data=lambda: answered(answer_table, wanted, heavy=True, store=store),
        file_name="every-scale.csv",
        mime="text/csv",
        type="tertiary",
        icon=":material/download:",
        on_click="ignore",
        key="vanish.scales_csv",
    )
