"""A real PostgreSQL for the tests of the production profile: one server per test session, one database per test."""

from __future__ import annotations

from pathlib import Path

import psycopg

from bench.postgres import NOBODY, binaries, new_database, server

__all__ = ["NOBODY", "binaries", "emptied_database", "new_database", "server"]


def emptied_database(folder: Path) -> str:
    """The session's own database with nothing in it: quicker than a new one for every test."""
    with psycopg.connect(host=str(folder), user="hedui", dbname="postgres", autocommit=True) as connection:
        connection.execute(b"drop schema public cascade")
        connection.execute(b"create schema public")
    return f"postgresql+psycopg://hedui@/postgres?host={folder}"
