"""CoginitiScript: blocks, calls, arguments and what is refused."""

from __future__ import annotations

import pytest

from dataexplore.sandbox.coginiti.coginiti_script import call, expand, parse, runs_tests
from dataexplore.sandbox.errors import Refusal

SCRIPT = """
#+import "std/test"

#+src sql Small(limit)
#+meta {
    :doc "with words of its own"
}
#+begin
SELECT i FROM range(10) t(i) WHERE i < {{ limit }};
#+end

#+src sql Twice(limit, name)
#+begin
SELECT i * 2, '{{ name }}' AS name FROM {{ Small(limit) }} -- {{ not a call }}
#+end

#+test sql TestSmall()
#+begin
SELECT * FROM {{ Small(limit=3) }} WHERE i >= 3
#+end

SELECT * FROM {{ Twice(2, "it's") }};
"""


def test_a_script_is_blocks_and_a_body():
    script = parse(SCRIPT)
    assert [(block.name, block.is_test, block.parameters) for block in script.blocks] == [
        ("Small", False, ("limit",)),
        ("Twice", False, ("limit", "name")),
        ("TestSmall", True, ()),
    ]
    assert script.body == 'SELECT * FROM {{ Twice(2, "it\'s") }};'


def test_calls_become_subqueries():
    script = parse(SCRIPT)
    assert expand(script.blocks, script.body) == (
        "SELECT * FROM (SELECT i * 2, 'it''s' AS name FROM "
        "(SELECT i FROM range(10) t(i) WHERE i < 2) -- {{ not a call }});"
    )


def test_named_arguments_and_tests():
    script = parse(SCRIPT)
    expected = "SELECT * FROM (SELECT i FROM range(10) t(i) WHERE i < 3) WHERE i >= 3"
    assert call(script.blocks, "TestSmall", {}) == expected
    assert not runs_tests(script)


@pytest.mark.parametrize(
    ("expression", "sql"),
    [
        ("1", "1"),
        ("-1.5", "(-1.5)"),
        ("'a'", "'a'"),
        ('"it\'s"', "'it''s'"),
        ("true", "TRUE"),
        ("nil", "NULL"),
        ("['a', 'b']", "'a', 'b'"),
        ("{'a': 1}", "MAP {'a': 1}"),
        ("x", "7"),
        ("[x, 8]", "7, 8"),
    ],
)
def test_values_are_literals(expression, sql):
    script = parse(f"#+src sql Value(x)\n#+begin\n{{{{ {expression} }}}}\n#+end")
    assert call(script.blocks, "Value", {"x": 7}) == sql


@pytest.mark.parametrize(
    ("literal", "value", "sql"),
    [
        ("'%@{{ x }}'", "a'b", "'%@a''b'"),
        ("'{{ x }}'", "\\", "'\\'"),
        ("E'{{ x }}'", "\\", "E'\\\\'"),
        ("'{{ x }}{{ x }}'", "{{ x }}", "'{{ x }}{{ x }}'"),
        ("$${{ x }}$$", "a", "$${{ x }}$$"),
    ],
)
def test_a_value_within_a_string_never_ends_it(literal, value, sql):
    script = parse(f"#+src sql Value(x)\n#+begin\n{literal}\n#+end")
    assert call(script.blocks, "Value", {"x": value}) == sql


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("Nothing()", "no block Nothing"),
        ("sales.Orders()", "no block sales.Orders"),
        ("Again()", "calls itself: Again > Again"),
        ("Again(1)", "too many arguments"),
        ("unknown", "unknown has no value"),
        ("1 +", "cannot read"),
        ("x.y", "cannot read x.y"),
        ("__import__('os').system('true')", "no block"),
        ("[i for i in x]", "cannot read"),
    ],
)
def test_what_cannot_be_read_is_refused(expression, words):
    script = parse(f"#+src sql Again()\n#+begin\nSELECT * FROM {{{{ {expression} }}}}\n#+end")
    with pytest.raises(Refusal) as caught:
        call(script.blocks, "Again", {})
    assert caught.value.status == 422
    assert words in caught.value.detail


def test_suites_are_recognised():
    assert runs_tests(parse('#+import "std/test"\n\n{{ test.Run() }}'))
    assert runs_tests(parse("#+test sql A()\n#+begin\nSELECT 1\n#+end"))
    assert not runs_tests(parse("#+src sql A()\n#+begin\nSELECT 1\n#+end"))
    assert not runs_tests(parse("SELECT 'test.Run()'"))
