"""What the page Your network shows: a network out of a file, what it reads, and which output the error comes from.

A brought file itself is no part of the record: it lives in its visitor's session alone, and a link says only that there
was one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.record import Record, declare
from engine.record.kinds import Read, Text
from engine.studies.fields import fits_link, seed_field
from engine.studies.own.entries import LONGEST, READS

NETWORKS = {"sample": "The sample", "own": "Your own"}
LARGEST_ENTRY = 2_000_000  # characters
REVIEWS = """\
no the phone is good
to be honest the story is not very lovely and then it began to rain
well i think this movie was dull at first but then great as we said and we went home
my sister told me that they are not angry but happy indeed
we saw it and the book is never poor i think and then it began to rain as we said and we went home i think"""


@dataclass(frozen=True)
class Entry(Text):
    """A visitor's own sequences as they were typed: the network of the moment says what it reads in them."""

    def complaint(self, name: str, value: str, others: Mapping[str, Any]) -> str:
        most = self.count[1]
        return f"{name} has {len(value):,} characters, but at most {most:,} are accepted" if len(value) > most else ""

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        said = self.complaint("the entry", words, others)
        return (None, f"{said}.") if said else (words, "")


def _entry(usual: str, name: str, label: str, help: str, **rest: Any) -> Any:
    return declare.of_kind(
        usual, Entry((0, LARGEST_ENTRY)), name, label, help, when=lambda study: study.reads == name, **rest
    )


@dataclass(frozen=True)
class OwnStudy(Record):
    """A network out of a file on some sequences.

    Raises:
        ValueError: a field is outside its range; the message says what came and what is accepted.
    """

    network: str = declare.choice("sample", NETWORKS, "network")  # changed by bringing a file, and by forgetting it
    reads: str = declare.choice("text", READS, "reads")  # its control offers what the network can read
    text: str = _entry(REVIEWS, "text", "Text", "A sequence a line.")
    tokens: str = _entry("0 1 2 3", "tokens", "Token numbers", "Whole numbers, a sequence a line.")
    numbers: str = _entry(
        "", "numbers", "Numbers", "A line for each step, an empty line between sequences. Commas, tabs or semicolons."
    )
    steps: int = declare.whole(
        50,
        1,
        LONGEST,
        "T",
        "Timesteps T",
        f"How long the drawn sequence is: 1 to {LONGEST:,} steps.",
        when=lambda study: study.reads == "random",
        beside=True,
    )
    seed: int = seed_field(when=lambda study: study.reads == "random", beside=True)
    at: int = declare.whole(
        0,
        0,
        LONGEST,
        "at",
        "Error from step",
        f"The step whose output the error comes from: 1 to {LONGEST:,}; 0 is each sequence’s last step.",
    )
    output: int = declare.whole(0, 0, 1_000_000, "output")  # which output, from 1; 0: the largest. Chosen by its name

    def to_query(self) -> dict[str, str]:
        """As every record's; sequences that would make the link too long stay out of it."""
        query = super().to_query()
        for name in ("text", "tokens", "numbers"):
            if not fits_link(query.get(name, "")):
                del query[name]
        return query
