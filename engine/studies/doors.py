"""Which pages show a network from somewhere, and the link that opens it there."""

from __future__ import annotations

from dataclasses import fields

from engine.studies.backward.study import BackwardStudy
from engine.studies.cell.study import CellStudy
from engine.studies.layered import Layered
from engine.studies.shelf import Shelved
from engine.studies.source import Source
from engine.studies.train.racers import Racer
from engine.studies.train.study import TrainStudy
from engine.studies.trained import LONGEST_RECIPE, Recipe, Trained
from engine.studies.unroll.study import UnrollStudy
from engine.studies.vanish.study import VanishStudy
from engine.studies.within import Within
from engine.training.learning import Learning

STUDIES: dict[str, type[Shelved]] = {
    "unroll": UnrollStudy,
    "cell": CellStudy,
    "backward": BackwardStudy,
    "vanish": VanishStudy,
}


def query_of(
    source: Source, page: str, which: int = 1, layer: int = 1, way: int = 1, phrase: str = "", wish: str = ""
) -> dict[str, str]:
    """The link's query that opens a network on a page, one of STUDIES, with an example or a phrase; where one layer is
    followed, in a layer and a direction.

    Raises:
        ValueError: the page does not show it; `refusal` says why.
    """
    if why := refusal(source, page, which, layer, way, phrase, wish):
        raise ValueError(why)
    return _study(source, page, which, layer, way, phrase, wish).to_query()


def race_of(trained: Trained) -> TrainStudy:
    """The training by itself, as the page Train shows it."""
    training = trained.training
    shared, own = ({f.name: getattr(training, f.name) for f in fields(kind)} for kind in (Learning, Racer))
    goal = max(trained.update, TrainStudy.usual().goal)
    return TrainStudy(**shared, racers=(Racer(**own),), goal=goal)


def refusal(
    source: Source, page: str, which: int = 1, layer: int = 1, way: int = 1, phrase: str = "", wish: str = ""
) -> str:
    """Why a page cannot show a network, a sentence; "" where it can. Nothing is trained for it."""
    if len(Recipe().write(source)) > LONGEST_RECIPE:
        return "The data that it learns from are too long for a link."
    try:
        _study(source, page, which, layer, way, phrase, wish)
    except ValueError as error:
        return f"{str(error)[:1].upper()}{str(error)[1:]}"
    return ""


def step_on(page: str, source: Source, which: int, step: int, way: int, layer: int = 1) -> int:
    """The step of a page at which a step of the sequence is shown: a direction from the end counts from there."""
    back = issubclass(STUDIES[page], Layered) and Within(source, which, layer, way).back
    return source.sizes(which)[0] + 1 - step if back else step


def _study(source: Source, page: str, which: int, layer: int, way: int, phrase: str, wish: str) -> Shelved:
    study = STUDIES[page]
    chain = {"layer": layer, "direction": way} if issubclass(study, Layered) else {}
    return study(trained=source, which=which, phrase=phrase, wish=wish, **chain)
