"""The words on screen: codes by a table, sentences by a gettext catalogue; Chinese is the source language."""
