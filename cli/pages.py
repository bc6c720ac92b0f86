"""The generated pages, and whether they are current."""

from __future__ import annotations

from pathlib import Path

from core.settings import ROOT, settings


def generated_pages() -> dict[Path, str]:
    """Path of each generated page → the text it should hold."""
    from rules.catalogue import parameters_markdown, rules_markdown
    from sources.catalogue import sources_markdown
    from transforms.catalogue import tables_markdown

    here = settings()
    docs = ROOT / "docs"
    return {
        docs / "sources.md": sources_markdown(here.sources_folder),
        docs / "tables.md": tables_markdown(),
        docs / "rules.md": rules_markdown(),
        docs / "parameters.md": parameters_markdown(),
    }


def stale_pages() -> list[str]:
    """Names of pages that are missing or differ from what the code says."""
    return [
        path.name
        for path, text in generated_pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
