"""Records: what was kept comes back as it was, in memory and in a folder, from any thread."""

from __future__ import annotations

import threading

import pytest

from dataexplore.sandbox.records import Records

RECORD = {"name": "é\n'\"", "numbers": [1, 2.5, None, True], "nested": {"a": {}}}


@pytest.fixture(params=["memory", "folder"])
def records(request, tmp_path):
    made = Records(tmp_path if request.param == "folder" else None)
    yield made
    made.close()


def test_a_record_comes_back_with_its_number(records):
    kept = records.add("kind", RECORD)
    assert kept == RECORD | {"id": 1}
    assert records.get("kind", 1) == kept
    assert records.get("kind", 2) is None
    assert records.get("other", 1) is None


def test_numbers_count_up_by_kind_and_a_given_one_is_kept(records):
    assert [records.add("a", {})["id"] for _ in range(2)] == [1, 2]
    assert records.add("b", {})["id"] == 1
    assert records.add("a", {"id": 10})["id"] == 10
    assert records.add("a", {})["id"] == 11
    assert [record["id"] for record in records.all("a")] == [1, 2, 10, 11]


def test_many_are_kept_all_or_none(records):
    records.add_all("a", [{"n": 1}, {"n": 2}])
    with pytest.raises(TypeError):
        records.add_all("a", [{"n": 3}, {"n": object()}])
    assert [record["n"] for record in records.all("a")] == [1, 2]


def test_what_comes_out_is_a_copy(records):
    records.add("a", {"list": [1]})
    records.get("a", 1)["list"].append(2)
    records.all("a")[0]["list"].append(3)
    assert records.get("a", 1)["list"] == [1]


def test_a_change_gives_the_record_as_it_is_then(records):
    records.add("a", {"n": 1})
    assert records.change("a", 1, lambda kept: kept | {"n": 2}) == {"n": 2, "id": 1}
    assert records.get("a", 1)["n"] == 2


def test_a_change_to_nothing_leaves_the_record(records):
    records.add("a", {"n": 1})
    assert records.change("a", 1, lambda kept: None) == {"n": 1, "id": 1}
    assert records.change("a", 2, lambda kept: kept) is None


def test_a_removed_record_is_gone_once(records):
    records.add("a", {})
    assert records.remove("a", 1)
    assert not records.remove("a", 1)
    assert records.all("a") == []


def test_changes_from_many_threads_are_not_lost(records):
    records.add("a", {"n": 0})

    def count():
        for _ in range(50):
            records.change("a", 1, lambda kept: kept | {"n": kept["n"] + 1})
            records.add("b", {})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert records.get("a", 1)["n"] == 200
    assert [record["id"] for record in records.all("b")] == list(range(1, 201))


def test_a_folder_remembers_across_starts(tmp_path):
    first = Records(tmp_path)
    first.add("a", RECORD)
    first.close()
    second = Records(tmp_path)
    assert second.all("a") == [RECORD | {"id": 1}]
    second.close()


def test_what_was_kept_is_there_for_another_before_a_close(tmp_path):
    first, second = Records(tmp_path), Records(tmp_path)
    first.add("a", RECORD)
    assert second.get("a", 1) == RECORD | {"id": 1}
    first.close()
    second.close()
