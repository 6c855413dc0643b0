"""A network from a file: the format by its content, then what is recurrent in it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.arrays import Array, described, plain
from engine.files import numpy_file, safetensors_file, torch_file
from engine.files.archive import archive
from engine.files.bounds import LARGEST, FileError, quoted
from engine.files.found import Found
from engine.files.network_file import NetworkFile, assembled
from engine.files.state_dict import found as found_in
from engine.files.tensors import Tensor, collected, doubled
from engine.files.torch_values import SAFER

HDF5 = b"\x89HDF\r\n\x1a\n"
ACCEPTED = "safetensors, PyTorch (.pt, .pth, .ckpt), Keras (.keras, .weights.h5, .h5), ONNX and NumPy (.npz) are read"
PICKLES = (
    b"(dp",
    b"(lp",
    b"ccopy_reg",
    b"c__main__",
    b"cos\n",
    b"cposix\n",
    b"c__builtin__",
    b"cbuiltins",
)  # protocol 0
OTHERS = {
    b"GGUF": "a GGUF file",
    b"\x1f\x8b": "packed with gzip: unpack it first",
    b"BZh": "packed with bzip2: unpack it first",
    b"\xfd7zXZ": "packed with xz: unpack it first",
    b"7z\xbc\xaf": "a 7z archive: unpack it first",
    b"\x93NUMPY": "a single NumPy array: save all of them by name with numpy.savez",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"%PDF": "a PDF",
    b"<": "a text",
    b"{": "a text",
    b"[": "a text",
}


def read_network(source: bytes | str | os.PathLike[str], largest: int = LARGEST) -> NetworkFile:
    """The network of a file: safetensors, PyTorch, Keras, ONNX or NumPy, whatever the file is called.

    No code of a file ever runs. For memory see `engine.files.bounds`.

    Args:
        source: the file's bytes, or where it lies.
        largest: how many bytes are read at most.

    Raises:
        FileError: it is none of these, damaged, too large, hostile, or holds no recurrent layer; a sentence says which.
    """
    data = _bytes(source, largest)
    return assembled(_found(data), {})


def from_state_dict(state: Mapping[str, Any]) -> NetworkFile:
    """The same of named arrays: a module's state_dict() as it is, with NumPy arrays or tensors.

    Raises:
        FileError: as for `read_network`.
    """
    if not isinstance(state, Mapping):
        raise FileError(f"a dict from names to arrays was expected, but {described(state)} came")
    tensors = _tensors(state)
    size = 8 * sum(tensor.count for tensor in tensors)
    return assembled(found_in(collected(tensors, size), "A state dict"), {})


def from_keras_config(config: Any, weights: Mapping[str, Any]) -> NetworkFile:
    """The same of a Keras layer's or model's configuration and its weights.

    Args:
        config: as its `get_config` gives it, {"layers": ..}; None: it has none, and names and shapes have to do.
        weights: by the name of the layer in the model, and its path: "lstm/sequential/lstm/lstm_cell/kernel".

    Raises:
        FileError: as for `read_network`.
    """
    from engine.files.keras_file import from_config

    tensors = _tensors(weights)
    return assembled(from_config(config, collected(tensors, 8 * sum(tensor.count for tensor in tensors))), {})


def _tensors(state: Mapping[str, Any]) -> list[Tensor]:
    """Named arrays as tensors."""
    tensors = []
    for name, value in state.items():
        array = _plain(str(name), value)
        kind = str(array.dtype) if array.dtype.kind != "f" else "float64" if array.itemsize > 8 else array.dtype.name
        tensors.append(Tensor(str(name), array.shape, kind, _reader(array)))
    return tensors


def _reader(array: Any) -> Any:
    return lambda: doubled(array)


def _plain(name: str, value: Any) -> Array:
    """An array of NumPy's; of a tensor its numbers, wherever it lies, bfloat16 as float32, which holds them all."""
    try:
        if hasattr(value, "detach"):
            value = value.detach().cpu()
            if "bfloat16" in str(value.dtype):
                value = value.float()
        return plain(quoted(name), value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise FileError(str(error)) from error


def _bytes(source: bytes | str | os.PathLike[str], largest: int) -> bytes:
    """The whole file."""
    if isinstance(source, bytes | bytearray | memoryview):
        size = memoryview(source).nbytes
        data = bytes(source) if size <= largest else b""
    elif isinstance(source, str | os.PathLike):
        path = Path(source)
        if "\0" in str(path) or not path.is_file():
            raise FileError(f"there is no file {quoted(str(path), 200)}")
        try:
            with path.open("rb") as stream:
                size = os.fstat(stream.fileno()).st_size
                data = stream.read(size) if size <= largest else b""
        except OSError as error:
            raise FileError(f"{quoted(str(path), 200)} cannot be read: {error.strerror}") from error
    else:
        raise FileError(f"bytes or a path were expected, but {described(source)} came")
    if size > largest:
        raise FileError(f"the file has {size:,} bytes, but at most {largest:,} are read")
    if not size:
        raise FileError("the file is empty")
    return data


def _found(data: bytes) -> Found:
    """What the file holds, by its content."""
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _of_zip(data)
    if any(data[at : at + 8] == HDF5 for at in (0, 512, 1024, 2048)):
        from engine.files.keras_file import from_hdf5

        return from_hdf5(data)
    if data[:1] == b"\x80" and torch_file.LEGACY in data[:32]:
        tensors, held = torch_file.from_legacy(data)
        return _named(tensors, len(data), "A PyTorch file of the form before zip archives", held)
    if data[8:9] == b"{":
        return _of_safetensors(data)
    if data[257:262] == b"ustar":
        raise FileError(f"the file is a tar archive; of PyTorch's before 2018, load and save it anew: {SAFER}")
    if (data[:2] in (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")) or data.startswith(PICKLES):
        raise FileError(f"the file is a Python pickle, which could run any code and is not read; {SAFER}")
    for start, what in OTHERS.items():
        if data.startswith(start):
            raise FileError(f"the file is {what}; {ACCEPTED}")
    if data[4:8] == b"TFL3":
        raise FileError(f"the file is a TensorFlow Lite model; {ACCEPTED}")
    from engine.files.wire import like_a_model

    if like_a_model(data):
        from engine.files.onnx_file import from_onnx_model

        return from_onnx_model(data)
    raise FileError(f"the file is of no format that is known here; {ACCEPTED}")


def _of_zip(data: bytes) -> Found:
    """A zip archive: PyTorch's, Keras' or NumPy's."""
    entries = archive(data)
    names = list(entries.entries)
    pickles = [name for name in names if name == "data.pkl" or (name.count("/") == 1 and name.endswith("/data.pkl"))]
    if len(pickles) == 1:
        tensors, held = torch_file.from_zip(entries, pickles[0], len(data))
        return _named(tensors, len(data), "A PyTorch file", held)
    if "config.json" in names and any(name.startswith("model.weights") for name in names):
        from engine.files.keras_file import from_keras_archive

        return from_keras_archive(entries, len(data))
    if names and all(name.endswith(".npy") for name in names):
        return _named(numpy_file.read(entries), len(data), "A NumPy archive")
    inside = ", ".join(quoted(name, 40) for name in names[:3]) or "nothing"
    raise FileError(f"the file is a zip archive with {inside}; {ACCEPTED}")


def _of_safetensors(data: bytes) -> Found:
    """safetensors, of others or of a training here."""
    tensors, metadata = safetensors_file.read(data)
    if "unrolled" in metadata:
        return _of_training(data, collected(tensors, len(data)))
    return _named(tensors, len(data), "A safetensors file")


def _of_training(data: bytes, tensors: dict[str, Tensor]) -> Found:
    """A training that was saved here."""
    from engine.training.save import load

    try:
        run = load(data)
    except ValueError as error:
        raise FileError(str(error)) from error
    training = run.training
    of_parts = {"network.inputs": training.learned.input_names, "encoder.source": training.learned.source_names}
    words = [(where, tuple(names)) for where, names in of_parts.items() if names]
    plain = {name: tensor for name, tensor in tensors.items() if not name.startswith("optimiser.")}
    found = found_in(
        plain,
        f"A training of the task {training.learned.name} saved here",
        words,
        cells=frozenset({training.structure.cell}),
    )
    sure = (replace(part, sure=True, heads=() if part.headless else part.heads, headless=False) for part in found.parts)
    return replace(found, parts=tuple(sure))


def _named(tensors: Sequence[Tensor], size: int, format: str, held: Any = None) -> Found:
    """What is recurrent among named tensors."""
    return found_in(collected(tensors, size), format, torch_file.vocabularies(held))
