"""Python values as JSON: nothing rounded, nothing guessed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from dataexplore.errors import InputError
from dataexplore.query.sendable import sendable


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (None, None),
        (True, True),
        (2**63 + 1, 2**63 + 1),
        ("O'Hara", "O'Hara"),
        (0.1, 0.1),
        (Decimal("1.5"), 1.5),
        (Decimal("0.1000000000000000055"), "0.1000000000000000055"),
        (Decimal("9007199254740993.01"), "9007199254740993.01"),
        (date(2024, 1, 31), "2024-01-31"),
        (datetime(2024, 1, 31, 10, 30, tzinfo=UTC), "2024-01-31T10:30:00+00:00"),
        (time(10, 30), "10:30:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (("a", 1, None), ["a", 1, None]),
        ({"credit_card": Decimal("0.25")}, {"credit_card": 0.25}),
        ({1: [{"deep": date(2024, 1, 1)}]}, {"1": [{"deep": "2024-01-01"}]}),
    ],
)
def test_a_python_value_is_sent_unchanged(value, sent):
    assert sendable(value) == sent
    assert json.loads(json.dumps(sendable(value))) == sent


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (np.int64(7), 7),
        (np.bool_(1), True),
        (np.float64(0.1), 0.1),
        (np.datetime64("2024-01-31"), "2024-01-31"),
        (np.datetime64("2024-01-31T10:30:00.000000001", "ns"), "2024-01-31T10:30:00.000000001"),
        (np.datetime64("NaT", "ns"), None),
        (np.array([1, 2]), [1, 2]),
        (np.array(["2024-01-31"], "datetime64[ns]"), ["2024-01-31T00:00:00.000000000"]),
        (pd.NaT, None),
        (pd.NA, None),
        (pd.Timestamp("2024-01-31 10:30:00.000000001"), "2024-01-31T10:30:00.000000001"),
        (pd.Series([1, None], dtype="int64[pyarrow]"), [1, None]),
        (pa.scalar(2**53 + 1), 2**53 + 1),
        (pa.scalar([1, None]), [1, None]),
    ],
)
def test_a_value_of_another_library_is_sent_as_what_it_holds(value, sent):
    assert sendable(value) == sent


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), np.float64("nan"), b"bytes", object(), [float("nan")], pd.DataFrame()],
)
def test_what_json_has_no_form_for_is_refused_in_a_sentence(value):
    with pytest.raises(InputError, match="cannot be sent as a parameter"):
        sendable(value)
