"""A landed delivery's rows: opened, read by its card, known errors mended."""

from __future__ import annotations

from collections.abc import Iterator

from core.moment import SHANGHAI
from core.settings import Settings
from ledger.deliveries import Delivery
from ledger.run import Ledger
from sources.batch import Batch
from sources.card import Card
from sources.fixes import Fixing, load_fixes
from sources.landing import open_landed
from sources.reading import read


def rows_of(delivery: Delivery, card: Card, *, ledger: Ledger, settings: Settings) -> Iterator[Batch]:
    """The batches of a landed delivery after the fixes of its room.

    A file without rows is an error unless its control file says `rows: 0`. Fixes expire by the day the file landed, so
    reading again later gives the same rows.

    Raises:
        ProviderError: the file as a whole is not what was agreed.
        OperatorError: it was purged or lost, its key was erased, or a fix for it no longer matches.
        DefectError: `fixes.yml` is not in form.
    """
    fixes = load_fixes(settings.sources_folder / card.source, card)
    fixing = Fixing(card, fixes, delivery.file_name, on=delivery.landed_at.astimezone(SHANGHAI).date())
    chunks = open_landed(delivery, ledger, settings)
    said_none = (delivery.control or {}).get("rows") == 0
    for batch in read(card, chunks, where=delivery.delivery_id, may_be_empty=said_none):
        yield fixing.apply(batch)
    fixing.finish()
