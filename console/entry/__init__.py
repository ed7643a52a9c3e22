"""Understands what a nurse types in one line, and reads it back before anything is saved."""
