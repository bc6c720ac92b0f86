"""What the published run says, read-only: no floor above may open a run folder in another way."""
