-- Two databases, and a login for each who must come in. Run once by the PostgreSQL image on an empty volume.
\set airflow_password `cat /run/secrets/airflow_database_password`
\set owner_password `cat /run/secrets/ledger_owner_password`
\set pipeline_password `cat /run/secrets/ledger_pipeline_password`
\set workbench_password `cat /run/secrets/ledger_workbench_password`
\set auditor_password `cat /run/secrets/ledger_auditor_password`
CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
-- The ledger's owner migrates and serves nobody. None of the others is a member of any role, so none can become another;
-- what each may do is laid by the migrations (ledger/row_security.py, ledger/logins.py).
CREATE ROLE hedui_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE hedui_pipeline LOGIN PASSWORD :'pipeline_password';
CREATE ROLE hedui_workbench LOGIN PASSWORD :'workbench_password';
CREATE ROLE hedui_auditor LOGIN PASSWORD :'auditor_password' CONNECTION LIMIT 4;
CREATE DATABASE airflow OWNER airflow;
CREATE DATABASE hedui OWNER hedui_owner;
REVOKE ALL ON DATABASE airflow FROM PUBLIC;
REVOKE ALL ON DATABASE hedui FROM PUBLIC;
GRANT CONNECT ON DATABASE hedui TO hedui_pipeline, hedui_workbench, hedui_auditor;
REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
REVOKE CONNECT ON DATABASE template1 FROM PUBLIC;
