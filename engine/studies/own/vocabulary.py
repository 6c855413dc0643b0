"""A vocabulary out of a file of its own: JSON as tokenisers write it, or a symbol a line."""

from __future__ import annotations

import json
import re

from engine.record.numerals import written
from engine.record.reading import is_whole, shown

LARGEST = 20_000_000  # bytes
SYMBOLS = 1_000_000
KEYS = ("vocab", "vocabulary", "stoi", "word_index", "token_to_id", "itos", "symbols", "tokens", "model")


def read_vocabulary(data: bytes) -> tuple[str, ...]:
    """The symbols in the order of their numbers.

    JSON: a list of symbols, a dict from symbol to number or from number to symbol, also within another one under a
    usual name ("vocab", "stoi", "word_index"); else a text with a symbol a line.

    Raises:
        ValueError: it is none of these; what is wrong, and what is accepted.
    """
    if len(data) > LARGEST:
        raise ValueError(f"it has {len(data) / 1e6:.3g} MB, but a vocabulary of at most {LARGEST / 1e6:.0f} MB is read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start + 1:,} is no text in UTF-8; JSON or a symbol a line is read") from None
    if text.lstrip()[:1] in ("{", "["):
        try:
            found = json.loads(text)
        except RecursionError:
            raise ValueError("its JSON is nested too deeply") from None
        except ValueError as error:
            raise ValueError(f"its JSON cannot be read: {str(error)[:80]}") from None
        return _symbols(found)
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if len(lines) < 2:
        raise ValueError("it holds a single line; a symbol a line, or JSON, is read")
    return _checked([line or "\n" for line in lines])


def _symbols(found: object) -> tuple[str, ...]:
    """The symbols of what JSON held."""
    if isinstance(found, list):
        if not all(isinstance(one, str) for one in found):
            raise ValueError("its list holds more than texts; a list of symbols is read")
        return _checked(found)
    assert isinstance(found, dict)
    if found and all(is_whole(value) for value in found.values()):
        pairs = {value: name for name, value in found.items()}
    elif found and all(re.fullmatch(r"\d{1,7}", key) and isinstance(value, str) for key, value in found.items()):
        pairs = {int(key): value for key, value in found.items()}
    else:
        inner = next((found[key] for key in KEYS if isinstance(found.get(key), dict | list)), None)
        if inner is None:
            raise ValueError("its JSON says no symbols; a list of them, or a dict from symbol to number, is read")
        return _symbols(inner)
    last = max(pairs)
    if min(pairs) < 0 or last >= SYMBOLS or last >= 2 * len(pairs) + 100:
        raise ValueError(f"its numbers go from {written(min(pairs))} to {written(last)} for {len(pairs):,} symbols")
    return _checked([pairs.get(k, "") for k in range(last + 1)])


def _checked(symbols: list[str]) -> tuple[str, ...]:
    if len(symbols) > SYMBOLS:
        raise ValueError(f"it has {len(symbols):,} symbols, but at most {SYMBOLS:,} are read")
    if long := next((one for one in symbols if len(one) > 200), None):
        raise ValueError(f"{shown(long)} is too long for a symbol")
    return tuple(symbols)
