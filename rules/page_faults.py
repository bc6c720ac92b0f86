"""What policy staff or engineers must mend in the rule pages themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from core.errors import HeduiError
from rules.doubt import load_doubts
from rules.lawful import demand_lawful, demand_lawful_doubt, demand_lawful_term
from rules.pages import load_pages, load_terms
from rules.portable import to_spark
from rules.worksheet.lawful import demand_lawful_worksheet, demand_portable_worksheet


def page_faults(folder: Path) -> list[HeduiError]:
    """Every page, term and doubt that does what it may not, misnames its parameters or would not run on Spark.

    Raises:
        PolicyError: a card cannot be read at all.
    """
    terms, pages = load_terms(folder), load_pages(folder)
    checks: list[Callable[[], object]] = []
    for term in terms:
        checks += [partial(demand_lawful_term, term, terms), partial(to_spark, f"terms/{term.name}", term.sql)]
    for name, doubt in load_doubts(folder).items():
        checks += [partial(demand_lawful_doubt, doubt, terms), partial(to_spark, f"doubts/{name}", doubt.sql)]
    for page in pages:
        checks += [partial(demand_lawful, page, terms), partial(to_spark, page.name, page.sql)]
    checks += [partial(demand_lawful_worksheet, folder), partial(demand_portable_worksheet, folder)]
    return [fault for check in checks if (fault := _fault(check)) is not None]


def _fault(check: Callable[[], object]) -> HeduiError | None:
    try:
        check()
    except HeduiError as fault:
        return fault
    return None
