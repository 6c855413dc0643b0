"""The handout of a lecture is one file that needs nothing else: questions and pictures first, answers at its end."""

from __future__ import annotations

import base64
import html
import json
import re
import struct
from functools import cache
from html.parser import HTMLParser

import pytest

from engine.studies.lectures.lecture import lectures
from figures.message import opened
from tests.pages.visits import button, checked, visit
from ui.lectures.handout import handout

LETTER = "e"


@cache
def made() -> str:
    """The file of a lecture."""
    return handout(lectures()[LETTER])


@pytest.mark.slow
def test_every_question_stands_before_the_answers_and_every_answer_behind() -> None:
    questions, answers = made().split('<div class="answers">')
    for scene in lectures()[LETTER].scenes:
        assert html.escape(scene.question) in questions
        assert html.escape(scene.answer.because) in answers
        assert html.escape(scene.answer.because) not in questions


@pytest.mark.slow
def test_every_picture_is_in_it_and_opens_as_a_saved_one_in_its_scenes_view() -> None:
    sent = re.findall(r'data-entry="[^"]+">([^<]+)<', made())
    assert len(sent) >= len(lectures()[LETTER].scenes)
    for words in sent:
        data = base64.b64decode(words)
        (length,) = struct.unpack_from("<I", data)
        envelope = json.loads(data[4 : 4 + length])
        assert envelope["saved"] is True
        assert envelope["parts"]
        header, _ = opened(data[4 + length :])
        assert header


@pytest.mark.slow
def test_it_asks_nobody_for_anything() -> None:
    assert "default-src 'none'" in made()
    addresses = set(re.findall(r"https?://[^\s\"'`<>)]+", made()))
    assert {address for address in addresses if not address.startswith("http://www.w3.org/")} == set()
    entries = set(re.findall(r'data-entry="([^"]+)"', made()))
    assert Scripts.types(made()).count("module") == len(entries)


class Scripts(HTMLParser):
    """The types of a page's scripts, read as a browser reads them: what stands in one is no markup."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.found.append(str(dict(attrs).get("type")))

    @classmethod
    def types(cls, page: str) -> list[str]:
        """Of a whole page."""
        reader = cls()
        reader.feed(page)
        return reader.found


@pytest.mark.slow
def test_the_page_makes_it_when_it_is_asked_for() -> None:
    at = visit("pages/lectures.py", lecture=LETTER)
    assert not at.get("download_button")
    checked(button(at, "Handout").click().run())
    assert len(at.get("download_button")) == 1
