"""A page does not carry its templates' indentation, and carries what people typed as they typed it."""

from __future__ import annotations

from jinja2 import Environment

from workbench.web.indentation import Unindented

TEMPLATE = "<p>\n        {{ _name }}\n        <b>x</b>\n</p><textarea>{{ typed }}</textarea>"


def _drawn(typed: str) -> str:
    return Environment(autoescape=True, extensions=[Unindented]).from_string(TEMPLATE).render(_name="n", typed=typed)


def test_an_indented_line_begins_with_the_one_space_that_may_part_two_words() -> None:
    assert _drawn("").startswith("<p>\n n\n <b>x</b>\n</p>")


def test_lines_that_somebody_indented_in_a_note_come_back_as_they_were() -> None:
    assert "<textarea>一\n    二\n\t\t三</textarea>" in _drawn("一\n    二\n\t\t三")
