"""Exercises that answer: each has one source, for the notebook and for the page."""
