"""The command line: every command calls the doors and prints what happened."""
