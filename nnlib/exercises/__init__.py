"""Checks that speak, one module for each chapter, and bets: the same for notebook and page."""

import tomllib
from pathlib import Path


def table(name):
    """One of the tables of this folder, which notebook and page share."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))
