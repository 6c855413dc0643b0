"""A tensor in a file: its name, shape and number format, decoded to float64 only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import prod

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.files.bounds import LONGEST_NAME, TENSORS, FileError, numbers, quoted

SIZES = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2}  # bytes a number, of the formats that are read


@dataclass(frozen=True, eq=False, repr=False)
class Tensor(ArrayRecord):
    """One named tensor of a file."""

    name: str
    shape: tuple[int, ...]
    kind: str  # float64, float32, float16 or bfloat16; another word where it holds no such numbers
    read: Callable[[], Array]  # its numbers as the file has them, float64

    @property
    def count(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)

    @property
    def real(self) -> bool:
        """Whether it holds floating-point numbers that can be decoded."""
        return self.kind in SIZES

    def array(self) -> Array:
        """Its numbers, float64.

        Raises:
            FileError: it holds other numbers, or some that are not finite.
        """
        name = quoted(self.name)
        if not self.real:
            raise FileError(f"{name} holds {quoted(self.kind)}, but weights are {', '.join(SIZES)}")
        array = self.read()
        wrong = array.size - np.count_nonzero(np.isfinite(array))
        if wrong:
            raise FileError(
                f"{name} holds {wrong:,} of {array.size:,} numbers that are not finite (nan or inf): such weights "
                f"compute nothing"
            )
        return array


def of_bytes(
    name: str, shape: tuple[int, ...], kind: str, data: Callable[[], bytes | memoryview], order: str = "<"
) -> Tensor:
    """A tensor whose numbers lie one behind the other, in rows; `order` is "<" or ">", the order of their bytes."""
    return Tensor(name, shape, kind, lambda: doubled(words(data(), kind, order)).reshape(shape))


def words(data: bytes | memoryview, kind: str, order: str = "<") -> Array:
    """Numbers of one of the formats of `SIZES` as NumPy has them; bfloat16, which it has not, exactly as float32."""
    if kind == "bfloat16":
        halves = np.frombuffer(data, np.dtype(f"{order}u2"))
        return (halves.astype(np.uint32) << 16).view(np.float32)
    return np.frombuffer(data, np.dtype(kind).newbyteorder("<" if order == "<" else ">"))


def doubled(array: Array) -> Array:
    """The same numbers as float64, those that are none (a signalling nan) as they are."""
    with np.errstate(invalid="ignore"):
        return array.astype(np.float64)


def collected(tensors: Iterable[Tensor], size: int) -> dict[str, Tensor]:
    """The tensors of a file of `size` bytes by name.

    Raises:
        FileError: a name comes twice, or there are too many tensors or numbers for such a file.
    """
    found: dict[str, Tensor] = {}
    total = 0
    for tensor in tensors:
        if len(tensor.name) > LONGEST_NAME:
            raise FileError(f"a tensor's name has more than {LONGEST_NAME:,} letters: {quoted(tensor.name)}")
        if tensor.name in found:
            raise FileError(f"the file holds two tensors of the name {quoted(tensor.name)}")
        found[tensor.name] = tensor
        total += tensor.count
        if len(found) > TENSORS:
            raise FileError(f"the file holds more than {TENSORS:,} tensors, which is more than is read")
        if total > numbers(size):
            raise FileError(
                f"the file of {size:,} bytes promises tensors of more than {numbers(size):,} numbers, with "
                f"{quoted(tensor.name)} of shape {tensor.shape!s:.60}: more than it could hold"
            )
    return found
