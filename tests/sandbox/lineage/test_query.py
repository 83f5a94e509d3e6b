"""Which columns of tables reach which columns of a query, told by tables that are really made of it."""

from __future__ import annotations

import pytest

QUERIES = {
    "select a, b as z from s": {"a": "s.a", "z": "s.b"},
    "from s": {"a": "s.a", "b": "s.b", "c": "s.c"},
    "from s select b": {"b": "s.b"},
    "table s": {"a": "s.a", "b": "s.b", "c": "s.c"},
    "select * exclude (a) replace (b + c as b) from s": {"b": "s.b s.c", "c": "s.c"},
    "select * rename (a as first) from s": {"first": "s.a", "b": "s.b", "c": "s.c"},
    "select columns('^[ab]$') + c from s": {"a": "s.a s.c", "b": "s.b s.c"},
    "select * like 'a%' from s": {"a": "s.a"},
    "select A as One, one * 2 as Two from S": {"One": "s.a", "Two": "s.a"},
    "select a + b, count(*) from s group by 1": {"(a + b)": "s.a s.b", "count_star()": ""},
    "select sum(a) as n from s join t using (a) where b > 1 group by c": {"n": "s.a t.a"},
    "select p.a, q.b from s p join s q on p.a = q.c": {"a": "s.a", "b": "s.b"},
    "with w as (select a, b from s) select x.a, y.b from w x join w y on x.a = y.a": {"a": "s.a", "b": "s.b"},
    "with w as (select a from s), w2 as (with w as (select i as a from t) from w)"
    " select w.a, w2.a as b from w, w2": {
        "a": "s.a",
        "b": "t.i",
    },
    "with recursive r (x, y) as (select a, b from s union all select y, c from r, s where false) from r": {
        "x": "s.a s.b s.c",
        "y": "s.b s.c",
    },
    "select a, b from s union all select k, v from u": {"a": "s.a u.k", "b": "s.b u.v"},
    "select a, b from s union by name select x as b, i as z from t": {"a": "s.a", "b": "s.b t.x", "z": "t.i"},
    "select a from s except select k from u": {"a": "s.a"},
    "select sum(a) over (partition by b order by c) as n from s": {"n": "s.a s.b s.c"},
    "select sum(a) over w as n from s window w as (partition by b)": {"n": "s.a s.b"},
    "select a from s qualify row_number() over (partition by b order by c) = 1": {"a": "s.a"},
    "select (select max(v) from u where k = s.a) as m from s": {"m": "u.v"},
    "select a in (select k from u) as m, exists (select v from u) as e from s": {"m": "s.a u.k", "e": "u.v"},
    "select e from s, lateral (select s.b + 1 as e)": {"e": "s.b"},
    "select e from (select [a, b] as l from s), unnest(l) as n (e)": {"e": "s.a s.b"},
    "select unnest([a, b]) as e from s": {"e": "s.a s.b"},
    "select list_transform([a], lambda x: x + b) as l, [x + c for x in [a]] as m from s": {
        "l": "s.a s.b",
        "m": "s.a s.c",
    },
    "select r.p, r['q'] as q from (select {'p': a, 'q': b} as r from s)": {"p": "s.a s.b", "q": "s.a s.b"},
    "select s as whole from s": {"whole": "s.a s.b s.c"},
    "select first, c from s as renamed (first, second)": {"first": "s.a", "c": "s.c"},
    "select * from s pivot (sum(a) for b in (1, 2))": {"c": "s.c", "1": "s.a", "2": "s.a"},
    "select * from s unpivot (v for n in (a, b))": {"c": "s.c", "n": "", "v": "s.a s.b"},
    "select v.p + 1 as n, s.a from s, (values (1, 2)) v (p, q)": {"n": "", "a": "s.a"},
    "select 1 as n": {"n": ""},
    "select sum(a) filter (where b > 1) as n, max(case when c > 1 then a end) as m from s": {
        "n": "s.a s.b",
        "m": "s.a s.c",
    },
}


@pytest.mark.parametrize("query", QUERIES)
def test_a_table_made_by_a_query_has_the_sources_of_the_query(run, sources, query):
    run(f"create table made as {query}")
    assert sources("made") == QUERIES[query]


def test_what_is_named_in_joins_and_filters_only_is_beside(run, around):
    run(
        "create table made as select s.a, count(*) as n from s join t on s.b = t.i where t.x > 0 group by s.a"
    )
    assert around("made") == ["s", "t"]
    assert around("made.a") == ["s.a"]
    assert around("made.a", beside=True) == ["t"]
    assert around("made.n") == []
    assert around("made.n", beside=True) == ["s", "t"]
    assert around("t.x", "down") == []
    assert around("t.x", "down", beside=True) == ["made"]
    assert around("s.a", "down", beside=True) == []
    assert around("t.a", "down", beside=True) == []


def test_a_column_that_reaches_a_table_by_value_is_not_beside_it(run, around):
    run("create table made as select a from s where a > 0 and b > 0")
    assert around("s.a", "down", beside=True) == []
    assert around("s.b", "down", beside=True) == ["made"]


def test_the_right_of_except_filters_the_left(run, around):
    run("create table made as select a from s except select k from u")
    assert around("u.k", "down") == []
    assert around("u.k", "down", beside=True) == ["made"]
