"""Coginiti as the sandbox speaks it."""
