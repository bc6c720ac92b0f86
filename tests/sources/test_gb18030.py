"""GB18030 becomes the same UTF-8 whoever reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import gb18030
from sources.encoding import to_utf8
from sources.gb18030 import utf8_of, with_assigned

TWO = [bytes([lead, trail]) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF) if trail != 0x7F]
FOUR = [
    bytes([first, second, third, fourth])
    for first in range(0x81, 0xFF)
    for second in range(0x30, 0x3A)
    for third in range(0x81, 0xFF)
    for fourth in range(0x30, 0x3A)
]
PIECES = st.one_of(st.sampled_from(TWO), st.sampled_from(FOUR), st.binary(max_size=3), st.just(b"\r\n"))


def by_codec(text: bytes) -> bytes | None:
    """As Python's codec reads it, or None where it does not."""
    try:
        return with_assigned(text.decode("gb18030").encode())
    except UnicodeDecodeError:
        return None


def test_every_character_is_read_as_the_codec_reads_it() -> None:
    whole = b"".join(one for one in [bytes([letter]) for letter in range(0x80)] + TWO + FOUR if by_codec(one))
    assert len(whole) > 4_000_000
    assert utf8_of(whole) == by_codec(whole)


@given(st.lists(PIECES, max_size=12).map(b"".join))
def test_what_is_not_read_as_the_codec_reads_it_is_left_to_the_codec(text: bytes) -> None:
    assert utf8_of(text) in (None, by_codec(text))


@given(st.lists(PIECES, max_size=12).map(b"".join))
def test_a_machine_whose_library_reads_otherwise_gives_the_same_text(text: bytes) -> None:
    here = to_utf8(text, "gb18030")
    with pytest.MonkeyPatch.context() as elsewhere:
        elsewhere.setattr(gb18030, "_library", lambda: None)
        assert to_utf8(text, "gb18030") == here


def test_this_machine_has_a_library_that_reads_characters_assigned_late() -> None:
    assert utf8_of("龴龶︐㓟\n".encode("gb18030")) == "龴龶︐㓟\n".encode()
