"""The links that open a network from somewhere on the pages that show it: the same sequence, step, layer, direction."""

from __future__ import annotations

from engine.studies.doors import STUDIES, query_of, race_of, refusal, step_on
from engine.studies.source import Source
from engine.studies.trained import Trained
from ui.kit.page import every_page

OWN = "own"  # the page where networks are brought


def open_links(
    source: Source,
    which: int = 1,
    step: int | None = None,
    layer: int = 1,
    way: int = 1,
    phrase: str = "",
    wish: str = "",
) -> dict[str, dict[str, str]]:
    """The query that opens a network on each page which shows it, by the page's script.

    Args:
        step: of the sequence, counted from its start whichever way the direction reads; None: as usual there.
    """
    found = {}
    for path, page in every_page().items():
        if page.word == "train" and isinstance(source, Trained):
            found[path] = race_of(source).to_query()
        elif page.word == OWN and source.private:
            found[path] = {}
        elif page.word in STUDIES and not refusal(source, page.word, which, layer, way, phrase, wish):
            at = {} if step is None else {"step": str(step_on(page.word, source, which, step, way, layer))}
            found[path] = {**query_of(source, page.word, which, layer, way, phrase, wish), **at}
    return found


def refusals(source: Source, which: int = 1, layer: int = 1, way: int = 1) -> dict[str, str]:
    """Why a page cannot show it, a sentence, by the page's script; a page that shows it is not there."""
    said = {
        path: refusal(source, page.word, which, layer, way)
        for path, page in every_page().items()
        if page.word in STUDIES
    }
    return {path: sentence for path, sentence in said.items() if sentence}
