"""Decides what the facts mean: one pure grading core, and the loop that runs it."""
