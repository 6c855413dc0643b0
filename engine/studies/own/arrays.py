"""Arrays that a framework computed, out of npz, npy or CSV: numbers only, no larger than the file that they came in."""

from __future__ import annotations

import io
import re
from math import prod

import numpy as np

from engine.arrays import Array
from engine.files.archive import archive
from engine.files.bounds import quoted
from engine.files.numpy_file import MAGIC
from engine.record.numerals import numeral
from engine.record.reading import shown

ACCEPTED = "npz, npy and CSV are read"
MOST = 1_000  # arrays


def read_arrays(data: bytes) -> dict[str, Array]:
    """The arrays of a file by name, float64 or whole numbers as they are; the one of an npy or a CSV file is called "".

    Raises:
        ValueError: it is damaged, of another format, or holds what is no numbers.
    """
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        entries = archive(data)
        names = [name for name in entries.entries if name.endswith(".npy")]
        if not names or len(names) > MOST:
            raise ValueError(f"the zip archive holds {len(names):,} arrays of NumPy; {ACCEPTED}")
        return {name.removesuffix(".npy"): _array(name, entries.bytes_of(name)) for name in names}
    if data.startswith(MAGIC):
        return {"": _array("it", data)}
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"it is of no format that is known here; {ACCEPTED}") from None
    return {"": _table(text)}


def _array(name: str, data: bytes) -> Array:
    """One array, if its header says no more than there is."""
    stream = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(stream)
        header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, by_columns, kind = header(stream)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        raise ValueError(f"{quoted(name)} is damaged: its header is not as NumPy writes it") from None
    if kind.kind not in "fiub" or kind.hasobject:
        raise ValueError(f"{quoted(name)} holds {quoted(str(kind), 30)}, but numbers are read")
    rest = memoryview(data)[stream.tell() :]
    if len(shape) > 8 or any(size < 0 for size in shape) or prod(shape) * kind.itemsize != len(rest):
        raise ValueError(f"{quoted(name)} has {len(rest):,} bytes, but its shape {quoted(str(shape))} asks for others")
    flat = np.frombuffer(rest, kind)
    found = flat.reshape(shape[::-1]).T if by_columns else flat.reshape(shape)
    return found.astype(np.int64 if kind.kind in "iub" else np.float64)


def _table(text: str) -> Array:
    """The numbers of a CSV file, (rows, columns); a first line of names is left out."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    mark = next((mark for mark in "\t;," if any(mark in line for _, line in lines[:20])), None)
    rows: list[list[float]] = []
    for number, line in lines:
        cells = line.split(mark) if mark else line.split()
        read = [_cell(cell) for cell in cells]
        if None in read:
            if not rows and (number, line) == lines[0] and all(one is None for one in read):
                continue
            wrong = cells[read.index(None)]
            raise ValueError(f"line {number}: {shown(wrong)} is no number; {ACCEPTED}")
        rows.append([one for one in read if one is not None])
        if len(rows[-1]) != len(rows[0]):
            raise ValueError(f"line {number} has {len(rows[-1]):,} numbers, but the lines before have {len(rows[0]):,}")
    if not rows:
        raise ValueError(f"it holds no numbers; {ACCEPTED}")
    return np.array(rows)


def _cell(cell: str) -> float | None:
    if re.fullmatch(r"\s*[-+]?(nan|inf|infinity)\s*", cell, re.IGNORECASE):
        return float(cell)
    try:
        return float(cell)
    except ValueError:
        return numeral(cell)[0]
