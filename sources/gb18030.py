"""GB18030 → UTF-8 as GB 18030-2022 assigns the characters.

The C library's iconv takes a quarter of the time of Python's codec. Every sequence that the GNU library accepts it
reads as the codec does; it refuses eighteen that the codec reads, which are put in for it. What is still refused, and
every other library, is left to the codec.
"""

from __future__ import annotations

import ctypes
from functools import lru_cache

import numpy as np

# Code points that Python's GB18030 table (edition 2000) leaves in the private use area, as GB 18030-2022 assigns them;
# the six components at FE51 … FE91 as Unicode encodes them.
_ASSIGNED_SINCE = {
    0xE7C7: 0x1E3F,
    **{0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13, 0xE791: 0xFE14},
    **{0xE792: 0xFE15, 0xE793: 0xFE16, 0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19},
    **{0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE831: 0x215D7, 0xE83B: 0x2298F, 0xE855: 0x241FE},
    **{0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE832: 0x9FB8, 0xE843: 0x9FB9},
    **{0xE854: 0x9FBA, 0xE864: 0x9FBB},
}
# U+E000 … U+EFFF begin with the byte EE in UTF-8 and nothing else does; every key above lies there.
_PRIVATE_LEAD = b"\xee"
_ASSIGNED_UTF8 = {chr(private).encode()[1:]: chr(assigned).encode() for private, assigned in _ASSIGNED_SINCE.items()}
"""What stands behind the lead in UTF-8 → the assigned character."""

_REFUSED = {chr(assigned).encode("gb18030"): chr(assigned).encode() for assigned in _ASSIGNED_SINCE.values()}
"""What the GNU library refuses is among the four-byte sequences of these characters."""
_FAILED = ctypes.c_size_t(-1).value
_LONGEST = 3 / 2
"""Two bytes of GB18030 become at most three of UTF-8; one stays one and four are at most four."""


def utf8_of(data: bytes) -> bytes | None:
    """GB18030 as UTF-8; None where not all of it is regular, or no library that reads it as Python does is there."""
    library = _library()
    found = _converted(library, data) if library else None
    return None if found is None else with_assigned(found)


def with_assigned(data: bytes) -> bytes:
    """UTF-8 with the characters that were assigned since in place of their private ones."""
    before, *private = data.split(_PRIVATE_LEAD)
    parts = (_ASSIGNED_UTF8.get(part[:2], _PRIVATE_LEAD + part[:2]) + part[2:] for part in private)
    return b"".join([before, *parts]) if private else data


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL | None:
    """The C library, if its iconv reads all that two bytes can be as the codec does."""
    try:
        library = ctypes.CDLL(None)
        library.iconv_open.restype = ctypes.c_void_p
        library.iconv_close.argtypes = [ctypes.c_void_p]
        library.iconv.argtypes = [ctypes.c_void_p] * 5
        library.iconv.restype = ctypes.c_size_t
    except (OSError, AttributeError, TypeError):
        return None
    pairs = b"".join(bytes([lead, trail]) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF) if trail != 0x7F)
    found = _converted(library, pairs)
    as_codec = with_assigned(pairs.decode("gb18030", "replace").encode())
    return library if found is not None and with_assigned(found) == as_codec else None


def _converted(library: ctypes.CDLL, data: bytes) -> bytes | None:
    descriptor = library.iconv_open(b"UTF-8", b"GB18030")
    if descriptor in (None, _FAILED):
        return None
    try:
        given, made = np.frombuffer(data, np.uint8), np.empty(int(len(data) * _LONGEST) + 4, np.uint8)
        ahead, left = ctypes.c_void_p(given.ctypes.data), ctypes.c_size_t(given.size)
        behind, room = ctypes.c_void_p(made.ctypes.data), ctypes.c_size_t(made.size)
        four = [ctypes.byref(one) for one in (ahead, left, behind, room)]
        while library.iconv(descriptor, *four):
            refused = data[len(data) - left.value : len(data) - left.value + 4]
            if refused not in _REFUSED:
                return None
            put = _REFUSED[refused]
            ctypes.memmove(behind, put, len(put))
            _pass(ahead, left, len(refused))
            _pass(behind, room, len(put))
        return made[: made.size - room.value].tobytes()
    finally:
        library.iconv_close(descriptor)


def _pass(place: ctypes.c_void_p, left: ctypes.c_size_t, count: int) -> None:
    place.value = (place.value or 0) + count
    left.value -= count
