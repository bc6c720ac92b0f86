"""Whose row is it: grades from what the extract saw, remembered verdicts, a pinned score where no number decides."""
