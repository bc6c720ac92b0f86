"""How Alembic reaches the ledger: with the engine it is given, all steps in one transaction."""

from alembic import context

from ledger.schema import metadata

with context.config.attributes["engine"].connect().execution_options(hedui_begin="BEGIN IMMEDIATE") as connection:
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()
