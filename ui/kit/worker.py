"""A process that computes answers for the server: `python -m ui.kit.worker`. It ends with the server.

It imports NumPy, the engine and what draws its figures, never Streamlit: 50 MB, ready after 0.4 s.
"""

from __future__ import annotations

import importlib
import inspect
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler

READY, SHARE, ANSWER, ERROR = "ready", "share", "answer", "error"  # the first word of each message to the server
BETWEEN_SHARES = 0.05  # seconds


def parts(made: object) -> Iterator[float | bytes]:
    """The shares that are done, and at last the answer, of a function that returns bytes or yields both.

    Raises:
        TypeError: something else came, or no answer at the end.
    """
    answer = made
    if inspect.isgenerator(made):
        for answer in made:
            if not isinstance(answer, (int, float)):
                break
            yield answer
    if not isinstance(answer, bytes):
        raise TypeError(f"an answer is bytes, but {type(answer).__name__} came")
    yield answer


def _messages(make: Callable[..., object], arguments: tuple[object, ...]) -> Iterator[tuple[str, object]]:
    """What the server hears of one computation: shares, not too often, and the answer or the error."""
    told = time.monotonic()
    try:
        for part in parts(make(*arguments)):
            if isinstance(part, bytes):
                yield ANSWER, part
            elif time.monotonic() - told > BETWEEN_SHARES:
                yield SHARE, part
                told = time.monotonic()
    except Exception as error:
        yield ERROR, _portable(error)


def _portable(error: Exception) -> Exception:
    """The error as it can be sent, with the lines it came from as a note."""
    error.add_note("".join(traceback.format_exception(error)))
    try:
        ForkingPickler.loads(ForkingPickler.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def main(descriptor: int, niceness: int, preload: list[str]) -> None:
    """Answer what comes through the pipe until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the server's terminal reaches this process too
    os.nice(niceness)
    for name in preload:
        importlib.import_module(name)
    from engine.memory import keep_freed_memory

    keep_freed_memory()
    connection = Connection(descriptor)
    try:
        connection.send((READY, None))
        while True:
            try:
                make, arguments = connection.recv()
            except (ImportError, AttributeError) as error:  # what the server has and this process has not
                connection.send((ERROR, _portable(error)))
                continue
            for message in _messages(make, arguments):
                connection.send(message)
            del make, arguments, message  # what a visitor brought does not wait here for the next one's question
    except (EOFError, OSError):
        return  # the server has ended, or has no use for this process any more


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
