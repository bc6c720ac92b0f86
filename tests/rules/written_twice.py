"""Rules written a second time from their card and cases alone, by somebody who had not seen the page.

`tests/rules/second_writing/<family>/<rule>.sql` selects what the page selects. It stands on the delivered tables and on
the words `subject` and `policy`; the other terms it says in its own way, so that a slip in a term shows as well.
"""

from __future__ import annotations

from dataclasses import replace

from core.settings import ROOT
from rules.pages import load_pages

FOLDER = ROOT / "tests" / "rules" / "second_writing"
FIRST = {page.name: page for page in load_pages(ROOT / "rules") if (FOLDER / f"{page.name}.sql").exists()}
"""The pages that were written twice, as they are released."""
SECOND = {name: replace(page, sql=(FOLDER / f"{name}.sql").read_text("utf-8")) for name, page in FIRST.items()}
"""The same with the second writing in place of the page: `Page` for `Page`, card and doubts unchanged."""
