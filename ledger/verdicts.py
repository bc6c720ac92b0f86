"""Identity verdicts: is this provider's person our person? Remembered, and asked again when either side changes."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from sqlalchemy import Connection, select

from core.errors import OperatorError
from core.moment import now
from ledger import audit, bulk
from ledger.run import Ledger
from ledger.schema import identity_verdict

VERDICTS = frozenset({"same", "not_same", "unsure"})
_OF = ["person_key", "source", "provider_identity_token"]
_SCHEMA = {
    "sequence": pl.Int64,
    **dict.fromkeys([*_OF, "verdict", "by_whom", "reason", "subject_fingerprint", "provider_fingerprint"], pl.String),
    "at": pl.Datetime("us", "UTC"),
}


def give(
    ledger: Ledger,
    person_key: str,
    source: str,
    provider_identity_token: str,
    verdict: str,
    *,
    by: str,
    reason: str,
    subject_fingerprint: str,
    provider_fingerprint: str,
) -> None:
    """One person's verdict on one pair, with the fingerprints of both sides' identifying fields as they were seen.

    Raises:
        OperatorError: unknown verdict, or name or reason is missing.
    """
    if verdict not in VERDICTS or not by.strip() or not reason.strip():
        raise OperatorError(
            "verdict.incomplete",
            "a verdict is same, not_same or unsure, by a named person with a reason",
            where=f"{person_key} × {source}",
            todo="give all three",
        )

    def write(connection: Connection) -> None:
        row = {"person_key": person_key, "source": source, "provider_identity_token": provider_identity_token}
        row |= {"verdict": verdict, "by_whom": by.strip(), "reason": reason}
        row |= {"subject_fingerprint": subject_fingerprint, "provider_fingerprint": provider_fingerprint}
        connection.execute(identity_verdict.insert().values(**row, at=now()))
        detail = {"source": source, "verdict": verdict, "reason": reason}
        audit.append(connection, ledger.settings, "identity.verdict", by=by, subject=person_key, detail=detail)

    ledger.write_all(write)


def verdicts_at(ledger: Ledger, known_at: datetime) -> pl.DataFrame:
    """The verdict on each pair as known at an instant, sorted by pair.

    Columns: person_key, source, provider_identity_token, verdict, by_whom (who gave it last), second_by (another
    person who gave the same verdict on the same fingerprints, else null), two_people BOOLEAN, subject_fingerprint,
    provider_fingerprint, reason, at. `same` may be used against a household only where `two_people` is true.
    """
    query = select(*(identity_verdict.c[name] for name in _SCHEMA)).where(identity_verdict.c.at <= known_at)
    with ledger.read() as connection:
        given = bulk.frame(connection, query, _SCHEMA).sort("sequence")
    last = given.group_by(_OF).last()
    agreeing = (
        given.join(last.select(*_OF, _last="sequence", _verdict="verdict"), on=_OF)
        .with_columns(_other=(pl.col("verdict") != pl.col("_verdict")))
        .with_columns(_since=pl.when("_other").then("sequence").max().over(_OF).fill_null(-1))
        .filter(pl.col("sequence") > pl.col("_since"))
        .join(last, on=[*_OF, "subject_fingerprint", "provider_fingerprint"], suffix="_last")
        .filter(pl.col("by_whom") != pl.col("by_whom_last"))
        .group_by(_OF)
        .agg(second_by=pl.col("by_whom").last())
    )
    return (
        last.join(agreeing, on=_OF, how="left")
        .with_columns(two_people=pl.col("second_by").is_not_null())
        .select(*_OF, "verdict", "by_whom", "second_by", "two_people", "subject_fingerprint", "provider_fingerprint")
        .join(last.select(*_OF, "reason", "at"), on=_OF)
        .sort(_OF)
    )


def in_force(verdicts: pl.DataFrame, present: pl.DataFrame) -> pl.DataFrame:
    """`verdicts_at` with `reopened`: true where a side's fingerprint in `present` is not the one that was judged.

    `present`: person_key, source, provider_identity_token, subject_fingerprint, provider_fingerprint as of the run.
    Pairs that are not present are left out.
    """
    changed = (pl.col("subject_fingerprint") != pl.col("subject_fingerprint_now")) | (
        pl.col("provider_fingerprint") != pl.col("provider_fingerprint_now")
    )
    seen = present.select(*_OF, "subject_fingerprint", "provider_fingerprint").unique()
    joined = verdicts.join(seen, on=_OF, suffix="_now")
    return joined.with_columns(reopened=changed).drop("subject_fingerprint_now", "provider_fingerprint_now").sort(_OF)
