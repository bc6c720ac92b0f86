"""A second delivery set, one day after the world's night, in which a share of the recipients' facts are otherwise.

Four departments draw their books anew. What they say of two in a hundred facts has changed since: an item withdrawn or
declared with another amount, a vehicle sold or bought, an account sealed, a case reviewed. All else is as it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from world.calendar import AS_OF
from world.chance import some_of, stream
from world.delivered import delivered
from world.deliveries import ROOMS, Delivery, Facts
from world.lives.lives import Lives
from world.truth import Ledger

SECOND_AS_OF = AS_OF + timedelta(days=1)
CHANGED_SHARE = 0.02
LONG_AGO = date(2023, 6, 1)
_TURN = "turn"
_RARE = 78
"""Reviews that turn out to be none are few: a night in which a rule's findings jump is rejected, and rightly."""


def _declaration(facts: pl.DataFrame, turn: pl.Expr) -> pl.DataFrame:
    """Withdrawn, raised, lowered; and a wage declared beside what was declared before."""
    monthly = pl.col("amount_monthly_yuan")
    raised = facts.with_columns(
        amount_monthly_yuan=pl.when(turn == 1)
        .then(monthly + 400)
        .when(turn == 2)
        .then((monthly * 0.6).round(2))
        .otherwise(monthly)
    )
    wage = facts.filter((turn == 3) & (pl.col("item_code") != "wage")).with_columns(
        fact_id=pl.col("fact_id") + "/wage",
        item_code=pl.lit("wage"),
        amount_monthly_yuan=pl.lit(2000.0),
        amount_annual_yuan=pl.lit(None, pl.Float64),
        amount_once_yuan=pl.lit(None, pl.Float64),
        to_month=pl.lit(None, pl.Date),
        plate_number=pl.lit(None, pl.String),
    )
    return pl.concat([raised.filter((turn != 0).fill_null(True)), wage], how="vertical_relaxed")


def _case_file(facts: pl.DataFrame, turn: pl.Expr) -> pl.DataFrame:
    """Reviewed three days ago; of some it turns out that the last review was long ago, or that there was none."""
    reviewed = (
        pl.when(turn < _RARE)
        .then(pl.lit(SECOND_AS_OF - timedelta(days=3)))
        .when(turn == _RARE)
        .then(pl.lit(LONG_AGO))
        .when(turn.is_null())
        .then("last_review_date")
    )
    return facts.with_columns(last_review_date=reviewed)


def _vehicle(facts: pl.DataFrame, turn: pl.Expr) -> pl.DataFrame:
    """Deregistered, let for rent, brought to a recycler; and a second vehicle of the same age in the same name."""
    changed = facts.with_columns(
        status_letters=pl.when(turn == 0).then(pl.lit("E")).otherwise("status_letters"),
        use_code=pl.when(turn == 1).then(pl.lit("rental")).otherwise("use_code"),
        scrap_trail=pl.when(turn == 2).then(pl.lit(value=True)).otherwise("scrap_trail"),
    )
    bought = facts.filter(turn == 3).with_columns(
        fact_id=pl.col("fact_id") + "/bought",
        plate_number=pl.lit("辽B") + pl.int_range(pl.len()).cast(pl.String).str.zfill(5),
        vehicle_vin=pl.lit("LSECONDNIGHT") + pl.int_range(pl.len()).cast(pl.String).str.zfill(5),
        plate_class_code=pl.lit("small"),
        use_code=pl.lit("private"),
        status_letters=pl.lit("A"),
        scrap_trail=pl.lit(value=False),
    )
    return pl.concat([changed, bought])


def _housing_fund(facts: pl.DataFrame, turn: pl.Expr) -> pl.DataFrame:
    """Sealed, opened again, or with twice the deposit."""
    own, both = "person_deposit_monthly_yuan", "total_deposit_monthly_yuan"
    state = pl.when(turn == 0).then(pl.lit("sealed")).when(turn == 1).then(pl.lit("normal"))
    twice = pl.when(turn == 2).then(2).otherwise(1)
    return facts.with_columns(
        account_state_code=pl.coalesce(state, "account_state_code"),
        **{name: pl.col(name) * twice for name in (own, both)},
    )


CHANGES: dict[str, tuple[int, Callable[[pl.DataFrame, pl.Expr], pl.DataFrame]]] = {
    "declaration": (4, _declaration),
    "case_file": (_RARE + 2, _case_file),
    "vehicle": (4, _vehicle),
    "housing_fund": (3, _housing_fund),
}
"""Source → in how many ways its facts change, by turns, and how."""


def write_second_night(
    lives: Lives, seed: int, world: Path, *, dirt: float, share: float = CHANGED_SHARE
) -> dict[str, int]:
    """Write `second/inbox` and the whole `second/truth` beside a world's own; facts changed by source.

    The truth holds both delivery sets; a run's own deliveries say which of them it used.
    """
    second = world / "second"
    shutil.copytree(world / "truth", second / "truth")
    recipients = lives.people["world_person_id"].head(lives.recipients)
    ledger = Ledger(second / "new", recipients)
    changed: dict[str, int] = {}
    for room in ROOMS:
        if room.source in CHANGES:
            facts = _otherwise(room.source, room.facts, recipients, seed, share, changed)
            drawn = Delivery(replace(room, facts=facts, months=(), days=(SECOND_AS_OF,)), SECOND_AS_OF, ())
            delivered(drawn, lives, seed, dirt, second / "inbox", ledger)
            ledger.close_source(room.source)
    ledger.close()
    for path in sorted((second / "new").rglob("*.parquet")):
        beside = second / "truth" / path.relative_to(second / "new")
        pl.concat([pl.read_parquet(beside), pl.read_parquet(path)]).unique(maintain_order=True).write_parquet(beside)
    shutil.rmtree(second / "new")
    return changed


def _otherwise(
    source: str, facts_of: Facts, recipients: pl.Series, seed: int, share: float, changed: dict[str, int]
) -> Facts:
    """The room's facts, of which a share of the recipients' are otherwise than they were."""
    ways, change = CHANGES[source]

    def facts(lives: Lives, day: date) -> pl.DataFrame:
        found = facts_of(lives, day)
        mine = found["world_person_id"].is_in(recipients.implode()).to_numpy()
        chosen = some_of(stream(seed, f"second night of {source}"), mine, round(int(mine.sum()) * share))
        turns = np.full(len(found), -1, dtype=np.int64)
        turns[chosen] = np.arange(len(chosen)) % ways
        changed[source] = len(chosen)
        turn = pl.col(_TURN)
        marked = found.with_columns(pl.Series(_TURN, turns)).with_columns(pl.when(turn >= 0).then(turn).alias(_TURN))
        return change(marked, turn).drop(_TURN)

    return facts
