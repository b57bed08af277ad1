"""Checks that speak, one module for each chapter, and bets: the same for notebook and page."""
