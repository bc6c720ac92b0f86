"""Cases brought to where people meet them: in hand, decided, disputed, closed; letters, checks and exports."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from unittest.mock import patch

from core.moment import today
from ledger import account_links, grants, objections, users
from ledger.case_queue import Filters, page
from ledger.case_words import Role, Status
from ledger.cases import Case
from publish.worker import work_once
from tests.openid_provider import OpenIdProvider
from tests.workbench.office import EVERYWHERE, Office
from tests.workbench.served import Served, asked_of_a_wage
from tests.workbench.signing_in import Browserless
from tests.workbench.test_checks import COMMUNITY
from tests.workbench.test_exports import asked
from tests.workbench.test_letters import drafted, issued
from workbench.accounts import COUNTY, SYSTEM

UPHELD = "转让合同和车管所过户记录属实，车辆已于三年前转让。"
NOTE = "户主称车辆三年前卖给亲戚，未办过户；已约下周三入户查看，请带转让合同和近三个月停车缴费记录。"


@dataclass
class Worked:
    """What was brought where: case numbers by state, letters by kind, and the rest."""

    served: Served
    people: dict[str, Browserless] = field(default_factory=dict)
    cases: dict[str, int] = field(default_factory=dict)
    letters: dict[str, int] = field(default_factory=dict)
    checks: dict[str, int] = field(default_factory=dict)

    def office(self, state: str, case: Case) -> Office:
        """A case that is to be brought to a state."""
        self.cases[state] = case.case_id
        return Office(self.served, case.case_id, self.people)


def worked_on(served: Served, provider: OpenIdProvider) -> Worked:
    """Work on the town's cases until there is one in every state."""
    worked = Worked(served)
    listed = page(served.house.desk, EVERYWHERE, Filters(kind=None), size=200).cases
    here = [one for one in listed if one.region_code.startswith(COUNTY)]
    offices = {code for code, one in served.house.pages.items() if one.card.concerns != "household"}
    put = [one for one in here if not one.blind and one.rule_top not in offices]
    many = iter(sorted(put, key=lambda one: -one.flag_count))
    blind = next(one for one in here if one.blind and one.severity in ("urgent", "eligibility"))
    _in_hand(worked, next(many))
    _waiting(worked, many)
    _second(worked, many, blind)
    _closed(worked, many)
    _disputed(worked, many)
    _wrong_data(worked, next(many))
    _untouched(worked, page(served.house.desk, EVERYWHERE, Filters(unassigned=True), size=200).cases)
    _checks(worked)
    _exports(worked)
    _accounts(worked, provider)
    return worked


def _untouched(worked: Worked, listed: list[Case]) -> None:
    worked.cases |= {f"unassigned-{one.severity}": one.case_id for one in reversed(listed)}


def _in_hand(worked: Worked, case: Case) -> None:
    office = worked.office("in-hand", case)
    office.does("analyst", "claim")
    office.does("analyst", "comment", text=NOTE)
    for kind in ("notice", "supplement", "visit"):
        worked.letters[kind] = drafted(office, kind)
    office.who("reviewer").post(f"/letters/{worked.letters['visit']}/check", {})
    office.who("issuer").post(f"/letters/{worked.letters['visit']}/issue", {})


def _waiting(worked: Worked, many: Iterator[Case]) -> None:
    noticed = worked.office("awaiting", next(many))
    noticed.does("analyst", "claim")
    noticed.does("analyst", "notice", way="post", sent_date=today() - timedelta(days=4))
    noticed.does("analyst", "reply", received_date=today(), summary="家庭称工资已于五月停发，答应补交离职证明。")
    snoozed = worked.office("snoozed", next(many))
    snoozed.does("analyst", "claim")
    snoozed.does(
        "analyst", "snooze", until=snoozed.case.due_date + timedelta(days=3), reason="户主住院，出院后再约入户"
    )


def _second(worked: Worked, many: Iterator[Case], blind: Case) -> None:
    for state, case in (("second", next(many)), ("blind", blind), ("differs", next(many)), ("returned", next(many))):
        office = worked.office(state, case)
        office.does("analyst", "claim")
        office.notifies()
        office.visits()
        office.decides_first()
    Office(worked.served, worked.cases["differs"], worked.people).does(
        "reviewer", "second", answer="differ", note="转让合同没有日期，不能说明车辆在申请前已转让。"
    )
    Office(worked.served, worked.cases["returned"], worked.people).does(
        "reviewer", "second", answer="return", note="请补充入户笔录第二页。"
    )


def _closed(worked: Worked, many: Iterator[Case]) -> None:
    issuing = worked.office("to-issue", next(many))
    issuing.does("analyst", "claim")
    issuing.notifies()
    issuing.visits()
    issuing.decides_first()
    issuing.does("reviewer", "second", answer="agree")
    worked.letters["conclusion-draft"] = drafted(issuing, "conclusion")
    issuing.who("reviewer").post(f"/letters/{worked.letters['conclusion-draft']}/check", {})
    closed = worked.office("closed", next(many))
    closed.closes_adversely()
    for kind in ("conclusion", "report"):
        worked.letters[kind] = issued(closed, kind).letter_id
    delivered = f"/letters/{worked.letters['conclusion']}/deliver"
    closed.who("issuer").post(delivered, {"note": "送达回证 12 号，户主本人签收"})
    worked.letters["voided"] = issued(closed, "report").letter_id
    closed.who("issuer").post(f"/letters/{worked.letters['voided']}/void", {"note": "地址有误，重新签发"})


def _disputed(worked: Worked, many: Iterator[Case]) -> None:
    told = {"objection_date": today(), "channel": "written", "objected": "车辆三年前已转让，有合同为证；请重新核对。"}
    opened = worked.office("objection", next(many))
    opened.closes_adversely()
    opened.does("analyst", "objection", **told)
    answered = worked.office("answered", next(many))
    answered.closes_adversely()
    answered.does("analyst", "objection", **told)
    desk = worked.served.house.desk
    contested = max(objections.listed(desk, EVERYWHERE, case_id=answered.case_id), key=lambda one: one.objection_id)
    answered.does("analyst3", "claim")
    answered.decides_first("analyst3", outcome="explained", verdict="declared")
    if answered.case.status is Status.SECOND:
        answered.does("reviewer2", "second", answer="agree")
    path = f"objections/{contested.objection_id}/answer"
    answered.does("supervisor", path, answered="upheld", answer_note=UPHELD)
    worked.letters["objection_answer"] = drafted(answered, "objection_answer", by="supervisor")


def _wrong_data(worked: Worked, case: Case) -> None:
    office = worked.office("wrong-data", case)
    office.does("analyst", "claim")
    office.decides_first(outcome="data_error", verdict="lagged")
    if office.case.status is Status.SECOND:
        office.does("reviewer", "second", answer="agree")
    shown = office.who("analyst").get(f"/cases/{office.case_id}").text
    provider = shown.partition('value="correction/')[2].partition('"')[0]
    worked.letters["correction"] = drafted(office, f"correction/{provider}")


def _checks(worked: Worked) -> None:
    served = worked.served
    person = asked_of_a_wage(served)
    analyst = worked.people["analyst"]
    told = {
        "purpose": "application",
        "document": "铁东民函〔2026〕12号",
        "region_code": COMMUNITY,
        "hukou_type": "urban",
    }
    told |= {"as_of": "2026-06-20", "1-name": person["name"], "1-id_number": person["id_number"], "1-relation": "head"}
    told |= {"1-applies": "on", "1-signer": "self", "1-signed_date": "2026-06-10", "1-valid_from_date": "2026-06-10"}
    told |= {"1-valid_to_date": "2026-12-31", "1-person_class": "ordinary"}
    told |= {f"1-scope-{source}": "on" for source in ("tax_withholding", "contribution", "housing_fund")}
    told |= {"d1-person": "1", "d1-item": "wage", "d1-amount": "900", "d1-from_month": "2026-01"}
    for state in ("looked", "waiting"):
        taken = analyst.post("/checks/new", told)
        assert taken.status_code == 303, taken.status_code
        worked.checks[state] = int(taken.headers["location"].rsplit("/", 1)[1])
        if state == "looked":
            with patch.dict(os.environ, HEDUI_HOME=str(served.house.settings.home)):
                while work_once(served.house.desk.ledger):
                    pass


def _exports(worked: Worked) -> None:
    asked(worked.people["supervisor"], reason="季度检查：各街道的紧急案件", severity="urgent")
    asked(worked.people["analyst"], reason="街道月度对账")
    unwanted = asked(worked.people["analyst"], reason="全部案件备查")
    refused = worked.people["supervisor"].post(
        f"/exports/{unwanted}/refuse", {"reason": "用途不明，请按街道分次导出。"}
    )
    assert refused.status_code == 303, refused.status_code


def _accounts(worked: Worked, provider: OpenIdProvider) -> None:
    ledger = worked.served.house.desk.ledger
    for user_id, subject in (
        ("analyst", "5f0c7a2e-6d1b-4a77-9a35-4c1d2e8b9f01"),
        ("viewer", "zhang.san@centre.gov.cn"),
    ):
        link = account_links.ask(ledger, user_id, provider.address, subject, by=SYSTEM.user_id)
        if user_id == "analyst":
            account_links.confirm(ledger, link, by="secadmin")
    grants.ask(ledger, "analyst2", Role.REVIEWER, COUNTY, valid_from=today(), valid_to=None, by=SYSTEM.user_id)
    users.disable(ledger, "analyst3", by=SYSTEM.user_id, reason="调离")
