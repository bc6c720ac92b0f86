"""The ledger: deliveries, runs, subjects, findings' lives, verdicts, keys and audit. Appended to, never edited."""
