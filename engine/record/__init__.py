"""Records whose fields say once what they accept, what they are called, and how a link writes them.

record.py   Record: check, link both ways, what a change brings along     declare.py  how a field is declared
kinds.py    number, whole, choice, switch, cells, text, numbers           reading.py  words read as values
numerals.py numbers as people write them
"""

from engine.record.declare import Bound, Declared, cells, choice, number, numbers, of_kind, switch, text, whole
from engine.record.kinds import Kind
from engine.record.record import NOTHING_KNOWN, Record, TooLargeError

__all__ = [
    "NOTHING_KNOWN",
    "Bound",
    "Declared",
    "Kind",
    "Record",
    "TooLargeError",
    "cells",
    "choice",
    "number",
    "numbers",
    "of_kind",
    "switch",
    "text",
    "whole",
]
