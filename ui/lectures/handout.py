"""A lecture to take home: one HTML file of questions, of pictures that still move, and of all answers at its end."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Iterable
from typing import Any

from engine.record import Record
from engine.studies.lectures.lecture import Lecture, Scene
from figures.lectures.answer import answer_of, row
from figures.theme import theme_message
from ui.kit.bundle import joined
from ui.kit.held import Held
from ui.kit.mount import COPIES, Copy
from ui.kit.page import every_page
from ui.kit.publish import UI
from ui.kit.shelf import with_weights
from ui.lectures.scene import staged

POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
VARIABLES = ("background", "secondary-background", "text", "border", "primary")  # as Streamlit calls its colours
STYLE = """
body { margin: 0 auto; max-width: 1000px; padding: 1.5rem; font: 16px/1.5 var(--st-font); color: var(--st-text-color);
  background: var(--st-background-color); }
h1, h2 { line-height: 1.2; letter-spacing: -.01em; } h1 { margin-bottom: .2rem; }
h2 { font-size: 1.3rem; margin: 0 0 .4rem; }
section { break-inside: avoid; margin: 2.4rem 0 0; padding-top: 1rem; border-top: 1px solid var(--st-border-color); }
.quiet { opacity: .75; font-size: .9rem; margin: 0; } .options { list-style: "☐  "; } .picture { margin-top: 1rem; }
dl { display: grid; grid-template-columns: auto auto 1fr; gap: .1rem 1.4rem; } dd { margin: 0; }
.says { font-weight: 650; } @media print { [data-uncovers] { display: none; } }
.answers { break-before: page; }
@media print { body { padding: 0; max-width: none; zoom: .8; } section { margin-top: 1.2rem; } }
"""
# Each picture is drawn once it comes near the screen, and all of them before the sheet is printed; none begins to play.
START = """
const drawn = new Set();
const places = [...document.querySelectorAll('script[data-entry="ENTRY"]')].map((script) => script.parentElement);
const draw = (place) => {
  if (drawn.has(place)) return;
  drawn.add(place);
  const data = Uint8Array.from(atob(place.querySelector("script").textContent), (letter) => letter.charCodeAt(0));
  mount({ parentElement: place, data, still: true });
};
const near = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) if (isIntersecting) draw(target);
}, { rootMargin: "400px" });
for (const place of places) near.observe(place);
addEventListener("beforeprint", () => places.forEach(draw));
"""
# As ui/kit/browser/cover.js hears it.
UNCOVER = """
for (const button of document.querySelectorAll("[data-uncovers]")) button.onclick = () => {
  const page = document.documentElement;
  page.dataset.revealed = `${page.dataset.revealed ?? ""} ${button.dataset.uncovers}`;
  document.dispatchEvent(new CustomEvent("unrolled-revealed"));
  button.hidden = true;
};
"""


def handout(lecture: Lecture, told: Callable[[float], object] = lambda share: None) -> str:
    """The file. Call it in a run of the page: networks that a scene needs are trained, with their progress there.

    Args:
        told: hears which share of the scenes is done.
    """
    questions, answers, entries = [], [], dict[str, None]()
    for n, scene in enumerate(lecture.scenes, 1):
        study, copies = _copied(scene, lecture.letter, n)
        entries |= dict.fromkeys(panel.entry for panel, _ in copies)
        questions.append(_question(lecture.letter, n, scene, copies))
        answers.append(_answer(n, scene, study))
        told(n / len(lecture.scenes))
    title = html.escape(f"{lecture.letter.upper()}. {lecture.title}")
    return "\n".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>{title}</title>',
            f"<style>{_tones()}{STYLE}</style></head><body><h1>{title}</h1><p>{html.escape(lecture.lead)}</p>",
            *questions,
            '<div class="answers"><h1>Answers</h1>',
            *answers,
            "</div>",
            *(f'<script type="module">\n{_source(entry)}</script>' for entry in entries),
            f"<script>{UNCOVER}</script>",
            "</body></html>",
        )
    )


def _copied(scene: Scene, letter: str, number: int) -> tuple[Record, list[Copy]]:
    """What a scene shows, its weights known, and its pictures as they are sent to a browser."""
    page = next(page for page in every_page().values() if page.word == scene.page)
    view, _ = page.view.from_query(scene.view, scene.study)
    shown = Held(page, scene.study, view, "handout", f"handout.{page.word}", staged=staged(scene, letter, number))
    with_weights(shown)
    copies: list[Copy] = []
    shown.noted[COPIES] = copies
    page.pictures[scene.panel or next(iter(page.pictures))](shown)
    return shown.record, copies


def _question(letter: str, n: int, scene: Scene, copies: Iterable[Copy]) -> str:
    choices = "".join(f"<li>{html.escape(words)}</li>" for words in scene.choices)
    pictures = "".join(
        f'<div class="picture"><script type="text/plain" data-entry="{html.escape(panel.entry)}">'
        f"{base64.b64encode(sent).decode()}</script></div>"
        for panel, sent in copies
    )
    uncovers = f'<button data-uncovers="{letter}.{n}">Show what is covered</button>' if scene.covers else ""
    return (
        f'<section><p class="quiet">{n} · {html.escape(scene.title)} ({", ".join(scene.ids)})</p>'
        f'<h2>{html.escape(scene.question)}</h2><ul class="options">{choices}</ul>'
        f"<p>{html.escape(scene.shown)}</p>{pictures}{uncovers}</section>"
    )


def _answer(n: int, scene: Scene, study: Record) -> str:
    found = answer_of(scene, study)
    rows = [row(scene, figure, study) for figure in scene.numbers]
    numbers = "".join(
        f"<dt>{html.escape(one['label'])}</dt><dd class='says'>{html.escape(one['exact'])}</dd><dd>{_why(one)}</dd>"
        for one in rows
    )
    return (
        f'<section><p class="quiet">{n} · {html.escape(scene.question)}</p>'
        f'<p class="says">{html.escape(str(found["says"]))}</p><p>{html.escape(str(found["because"]))}</p>'
        f"<dl>{numbers}</dl><p>Look for: {html.escape(scene.look_for)}</p></section>"
    )


def _why(one: dict[str, str]) -> str:
    written = f"The lecture: {one['lecture']}. " if one["lecture"] else ""
    return html.escape(f"{written}{one['because']}")


def _source(entry: str) -> str:
    """A module that draws its pictures; nothing in it can end the script it stands in."""
    source = joined(UI / entry).replace("export default mount;", "") + START.replace("ENTRY", entry)
    return source.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _tones() -> str:
    """The colours that the app's own frame would set."""
    names = dict(zip(VARIABLES, ("ground", "surface", "text", "rule", "accent"), strict=True))

    def tone(colours: dict[str, Any]) -> str:
        return "".join(f"--st-{name}-color:{colours[key]};" for name, key in names.items())

    theme = theme_message()
    light, dark = (tone(theme[name]) for name in ("light", "dark"))
    return (
        f":root{{color-scheme:light dark;--st-font:system-ui,sans-serif;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    )
