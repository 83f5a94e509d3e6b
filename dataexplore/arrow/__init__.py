"""Answers in any of their forms, verified, as one Arrow table; and that table for pandas and the screen."""
