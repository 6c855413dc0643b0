"""NumPy's .npz: a zip archive with an .npy file for each array, never one of objects (which would be a pickle).

Source: numpy.lib.format.
"""

from __future__ import annotations

import io

import numpy as np

from engine.files.archive import Archive
from engine.files.bounds import FileError, quoted
from engine.files.tensors import Tensor, of_bytes


def read(archive: Archive) -> list[Tensor]:
    """Every array.

    Raises:
        FileError: one is damaged, or holds objects.
    """
    return [_tensor(archive, name) for name in archive.entries]


def _tensor(archive: Archive, entry: str) -> Tensor:
    name, data = entry.removesuffix(".npy"), archive.bytes_of(entry)
    stream = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(stream)
        read_header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[
            version
        ]
        shape, by_columns, dtype = read_header(stream)
    except (ValueError, KeyError, TypeError, SyntaxError, EOFError, RecursionError, MemoryError) as error:
        raise FileError(f"the array {quoted(name)} is damaged: {quoted(str(error), 100)}") from error
    if dtype.hasobject:
        raise FileError(
            f"the array {quoted(name)} holds Python objects, which only a pickle could read; save arrays of numbers: "
            f"numpy.savez(path, **{{name: array.astype('float64')}})"
        )
    start = stream.tell()
    if not all(type(size) is int and size >= 0 for size in shape) or len(shape) > 32:
        raise FileError(f"the array {quoted(name)} has the shape {quoted(str(shape))}")
    wanted = dtype.itemsize
    for size in shape:
        wanted *= size
    if wanted != len(data) - start:
        raise FileError(
            f"the array {quoted(name)} has {len(data) - start:,} bytes, but its shape {quoted(str(shape))} "
            "asks for more or fewer"
        )
    kind = dtype.name if dtype.kind == "f" else str(dtype)
    laid = of_bytes(
        name,
        shape[::-1] if by_columns else shape,
        kind,
        lambda: memoryview(data)[start:],
        ">" if dtype.byteorder == ">" else "<",
    )
    return Tensor(name, shape, kind, lambda: laid.read().T) if by_columns else laid
