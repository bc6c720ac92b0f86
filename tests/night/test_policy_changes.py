"""Two changes of policy, tried on the town's night before anybody releases them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.settings import ROOT
from publish.policy_diff import PolicyDiff, diff
from tests.night.conftest import Published

pytestmark = pytest.mark.slow
EARNING = "('taxi', 'passenger', 'freight', 'rental', 'ride_hailing')"


def draft(folder: Path, changes: dict[str, tuple[str, str]]) -> Path:
    """A working copy of the rules in which some texts read otherwise."""
    shutil.copytree(ROOT / "rules", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for name, (before, after) in changes.items():
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, name
        path.write_text(text.replace(before, after), encoding="utf-8")
    return folder


def compared(night: Published, home: Path, rules: Path) -> PolicyDiff:
    """The first night of a copied home, asked by both sets."""
    moved = night.home.moved_to(home)
    return diff(moved.ledger, moved.settings, folder=rules)


def test_a_line_raised_by_a_tenth_frees_the_household_just_above_it_and_shows_whom_the_old_one_would_pay_too_little(
    first_night: Published, tmp_path: Path
) -> None:
    rules = draft(
        tmp_path / "rules", {"parameters/dibao_line_monthly_yuan.yml": ("    value: 760\n", "    value: 836\n")}
    )
    found = compared(first_night, tmp_path / "home", rules)
    told = {rule.rule: rule for rule in found.rules}
    above, paid = told["R-INC-01"], told["R-PAY-AMT-01"]
    assert (above.gained, above.lost, paid.lost) == (0, 1, 1)  # who is paid 150 too much for two is so no longer
    assert above.changed == above.findings_after
    assert paid.gained >= 20
    short = [example["after"] for example in paid.examples if example["kind"] == "gained"]
    assert all("按核算表应为" in sentence for sentence in short)
    assert not {"R-PEN-01", "R-VEH-01", "R-DEATH-01"} & set(told)


def test_a_vehicle_that_earns_the_living_no_longer_counts_as_in_guangdong_from_2026(
    first_night: Published, tmp_path: Path
) -> None:
    listed = ("- vehicle_exempt_classes\n", "- vehicle_exempt_classes\n- vehicle_livelihood_exempt\n")
    cards = ("vehicle_not_declared", "vehicle_in_commercial_use", "new_vehicle_during_spell")
    rules = draft(
        tmp_path / "rules",
        {
            "parameters/vehicle_livelihood_exempt.yml": (
                'region: ""\n    valid_from: 2020-01-01\n    value: 0',
                'region: ""\n    valid_from: 2020-01-01\n    value: 1',
            ),
            "terms/held_vehicle.sql": (
                "    and vehicle.use_code <> 'disabled_vehicle'\n",
                "    and vehicle.use_code <> 'disabled_vehicle'\n"
                f"    and not (policy.vehicle_livelihood_exempt = 1 and vehicle.use_code in {EARNING})\n",
            ),
            **{f"property/{card}.yml": listed for card in cards},
        },
    )
    found = compared(first_night, tmp_path / "home", rules)
    told = {rule.rule: rule for rule in found.rules}
    assert (told["R-VEH-OP-01"].lost, told["R-VEH-OP-01"].findings_after) == (1, 0)
    assert (found.households_gained, found.households_lost, found.households_changed) == (0, 1, 0)
    assert [told[code].lost for code in ("R-VEH-01", "R-VEH-02")] == [0, 0]
