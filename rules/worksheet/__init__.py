"""The household's arithmetic: every line of what it lives on, and the sheet they add up to."""
