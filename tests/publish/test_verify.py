"""Any change to a published folder, or to the audit it saw, is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger import audit
from publish.run import Published
from publish.verify import verify_audit, verify_run
from tests.publish.nights import DAY, Nights, listed


@pytest.fixture
def published(nights: Nights) -> Published:
    audit.record(nights.centre.ledger, "policy.released", by="李强", subject="R-ID-01", detail={})
    return nights.night(DAY, [listed("p1", roster_id_state="damaged")])


def unlock(folder: Path) -> None:
    """What someone with the machine's root account could do."""
    folder.chmod(0o755)
    for file in folder.iterdir():
        file.chmod(0o644)


def test_an_untouched_folder_is_whole(nights: Nights, published: Published) -> None:
    report = verify_run(published.folder, ledger=nights.centre.ledger)
    assert (report.whole, report.problems) == (True, [])


def test_a_changed_file_is_named(published: Published) -> None:
    unlock(published.folder)
    file = published.folder / "coverage.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    assert verify_run(published.folder).problems == ["coverage.parquet was changed after publishing"]


def test_a_missing_and_an_added_file_are_named(published: Published) -> None:
    unlock(published.folder)
    (published.folder / "member.parquet").rename(published.folder / "extra.parquet")
    assert verify_run(published.folder).problems == [
        "extra.parquet is not in the manifest",
        "member.parquet is missing",
    ]


def test_a_manifest_rewritten_to_fit_changed_files_is_found_by_the_ledger(nights: Nights, published: Published) -> None:
    unlock(published.folder)
    path = published.folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**manifest, "reasons": ["none"]}), encoding="utf-8")
    assert verify_run(published.folder).whole
    report = verify_run(published.folder, ledger=nights.centre.ledger)
    assert report.problems == ["the manifest is not the one that the ledger recorded"]


def test_a_findings_hash_that_does_not_fit_the_rows_is_found(published: Published) -> None:
    unlock(published.folder)
    path = published.folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**manifest, "findings_hash": "0" * 64}), encoding="utf-8")
    assert verify_run(published.folder).problems == ["the findings are not those the manifest was made for"]


def test_an_audit_cut_off_after_publishing_is_found_by_the_manifests(nights: Nights, published: Published) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    assert published.accepted
    assert verify_audit(ledger, settings).whole
    with ledger.write() as connection:
        connection.execute(text("drop trigger audit_entry_no_delete"))
        connection.execute(text("delete from audit_entry"))
    assert audit.verify(ledger).whole
    assert not verify_audit(ledger, settings).whole
