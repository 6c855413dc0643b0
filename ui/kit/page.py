"""What a page is: one declaration, from which menu, front page, link, presets and tests work."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from engine.record import Record

ROOT = Path(__file__).parents[2]
GROUPS = ("See", "Gradients", "Learn", "Use")  # of the menu, in order


@dataclass(frozen=True)
class View(Record):
    """How a record is looked at, where there is nothing to choose."""


@dataclass(frozen=True)
class Preset:
    """One button of the row that tells a page's story."""

    title: str
    look_for: str  # "": that is said elsewhere
    record: Record  # what it shows
    view: Record | None = None  # how it is looked at; None: as usual
    leads: str = ""  # the panel that tells its story, and stands first; "": the page's usual one


@dataclass(frozen=True)
class Panel:
    """A picture in the browser: its module, and the pure function that answers for a record."""

    name: str  # of the component, and of its place in the session
    entry: str  # the ES module, from ui/
    answer: Callable[..., Any]  # (record, *rest) -> bytes, or yields shares and at last bytes; at the top of its module
    heavy: Callable[[Any], bool] = lambda record: False  # whether an answer takes seconds
    # What the picture may ask for besides, by kind: (record, *whole numbers) -> bytes, at the top of its module. It is
    # computed where runs stand in memory, and raises TimeoutError(how far it is) where its time is over: ask again.
    pieces: Mapping[str, Callable[..., bytes]] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """One question a visitor asks, and what answers it."""

    title: str
    question: str  # what the menu and the front page say of it
    lead: str  # what stands under its title
    record: type[Record]
    view: type[Record] = View
    presets: Mapping[str, Preset] = field(default_factory=dict)
    menu: tuple[str, int, str] = ("", 0, "")  # its group there, the place in the group, and an icon
    hint: str = "then change anything you see"  # after "Each button tells a story"
    # What a scene of a lecture may show of it, by name, the first as usual: each draws what is held, without controls.
    pictures: Mapping[str, Callable[[Any], None]] = field(default_factory=dict)
    word: str = ""  # the page's folder, component and tests are called so; "": as the folder of its record

    def __post_init__(self) -> None:
        object.__setattr__(self, "word", self.word or self.record.__module__.split(".")[-2])
        both = {*self.view.declared()} & {*self.record.declared()}
        if both:
            raise ValueError(f"{self.word}: {', '.join(sorted(both))} is a field of the record and of the view")

    @property
    def names(self) -> dict[str, type[Record]]:
        """Every field, and whether the record or the view has it."""
        return {**dict.fromkeys(self.view.declared(), self.view), **dict.fromkeys(self.record.declared(), self.record)}

    @property
    def keys(self) -> tuple[str, ...]:
        """Every link parameter that means something here."""
        return (*self.record.keys(), *self.view.keys(), "preset")


def with_controls(page: Page) -> list[str]:
    """The fields of the view that the server draws controls for; the others are the browser's own."""
    return [name for name, declared in page.view.declared().items() if declared.label]


@cache
def every_page() -> dict[str, Page]:
    """Each page by its script's path, in the menu's order. A script in pages/ is a page; there is no other list."""
    found = {
        path.relative_to(ROOT).as_posix(): import_module(f"pages.{path.stem}").PAGE
        for path in (ROOT / "pages").glob("[!_]*.py")
    }
    order = {path: (GROUPS.index(page.menu[0]), page.menu[1]) for path, page in found.items()}
    return {path: found[path] for path in sorted(found, key=order.__getitem__)}


def pages_of(group: str) -> dict[str, Page]:
    """The pages of one group of the menu."""
    return {path: page for path, page in every_page().items() if page.menu[0] == group}


def answering() -> list[str]:
    """Names of the modules whose functions answer for the pages: of figures, all that a page imports."""
    every_page()
    return sorted(name for name in sys.modules if name.startswith("figures."))
