"""The account of a delivery: every row one class, and the classes sum to the rows received."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from core.errors import DefectError


@dataclass(frozen=True)
class Account:
    """Rows per class, in the order in which a class is decided."""

    structurally_refused: int
    duplicate: int
    unusable_id: int
    not_subject: int
    refused_by_meaning: int
    matched: int

    @property
    def received(self) -> int:
        """The sum of the classes."""
        return sum(asdict(self).values())

    def closed(self, received: int, *, where: str) -> Account:
        """The account, if its classes sum to the rows received.

        Raises:
            DefectError: a row vanished or was counted twice.
        """
        if self.received != received:
            raise DefectError(
                "account.open",
                f"{received} rows were received and {self.received} have a class",
                where=where,
                todo="find the class that loses or doubles rows (transforms.sieve, transforms.run)",
            )
        return self
