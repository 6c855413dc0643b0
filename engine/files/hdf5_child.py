"""Run as a program of its own: an HDF5 file on stdin becomes a JSON list of what it holds and the numbers, on stdout.

The HDF5 library crashes, or never ends, on damaged files. Here that ends this process, which knows nothing of the
engine, has its memory and time bounded, and looks at the file's own bytes only: no links to other files, no data in
other files, no filters beyond the library's own.

    python hdf5_child.py <bytes of numbers at most> <bytes of memory at most> <seconds at most>
"""

from __future__ import annotations

import io
import json
import math
import sys
from contextlib import suppress
from typing import Any

PLAIN_FILTERS = {1, 2, 3, 32000}  # deflate, shuffle, fletcher32 and lzf
TEXTS = ("model_config", "keras_version")
SKIPPED = ("optimizer", "optimizer_weights", "_optimizer")
LONGEST_TEXT = 4_000_000
LONGEST_NAME = 1_000
OBJECTS = 20_000
DEEPEST = 40


def bounded(memory: int, seconds: int) -> None:
    """Where the system can: no more memory and time than this."""
    try:
        import resource
    except ImportError:  # not on Windows; whoever started this process ends it after a while
        return
    for limit, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # the system has a lower one
            resource.setrlimit(limit, (value, value))


def text_attributes(held: Any) -> dict[str, Any]:
    """The attributes that say what stands in the file, each a text or a list of texts."""
    found = {}
    for key in TEXTS:
        if key not in held.attrs:
            continue
        identity = held.attrs.get_id(key)
        size = math.prod(identity.shape) * identity.dtype.itemsize
        if size > LONGEST_TEXT or len(identity.shape) > 1:
            raise ValueError(f"its attribute {key} is too large")
        value = held.attrs[key]
        many = [value] if isinstance(value, (str, bytes)) else list(value) if hasattr(value, "__len__") else [value]
        words = [one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in many]
        if sum(map(len, words)) > LONGEST_TEXT:
            raise ValueError(f"its attribute {key} is too large")
        found[key] = words[0] if isinstance(value, (str, bytes)) else words
    return found


def walked(data: bytes, numbers: int) -> tuple[dict[str, Any], list[bytes]]:
    """What the file holds, and its numbers one behind the other."""
    import h5py

    listed: list[dict[str, Any]] = []
    attributes: dict[str, dict[str, Any]] = {}
    parts: list[bytes] = []
    with h5py.File(io.BytesIO(data), "r") as file:
        waiting: list[tuple[str, Any]] = [("", file)]
        seen, total = set(), 0
        while waiting:
            path, held = waiting.pop()
            texts = text_attributes(held)
            if texts:
                attributes[path] = texts
            if isinstance(held, h5py.Dataset):
                one = described(path, held)
                size = math.prod(one["shape"]) * held.dtype.itemsize
                skipped = path.split("/")[0] in SKIPPED
                if one["kind"] and not one["why"] and not skipped:
                    total += size
                    if total > numbers:
                        raise ValueError(
                            f"{path} of shape {one['shape']} asks for more numbers than the file could hold"
                        )
                    plain = held[()].astype(held.dtype.newbyteorder("<")).tobytes()
                    one["size"] = len(plain)
                    parts.append(plain)
                listed.append(one)
                continue
            if not isinstance(held, h5py.Group):
                continue
            identity = h5py.h5o.get_info(held.id).addr
            if identity in seen or path.count("/") > DEEPEST:
                continue  # a group that holds itself
            seen.add(identity)
            names = []
            for name in held:
                names.append(name)
                if len(names) + len(seen) + len(listed) + len(waiting) > OBJECTS:
                    raise ValueError("it holds too many objects")
            for name in reversed(names):
                below = f"{path}/{name}".lstrip("/")
                if len(below) > LONGEST_NAME:
                    raise ValueError(f"a name in it has more than {LONGEST_NAME} letters")
                link = held.get(name, getlink=True)
                if isinstance(link, h5py.HardLink):
                    waiting.append((below, held[name]))
                else:
                    why = (
                        "a link to another file, which is not followed"
                        if isinstance(link, h5py.ExternalLink)
                        else "a link by name, which is not followed"
                    )
                    listed.append({"path": below, "shape": [], "kind": "", "why": why, "size": 0})
    return {"attributes": attributes, "datasets": listed}, parts


def described(path: str, dataset: Any) -> dict[str, Any]:
    """A dataset's shape and number format, and why it is not read, "" where it is."""
    dtype = dataset.dtype
    kind = dtype.name if dtype.kind == "f" else ""
    if "dtype" in dataset.attrs and dtype.kind in "uV" and dtype.itemsize == 2:
        kind = "bfloat16"
    why = ""
    properties = dataset.id.get_create_plist()
    filters = {properties.get_filter(k)[0] for k in range(properties.get_nfilters())}
    if dataset.shape is None:
        why = "holds nothing"
    elif dataset.external or properties.get_external_count():
        why = "its numbers lie in another file, which is not read"
    elif dataset.is_virtual:
        why = "is put together from other files, which are not read"
    elif not filters <= PLAIN_FILTERS:
        why = "is packed by a filter that is not known here"
    elif dataset.chunks is not None and math.prod(dataset.chunks) > max(4 * dataset.size, 2**20):
        why = "lies in chunks far larger than itself"
    shape = list(dataset.shape or ())
    return {"path": path, "shape": shape, "kind": kind, "dtype": str(dtype), "why": why, "size": 0}


def answer(data: bytes, numbers: int) -> bytes:
    """The length of the list, the list, and the numbers."""
    found: dict[str, Any]
    try:
        found, parts = walked(data, numbers)
    except ImportError:
        found, parts = {"missing": "h5py"}, []
    except MemoryError:
        found, parts = {"error": "it asks for more memory than such a file needs"}, []
    except Exception as error:  # whatever the library says of a damaged file
        found, parts = {"error": str(error)[:300]}, []
    header = json.dumps(found).encode()
    return b"".join([len(header).to_bytes(8, "little"), header, *parts])


if __name__ == "__main__":
    most, memory, seconds = map(int, sys.argv[1:])
    bounded(memory, seconds)
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read(), most))
