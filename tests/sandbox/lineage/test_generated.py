"""The made-up warehouse: as large as asked for, always the same, and shaped like one."""

from __future__ import annotations

from collections import Counter

import pytest

from dataexplore.sandbox.__main__ import main
from dataexplore.sandbox.lineage import generate


def paths(found):
    return list(found._shown)


def test_it_has_as_many_tables_as_asked_for_with_about_ten_columns():
    for size in (1, 3, 100, 1001):
        assert len(paths(generate(size))) == size
    found = generate(1000)
    columns = [len(found.told(path).columns) for path in paths(found)]
    assert 9 < sum(columns) / len(columns) < 11


def test_no_table_at_all_is_no_warehouse():
    assert paths(generate(0)) == []


def test_the_same_seed_gives_the_same_warehouse():
    one, same, other = generate(200), generate(200), generate(200, seed=2)
    assert one._tables == same._tables
    assert one._tables != other._tables


def test_layers_read_from_the_layers_before_and_some_tables_are_hubs():
    found = generate(1000)
    order = ["gen_raw", "gen_staging", "gen_intermediate", "gen_marts", "gen_bi"]
    steps = Counter()
    for path in paths(found):
        for read in found.tables(path, "up", 1):
            steps[order.index(path[1]) - order.index(read[1])] += 1
    assert min(steps) == 1
    assert steps[1] > 5 * (sum(steps.values()) - steps[1]) > 0
    readers = sorted(len(found.tables(path, "down", 1)) for path in paths(found))
    assert readers[-1] > 10 > readers[len(readers) // 2]


def test_every_column_edge_is_between_tables_with_an_edge():
    found = generate(300)
    for path, table in found._tables.items():
        reads = {field[:-1] for fields in table.sources.values() for field in fields}
        assert reads <= table.reads
        assert all(found._shown[field[:-1]] for fields in table.sources.values() for field in fields), path


@pytest.mark.parametrize("size", ["many", "-1", "1e3", "100001"])
def test_a_size_that_is_none_is_refused_in_a_sentence(capsys, size):
    with pytest.raises(SystemExit):
        main(["--lineage-tables", size])
    assert f"{size} is not a number from 0 to 100000" in capsys.readouterr().err
