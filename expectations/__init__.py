"""Stop or warn: checks over the extracts by Great Expectations, the gate every delivery passes, and their pages."""
