"""Which pages show a trained network, and the link that opens it there."""

from __future__ import annotations

from dataclasses import fields

from engine.studies.backward.study import BackwardStudy
from engine.studies.cell.study import CellStudy
from engine.studies.shelf import Shelved
from engine.studies.train.racers import Racer
from engine.studies.train.study import TrainStudy
from engine.studies.trained import LONGEST_RECIPE, Recipe, Trained
from engine.studies.unroll.study import UnrollStudy
from engine.studies.vanish.study import VanishStudy
from engine.training.learning import Learning
from engine.training.training import Training

STUDIES: dict[str, type[Shelved]] = {
    "unroll": UnrollStudy,
    "cell": CellStudy,
    "backward": BackwardStudy,
    "vanish": VanishStudy,
}


def query_of(
    training: Training, update: int, page: str, which: int = 1, phrase: str = "", wish: str = ""
) -> dict[str, str]:
    """The link's query that opens the network after `update` updates on a page, one of STUDIES, with an example,
    or a phrase.

    Raises:
        ValueError: the page does not show it; `refusal` says why.
    """
    if why := refusal(training, update, page, which, phrase, wish):
        raise ValueError(why)
    return STUDIES[page](trained=Trained(training, update), which=which, phrase=phrase, wish=wish).to_query()


def race_of(trained: Trained) -> TrainStudy:
    """The training by itself, as the page Train shows it."""
    training = trained.training
    shared, own = ({f.name: getattr(training, f.name) for f in fields(kind)} for kind in (Learning, Racer))
    goal = max(trained.update, TrainStudy.usual().goal)
    return TrainStudy(**shared, racers=(Racer(**own),), goal=goal)


def refusal(training: Training, update: int, page: str, which: int = 1, phrase: str = "", wish: str = "") -> str:
    """Why a page cannot show a moment of a training, a sentence; "" where it can. Nothing is trained for it."""
    trained, study = Trained(training, update), STUDIES[page]
    if len(Recipe().write(trained)) > LONGEST_RECIPE:
        return "The data that it learns from are too long for a link."
    try:
        study(trained=trained, which=which, phrase=phrase, wish=wish)
    except ValueError as error:
        return f"{str(error)[:1].upper()}{str(error)[1:]}"
    return ""
