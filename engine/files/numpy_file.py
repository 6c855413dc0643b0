"""NumPy's .npz: a zip archive with an .npy file for each array, never one of objects (which would be a pickle).

An .npy file is a magic number, the version, the header's length, the header (a dict of Python's, always written in the
same way) and the numbers. Source: numpy.lib.format.
"""

from __future__ import annotations

import re
from math import prod

import numpy as np

from engine.files.archive import Archive
from engine.files.bounds import FileError, quoted
from engine.files.tensors import Tensor, of_bytes

MAGIC = b"\x93NUMPY"
HEADER = re.compile(
    r"\{'descr': ('[^']{1,20}'|\[.*\]), 'fortran_order': (True|False), 'shape': \(([\d, ]{0,400})\),? *\}\s*"
)
MOST_AXES, LARGEST_SIZE = 32, 2**62


def read(archive: Archive) -> list[Tensor]:
    """Every array.

    Raises:
        FileError: one is damaged, or holds objects.
    """
    return [_tensor(archive, name) for name in archive.entries]


def _tensor(archive: Archive, entry: str) -> Tensor:
    name, data = entry.removesuffix(".npy"), archive.bytes_of(entry)
    size = 2 if data[6:7] == b"\x01" else 4  # bytes of the header's length
    start = 8 + size + int.from_bytes(data[8 : 8 + size], "little")
    header = HEADER.fullmatch(data[8 + size : min(start, 10_000)].decode("latin-1"))
    if not data.startswith(MAGIC) or data[6:7] not in (b"\x01", b"\x02", b"\x03") or header is None:
        raise FileError(f"the array {quoted(name)} is damaged: its header is not as NumPy writes it")
    kind, by_columns = header[1].strip("'"), header[2] == "True"
    shape = tuple(int(size) for size in header[3].replace(" ", "").split(",") if size)
    if "O" in kind:
        raise FileError(
            f"the array {quoted(name)} holds Python objects, which only a pickle could read; save arrays of numbers: "
            f"numpy.savez(path, **{{name: array.astype('float64')}})"
        )
    if not re.fullmatch(r"[<>|=]?f[248]", kind):
        return Tensor(name, shape, quoted(kind, 20), lambda: np.zeros(0))
    wanted = int(kind[-1]) * prod(shape)
    if len(shape) > MOST_AXES or max(shape, default=0) > LARGEST_SIZE or wanted != len(data) - start:
        told = quoted(str(shape)) if len(header[3]) < 400 else "of many axes"
        raise FileError(
            f"the array {quoted(name)} has {len(data) - start:,} bytes, but its shape {told} asks for others"
        )
    laid = of_bytes(
        name,
        shape[::-1] if by_columns else shape,
        f"float{8 * int(kind[-1])}",
        lambda: memoryview(data)[start:],
        ">" if kind[0] == ">" else "<",
    )
    return Tensor(name, shape, laid.kind, lambda: laid.read().T) if by_columns else laid
