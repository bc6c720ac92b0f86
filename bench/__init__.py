"""Benchmarks: the night's doors against merely parsing the same rows."""
