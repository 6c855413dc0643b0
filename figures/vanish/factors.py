"""A chain of factors as a visitor types it: 0.03, 0.05, or 0.9^50 for fifty times 0.9."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.record import Kind
from engine.record.kinds import Read
from engine.record.numerals import numeral, separated, written
from engine.record.reading import MOST_READ, is_word, shown
from engine.studies.inputs import LARGEST_NUMBER

MOST_FACTORS = 1000
LONGEST_COUNT = 18  # digits of how often


class Factors(Kind[str]):
    """Words that read as factors; they stay as they were written."""

    what, is_one = "a text", staticmethod(is_word)

    def complaint(self, name: str, value: str, others: Mapping[str, Any]) -> str:
        factors, said = read_factors(value)
        return "" if factors else f"{name}: {said}"

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        factors, said = read_factors(words)
        return words if factors else None, said


def read_factors(text: str) -> tuple[tuple[float, ...] | None, str]:
    """Factors separated by commas, semicolons or spaces; 0.9^50 stands for fifty factors of 0.9."""
    factors: list[float] = []
    words, said = separated(text[:MOST_READ], (1, MOST_FACTORS))
    if words is None:
        return None, said
    for word in words:
        value, hat, times = word.partition("^")
        factor, unclear = numeral(value)
        if factor is None or (hat and not (times.isdecimal() and len(times) < LONGEST_COUNT)):
            wrong = unclear or "is not a factor; write numbers as 0.03, 0.05, or 0.9^50 for fifty times 0.9"
            return None, f"{shown(word)} {wrong}."
        count = int(times) if hat else 1
        if not abs(factor) <= LARGEST_NUMBER or count < 1:
            accepted = f"factors of at most {written(LARGEST_NUMBER)}, at least once, are accepted"
            return None, f"{shown(word)} is out of range; {accepted}."
        factors += [factor] * min(count, MOST_FACTORS + 1)
        if len(factors) > MOST_FACTORS:
            said = f"More than {MOST_FACTORS:,} factors; the first {MOST_FACTORS:,} are multiplied."
            return tuple(factors[:MOST_FACTORS]), said
    if not factors:
        return None, "There are no factors; write numbers as 0.03, 0.05, or 0.9^50 for fifty times 0.9."
    return tuple(factors), said
