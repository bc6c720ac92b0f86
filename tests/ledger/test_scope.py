"""A scope cannot be forgotten: whatever takes a desk takes a scope next, without a default, and mypy refuses less."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from core.settings import ROOT
from ledger import (
    case_budget,
    case_queue,
    case_timeline,
    case_work,
    cases,
    decisions,
    field_checks,
    figures,
    figures_of_errors,
    figures_of_fairness,
    figures_of_work,
    letters,
    notices,
    objections,
    reveals,
)

MODULES = [
    *(case_budget, case_queue, case_timeline, case_work, cases, decisions, field_checks, figures, letters, notices),
    *(objections, reveals, figures_of_errors, figures_of_fairness, figures_of_work),
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.__name__))
def test_whatever_takes_a_desk_takes_a_scope_without_default(module: ModuleType) -> None:
    own = [one for _, one in inspect.getmembers(module, inspect.isfunction) if one.__module__ == module.__name__]
    asked = 0
    for function in own:
        parameters = list(inspect.signature(function).parameters.values())
        if not parameters or parameters[0].annotation != "Desk" or function.__name__ == "_tell":
            continue
        if parameters[1].annotation == "Scoped":
            continue
        asked += 1
        assert (parameters[1].name, parameters[1].annotation) == ("scope", "Scope"), function.__name__
        assert parameters[1].default is inspect.Parameter.empty, function.__name__
    assert asked


def test_a_call_without_scope_does_not_pass_the_type_check(tmp_path: Path) -> None:
    page = tmp_path / "page.py"
    page.write_text(
        "from ledger import cases\nfrom ledger.desk import Desk\n\n\n"
        "def show(desk: Desk) -> object:\n    return cases.get(desk, case_id=1)\n"
    )
    said = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(page)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Missing positional argument" in said.stdout
    assert "scope" in said.stdout
