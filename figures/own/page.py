"""A report as one file that opens anywhere: sentences and pictures, with the code that draws them inside it once."""

from __future__ import annotations

import html
from collections.abc import Sequence

from engine.report import Report
from figures.own.words import said
from figures.plots.report import PICTURES, report_picture
from figures.theme import GROUND, MUTED, TEXT

OF_PICTURES = dict(zip(PICTURES, ("curves", "memories", "gates", "weights", "inputs", "cuts"), strict=True))


def pictured(found: Report) -> dict[str, str]:
    """The titles of the pictures that this report has, and the question of each."""
    there = {"gates": found.gates, "memories": found.memories, "cuts": not found.cuts.left_out}
    return {title: question for title, question in OF_PICTURES.items() if there.get(question, True)}


def report_html(found: Report, title: str, words: Sequence[str] = (), outputs: Sequence[str] = ()) -> bytes:
    """The report as a page of its own: no other host is asked for anything, and every word of a visitor is escaped.

    Args:
        title: the page's heading, such as the file's name.
        words: what each step of the first sequence reads; none for numbers.
        outputs: names of the outputs, where there are some.
    """
    sentences = {question: html.escape(sentence) for question, sentence in said(found, words, outputs).items()}
    parts = [f"<p>{sentences['asked']}</p>"]
    there = pictured(found)
    for place, (heading, question) in enumerate(OF_PICTURES.items()):
        more = f" {sentences['units']}" if question == "gates" else ""
        picture = ""
        if heading in there:
            picture = report_picture(found, heading).to_html(full_html=False, include_plotlyjs=place == 0)
        parts.append(f"<h2>{html.escape(heading)}</h2><p>{sentences[question]}{more}</p>{picture}")
    style = (
        f"body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
        f"background:{GROUND.light};color:{TEXT.light}}}h2{{font-size:1.1rem;color:{MUTED.light}}}"
    )
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title><style>{style}</style>'
    body = f"<h1>{html.escape(title)}</h1>{''.join(parts)}"
    page = f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'
    return page.encode()
