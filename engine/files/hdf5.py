"""HDF5 files, read by the package h5py in a process of its own, because the library crashes on damaged files.

Where there are no processes (a page that runs in the visitor's own browser), it is read in this one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from engine.files.bounds import LONGEST, FileError, clean, numbers, package, quoted
from engine.files.found import Left
from engine.files.tensors import Tensor, of_bytes

CHILD = Path(__file__).with_name("hdf5_child.py")
SECONDS = 20
OWN = 2**31  # bytes of addresses that the process needs for itself: Python, NumPy, h5py


def read(data: bytes) -> tuple[list[Tensor], dict[str, dict[str, Any]], list[Left]]:
    """The datasets of floating-point numbers, the texts that stand at each group, and what else the file holds.

    Raises:
        FileError: h5py is not installed, or the file is damaged, or asks for more than it could hold.
    """
    header, body = _parted(_answered(data))
    if "missing" in header:
        package("h5py", "an HDF5 file, as Keras writes,")
        raise FileError("an HDF5 file, as Keras writes, needs the Python package h5py: pip install h5py")
    if "error" in header:
        raise FileError(f"the HDF5 file is damaged, or not read: {quoted(header['error'], 200)}")
    tensors, left, at = [], [], 0
    for one in header["datasets"]:
        path, shape, start = clean(one["path"]), tuple(one["shape"]), at
        at += one["size"]
        if one["size"] or (one["kind"] and not one["why"]):
            tensors.append(of_bytes(path, shape, one["kind"], _slice(body, start, at)))
        else:
            left.append(Left(path, shape, one["why"] or f"holds {quoted(one['dtype'])}, no weights"))
    return tensors, header["attributes"], left


def _slice(body: memoryview, start: int, stop: int) -> Any:
    return lambda: body[start:stop]


def _parted(answer: bytes) -> tuple[dict[str, Any], memoryview]:
    """The list of what the file holds, and its numbers."""
    size = int.from_bytes(answer[:8], "little")
    if len(answer) < 8 or size > 32 * LONGEST or size + 8 > len(answer):
        raise FileError("the HDF5 file is damaged: the library that reads it broke off")
    return json.loads(answer[8 : 8 + size]), memoryview(answer)[8 + size :]


def _answered(data: bytes) -> bytes:
    """What the process says of the file."""
    most = 8 * numbers(len(data))
    if sys.platform == "emscripten":
        from engine.files.hdf5_child import answer

        return answer(data, most)
    command = [
        sys.executable or "python3",
        "-P",
        str(CHILD),
        str(most),
        str(OWN + 3 * most + 3 * len(data)),
        str(SECONDS),
    ]
    paths = os.pathsep.join(path for path in sys.path if path)
    alone = {
        **os.environ,
        "PYTHONPATH": paths,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False, env=alone)
    except subprocess.TimeoutExpired as error:
        raise FileError(f"the HDF5 file is damaged: after {SECONDS} s it was not read") from error
    except OSError as error:
        raise FileError(f"the HDF5 file is not read: no process could be started for it ({error.strerror})") from error
    return done.stdout
