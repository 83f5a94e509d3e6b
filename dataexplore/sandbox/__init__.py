"""A small, genuine data platform in one process: vendor contracts served over HTTP on embedded DuckDB.

Started as ``python -m dataexplore.sandbox``. It imports nothing of the rest of the package and nothing
imports it, so that client and server cannot share a mistake.
"""
