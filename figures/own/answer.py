"""What Your network is answered: what the files hold, and what was read as sequences."""

from __future__ import annotations

from engine.files import FileError, NetworkFile
from engine.report import memory
from engine.studies.own.entries import Entered, NothingYetError, accepts, entered
from engine.studies.own.file import OwnFile
from engine.studies.own.study import OwnStudy
from figures.message import message
from figures.own.found import found_of
from figures.own.words import memory_sentence
from figures.theme import theme_message

MOST_SAID = 400  # letters of a sentence that quotes a file


def found(files: tuple[OwnFile, ...], own: bool) -> bytes:
    """What each file holds; of one that cannot be read, `refused` says why. `own`: a visitor has brought them.

    Beside what is drawn stands what controls need: ``questions``, ``ways`` of entering sequences, and ``outputs``, by
    their names or how many there are.
    """
    return message(
        {"kind": "found", "own": own, "files": [_file(file) for file in files], "theme": theme_message()}, {}
    )


def _file(file: OwnFile) -> dict[str, object]:
    try:
        read = file.read
    except FileError as error:
        return {"name": file.name[-80:], "refused": f"{str(error)[:MOST_SAID]}."}
    return {"refused": "", **found_of(read, file.name), **_controls(read, file)}


def _controls(read: NetworkFile, file: OwnFile) -> dict[str, object]:
    """What the controls beside the picture are made of."""
    questions = [{"key": q.key, "asks": q.asks, "choices": dict(q.choices), "answer": q.answer} for q in read.questions]
    if read.network is None:
        return {"questions": questions, "ways": [], "outputs": [], "reads": "", "vocabulary": 0}
    taken = accepts(read, file.vocabulary)
    outputs = read.network.layers[-1].output_size if read.head is None else len(read.head.readout.d)
    named = taken.names if read.head is not None and len(taken.names) == outputs else ()
    return {
        "questions": questions,
        "ways": list(taken.ways),
        "outputs": list(named) or outputs,
        "whole": "all of them, summed" if read.head is None else "the largest",
        "reads": taken.words,
        "vocabulary": len(taken.names),
        "symbols": taken.symbols,
        "directions": [len(layer.directions) for layer in read.network.layers],
    }


def read_entry(study: OwnStudy, file: OwnFile) -> Entered:
    """The sequences of a study, as the network of a file reads them.

    Raises:
        ValueError: something cannot be read; the message says what, and what can.
    """
    words = getattr(study, study.reads, "") if study.reads != "random" else ""
    return entered(accepts(file.read, file.vocabulary), study.reads, str(words), study.steps, study.seed)


def entry(study: OwnStudy, file: OwnFile) -> bytes:
    """Whether an entry is ``taken``, and what was read; or what in it cannot be, ``refused``."""
    try:
        read = read_entry(study, file)
    except NothingYetError as error:
        return message({"taken": False, "refused": "", "said": f"{error}."}, {})
    except ValueError as error:
        return message({"taken": False, "refused": f"{study.reads}: {str(error)[:MOST_SAID]}.", "said": ""}, {})
    network = file.read.network
    assert network is not None
    weights = sum(way.U.size + way.W.size for layer in network.layers for way in layer.directions)
    work = {"work": int(read.lengths.sum()) * weights, "memory": memory_sentence(memory(network, read.sequences))}
    words = [[symbol[:20] for symbol in one[:200]] for one in read.words[:8]]
    return message(
        {"taken": True, "refused": "", "said": read.said, **work, "words": words, "count": len(read.lengths)}, {}
    )
