"""Two nights between which two in a hundred facts changed: each question becomes what truth says, and once only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import select

from core.settings import ROOT
from expectations.feed import resume
from ledger.findings import living
from ledger.schema import finding_event
from publish import night
from sources.card import load_cards
from tests.night.home import Home
from tests.night.scored import HAMLET, HAMLET_SEED
from world.between_nights import Asked, between
from world.lives.drawn import drawn_lives
from world.reckoning.policy import read_rows
from world.run import WORLD_AS_OF, write_world
from world.scales import Scale
from world.score import page_of_code
from world.second_night import CHANGED_SHARE, SECOND_AS_OF, write_second_night

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class TwoNights:
    """A home after both nights: their runs, what the second did to each rule's questions, and what truth says."""

    home: Home
    runs: tuple[str, str]
    changed_facts: dict[str, int]

    def lived(self) -> Counter[tuple[str, str]]:
        """rule, state → questions, as the second night's events and the unchanged rest tell it."""
        query = select(finding_event.c.finding_key, finding_event.c.rule, finding_event.c.state)
        with self.home.ledger.read() as connection:
            told = connection.execute(query.where(finding_event.c.run_id == self.runs[1])).all()
        pages = page_of_code(ROOT / "rules")
        counted = Counter((pages[rule], state) for _, rule, state in told)
        untouched = living(self.home.ledger).filter(~pl.col("finding_key").is_in([key for key, _, _ in told]))
        counted.update((pages[rule], "same") for rule in untouched["rule"])
        return counted

    def true(self) -> Counter[tuple[str, str]]:
        """The same from the facts of both delivery sets."""
        nights = [Asked(day, self._used(run)) for day, run in zip((WORLD_AS_OF, SECOND_AS_OF), self.runs, strict=True)]
        rules = ROOT / "rules"
        truth = between(self.home.world / "second" / "truth", rules, read_rows(rules / "parameters"), *nights)
        return Counter(truth.select("rule", "state").iter_rows())

    def _used(self, run_id: str) -> pl.DataFrame:
        return self.home.table(run_id, "run_delivery").filter("used").select("source", "file_name")


def two_nights(folder: Path, scale: Scale, seed: int, share: float) -> TwoNights:
    """Invent, land and run both nights; in between somebody lets the refused vehicle register's feed go on."""
    lives = drawn_lives(scale, seed)
    write_world(lives, scale.name, seed, folder / "world", dirt=0.0)
    changed = write_second_night(lives, seed, folder / "world", dirt=0.0, share=share)
    home = Home(folder / "home", folder / "world")
    home.land()
    first = home.night()
    assert first["accepted"], first["reasons"]
    card = load_cards(home.settings.sources_folder)["vehicle"]
    resume("vehicle", by="王燕", reason="六月的登记表只有一半，等下一份", ledger=home.ledger, card=card)
    with home.lived_in():
        night.land_inbox(folder / "world" / "second" / "inbox", received_at=None, say=lambda _: None)
    second = home.night(as_of=SECOND_AS_OF)
    assert second["accepted"], second["reasons"]
    return TwoNights(home, (first["run_id"], second["run_id"]), changed)


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> TwoNights:
    """Both nights of a tenth of the district; of so few facts more must change for every kind of change to occur."""
    return two_nights(tmp_path_factory.mktemp("two-nights"), HAMLET, HAMLET_SEED, share=5 * CHANGED_SHARE)


def test_each_question_is_new_the_same_changed_or_gone_as_the_facts_say(nights: TwoNights) -> None:
    lived = nights.lived()
    assert lived == nights.true()
    by_state = Counter({state: 0 for _, state in lived})
    for (_, state), count in lived.items():
        by_state[state] += count
    assert min(by_state[state] for state in ("new", "same", "changed", "gone")) >= 3, by_state


def test_running_either_night_again_changes_no_life_and_asks_the_same(nights: TwoNights, tmp_path: Path) -> None:
    home = nights.home.moved_to(tmp_path / "home")
    before = (living(home.ledger), _events(home))
    for run_id in nights.runs:
        run = home.manifest(run_id)
        again = home.night(as_of=run["as_of"], known_at=run["known_at"])
        assert home.manifest(again["run_id"])["findings_hash"] == run["findings_hash"]
    assert living(home.ledger).equals(before[0])
    assert _events(home) == before[1]


def _events(home: Home) -> int:
    with home.ledger.read() as connection:
        return len(connection.execute(select(finding_event.c.sequence)).all())
