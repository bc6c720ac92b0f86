"""A run is taken back on its page by two people, each of whom proved anew who they are."""

from __future__ import annotations

from ledger import runs
from tests.openid_provider import OpenIdProvider
from tests.workbench.served import Served
from tests.workbench.signing_in import Browserless
from tests.workbench.test_oidc import FAR, linked, returns
from tests.workbench.test_proving_by_provider import fresh, way_back

WHY = {"reason": "名册送错了月份"}


def current(served: Served) -> str:
    found = runs.current(served.house.desk.ledger)
    assert found is not None
    return found


def test_two_people_take_a_run_back_and_neither_without_proving_it(own_served: Served) -> None:
    run_id = current(own_served)
    kept = len(runs.events(own_served.house.desk.ledger, run_id))
    for user_id in ("supervisor", "steward"):
        visitor = Browserless(own_served).sign_in(user_id)
        assert f"/runs/{run_id}/recall" not in visitor.get(f"/runs/{run_id}").text
        refused = visitor.post(f"/runs/{run_id}/recall", WHY)
        assert (refused.status_code, "请先再次确认身份" in refused.text) == (409, True)
        wrong = visitor.post("/prove", {"next": f"/runs/{run_id}", "password": "not it"})
        assert (wrong.status_code, "密码不对" in wrong.text) == (403, True)
        assert visitor.post(f"/runs/{run_id}/recall", WHY).status_code == 409
        assert len(runs.events(own_served.house.desk.ledger, run_id)) == kept
        proved = visitor.post("/prove", {"next": f"/runs/{run_id}", "password": own_served.password})
        assert (proved.status_code, proved.headers["location"]) == (303, f"/runs/{run_id}")
        shown = visitor.get(f"/runs/{run_id}").text
        assert (f"/runs/{run_id}/recall" in shown, f'value="{WHY["reason"]}"' in shown) == (True, True)
        assert f'value="{WHY["reason"]}"' not in visitor.get(f"/runs/{run_id}").text
        assert visitor.post(f"/runs/{run_id}/recall", WHY).status_code == 303
        kept = len(runs.events(own_served.house.desk.ledger, run_id))
    assert runs.get(own_served.house.desk.ledger, run_id).state == "recalled"


def test_whom_the_provider_vouches_for_proves_it_there_and_comes_back_to_the_run(
    oidc_served: Served, provider: OpenIdProvider
) -> None:
    linked(oidc_served, provider, "supervisor", "person-1")
    visitor = Browserless(oidc_served)
    assert returns(visitor, "person-1").status_code == 303
    path = f"/runs/{current(oidc_served)}"
    assert f'name="next" value="{path}"' in visitor.get(path).text
    answer = visitor.request("GET", way_back(visitor, "person-1", path), headers=FAR)
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert fresh(visitor)
    assert f"{path}/recall" in visitor.get(path).text


def test_nobody_is_led_elsewhere_after_proving(oidc_served: Served, provider: OpenIdProvider) -> None:
    linked(oidc_served, provider, "supervisor", "person-1")
    visitor = Browserless(oidc_served)
    assert returns(visitor, "person-1").status_code == 303
    for page in ("//elsewhere.example", "/runs/../login", "/runs/a/recall", "https://elsewhere.example/runs/a"):
        assert visitor.get(f"/prove/oidc?next={page}").status_code == 422, page
