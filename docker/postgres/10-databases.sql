-- Two databases, two roles, neither may enter the other's. Run once by the PostgreSQL image on an empty volume.
\set airflow_password `cat /run/secrets/airflow_database_password`
\set ledger_password `cat /run/secrets/ledger_database_password`
CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
CREATE ROLE hedui LOGIN PASSWORD :'ledger_password';
-- The workbench acts as this role, under row-level security; the ledger's owner may become it, and nobody logs in as it.
CREATE ROLE hedui_workbench NOLOGIN;
GRANT hedui_workbench TO hedui;
CREATE DATABASE airflow OWNER airflow;
CREATE DATABASE hedui OWNER hedui;
REVOKE ALL ON DATABASE airflow FROM PUBLIC;
REVOKE ALL ON DATABASE hedui FROM PUBLIC;
REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
