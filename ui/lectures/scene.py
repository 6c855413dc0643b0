"""What the page Lectures holds: which scene is told, and the record and view of its picture, as a visitor has them.

The address says the scene, and of the picture what differs from the scene's own record and view:
?lecture=e&scene=5&H=4&step=2. So a link brings back lecture, scene and what was changed in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.record import Record
from engine.studies.lectures.lecture import Scene
from engine.studies.lectures.study import LecturesStudy
from ui.kit.held import Held
from ui.kit.page import Page, every_page

CONTROLS = "controls"  # among what a scene covers: its controls


@dataclass
class Told(Held):
    """A lecture's page, with the picture of the scene that is told."""

    pictures: dict[str, Held] = field(default_factory=dict)  # by page: the controls of one serve all its scenes

    @property
    def study(self) -> LecturesStudy:
        """Where one is."""
        assert isinstance(self.record, LecturesStudy)
        return self.record

    @property
    def scene(self) -> Scene:
        """What is told."""
        return self.study.now

    @property
    def path(self) -> str:
        """The script of the page whose picture is shown."""
        return next(path for path, page in every_page().items() if page.word == self.scene.page)

    @property
    def picture(self) -> Held:
        """What the picture shows."""
        return self.pictures[self.scene.page]

    @property
    def pictured(self) -> Record:
        """What that picture is of."""
        return self.picture.record

    @property
    def door(self) -> tuple[str, str]:
        """Title and address of the page whose picture is shown, beside this page's own."""
        return self.picture.page.title, Path(self.path).stem

    @property
    def silent(self) -> tuple[str, ...]:
        """Fields that a hand sets in the picture, and of which something is to be said."""
        return tuple(name for name in self.picture.said if name not in self.scene.controls)

    def go(self, place: object) -> None:
        """Tell another scene, as the browser names it: {"scene": 3}, or of another lecture too."""
        asked = place if isinstance(place, dict) else {}
        words = {name: str(asked[name])[:9] for name in ("lecture", "scene") if name in asked}
        self.open(LecturesStudy.from_query({"lecture": self.study.lecture, **words})[0])

    def open(self, record: Record, view: Record | None = None, preset: str = "") -> None:
        """Another scene, with its own picture; a window with notes stays one."""
        seen = view or self.page.view.usual().changed("notes", self.value("notes"))
        super().open(record, seen, preset)
        self._enter({})

    def _enter(self, query: Mapping[str, str]) -> None:
        """Open the scene's picture, with what an address says otherwise."""
        scene, page = self.scene, every_page()[self.path]
        usual = scene.study, page.view.from_query(scene.view, scene.study)[0]
        mine = self.pictures.setdefault(page.word, Held(page, *usual, self.token, f"lectures.{page.word}"))
        mine.usual, mine.staged = usual, staged(scene, self.study.lecture, self.study.scene)
        mine.read({**scene.query, **{key: query[key] for key in _keys(page) if key in query}})
        mine.opened = self.opened

    def read(self, query: Mapping[str, str]) -> None:
        """A scene, and what is changed in it."""
        super().read(query)
        self._enter(query)
        self.complaints += self.picture.complaints

    def keys(self) -> tuple[str, ...]:
        """The page's own parameters, and those of the scene's picture."""
        return (*super().keys(), *_keys(self.picture.page))

    def query(self) -> dict[str, str]:
        """The scene, and what differs from it."""
        return {**super().query(), **_changes(self.picture)}

    def decided(self, query: Mapping[str, str]) -> dict[str, str]:
        """What a change of which opens something."""
        return {**super().decided(query), **self.picture.decided(query)}

    def look(self, query: Mapping[str, str]) -> None:
        """Take what the browser has written, of the scene and of its picture."""
        super().look(query)
        self.picture.look({**self.scene.query, **query})

    def entered(self) -> bool:
        """Whether a visitor has changed the scene, or something in it."""
        return self.pressed or self.picture.pressed

    def begin(self) -> None:
        """A run begins."""
        super().begin()
        self.picture.begin()

    def write(self) -> None:
        """Make the address say both."""
        self.changed = self.changed or self.picture.changed
        self.picture.pressed = self.picture.changed = False
        super().write()


def staged(scene: Scene, lecture: str, number: int) -> dict[str, object]:
    """What of its picture a scene shows, what of that is covered until its answer is revealed, and where it stands."""
    names = [name for name in scene.covers if name != CONTROLS]
    covers = {"scene": f"{lecture}.{number}", "names": names}
    usual = LecturesStudy.usual()
    within = [("lecture", lecture, usual.lecture), ("scene", f"{number}", f"{usual.scene}")]
    return {"parts": list(scene.shown_parts), "within": within, **({"covers": covers} if names else {})}


def _keys(page: Page) -> tuple[str, ...]:
    return tuple(key for key in page.keys if key != "preset")


def _changes(picture: Held) -> dict[str, str]:
    """Parameters of what differs from how the scene opens it."""
    assert picture.usual is not None
    found: dict[str, str] = {}
    for now, usual in zip((picture.record, picture.view), picture.usual, strict=True):
        for name, declared in now.declared().items():
            value: Any = getattr(now, name)
            if value is not None and name not in now.resting() and value != getattr(usual, name):
                found[declared.key] = declared.kind.write(value)
    return found
