"""The generated page of all sources (`docs/sources.md`), from the cards."""

from __future__ import annotations

from pathlib import Path

from sources.card import Card, load_cards

_HEAD = """# 数据源 · Sources

Generated from the cards in `sources/<source>/source.yml`; change the card, then `make docs`.

| source | 数据源 | provider · 提供部门 | table | kind | every | rests on | format |
|---|---|---|---|---|---|---|---|
"""


def sources_markdown(sources_folder: Path) -> str:
    """The page: one line per source, then each card in words."""
    cards = load_cards(sources_folder)
    lines = [_HEAD + "\n".join(_line(card) for card in cards.values()), ""]
    lines += [_section(card) for card in cards.values()]
    return "\n".join(lines)


def _line(card: Card) -> str:
    shape = f"{card.file.format}{' in zip' if card.file.zipped else ''}, {card.file.encoding or 'as the sheet has it'}"
    return (
        f"| [{card.source}](#{card.source}) | {card.title.zh} | {card.provider.zh} · {card.provider.en} | "
        f"`{card.table}` | {card.kind} | {card.cadence.every} | {card.legal_basis.rests_on} | {shape} |"
    )


def _section(card: Card) -> str:
    columns = "\n".join(
        f"| {theirs} | `{column.name}` | {column.type} | {column.sensitivity} | {'yes' if column.required else 'no'} |"
        for theirs, column in card.columns.items()
    )
    ignored = "\n".join(f"| {theirs} | {reason} |" for theirs, reason in card.ignored.items())
    basis = f"{card.legal_basis.text} (rests on {card.legal_basis.rests_on})"
    key = ", ".join(f"`{name}`" for name in card.natural_key)
    return f"""## {card.source}

**{card.title.zh}** · {card.title.en}. {card.provider.zh} ({card.provider.en}), 联系: {card.contact.zh}.
依据 · basis: {basis}. Attesting origin: `{card.attesting_origin}`.
File name: `{card.file.pattern}`. Natural key: {key}. Too old after {card.cadence.max_age_days} days.

| theirs | ours | type | sensitivity | required |
|---|---|---|---|---|
{columns}

| not read | why |
|---|---|
{ignored}
"""
