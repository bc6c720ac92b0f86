"""The control file that may come with a delivery: what the provider says it sent."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from core.errors import ProviderError
from core.moment import SHANGHAI
from sources.card_file import Strict
from sources.delivery_name import shown

SUFFIX = ".control.json"
MAX_BYTES = 1024 * 1024


class Control(Strict):
    """Rows, sums of their amount columns, hash and bytes of the file, its day, and when they say it was received."""

    rows: int | None = Field(default=None, ge=0)
    sums: dict[str, Decimal] = Field(default_factory=dict)
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-fA-F]{64}$")
    bytes: int | None = Field(default=None, ge=0)
    as_of: date | None = None
    claims_received_at: datetime | None = None

    def as_document(self) -> dict[str, Any]:
        """What was said, as the ledger keeps it."""
        return self.model_dump(mode="json", exclude_unset=True)

    @property
    def received_at(self) -> datetime | None:
        """The claimed instant; without a zone it is meant in Asia/Shanghai."""
        at = self.claims_received_at
        return at if at is None or at.tzinfo else at.replace(tzinfo=SHANGHAI)


def control_path(file: Path) -> Path:
    """Where a delivery's control file would lie."""
    return file.with_name(file.name + SUFFIX)


def read_control(file: Path) -> Control | None:
    """The delivery's control file, None if there is none.

    Raises:
        ProviderError: not JSON, not an object, unknown or wrong fields, larger than 1 MiB. Values are not quoted.
    """
    path = control_path(file)
    if not path.is_file():
        return None
    with path.open("rb") as source:
        raw = source.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise _refusal(path, "is larger than 1 MiB")
    try:
        return Control.model_validate(json.loads(raw.decode("utf-8-sig"), parse_float=Decimal))
    except ValidationError as error:
        fields = sorted({str(fault["loc"][0]) if fault["loc"] else "(whole)" for fault in error.errors()})
        known = [field if field in Control.model_fields else "(unknown field)" for field in fields]
        raise _refusal(path, f"has wrong values in {', '.join(known)}") from None
    except (ValueError, RecursionError):
        raise _refusal(path, "is not a JSON object in UTF-8") from None


def _refusal(path: Path, what: str) -> ProviderError:
    return ProviderError(
        "delivery.control", f"the control file {what}", where=shown(path), todo="send the control file again"
    )
