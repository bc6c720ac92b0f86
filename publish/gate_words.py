"""The reasons of the run gate, which a manifest keeps in English, for those who read Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol


class Titled(Protocol):
    """What something is called, in both languages."""

    zh: str
    en: str


_SAID = (
    (r"the run is empty: no household on the roster", "批次是空的：名册上没有家庭"),
    (r"the run is empty: nothing was looked at", "批次是空的：什么也没有查"),
    (r"households went from (?P<was>\d+) to (?P<now>\d+)", "在册户数由 {was} 变为 {now}"),
    (r"findings of rule (?P<rule>\S+) went from (?P<was>\d+) to (?P<now>\d+)", "{rule} 的疑问由 {was} 变为 {now}"),
    (r"source (?P<source>\S+) vanished from coverage", "{source} 一项也没有查"),
    (
        r"share not looked at in source (?P<source>\S+) went from (?P<was>\S+) to (?P<now>\S+)",
        "{source} 未能查看的份额由 {was} 变为 {now}",
    ),
)


def gate_words(reason: str, sources: Mapping[str, Titled], rules: Mapping[str, Titled]) -> dict[str, str]:
    """A reason in both languages, with sources and rules by their titles where they have one; `zh` and `en`."""
    named = {"source": sources, "rule": rules}
    for said, chinese in _SAID:
        if found := re.fullmatch(said, reason):
            parts = found.groupdict()
            zh = {name: named[name][text].zh if text in named.get(name, {}) else text for name, text in parts.items()}
            english = reason
            for name in named.keys() & parts.keys():
                title = named[name].get(parts[name])
                english = english.replace(parts[name], title.en, 1) if title else english
            return {"zh": chinese.format(**zh), "en": english}
    return {"zh": reason, "en": reason}
