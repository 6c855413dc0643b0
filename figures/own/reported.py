"""The report on a network of one's own as the page shows it: a sentence and a picture for each question."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

from engine.files import NetworkFile
from engine.overflow import Overflow
from engine.report import Asked, Report, differences, report_in_parts
from engine.studies.own.entries import Entered, accepts
from engine.studies.own.file import OwnFile
from engine.studies.own.study import OwnStudy
from figures.message import message
from figures.own.answer import MOST_SAID, read_entry
from figures.own.page import pictured, report_html
from figures.own.words import ALONE, difference_clause, differences_sentence, inputs_sentence, said
from figures.plots.report import report_picture

SHOWN = 12  # differences


def reported(study: OwnStudy, file: OwnFile, which: int) -> Iterator[float | bytes]:
    """Every question's sentence and picture; or ``refused``, why not.

    Args:
        which: the sequence whose curves and inputs are shown, from 1; 0: the longest.
    """
    try:
        read = read_entry(study, file)
        found = yield from _run(study, file, read)
    except (ValueError, Overflow) as error:
        yield message({"refused": f"{str(error)[:MOST_SAID]}."}, {})
        return
    at = min(which, len(found.lengths)) - 1 if which else int(read.lengths.argmax())
    sentences = said(found, (), outputs_of(file.read, file.vocabulary))
    sentences["inputs"] = inputs_sentence(found, read.words[at] if _named(file) else (), at)
    if found.cuts.left_out:
        sentences["inputs"] += f" {sentences['cuts']}"
    pictures = [
        {
            "title": title,
            "question": question,
            "said": sentences[question],
            "figure": report_picture(found, title, at).update_layout(title=None, height=300, margin_t=40).to_json(),
        }
        for title, question in pictured(found).items()
    ]
    yield message(
        {"refused": "", "said": sentences, "pictures": pictures, "unit": found.origins[at].unit, "which": at + 1}, {}
    )


def _named(file: OwnFile) -> bool:
    """Whether steps read symbols that have names; what is drawn or measured has only numbers."""
    return bool(accepts(file.read, file.vocabulary).names)


def _run(study: OwnStudy, file: OwnFile, read: Entered) -> Generator[float, None, Report]:
    """The report, behind the shares of it that are done."""
    network, head = file.read.network, file.read.head
    assert network is not None
    asked = Asked(at=study.at or "last", unit=study.output - 1 if study.output else None)
    masks = [file.read.mask(x) for x in read.sequences]
    for part in report_in_parts(network, read.sequences, None if head is None else head.readout, asked, masks):
        if isinstance(part, Report):
            return part
        yield part
    raise AssertionError("the last part is the report")


def outputs_of(file: NetworkFile, vocabulary: Sequence[str]) -> tuple[str, ...]:
    """What each output is called: as the symbols that are read, where it is one of them; () where nothing says it."""
    if file.network is None or file.head is None:
        return ()
    names = accepts(file, vocabulary).names
    count = len(file.head.readout.d)
    return names if len(names) == count else (ALONE,) if count == 1 else ()


def table(study: OwnStudy, file: OwnFile) -> Iterator[float | bytes]:
    """Every number of the report, for spreadsheets."""
    found = yield from _run(study, file, read_entry(study, file))
    from figures.own.table import report_table  # pandas, only where it is wanted
    from figures.table import csv_of

    yield csv_of(report_table(found))


def page(study: OwnStudy, file: OwnFile) -> Iterator[float | bytes]:
    """The report as one file that opens anywhere."""
    read = read_entry(study, file)
    found = yield from _run(study, file, read)
    yield report_html(found, file.name, read.words[0] if _named(file) else (), outputs_of(file.read, file.vocabulary))


def compared(study: OwnStudy, first: OwnFile, second: OwnFile) -> Iterator[float | bytes]:
    """Two networks on the same sequences, what differs most first; or ``refused``, why they cannot be compared."""
    from figures.own.table import comparison_table  # pandas, only where it is wanted
    from figures.table import csv_of

    try:
        read = read_entry(study, first)
        one = yield from _halved(_run(study, first, read), 0.0)
        other = yield from _halved(_run(study, second, read_entry(study, second)), 0.5)
        found = differences(one, other)
    except (ValueError, Overflow) as error:
        yield message({"refused": f"They cannot be compared: {str(error)[:MOST_SAID]}."}, {})
        return
    header = {
        "refused": "",
        "said": differences_sentence(found),
        "clauses": [difference_clause(each) for each in found.differences[:SHOWN]],
        "left": list(found.refused),
        "table": csv_of(comparison_table(found)).decode(),
    }
    yield message(header, {})


def _halved(parts: Generator[float, None, Report], start: float) -> Generator[float, None, Report]:
    """The shares of one of two reports as shares of both."""
    while True:
        try:
            yield start + next(parts) / 2
        except StopIteration as done:
            found: Report = done.value
            return found
