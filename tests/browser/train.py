"""Train as a visitor meets it, on a bare page: what is shown, and the pieces that a server would answer with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from playwright.sync_api import Page

from engine.studies.train.racers import Racer
from engine.studies.train.study import TrainStudy
from figures.train.answer import answer, piece
from figures.train.moment import moment
from figures.train.spoken import spoken
from figures.train.view import TrainView
from tests.browser.bare import sealed
from tests.browser.visit import Visit, part

SMALL = TrainStudy(length=10, hidden=6, batch=8, goal=32, racers=(Racer("tanh"), Racer("lstm")))
MAKE: dict[str, Any] = {"piece": cache(piece), "moment": cache(moment), "spoken": cache(spoken)}
FIND = """
(root) => {
  const all = (selector, read) => Array.from(root.querySelectorAll(selector), read);
  const words = (selector) => root.querySelector(selector)?.textContent ?? "";
  const d = (name) => root.querySelector(`[data-line="${name}"]`)?.getAttribute("d") ?? "";
  const seen = (selector) => root.querySelector(selector)?.checkVisibility() ?? false;
  return {
    known: Number(root.dataset.known), at: Number(root.dataset.at),
    playing: words("button.play") === "Pause",
    told: words(".bar output"),
    racers: all(".racer:not([hidden])", (e) => [".name", ".said"].map((one) => e.querySelector(one).textContent)),
    votes: all(".racer .vote", (e) => e.textContent).filter(Boolean),
    followed: words('.racer .name[aria-pressed="true"]'),
    curves: Object.fromEntries(["batch0", "loss1", "norm0", "accuracy1"].map((name) => [name, d(name)])),
    dashes: all("[data-line^=loss]", (e) => e.getAttribute("stroke-dasharray")),
    names: all(".names text", (e) => e.textContent), maps_of: all("[data-map]", (e) => e.textContent),
    off: all("[data-line^=off]", (e) => e.getAttribute("d")),
    stopped: all("[data-line^=stopped]", (e) => e.getAttribute("d")),
    looked_at: words(".now h2"),
    levels: all("[data-level]", (e) => e.dataset.level),
    solved: all(".lanes circle", (e) => e.getAttribute("visibility") === "visible"),
    maps: all(".lanes canvas", (e) => e.width),
    picture: seen("svg[role=img]"), lanes: seen(".lanes"), ballot: seen(".ballot"),
    answers: all(".example-body .answer", (e) => e.textContent),
    phases: all(".phase > p", (e) => e.textContent), dim: all(".phase.dim h3", (e) => e.textContent),
    told_of: words(".told h2"), behind: words(".told header > .aside > .quiet-words"), late: seen(".told .late"),
    changes: all(".changes .made button", (e) => e.textContent), wrong: words(".changes .wrong"),
    spoken: all(".spoken .answer", (e) => e.textContent).filter(Boolean),
    spoken_after: all(".spoken .name .quiet-words", (e) => e.textContent).filter(Boolean),
    doors: all(".doors a", (e) => e.getAttribute("href")),
    spread: all(".spread-map canvas", (e) => e.width > 0 && e.checkVisibility()).filter(Boolean).length,
  };
}
"""


@dataclass(frozen=True)
class Train(Visit):
    """One open page with a race on it."""

    path, entry, stage, find = "/train", "ui/train/train.js", ".train", FIND

    lanes = part(".train .lanes svg")

    def questions(self) -> list[dict[str, Any]]:
        """What it has asked for, in turn."""
        self.bare.drawn()
        return [value for kind, value in self.bare.asked() if kind == "pieces"]

    def heard(self, kind: str) -> list[Any]:
        """What it has told the server of this kind."""
        self.bare.drawn()
        return [value for told, value in self.bare.asked() if told == kind]

    def answer(self, study: TrainStudy = SMALL, **more: Any) -> Any:
        """What is shown once the last question has been answered."""
        last = self.questions()[-1]
        self.bare.mount(told(study, asked=last["number"], names=last["names"], **more))
        return self.shown()

    def train(self, to: int, study: TrainStudy = SMALL) -> Any:
        """What is shown once the race has come so far, each question being answered."""
        answered: list[int] = []
        for _ in range(60):
            now = self.pass_time(0.5)
            if now["at"] >= to:
                return now
            last = self.questions()[-1:]
            if last and last[0]["number"] not in answered:
                answered.append(last[0]["number"])
                self.answer(study)
        raise AssertionError(f"the race rests at {now['at']}")


def told(
    study: TrainStudy = SMALL,
    serial: int = 1,
    asked: int | None = None,
    names: list[str] | None = None,
    layout: str = "page",
    **view: Any,
) -> bytes:
    """The message that a server would send."""
    found = {name: _made(study, name) for name in names or []}
    envelope: dict[str, object] = {
        **{"page": "train", "title": "Train", "serial": serial, "layout": layout},
        "view": TrainView(**view).by_name(),
        "keys": {name: declared.key for name, declared in TrainView.declared().items()},
        "usual": TrainView.usual().by_name(),
        "pieces": [[name, len(made)] for name, made in found.items()],
        **({} if asked is None else {"asked": asked, "late": {}}),
    }
    return sealed(envelope, _answer(study) + b"".join(found.values()))


def _made(study: TrainStudy, name: str) -> bytes:
    kind, *numbers = name.split(".")
    made: bytes = MAKE[kind](study, *map(int, numbers))
    return made


_answer = cache(answer)


def bare_train(page: Page, study: TrainStudy = SMALL, layout: str = "page", **view: Any) -> Train:
    """A race on a bare page, whose time stands still."""
    found: Train = Train.on_bare_page(page)
    found.bare.mount(told(study, layout=layout, **view))
    return found
