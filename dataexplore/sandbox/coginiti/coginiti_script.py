"""CoginitiScript: SQL in named blocks that call each other.

The part of the language that is spoken here: ``#+src sql Name(args)`` and ``#+test sql Name()`` with
``#+meta``, ``#+begin`` and ``#+end``; ``{{ Name(args) }}`` for another block of the package as a subquery,
``{{ argument }}`` for the value of an argument, and ``{{ test.Run() }}`` for all tests of the package.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.parameters import literal
from dataexplore.sandbox.tokens import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Block", "Script", "call", "expand", "parse", "runs_tests"]

BLOCK = re.compile(
    r"""
    ^[ \t]*\#\+(?P<kind>src|test)\s+sql\s+(?P<name>[^\W\d]\w*)\s*\((?P<parameters>[^)]*)\)
    (?:(?!^[ \t]*\#\+(?:src|test|end)\b).)*?      # meta data, which no statement sees
    ^[ \t]*\#\+begin\b(?P<body>.*?)^[ \t]*\#\+end\b[^\n]*
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
IMPORT = re.compile(r'^[ \t]*\#\+import\s+"[^"\n]*"[^\n]*$', re.MULTILINE)
TEMPLATE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
CONSTANTS = {"true": True, "false": False, "null": None, "nil": None}


@dataclass(frozen=True, slots=True)
class Block:
    """A named piece of SQL with parameters; a test passes when it finds no row."""

    name: str
    is_test: bool
    parameters: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class Script:
    """A script of the catalog: its blocks, and the statements outside of them."""

    blocks: tuple[Block, ...]
    body: str


def parse(content: str) -> Script:
    """Take a script apart."""
    blocks = tuple(
        Block(
            name=found["name"],
            is_test=found["kind"] == "test",
            parameters=tuple(name.strip() for name in found["parameters"].split(",") if name.strip()),
            body=found["body"].strip().rstrip(";"),
        )
        for found in BLOCK.finditer(content)
    )
    return Script(blocks, IMPORT.sub("", BLOCK.sub("", content)).strip())


def runs_tests(script: Script) -> bool:
    """Tell whether a script asks for its package's tests, or is made of nothing but tests."""
    if not script.body:
        return any(block.is_test for block in script.blocks)
    return any(found[1].strip() == "test.Run()" for found in TEMPLATE.finditer(script.body))


def call(blocks: Iterable[Block], name: str, arguments: Mapping[str, Any]) -> str:
    """Give the SQL of a block with these arguments."""
    return _Expansion({block.name: block for block in blocks}).call(name, arguments)


def expand(blocks: Iterable[Block], body: str) -> str:
    """Give the SQL of text that calls blocks."""
    return _Expansion({block.name: block for block in blocks}).expand(body, {})


class _Expansion:
    """One walk through the calls of a package; remembers the way, so that no block calls itself for ever."""

    def __init__(self, blocks: Mapping[str, Block]) -> None:
        self._blocks = blocks
        self._way: list[str] = []

    def call(self, name: str, arguments: Mapping[str, Any]) -> str:
        block = self._blocks[name]
        if name in self._way:
            raise Refusal.failed(
                "CoginitiScript Error: a block calls itself: " + " > ".join([*self._way, name])
            )
        for argument in arguments:
            if argument not in block.parameters:
                raise Refusal.failed(f"CoginitiScript Error: the block {name} has no argument {argument}")
        for parameter in block.parameters:
            if parameter not in arguments:
                raise Refusal.failed(f"CoginitiScript Error: the block {name} needs the argument {parameter}")
        self._way.append(name)
        sql = self.expand(block.body, arguments)
        self._way.pop()
        return sql

    def expand(self, body: str, arguments: Mapping[str, Any]) -> str:
        return "".join(self._expanded(token.kind, token.text, arguments) for token in split(body))

    def _expanded(self, kind: str, text: str, arguments: Mapping[str, Any]) -> str:
        if kind == "template":
            expression = _parsed(text[2:-2])
            if isinstance(expression, ast.Call):
                return f"({self._called(expression, arguments)})"
            value = _value(expression, arguments)
            return ", ".join(map(literal, value)) if isinstance(value, list) else literal(value)
        if kind == "string":
            return TEMPLATE.sub(lambda found: self._text(found[1], text, arguments), text)
        return text

    def _text(self, expression: str, string: str, arguments: Mapping[str, Any]) -> str:
        """Give a value as text within a string literal, of which it must never be the end."""
        value = str(_value(_parsed(expression), arguments)).replace("'", "''")
        return value.replace("\\", "\\\\") if string[0] in "eE" else value

    def _called(self, expression: ast.Call, arguments: Mapping[str, Any]) -> str:
        name = expression.func.id if isinstance(expression.func, ast.Name) else ast.unparse(expression.func)
        if name not in self._blocks:
            raise Refusal.failed(f"CoginitiScript Error: there is no block {name} in this package")
        parameters = self._blocks[name].parameters
        if len(expression.args) > len(parameters):
            raise Refusal.failed(f"CoginitiScript Error: too many arguments for the block {name}")
        given = {
            parameter: _value(arg, arguments)
            for parameter, arg in zip(parameters, expression.args, strict=False)
        }
        given |= {str(keyword.arg): _value(keyword.value, arguments) for keyword in expression.keywords}
        return self.call(name, given)


def _parsed(text: str) -> ast.expr:
    # Calls, names and literals are written as in Python, whose parser is at hand; nothing is evaluated.
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise Refusal.failed(f"CoginitiScript Error: cannot read {{{{{text}}}}}") from error


def _value(expression: ast.expr, arguments: Mapping[str, Any]) -> Any:
    if isinstance(expression, ast.Name):
        if expression.id in arguments:
            return arguments[expression.id]
        if expression.id in CONSTANTS:
            return CONSTANTS[expression.id]
        raise Refusal.failed(f"CoginitiScript Error: {expression.id} has no value here")
    if isinstance(expression, ast.List):
        return [_value(item, arguments) for item in expression.elts]
    try:
        return ast.literal_eval(expression)
    except ValueError as error:
        raise Refusal.failed(f"CoginitiScript Error: cannot read {ast.unparse(expression)}") from error
