"""Rooms of the departments: cards, reading what they send, landing it untouched, known errors, health."""
