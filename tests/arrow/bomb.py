"""Read the stream in a file with a byte limit; print how it ended and how far the peak of memory rose."""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import replace
from pathlib import Path

from dataexplore.arrow.stream import read_table
from dataexplore.errors import DataExploreError
from dataexplore.settings import Limits


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


with Path(sys.argv[1]).open("rb", buffering=0) as source:
    before = peak()
    error = None
    try:
        read_table(source, replace(Limits(), max_bytes=int(sys.argv[2])))
    except DataExploreError as refused:
        error = refused
json.dump({"error": type(error).__name__, "text": str(error), "peak_growth": peak() - before}, sys.stdout)
