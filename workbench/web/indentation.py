"""A template is indented for those who read it; a page carries one space for it, which browsers draw alike."""

from __future__ import annotations

import re

from jinja2.ext import Extension

_INDENTATION = re.compile(r"^[ \t]{2,}", re.MULTILINE)


class Unindented(Extension):
    """Takes the indentation off templates, never off the values set in them: what people typed stays as they typed it.

    One space is left, for it may be all that stands between two words. No template holds `<pre>`.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source of a template with each line's indentation as one space."""
        return _INDENTATION.sub(" ", source)
