"""Two folded names that differ, compared character by character: unwritable characters, cut ends, same sound."""

from __future__ import annotations

import math
import re

from transforms.language.name_tables import SEPARATOR, WILDCARDS, readings

CUT_FROM = 4
"""A shorter name is never taken for the beginning of a longer one: the narrowest name field seen holds 8 bytes."""

_UNWRITTEN = "".join(re.escape(sign) for sign in WILDCARDS)


def compared(given: str, known: str) -> str:
    """`rare` | `cut` | `homophone` | `different` | `missing` (too little was written to say anything)."""
    if any(sign in given or sign in known for sign in WILDCARDS):
        return _with_unwritten(given, known)
    left, right = _undotted(given), _undotted(known)
    if _spelled(left, right) or _spelled(right, left):
        return "rare"
    if _is_cut(left, right) or _is_cut(right, left):
        return "cut"
    return "homophone" if _same_sound(left, right) else "different"


def _undotted(name: str) -> str:
    return name.replace(SEPARATOR, "")


def _with_unwritten(given: str, known: str) -> str:
    """One side holds `?`, `□` …: a run of n stands for n/2 to n characters (two-byte systems leave two signs)."""
    pattern, text = (given, known) if any(sign in given for sign in WILDCARDS) else (known, given)
    pattern, text = _undotted(pattern), _one_for_each_spelled(_undotted(text))
    written = re.sub(f"[{_UNWRITTEN}]", "", pattern)
    trimmed = re.sub(f"[{_UNWRITTEN}]+$", "", pattern)
    if len(trimmed) >= CUT_FROM and text.startswith(trimmed) and len(text) > len(pattern):
        return "cut"
    if not re.fullmatch(_as_expression(pattern), text):
        return "different"
    return "rare" if 2 * len(written) >= len(text) else "missing"


def _one_for_each_spelled(name: str) -> str:
    """A rare character given as its pinyin counts as one; a name all in Latin letters stays as it is."""
    return name if re.fullmatch("[A-Z]+", name) else re.sub("[A-Z]+", "□", name)


def _as_expression(pattern: str) -> str:
    parts = re.split(f"([{_UNWRITTEN}]+)", pattern)
    return "".join(
        f".{{{math.ceil(len(part) / 2)},{len(part)}}}" if index % 2 else re.escape(part)
        for index, part in enumerate(parts)
    )


def _is_cut(short: str, long: str) -> bool:
    return CUT_FROM <= len(short) < len(long) and long.startswith(short)


def _spelled(spelled: str, written: str) -> bool:
    """A rare character given as its pinyin in Latin letters: 刘YAN for 刘䶮; one that no table reads may sound so."""
    parts = re.split("([A-Z]+)", spelled)
    if len(parts) < 3 or len(spelled) == len("".join(parts[1::2])):
        return False
    expression = "".join("(.)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
    match = re.fullmatch(expression, written)
    return match is not None and all(
        sound.lower() in (readings(character) or {sound.lower()})
        for sound, character in zip(parts[1::2], match.groups(), strict=True)
    )


def _same_sound(left: str, right: str) -> bool:
    return len(left) == len(right) and all(
        a == b or readings(a) & readings(b) for a, b in zip(left, right, strict=True)
    )
