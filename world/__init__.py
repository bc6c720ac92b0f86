"""The invented world: people, households, lives and events, written out by each source's room in its provider's way.

It stands aside: it imports `core`, `sources.writing` and the rooms' sample writers, and nothing imports it but tests,
the command line and benchmarks. No person in it exists.
"""
