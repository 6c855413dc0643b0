"""What a file may ask for, and the one error for all that it asks too much of, or that is damaged in it.

The bound on memory: a file of n bytes is read whole (n), and all its tensors together hold at most `numbers(n)` =
2**20 + 4 n numbers, decoded to float64 only where the network uses them. Archives may unpack to 8 n + 8 MB, and what
describes the tensors (headers, pickles, graphs, configurations) has at most a million entries, or 4 MB of JSON, for
which 200 MB are enough; of a small file it has fewer (`entries`, `describing`), so that work grows with the bytes that
came. HDF5 is read in a process of its own, which gets 2 GB of addresses and 24 bytes a number.
"""

from __future__ import annotations

from types import ModuleType

from engine.arrays import described

LARGEST = 200_000_000  # bytes of a file
TENSORS = 10_000
ENTRIES = 1_000_000  # values in what describes the tensors
LONGEST_NAME = 1_000  # letters of a tensor's name
LAYERS = 1_000  # of a model
LONGEST = 4_000_000  # bytes of a header or a configuration in JSON


class FileError(ValueError):
    """Why a file is not read, in a sentence that a visitor understands."""


def numbers(size: int) -> int:
    """How many numbers the tensors of a file of `size` bytes may hold together."""
    return 2**20 + 4 * size


def unpacked(size: int) -> int:
    """To how many bytes an archive of `size` bytes may unpack."""
    return 8 * (size + 2**20)


def entries(size: int) -> int:
    """How many values may describe the tensors of a file of `size` bytes."""
    return min(ENTRIES, 2**15 + 4 * size)


def describing(size: int) -> int:
    """To how many bytes what describes the tensors may unpack, in an archive of `size` bytes."""
    return 2**16 + 32 * size


def quoted(words: object, longest: int = 60) -> str:
    """A name out of a file, as a sentence may have it: no line breaks, no control characters, not long."""
    text = str(words) if isinstance(words, str | int) else described(words)
    text = "".join(letter if letter.isprintable() else "?" for letter in text[: longest + 1])
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def clean(text: str) -> str:
    """A text that can be written as UTF-8: half a character, as damaged files have them, becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def package(name: str, reads: str) -> ModuleType:
    """An optional package, imported only now.

    Raises:
        FileError: it is not installed; the sentence says which one the format needs.
    """
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        top = name.partition(".")[0]
        raise FileError(f"{reads} needs the Python package {top}, which is not here: pip install {top}") from error
