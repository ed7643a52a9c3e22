"""Decides what every screen says, in values. Nothing here knows Textual."""
