"""The part of a card that says how the provider's file is named and built."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

NAMED_GROUPS = frozenset({"as_of", "period", "part", "parts", "sequence", "request"})


class Strict(BaseModel):
    """Base of every part of a card: unknown keys are errors, cards never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _compiles(pattern: str) -> str:
    try:
        groups = set(re.compile(pattern).groupindex)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error.msg}") from None
    if groups - NAMED_GROUPS:
        raise ValueError(f"named groups may be {sorted(NAMED_GROUPS)}, not {sorted(groups - NAMED_GROUPS)}")
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]
"""A regular expression over a whole file name."""


class FileShape(Strict):
    """How the file is named and built.

    `pattern` must match the whole file name; read from it are its groups `as_of` (yyyymmdd or yyyymm), `period`
    (yyyymm), `part` of `parts` (read together), `sequence` (a correction: it takes the place of what was said) and
    `request` (the number of the commissioned check that the list belongs to).
    `widths` (fixed width) are BYTES per column of theirs, in the file's order. `field_names` names the columns of a CSV
    that comes without a header. `resend: replaces` lets a file name come again with other bytes.
    """

    pattern: Pattern
    format: Literal["csv", "fixed_width", "xlsx"]
    zipped: bool = False
    encoding: Literal["gb18030", "utf-8", "utf-8-sig"] | None = None
    separator: str = Field(default=",", min_length=1, max_length=1, pattern=r"^[\t -!#-/:-@\[-`{-~]$")
    quote: bool = True
    sheet: str | None = None
    header: bool = True
    header_line: int = Field(default=1, ge=1)
    widths: dict[str, int] | None = None
    field_names: list[str] | None = None
    totals_marker: str | None = None
    as_of: Literal["pattern", "control", "received"]
    resend: Literal["refused", "replaces"] = "refused"
    max_bytes: int = Field(default=4 * 1024**3, gt=0)
    max_line_bytes: int = Field(default=65_536, gt=0, le=8 * 1024**2)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        groups = set(re.compile(self.pattern).groupindex)
        if self.as_of == "pattern" and not groups & {"as_of", "period"}:
            raise ValueError("as_of: pattern needs a group (?P<as_of>…) or (?P<period>…) in pattern")
        if len(groups & {"part", "parts"}) == 1:
            raise ValueError("groups part and parts stand together")
        if (self.encoding is None) != (self.format == "xlsx"):
            raise ValueError("encoding belongs to csv and fixed_width, and must be given there")
        if (self.widths is None) == (self.format == "fixed_width"):
            raise ValueError("widths belong to fixed_width, and must be given there")
        if self.widths and min(self.widths.values()) < 1:
            raise ValueError("widths are at least one byte")
        if (self.field_names is None) != (self.header or self.format == "fixed_width"):
            raise ValueError("field_names belong to a csv or xlsx with header: false, and must be given there")
        return self
