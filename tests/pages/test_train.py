"""Train: what it is sent are the engine's own pieces, racers are changed one by one, and what is changed is linked."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.studies.doors import STUDIES
from engine.studies.train.racers import Racer
from engine.studies.train.study import TrainStudy
from engine.training.changes import Change
from figures.message import opened
from figures.train.answer import piece
from pages.train import TRAIN as PANEL
from pages.train import vote
from tests.pages.visits import ROOT, address, checked, components, field, holding, letter, said, visit
from ui.kit.mount import _ask
from ui.kit.page import every_page
from ui.train.own import text_of
from ui.train.racers import variations

TRAIN = "pages/train.py"
PAGE = every_page()[TRAIN]
SMALL = {"n": "10", "H": "4", "B": "4", "goal": "20"}


def ask(at: AppTest, *names: str, number: int = 7) -> dict[str, Any]:
    """What the picture is sent after it has asked for pieces: its envelope, with the pieces by name."""
    mine = holding(at, PAGE)
    mine.noted["pieces.train"] = mine.record, number, list(names)
    checked(at.run())
    envelope, _, _ = letter(at, "train")
    data, found = components(at)["train"].bytes, {}
    end = len(data)
    for name, length in reversed(envelope.get("pieces", [])):
        found[name] = data[end - length : end]
        end -= length
    return {**envelope, "found": found}


def test_the_pieces_that_the_picture_asks_for_come_with_the_answer() -> None:
    at = visit(TRAIN, **SMALL)
    told = ask(at, "piece.2.0", "moment.1.3", "piece.9.9")
    study = holding(at, PAGE).record
    assert isinstance(study, TrainStudy)
    assert set(told["found"]) == {"piece.2.0", "moment.1.3"}  # there is no third
    assert told["asked"] == 7
    assert told["found"]["piece.2.0"] == piece(study, 2, 0)
    header, _ = opened(told["found"]["moment.1.3"])
    assert header["update"] == 3


def test_pieces_of_another_race_are_not_sent() -> None:
    at = visit(TRAIN, **SMALL)
    ask(at, "piece.2.0")
    mine = holding(at, PAGE)
    mine.put("seed", 5, outside=True)
    checked(at.run())
    assert "pieces" not in letter(at, "train")[0]


@pytest.mark.parametrize(
    "asked", [None, 3, {}, {"number": "x", "names": 1}, {"number": 1, "names": [None, "x.1", "piece.-1", "piece.1.a"]}]
)
def test_what_no_picture_asks_for_harms_nobody(asked: object) -> None:

    at = visit(TRAIN, **SMALL)
    mine = holding(at, PAGE)
    _ask(mine, PANEL, mine.record, asked)
    checked(at.run())
    assert "pieces" not in letter(at, "train")[0]


def test_a_change_on_the_way_is_linked_and_can_be_taken_back() -> None:
    at = visit(TRAIN, **SMALL)
    mine = holding(at, PAGE)
    mine.put_words("changes", "8_rate_0.01~12_clip_0")
    checked(at.run())
    assert mine.record == replace(mine.record, changes=(Change(8, "rate", 0.01), Change(12, "clip", 0.0)))
    assert address(at) == {**SMALL, "at": "8_rate_0.01~12_clip_0"}
    mine.put_words("changes", "")
    checked(at.run())
    assert address(at) == SMALL


def test_a_racer_is_added_changed_and_taken_out() -> None:
    at = visit(TRAIN, **SMALL)
    mine = holding(at, PAGE)
    add = next(box for box in at.selectbox if (box.key or "").endswith(".add"))
    checked(add.select("without clipping").run())
    study = mine.record
    assert isinstance(study, TrainStudy)
    assert study.racers[3] == replace(study.racers[2], clip=0.0)
    assert not [box for box in at.selectbox if (box.key or "").endswith(".add")]  # four is the most
    rate = next(entry for entry in at.text_input if (entry.key or "").endswith(".3.rate"))
    checked(rate.set_value("99").run())
    assert mine.record.racers[3].rate == 10.0  # type: ignore[attr-defined]
    assert said(at) == ["99 is out of range; 10 is used (1e-06 to 10)."] or "10 is used" in said(at)[0]
    out = next(one for one in at.button if (one.key or "").endswith(".0.out"))
    checked(out.click().run())
    assert [racer.cell for racer in mine.record.racers] == ["lstm", "gru", "gru"]  # type: ignore[attr-defined]
    assert TrainStudy.from_query(address(at)) == (mine.record, [])


@pytest.mark.parametrize("racer", [Racer(), Racer("lstm", bias=-3.0), Racer("relu", "identity", 0.0, 10.0)])
def test_what_one_more_racer_could_be_is_one_thing_different_and_accepted(racer: Racer) -> None:
    offered = dict(variations(racer))
    assert len(offered) > 10
    for words, other in offered.items():
        changed = [
            name for name in ("cell", "initialiser", "clip", "rate") if getattr(other, name) != getattr(racer, name)
        ]
        assert other.complaint() == "" and other != racer, words
        assert len(changed) <= 1


def test_a_file_is_read_whole_or_refused_with_the_place() -> None:
    assert text_of("\ufeff1,2\n3,4".encode()) == ("1,2\n3,4", "")
    words, wrong = text_of(b"1,2\n3,\xff\n")
    assert words == ""
    assert wrong.startswith("byte 7, in line 2, is no text in UTF-8")


def test_own_data_are_understood_in_a_sentence_and_long_ones_say_that_no_link_carries_them() -> None:
    at = visit(TRAIN, **SMALL, task="character")
    mine = holding(at, PAGE)
    mine.put_words("text", "hello there " * 3000)
    checked(at.run())
    said_below = " ".join(caption.value for caption in at.caption)
    assert "36,000 characters of your own." in said_below
    assert mine.record.learned.understood in said_below  # type: ignore[attr-defined]
    assert "The link cannot carry" in said_below
    assert "text" not in address(at)
    checked(next(one for one in at.button if one.key == "train.own.back").click().run())
    assert mine.record.text == ""  # type: ignore[attr-defined]


def test_the_pages_to_which_a_moment_leads_are_there() -> None:
    source = (ROOT / "ui/train/doors.js").read_text(encoding="utf-8")
    found = re.findall(r'\["(\w+)", "(\w+)", "([^"]+)"\]', source)
    pages = {path.removeprefix("pages/").removesuffix(".py"): page for path, page in every_page().items()}
    assert {path: (pages[path].word, pages[path].title) for _, path, _ in found} == {
        path: (word, title) for word, path, title in found
    }
    assert {word for word, _, _ in found} == set(STUDIES)


def test_while_a_class_predicts_the_page_does_not_tell_who_gets_there() -> None:
    def told(at: AppTest) -> bool:
        return any(PAGE.presets["race"].look_for in block.value for block in at.markdown)

    at = visit(TRAIN)
    assert told(at)
    vote(holding(at, PAGE), "1")
    assert not told(checked(at.run()))
    assert address(at) == {"predict": "1"}
    vote(holding(at, PAGE), "revealed")
    assert told(checked(at.run()))
    assert not told(visit(TRAIN, predict="1"))


def test_reviews_of_one_s_own_are_read_a_line_each_and_a_line_without_its_answer_is_named() -> None:
    at = visit(TRAIN, task="sentiment", **SMALL)
    checked(field(at, "train", "text").set_value("movie was good 1\nmovie was not good 0").run())
    assert said(at) == []
    study = holding(at, PAGE).record
    assert isinstance(study, TrainStudy)
    assert study.learned.input_names == ("movie", "was", "good", "not")
    assert "2 reviews, 1 of them kind; 4 different words." in " ".join(one.value for one in at.caption)
    assert "One review a line" in field(at, "train", "text").help
    checked(field(at, "train", "text").set_value("movie was good 1\nmovie was bad").run())
    assert [
        sentence for sentence in said(at) if sentence.startswith("Line 2 ends in “bad”, but must end in its answer")
    ]
    assert holding(at, PAGE).record == study
