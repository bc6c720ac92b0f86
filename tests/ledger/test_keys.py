"""Data keys: made once, wrapped, erased for good."""

from __future__ import annotations

import hmac

import pytest
from sqlalchemy import select

from core.errors import OperatorError
from core.sealing import KeyedHash, Wrapping, master_key, new_key
from ledger import audit, keys
from ledger.run import Ledger
from ledger.schema import data_key


def test_a_key_is_made_once_and_found_again(each_ledger: Ledger) -> None:
    made = keys.create(each_ledger, "delivery:roster-1")
    assert len(made) == 32
    assert keys.create(each_ledger, "delivery:roster-1") == made == keys.open_key(each_ledger, "delivery:roster-1")


def test_the_ledger_holds_keys_only_wrapped_under_the_master_key(each_ledger: Ledger) -> None:
    made = keys.create(each_ledger, "delivery:roster-1")
    with each_ledger.read() as connection:
        wrapped = connection.execute(select(data_key.c.wrapped)).scalar_one()
    assert made not in wrapped
    assert Wrapping(master_key(each_ledger.settings)).unwrap(wrapped) == made


def test_many_keys_are_made_and_opened_at_once_and_all_differ(each_ledger: Ledger) -> None:
    names = [f"household:h{number:07d}" for number in range(30_000)]
    made = keys.create_many(each_ledger, names)
    assert len(set(made.values())) == 30_000
    assert keys.open_many(each_ledger, names) == made
    assert keys.create_many(each_ledger, [*names[:2], "household:new"]).items() >= {names[0]: made[names[0]]}.items()


def test_an_erased_key_never_opens_and_is_never_made_again(each_ledger: Ledger) -> None:
    keys.create_many(each_ledger, ["household:a", "household:b"])
    assert keys.erase(each_ledger, "household:a", "three years after exit", "王燕")
    assert not keys.erase(each_ledger, "household:a", "three years after exit", "王燕")
    for attempt in (keys.open_key, keys.create):
        with pytest.raises(OperatorError, match=r"key\.erased"):
            attempt(each_ledger, "household:a")
    with pytest.raises(OperatorError, match=r"key\.erased"):
        keys.open_many(each_ledger, ["household:a", "household:b"])
    assert keys.living(each_ledger, ["household:a", "household:b", "household:c"]) == {"household:b"}
    with each_ledger.read() as connection:
        erased = select(data_key.c.wrapped).where(data_key.c.key_id == "household:a")
        assert connection.execute(erased).scalar_one() is None
    acts = audit.entries(each_ledger).select("act", "by_whom", "subject").rows()
    assert acts == [("key.erased", "王燕", "household:a")]


def test_an_erasure_needs_a_reason_a_name_and_a_key(each_ledger: Ledger) -> None:
    keys.create(each_ledger, "household:a")
    with pytest.raises(OperatorError, match=r"key\.no_reason"):
        keys.erase(each_ledger, "household:a", " ", "王燕")
    with pytest.raises(OperatorError, match=r"audit\.nobody"):
        keys.erase(each_ledger, "household:a", "retention", "")
    with pytest.raises(OperatorError, match=r"key\.unknown"):
        keys.erase(each_ledger, "household:z", "retention", "王燕")
    assert keys.living(each_ledger, ["household:a"]) == {"household:a"}


def test_an_unknown_key_is_the_operators_question(each_ledger: Ledger) -> None:
    with pytest.raises(OperatorError, match=r"key\.unknown"):
        keys.open_key(each_ledger, "delivery:none")


@pytest.mark.parametrize("text", [b"", b"h0000001", "何".encode() * 100])
def test_a_key_absorbed_once_gives_every_text_the_hash_that_hmac_gives_it(text: bytes) -> None:
    key = new_key()
    keyed = KeyedHash(key)
    assert [keyed.digest(text), keyed.digest(text)] == [hmac.digest(key, text, "sha256")] * 2
