"""What a changed set of rules and parameters would ask otherwise: the same night, asked by both sets."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from core.errors import OperatorError, replace_engine_error
from core.moment import RunKind
from core.settings import Settings
from ledger import runs
from ledger.run import Ledger
from publish.equality import plain
from publish.policy_sets import asked_by, set_of
from rules.evidence import file_names
from rules.run import ask_warehouse
from warehouse.database import open_database
from warehouse.run import join

EXAMPLES = 3
"""How many households of each kind a rule shows."""
_KEY = "finding_key"
_SAID = ("severity", "declared_yuan", "found_yuan", "material", "sentence_zh")
"""What makes a finding another one for whoever reads it."""


@dataclass(frozen=True)
class RuleChange:
    """One rule: versions and states on both sides (None: not there), findings, and households gained, lost, changed.

    Examples name households by key and show no name; `before` and `after` are the sentences put to people.
    """

    rule: str
    page: str
    version_before: str | None
    version_after: str | None
    state_before: str | None
    state_after: str | None
    findings_before: int
    findings_after: int
    gained: int
    lost: int
    changed: int
    examples: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class PolicyDiff:
    """Both sets over one published night. `households_…` count those whose people would see the difference, once."""

    run_id: str
    region: str
    set_before: str
    set_after: str
    households_gained: int
    households_lost: int
    households_changed: int
    rules: list[RuleChange]

    def as_record(self) -> dict[str, Any]:
        """Flat fields for `--json`."""
        return asdict(self)


def diff(
    ledger: Ledger, settings: Settings, *, folder: Path | None = None, region: str = "", run_id: str | None = None
) -> PolicyDiff:
    """Ask the night readers see now (or `run_id`) by the released set and the working one (or `folder`); compare.

    The warehouse is joined anew from the extracts at the run's two clocks, in a run of kind shadow that publishes
    nothing and changes no life; it is thrown away afterwards. `region` narrows to a prefix of the region code.

    Raises:
        OperatorError: no run is current.
        PolicyError: a parameter of the working set has no value in force where a household lives.
        DefectError: a page of the working set does what no page may.
    """
    working = folder or settings.rules_folder
    base = run_id or runs.current(ledger)
    if base is None:
        raise OperatorError("policy.no_night", "no run is current yet", where="ledger", todo="run a night first")
    run = runs.get(ledger, base)
    released = asked_by(ledger, settings, run.known_at)
    options = {**run.options, "compares": base}
    scratch = runs.begin(ledger, run.moment, RunKind.SHADOW, run.request, sources=run.sources, options=options)
    try:
        connection = open_database(join(scratch, ledger=ledger, settings=settings), settings)
        try:
            sides = [_asked(connection, ledger, each, region) for each in (released, _by(settings, working))]
        finally:
            connection.close()
    finally:
        shutil.rmtree(settings.home / "work" / scratch, ignore_errors=True)
    before, after = sides
    rules = _compare(before, after)
    both = _matched(before.findings, after.findings)
    return PolicyDiff(
        run_id=base,
        region=region,
        set_before=set_of(released.rules_folder, settings),
        set_after=set_of(working, settings),
        households_gained=_households(both, "gained"),
        households_lost=_households(both, "lost"),
        households_changed=_households(both, "changed"),
        rules=rules,
    )


def diff_lines(found: PolicyDiff) -> list[str]:
    """The comparison for people: a line per rule that differs, and examples below it."""
    lines = [
        f"{found.run_id}{f' · region {found.region}' if found.region else ''} · "
        f"released {found.set_before} → working {found.set_after}",
        f"households: {found.households_gained} gained a question, {found.households_lost} lost one, "
        f"{found.households_changed} asked otherwise",
    ]
    for rule in found.rules:
        lines += ["", f"{rule.rule} {rule.page}: {rule.findings_before} → {rule.findings_after} findings · "
                  f"+{rule.gained} −{rule.lost} ~{rule.changed} · {_standing(rule)}"]  # fmt: skip
        for example in rule.examples:
            said = " → ".join(text for text in (example["before"], example["after"]) if text)
            lines.append(f"  {example['kind']:8}{example['household_key']} {said}")
    return lines if found.rules else [*lines, "✓ nothing would be asked otherwise"]


@dataclass(frozen=True)
class _Side:
    """One set's answers: findings, those in shadow marked as not shown, and what stands of each rule."""

    findings: pl.DataFrame
    rules: pl.DataFrame


def _by(settings: Settings, folder: Path) -> Settings:
    return settings.model_copy(update={"rules_folder": folder})


def _asked(connection: duckdb.DuckDBPyConnection, ledger: Ledger, settings: Settings, region: str) -> _Side:
    with ledger.read() as memory:
        names = file_names(memory)
    with replace_engine_error("policy.engine", where=str(settings.rules_folder)):
        ask_warehouse(connection, settings, names)
        here = "semi join (select household_key from household where starts_with(coalesce(region_code, ''), ?)) as here"
        both = "(select *, true as shown from finding union all by name select *, false as shown from shadow_finding)"
        columns = ", ".join((_KEY, "rule", "household_key", "shown", *_SAID))
        query = f"select {columns} from {both} {here} using (household_key) order by {_KEY}"  # noqa: S608
        findings: pl.DataFrame = connection.sql(query, params=[region]).pl()
        rules: pl.DataFrame = connection.sql("select rule, page, version, state from rule_run order by rule").pl()
    return _Side(findings, rules)


def _matched(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """rule, household_key, kind (gained, lost, changed, same), shown, before, after: every finding of either side.

    What a rule asks in shadow is compared too; `shown` is false where no person would see it on either side.
    """
    marked = [side.with_columns(there=pl.lit(True)) for side in (before, after)]
    both = marked[0].join(marked[1], on=[_KEY, "rule", "household_key"], how="full", coalesce=True, suffix="_after")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_after")) for name in _SAID)
    kind = (
        pl.when(pl.col("there").is_null() | (~pl.col("shown") & pl.col("shown_after")))
        .then(pl.lit("gained"))
        .when(pl.col("there_after").is_null() | (pl.col("shown") & ~pl.col("shown_after")))
        .then(pl.lit("lost"))
        .when(differs)
        .then(pl.lit("changed"))
        .otherwise(pl.lit("same"))
    )
    return both.select(
        _KEY,
        "rule",
        "household_key",
        kind.alias("kind"),
        pl.any_horizontal("shown", "shown_after").fill_null(False).alias("shown"),
        before="sentence_zh",
        after="sentence_zh_after",
    ).sort(_KEY)


def _households(both: pl.DataFrame, kind: str) -> int:
    return both.filter("shown", pl.col("kind") == kind)["household_key"].n_unique()


def _compare(before: _Side, after: _Side) -> list[RuleChange]:
    both = _matched(before.findings, after.findings)
    versions = before.rules.join(after.rules, on="rule", how="full", coalesce=True, suffix="_after").sort("rule")
    told = []
    for rule in versions.iter_rows(named=True):
        mine = both.filter(pl.col("rule") == rule["rule"])
        counts = dict(mine["kind"].value_counts().iter_rows())
        gained, lost, changed = (int(counts.get(kind, 0)) for kind in ("gained", "lost", "changed"))
        if not (gained or lost or changed or rule["version"] != rule["version_after"]):
            continue
        told.append(
            RuleChange(
                rule=str(rule["rule"]),
                page=str(rule["page_after"] or rule["page"]),
                version_before=rule["version"],
                version_after=rule["version_after"],
                state_before=rule["state"],
                state_after=rule["state_after"],
                findings_before=len(mine) - gained,
                findings_after=len(mine) - lost,
                gained=gained,
                lost=lost,
                changed=changed,
                examples=_examples(mine),
            )
        )
    return told


def _examples(mine: pl.DataFrame) -> list[dict[str, Any]]:
    shown = mine.filter(pl.col("kind") != "same").group_by("kind", maintain_order=True).head(EXAMPLES)
    return [
        {name: plain(row[name]) for name in ("kind", "household_key", "before", "after")}
        for row in shown.sort("kind", _KEY).iter_rows(named=True)
    ]


def _standing(rule: RuleChange) -> str:
    def said(version: str | None, state: str | None) -> str:
        return "not there" if version is None else f"{version} {state}"

    before, after = said(rule.version_before, rule.state_before), said(rule.version_after, rule.state_after)
    return before if before == after else f"{before} → {after}"
