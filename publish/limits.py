"""The limits of the run gate, read strictly from `limits.yml`."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

PAGE = Path(__file__).with_name("limits.yml")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Change(_Strict):
    """A change is a jump when it is greater than both."""

    share: float = Field(gt=0)
    number: int = Field(ge=0)

    def jumped(self, before: int, after: int) -> bool:
        """Whether going from `before` to `after` is a jump."""
        return abs(after - before) > max(self.number, self.share * before)


class Rise(_Strict):
    """A share that rose by more than `points`, over more than `number` cells."""

    points: float = Field(gt=0, le=1)
    number: int = Field(ge=0)


class Limits(_Strict):
    """All limits of the run gate."""

    findings_of_a_rule: Change
    households: Change
    could_not_look_of_a_source: Rise


def load_limits(page: Path = PAGE) -> Limits:
    """The limits in force."""
    return Limits.model_validate(yaml.safe_load(page.read_text(encoding="utf-8")))
