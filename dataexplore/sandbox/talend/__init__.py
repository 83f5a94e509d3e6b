"""Talend: environments, tasks and plans that fetch the company's raw data and check it."""
