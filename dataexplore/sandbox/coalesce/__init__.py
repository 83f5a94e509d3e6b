"""Coalesce: environments, workspaces and the nodes in them, which are the company's own statements."""
