"""A network that a visitor has brought: the file's bytes, or where they lie, and what the visitor has answered."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import ClassVar

from engine.files import FileError, NetworkFile, read_network
from engine.files.bounds import LARGEST, quoted


@dataclass(frozen=True)
class OwnFile:
    """What a session holds of one file. Two of them are the same where the bytes and the answers are.

    A file of the machine that the server runs on stays where it lies (`lying_at`): no copy of it goes from process to
    process, and each of them decodes it once.
    """

    kept_bytes: ClassVar[int] = 0  # for `engine.kept`: it stands in its session, wherever else it is named

    name: str  # as the visitor's machine calls it
    content: bytes = field(repr=False, compare=False)
    answers: tuple[tuple[str, str], ...] = ()  # to the questions that the file leaves open
    vocabulary: tuple[str, ...] = ()  # out of a file of its own; () where none was brought
    digest: str = ""  # of the content
    path: str = field(
        default="", repr=False, compare=False
    )  # where it lies, on the server's own machine; "": `content` is all of it

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", self.digest or _digest(self.content))

    def __reduce__(self) -> tuple[object, ...]:
        """On the way to another process: without what was read of it here."""
        return OwnFile, (self.name, self.content, self.answers, self.vocabulary, self.digest, self.path)

    @staticmethod
    def lying_at(path: str) -> OwnFile:
        """A file of this machine; what is wrong with it, if anything, `read` says."""
        try:
            with Path(path).open("rb") as stream:
                digest = _digest(stream.read(LARGEST + 1))
        except OSError:
            digest = "none"
        return OwnFile(Path(path).name, b"", digest=digest, path=path)

    def answered(self, key: str, choice: str) -> OwnFile:
        """The same file with one question answered."""
        return replace(self, answers=tuple({**dict(self.answers), key: choice}.items()))

    @cached_property
    def read(self) -> NetworkFile:
        """What the file holds under these answers; those that no question asks for any more are left out.

        Raises:
            FileError: as `read_network`; or the file that lies somewhere is not what it was.
        """
        file = _lying(self.path, self.digest) if self.path else read_network(self.content)
        return answered(file, dict(self.answers))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@lru_cache(maxsize=1)
def _lying(path: str, digest: str) -> NetworkFile:
    """What the file at a path holds: its last reading is kept in this process."""
    try:
        with Path(path).open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError:
        content = b""
    if not content or len(content) > LARGEST:
        return read_network(path)  # which says why not
    if _digest(content) != digest:
        raise FileError(f"{quoted(path, 200)} has changed since the app was started: start it again")
    return read_network(content)


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
