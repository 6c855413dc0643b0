"""What a visit to any page is made of: the way there, what its picture shows, and hands to touch it with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import Locator, Page

from engine.record import Record
from tests.browser.bare import Bare, sealed

# The pictures may lie in shadows of components.
FOUND = """
window.everywhere = (selector) => {
  const found = [...document.querySelectorAll(selector)];
  const shadows = [...document.querySelectorAll("*")].map((element) => element.shadowRoot).filter(Boolean);
  for (const shadow of shadows) found.push(...shadow.querySelectorAll(selector));
  return found;
};
window.part = (selector) => everywhere(selector)[0] ?? null;
window.stage = () => part("%s");
window.shown = () => (%s)(stage());
"""
NEXT_FRAME = "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(shown()))))"


def part(selector: str, first: bool = False) -> Any:
    """A place of the picture, as a property of the visit."""
    return property(lambda visit: visit.page.locator(selector).first if first else visit.page.locator(selector))


@dataclass(frozen=True)
class Visit:
    """One open page with its picture on it."""

    page: Page

    path: ClassVar[str]
    entry: ClassVar[str]  # the picture's module
    stage: ClassVar[str]  # selector of the picture
    find: ClassVar[str]  # JavaScript: what stands on the screen, from the picture's element
    ready: ClassVar[str] = "stage()"  # JavaScript that holds once there is something to find

    @property
    def bare(self) -> Bare:
        """The bare page."""
        return Bare(self.page, self.entry)

    @classmethod
    def script(cls) -> str:
        """Defines shown(): what stands on the screen."""
        return FOUND % (cls.stage, cls.find.strip())

    @classmethod
    def on_bare_page(cls, page: Page, /, **query: str) -> Any:
        """The visit of a link to a bare page, on which nothing is mounted yet."""
        page.goto(f"{cls.path}?{urlencode(query)}" if query else cls.path)
        page.evaluate(f"() => {{ {cls.script()} }}")
        return cls(page)

    @classmethod
    def in_app(cls, page: Page, path: str = "", /, **query: str) -> Any:
        """The visit of a link to the real server."""
        page.add_init_script(cls.script())
        page.goto(f"{path or cls.path}?{urlencode(query)}" if query else path or cls.path)
        return cls(page)

    def button(self, name: str) -> Locator:
        """A button of the picture, by its words."""
        return self.page.locator(self.stage).get_by_role("button", name=name, exact=True)

    def shown(self) -> Any:
        """What stands on the screen once the frame that is due has been drawn."""
        return self.page.evaluate(NEXT_FRAME)

    def until(self, condition: str, argument: object = None) -> Any:
        """What is shown as soon as `condition`, JavaScript about `s`, holds of it: for what a server answers."""
        waited = f"(a) => {{ const s = {self.ready} && shown(); return s && ({condition}); }}"
        self.page.wait_for_function(waited, arg=argument)
        return self.shown()

    def pass_time(self, seconds: float) -> Any:
        """What is shown once held time has passed."""
        self.bare.pass_time(seconds)
        return self.shown()

    def place(self, picture: Locator, across: float = 0.5, down: float = 0.5) -> tuple[float, float]:
        """A point of a picture, given as shares of its width and height, on the screen."""
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        assert box is not None
        return box["x"] + across * box["width"], box["y"] + down * box["height"]

    def tip(self) -> str:
        """The words beside the pointer."""
        tip = self.page.locator(f"{self.stage} > .tip")
        tip.wait_for(state="visible")
        return tip.text_content() or ""

    def say(self, x: float, y: float) -> str:
        """The words under the pointer at a point of the screen."""
        self.page.mouse.move(x, y)
        return self.tip()

    def address(self) -> dict[str, str]:
        """The link as it stands in the address bar."""
        return dict(parse_qsl(urlsplit(self.page.url).query, keep_blank_values=True))


def message(page: str, title: str, view: Record, answer: bytes, serial: int = 1, layout: str = "page") -> bytes:
    """A picture's message as the server writes it: the answer, and how it is looked at."""
    envelope: dict[str, object] = {
        **{"page": page, "title": title, "serial": serial, "layout": layout, "view": view.by_name()},
        **{"keys": {name: declared.key for name, declared in view.declared().items()}},
        "usual": view.usual().by_name(),
    }
    return sealed(envelope, answer)
