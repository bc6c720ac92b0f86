"""At least two hundred broken deliveries: each ends as it must, and none betrays a person."""

from __future__ import annotations

import logging
import shutil
import traceback
from pathlib import Path

import pytest

from core.errors import HeduiError
from core.settings import Settings
from ledger import deliveries
from ledger.run import Ledger, open_ledger
from sources.card import load_cards
from sources.rows import rows_of
from sources.run import Landed, land
from tests.sources.broken.corpus import BrokenDelivery, canaries, cases

CASES = cases()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty ledger to copy, so that not every case migrates one."""
    settings = Settings(home=tmp_path_factory.mktemp("ledger"))
    open_ledger(settings)
    return settings.home / "ledger.sqlite"


class Centre:
    """An installation of this case's own."""

    def __init__(self, folder: Path, migrated: Path) -> None:
        self.settings = Settings(home=folder / "home", settle_seconds=0, seal_landing=True)
        self.settings.home.mkdir()
        shutil.copy(migrated, self.settings.home / "ledger.sqlite")
        self.ledger: Ledger = open_ledger(self.settings)

    def land(self, file: Path) -> Landed:
        return land(file, ledger=self.ledger, settings=self.settings)

    def read(self, delivery_id: str) -> tuple[int, dict[int, str]]:
        """Readable rows, and the reason per refused line."""
        delivery = deliveries.get(self.ledger, delivery_id)
        card = load_cards(self.settings.sources_folder)[delivery.source]
        rows, reasons = 0, {}
        for batch in rows_of(delivery, card, ledger=self.ledger, settings=self.settings):
            rows += batch.rows.height
            reasons.update(zip(batch.refused["line_number"], batch.refused["reason"], strict=True))
        return rows, reasons


def test_there_are_enough_and_their_names_are_unique() -> None:
    assert len(CASES) >= 200
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_room_has_broken_deliveries() -> None:
    assert {case.source for case in CASES} == set(load_cards(Settings().sources_folder))


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_a_broken_delivery_ends_as_it_must_and_betrays_no_person(
    case: BrokenDelivery,
    tmp_path: Path,
    migrated: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    centre = Centre(tmp_path, migrated)
    said = _play(case, centre, tmp_path / "inbox")
    said += caplog.text + "".join(capfd.readouterr())
    assert [canary for canary in canaries() if canary in said] == []


def _play(case: BrokenDelivery, centre: Centre, inbox: Path) -> str:
    """Land and read the case; whatever was said on the way."""
    if case.preceded_by:
        centre.land(case.preceded_by(inbox))
    path = case.write(inbox)
    if case.error is None:
        landed = centre.land(path)
        assert landed.state == (case.state or "landed")
        if case.state is None:
            assert centre.read(landed.delivery_id or "") == (case.rows, case.quarantined)
        return repr(landed)
    kind, code = case.error
    with pytest.raises(HeduiError) as caught:  # noqa: PT012
        landed = centre.land(path)
        assert case.stage == "reading"
        centre.read(landed.delivery_id or "")
    error = caught.value
    assert (type(error), error.code) == (kind, code)
    known = deliveries.list_deliveries(centre.ledger)
    assert len(known) == (1 if case.stage == "reading" or case.preceded_by else 0)
    return "".join([str(error), repr(error), *traceback.format_exception(error), str(error.as_record())])
