"""Lets `python -m dataexplore.cli` do what `dataexplore` does."""

from __future__ import annotations

import sys

from dataexplore.cli import main

sys.exit(main())
