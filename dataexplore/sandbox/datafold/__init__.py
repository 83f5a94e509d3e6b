"""Datafold: data sources, diffs, monitors, CI, BI integrations and lineage over the warehouse."""
