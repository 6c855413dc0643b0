"""A visitor of Train without a browser, who follows a race: asks for its pieces as the page does, and counts them.

When a question is put, and how large a piece is asked for, is told by ui/kit/browser/pieces.js and ui/train/pace.js.
"""

from __future__ import annotations

import asyncio
import json
import struct
import time
from dataclasses import dataclass
from math import log2
from typing import Any

from bench.visitor import Visitor

AHEAD, SOON = 0.06, 0.4  # seconds to the second question, to the next try
AGAIN, LONGEST = 3.0, 20.0  # until a question counts as lost, at first and at most
TARGET = 0.45  # seconds from a question to its answer
HIGHEST = 12  # level of a piece


@dataclass(frozen=True)
class Question:
    """What is on its way."""

    number: int
    since: float
    pieces: tuple[tuple[int, int], ...]  # (level, index) of each


class Follower(Visitor):
    """One session on Train that never pauses."""

    def __init__(self, url: str, query: str) -> None:
        super().__init__(url, "train", query)
        self.known = 0  # updates that have come
        self.pictures: list[float] = []  # when more of them came, by the performance counter
        self._level, self._number, self._quiet, self._patience = 2, 0, 0.0, AGAIN
        self._asked: list[Question] = []
        self._place: tuple[str, str] | None = None  # component and fragment
        self._news = asyncio.Event()

    async def follow(self, until: int, end: float) -> None:
        """Ask until so many updates have come, or the performance counter is at `end`."""
        await self.settled()  # a stage asks once it stands
        while self.known < until and (now := time.perf_counter()) < end:
            if self._asked and now > self._asked[-1].since + self._patience:
                self._asked, self._patience = [], min(LONGEST, 2.0 * self._patience)
            due = self._asked[0].since + AHEAD if self._asked else self._quiet
            self._news.clear()
            if len(self._asked) < 2 and now >= due:
                await self._put(until)
                due = now + (AHEAD if len(self._asked) == 1 else SOON)
            try:
                await asyncio.wait_for(self._news.wait(), due - now if len(self._asked) < 2 else SOON)
            except TimeoutError:
                continue

    async def _put(self, until: int) -> None:
        flying = [piece for question in self._asked for piece in question.pieces]
        stop = max([self.known, *((index + 1) << level for level, index in flying)])
        if stop >= until or self._place is None:
            return
        wanted = tuple(dict.fromkeys([*flying, (self._level, stop >> self._level)]))[:4]
        self._number += 1
        self._asked.append(Question(self._number, time.perf_counter(), wanted))
        names = [f"piece.{level}.{index}" for level, index in wanted]
        await self.trigger(*self._place, "pieces", {"number": self._number, "names": names})

    def _element(self, message: Any) -> None:
        super()._element(message)
        element = message.delta.new_element
        if element.WhichOneof("type") != "bidi_component":
            return
        data = element.bidi_component.bytes
        envelope = envelope_of(data)
        if envelope.get("page") == "train":
            self._place = element.bidi_component.id, message.delta.fragment_id
            self._answer(envelope)
            self._news.set()

    def _answer(self, envelope: dict[str, Any]) -> None:
        now, before = time.perf_counter(), self.known
        came = [tuple(map(int, name.split(".")[1:])) for name, _ in envelope.get("pieces", ())]
        for level, index in sorted(came, key=lambda piece: piece[1] << piece[0]):
            if index << level <= self.known:
                self.known = max(self.known, (index + 1) << level)
        got, last = self.known - before, self.pictures[-1] if self.pictures else 0.0
        if got:
            self.pictures.append(now)
        numbers = [question.number for question in self._asked]
        if envelope.get("asked") not in numbers:
            return  # it was given up, though its pieces are welcome
        took, late = now - max(self._asked[0].since, last), bool(envelope.get("late"))
        self._asked, self._patience = self._asked[numbers.index(envelope["asked"]) + 1 :], AGAIN
        self._quiet = 0.0 if late or came else now + SOON
        if late:
            self._level = max(0, self._level - 1)
        if got:
            fits = int(log2(max(1.0, TARGET * got / max(1e-3, took))))
            self._level = max(0, min(HIGHEST, fits, self._level + 2))


def envelope_of(data: bytes) -> dict[str, Any]:
    """What stands before a picture's answer; nothing, of a component that is no picture."""
    if len(data) < 4:
        return {}
    try:
        found = json.loads(data[4 : 4 + struct.unpack_from("<I", data)[0]])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
