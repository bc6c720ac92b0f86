"""What a run says about one household: who, what is asked, what was looked at, and what could not be."""

from __future__ import annotations

from decimal import Decimal

from workbench.evidence.snapshot import Row, Snapshot

GRAVEST_FIRST = ("urgent", "eligibility", "amount", "favourable", "question", "information")
_ORDER = "list_position(['urgent', 'eligibility', 'amount', 'favourable', 'question', 'information'], severity)"


def overview(run: Snapshot, household_key: str) -> Row | None:
    """The household's line of `household_overview`, with its approval, grace and the line of its place."""
    return run.row(
        """
        select household_overview.*, household.approved_date, household.stop_date, household.management_class_code,
            household.grace_until_date, line.value as line_monthly_yuan, line.document as line_document
        from household_overview
        join household using (household_key)
        left join parameter_in_force as line
            on line.household_key = household_overview.household_key and line.name = 'dibao_line_monthly_yuan'
        where household_overview.household_key = ?
        """,
        household_key,
    )


def members(run: Snapshot, household_key: str) -> list[Row]:
    """The members of the day, head first, with the age they have on it; no name and no number."""
    return run.rows(
        """
        select *, date_diff('year', birth_date, cast(? as date))
            - cast(strftime(cast(? as date), '%m%d') < strftime(birth_date, '%m%d') as integer) as age
        from member where household_key = ?
        order by list_position(['head', 'spouse', 'child', 'parent', 'grandchild', 'other'], relation_code), person_key
        """,
        run.as_of,
        run.as_of,
        household_key,
    )


def findings(run: Snapshot, household_key: str) -> list[Row]:
    """The household's questions, gravest first, each with its page."""
    return run.rows(
        f"""
        select finding.*, rule_run.page
        from finding join rule_run using (rule)
        where household_key = ?
        order by {_ORDER}, rule, person_key
        """,  # noqa: S608 the order is ours
        household_key,
    )


def queued_matches(run: Snapshot, household_key: str) -> list[Row]:
    """Rows of providers that may be a member's and wait for a person to say so; nothing is asked on them."""
    return run.rows(
        """
        select identity_queue.* from identity_queue join member using (person_key)
        where household_key = ? order by person_key, source, row_key
        """,
        household_key,
    )


def parameters(run: Snapshot, household_key: str) -> list[Row]:
    """The values of policy as they are in force for this household."""
    return run.rows(
        """
        select name, coalesce(cast(value as varchar), text) as value, document, row_id, verified
        from parameter_in_force where household_key = ? order by name
        """,
        household_key,
    )


def asked_without_question(run: Snapshot, household_key: str) -> tuple[int, int]:
    """How many rule × member were looked into and raise nothing, and how many could not be looked into."""
    counted = run.row(
        """
        select count(*) filter (where could) as quiet, count(*) filter (where not could) as unseen
        from could_look
        where household_key = ? and not exists (
            select 1 from finding
            where finding.rule = could_look.rule and finding.household_key = ?
                and finding.person_key is not distinct from could_look.person_key
        )
        """,
        household_key,
        household_key,
    )
    return (0, 0) if counted is None else (int(counted["quiet"]), int(counted["unseen"]))


def largest_difference(asked: list[Row]) -> Decimal | None:
    """The largest monthly difference that a lawful amount shows, in yuan; none where no question carries one."""
    monthly = [row["difference_yuan"] for row in asked if row["amount_period"] == "month" and row["difference_yuan"]]
    return max(monthly, default=None)
