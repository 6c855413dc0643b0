"""A network that a visitor has brought: the file's bytes, and what the visitor has answered about it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from engine.files import NetworkFile, read_network


@dataclass(frozen=True)
class OwnFile:
    """What a session holds of one file. Two of them are the same where the bytes and the answers are."""

    name: str  # as the visitor's machine calls it
    content: bytes = field(repr=False, compare=False)
    answers: tuple[tuple[str, str], ...] = ()  # to the questions that the file leaves open
    vocabulary: tuple[str, ...] = ()  # out of a file of its own; () where none was brought
    digest: str = ""  # of the content

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", self.digest or hashlib.sha256(self.content).hexdigest())

    def __reduce__(self) -> tuple[object, ...]:
        """On the way to another process: without what was read of it here."""
        return OwnFile, (self.name, self.content, self.answers, self.vocabulary, self.digest)

    def answered(self, key: str, choice: str) -> OwnFile:
        """The same file with one question answered."""
        return replace(self, answers=tuple({**dict(self.answers), key: choice}.items()))

    @cached_property
    def read(self) -> NetworkFile:
        """What the file holds under these answers; those that no question asks for any more are left out.

        Raises:
            FileError: as `read_network`.
        """
        return answered(read_network(self.content), dict(self.answers))


def answered(file: NetworkFile, answers: Mapping[str, str]) -> NetworkFile:
    """A file under those of the answers that it asks for; one may open another question."""
    taken: dict[str, str] = {}
    while True:
        fitting = {
            question.key: answers[question.key]
            for question in file.questions
            if question.key not in taken and answers.get(question.key) in question.choices
        }
        if not fitting:
            return file
        taken |= fitting
        file = file.answered(**fitting)
