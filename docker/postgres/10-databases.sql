-- Two databases, two roles, neither may enter the other's. Run once by the PostgreSQL image on an empty volume.
\set airflow_password `cat /run/secrets/airflow_database_password`
\set ledger_password `cat /run/secrets/ledger_database_password`
CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
CREATE ROLE hedui LOGIN PASSWORD :'ledger_password';
CREATE DATABASE airflow OWNER airflow;
CREATE DATABASE hedui OWNER hedui;
REVOKE ALL ON DATABASE airflow FROM PUBLIC;
REVOKE ALL ON DATABASE hedui FROM PUBLIC;
REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
