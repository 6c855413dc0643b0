"""Files that tests make byte by byte, as no well-meaning program would."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from typing import Any

import numpy as np

from tests.engine.files.golden_files import Array


def zipped(entries: dict[str, bytes], packed: bool = False) -> bytes:
    """A zip archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)
    return stream.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def torch_zip(pickle: bytes, **storages: bytes) -> bytes:
    """A PyTorch file of this pickle; storage k's bytes as ``_k``."""
    return zipped(
        {
            "a/data.pkl": pickle,
            "a/byteorder": b"little",
            **{f"a/data/{key[1:]}": data for key, data in storages.items()},
        }
    )


def text(words: str) -> bytes:
    """The opcode that pushes a string."""
    return b"X" + struct.pack("<I", len(words.encode())) + words.encode()


def number(value: int) -> bytes:
    return b"\x8a\x08" + value.to_bytes(8, "little", signed=True)


def tensor(shape: tuple[int, ...], stride: tuple[int, ...], size: int, key: str = "0", offset: int = 0) -> bytes:
    """The opcodes of a float32 tensor in a storage of `size` numbers."""
    storage = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(key) + text("cpu") + number(size) + b"tQ"
    sizes, steps = (b"(" + b"".join(map(number, numbers)) + b"t" for numbers in (shape, stride))
    arguments = b"(" + storage + number(offset) + sizes + steps + b"\x89ccollections\nOrderedDict\n)Rt"
    return b"ctorch._utils\n_rebuild_tensor_v2\n" + arguments + b"R"


def state_dict(**tensors: bytes) -> bytes:
    """The pickle of a dict of tensors."""
    return b"\x80\x02}(" + b"".join(text(name) + opcodes for name, opcodes in tensors.items()) + b"u."


def safetensors(arrays: dict[str, Array], **metadata: str) -> bytes:
    """A safetensors file of float64, float32 and float16 arrays."""
    header: dict[str, Any] = {"__metadata__": metadata} if metadata else {}
    body = b""
    for name, rows in arrays.items():
        data = np.ascontiguousarray(rows).tobytes()
        kind = {"float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64"}[rows.dtype.name]
        header[name] = {"dtype": kind, "shape": list(rows.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    return with_header(json.dumps(header), body)


def with_header(header: str, body: bytes = b"") -> bytes:
    return struct.pack("<Q", len(header.encode())) + header.encode() + body


def npz(**arrays: Any) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def gru(rng: np.random.Generator, D: int = 2, H: int = 3, prefix: str = "") -> dict[str, Array]:
    return layer(rng, 3, D, H, prefix)


def layer(
    rng: np.random.Generator, gates: int, D: int, H: int, prefix: str = "", behind: str = "_l0"
) -> dict[str, Array]:
    """One direction of a PyTorch layer, no number like another."""
    shapes = {
        "weight_ih": (gates * H, D),
        "weight_hh": (gates * H, H),
        "bias_ih": (gates * H,),
        "bias_hh": (gates * H,),
    }
    return {f"{prefix}{name}{behind}": rng.standard_normal(shape) for name, shape in shapes.items()}
