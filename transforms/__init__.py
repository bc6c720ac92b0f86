"""The floor that puts what departments delivered into one language and keeps the rows about the subjects."""
