"""Numbers as people write and read them: one reading for every entry, which takes what is clear and says what can mean
two things, and one writing for every sentence.

A minus may be U+2212, as the equations on the screen print it; digits may be of any script. A comma is a decimal comma
where only one number can stand, and between semicolons; ui/kit/browser/words.js reads one number by the same rules.
"""

from __future__ import annotations

import re
import unicodedata

MINUS = "−"  # of a number that is read, as in an equation; an exponent keeps the hyphen of programs
_SIGNS = str.maketrans(
    {
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},  # full width
        **dict.fromkeys("−‐‑‒–﹣－", "-"),
        **{"،": ",", "、": ",", "؛": ";", "٫": ".", "⁄": "/", "∕": "/", "∞": "inf"},
        **dict.fromkeys("\u061c\u200b\u200e\u200f\u2066\u2067\u2068\u2069\ufeff", ""),  # marks that are not seen
    }
)
_ENDLESS = re.compile(r"(inf|infinity)", re.IGNORECASE)
_PARTS = re.compile(r"(\d*)\s*([¼-¾⅐-⅞])")  # 1½
_GROUPS = r"\d{1,3}(?P<gap>[\s'’_])\d{3}(?:(?P=gap)\d{3})*(?:[.,]\d+)?|\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:\.\d{3})+,\d+"
_THREES = r"\d{1,3}(?:,\d{3}){2,}|\d{1,3}(?:\.\d{3}){2,}"
_DECIMAL = re.compile(rf"(?P<digits>{_GROUPS}|{_THREES}|\d+\.?\d*|\d*[.,]\d+)(?:e(?P<power>[+-]?\d+))?", re.IGNORECASE)
_THOUSANDS_OR_NOT = re.compile(r"([1-9]\d{0,2}),(\d{3})")  # 1,000
_ONE_OR_TWO = re.compile(r"[+-]?\d+,\d[^,.]*")  # 0,5
_PARTED = re.compile(r"(?<!\d)\d{1,3}[ \xa0\u2009\u202f]0\d\d(?!\d)")  # 1 000


def written(value: float) -> str:
    """A number in a sentence, to ten digits; a link has the hyphen (`engine.record.reading.write_number`)."""
    return f"{value:.10g}".replace("-", MINUS, 1) if value < 0 else f"{value:.10g}"


def short(value: float) -> str:
    """A number as a name, to three digits: 0.333, 1000; its minus is the hyphen, by which programs read it."""
    return f"{float(f'{value:.3g}'):.10g}"


def ascii_digits(text: str) -> str:
    """The text with digits of any script, full-width signs and the many minuses as ASCII has them."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text.translate(_SIGNS))


def numeral(text: str) -> tuple[float | None, str]:
    """The one number in `text`, or None; with what it may mean where that is more than one thing, else ""."""
    words = ascii_digits(text).strip()
    sign, body = (words[0], words[1:].lstrip()) if words[:1] in ("+", "-") else ("", words)
    value, unclear = _fraction(body) if body.count("/") == 1 else (_decimal(body), _thousands(body))
    if unclear or value is None:
        return None, unclear
    return (-value if sign == "-" and value else value), ""


def separated(text: str, count: tuple[int, int]) -> tuple[list[str] | None, str]:
    """The words of a list of `count` numbers between commas, semicolons or spaces; None where they can be read as
    fewer with decimal commas too, and that is said. A sentence beside words says which of both was meant.
    """
    plain = ascii_digits(text)
    if found := _PARTED.search(plain):
        return None, f"“{found[0]}” may be one number or two; write {re.sub(r'[^0-9]', '', found[0])} for one."
    words = re.sub(r",(?=[\s;]|$)|(?<![^\s;]),|;", " ", plain).split()
    between = [part for word in words for part in word.split(",") if part]
    joined = [word for word in words if "," in word]
    unclear = [word for word in joined if _ONE_OR_TWO.fullmatch(word)]
    other_use = "." in plain or len(unclear) < len(joined)  # the comma, or the point, has shown what it is
    if not unclear or (other_use and ";" not in plain):
        return between, ""
    if ";" in plain and not other_use:
        return words, ""
    first = unclear[0][:20]
    one, two = first.replace(",", "."), first.replace(",", ", ")
    if len(words) < count[0]:
        return between, f"“{first}” was read as two numbers; write {one} for one."
    return None, f"“{first}” may be one number or two; write {one} or {two}."


def _fraction(body: str) -> tuple[float | None, str]:
    """1/3."""
    (above, said), (below, also) = map(numeral, body.split("/", 1))
    return (above / below if above is not None and below else None), said or also


def _decimal(body: str) -> float | None:
    if _ENDLESS.fullmatch(body):
        return float("inf")
    if parts := _PARTS.fullmatch(body):
        return int(parts[1] or 0) + unicodedata.numeric(parts[2])
    found = _DECIMAL.fullmatch(body)
    if not found:
        return None
    digits, power = re.sub(r"[\s'’_]", "", found["digits"]), found["power"] or "0"
    for mark, other in (",.", ".,"):
        if digits.count(mark) > 1 or digits.rfind(other) > digits.rfind(mark) >= 0:
            digits = digits.replace(mark, "")  # it groups
    return float(f"{digits.replace(',', '.')}e{power}")


def _thousands(body: str) -> str:
    found = _THOUSANDS_OR_NOT.fullmatch(body)
    return (
        f"may be {written(float(f'{found[1]}.{found[2]}'))} or {found[1]}{found[2]}; write it without a comma"
        if found
        else ""
    )
